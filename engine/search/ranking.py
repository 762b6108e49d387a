"""The photos for one query, best first, worked out only as far as somebody looks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from engine.pictures.dates import NO_DATE
from engine.search.bursts import Stack
from engine.search.grouping import Grouping, Place
from engine.search.ordering import ORDERED, Order, arrange
from engine.search.spread import weigh
from engine.search.strength import FIRST, Strength, judge
from engine.unit_vectors import unit
from engine.vector_index.index import Match, VectorIndex

_LOWEST = -1.0
_BLOCK = 400
"""Ranked at a time, once somebody scrolls on."""

_TOGETHER = 4096
"""Looked through for copies at a time: each is compared with each."""

_DEEPER = 4
"""So many times as far is searched each time that somebody scrolls to the end of what is known."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One photo of a ranking.

    Attributes:
        names: its file, and after it those of its copies if copies are grouped.
        score: inner product with the query, of the best that stands here; re-ranked, that of the place.
        behind: how many photos much like this one are not among the first guesses on its account.
        burst: files of the other photos of its moment, in order of time, if copies are grouped.
    """

    names: tuple[bytes, ...]
    score: float
    behind: int = 0
    burst: tuple[bytes, ...] = ()

    @classmethod
    def of(
        cls, photos: Stack, files: Callable[[int], Sequence[bytes]], score: float, behind: int = 0
    ) -> Ranked | None:
        """Return what stands for the files of these contents, by photo; None where all of them have gone."""
        named = [[name for content in photo for name in files(content)] for photo in photos]
        there = [tuple(names) for names in named if names]
        return cls(there[0], score, behind, tuple(chain(*there[1:]))) if there else None


@dataclass(frozen=True, eq=False, slots=True)
class Candidate:
    """One of the best contents: its number, its vector and its score."""

    content: int
    vector: NDArray[np.float32]
    score: float


_Arranged = tuple[Stack, float, int]
"""Contents that stand in one place, by photo; their score, and how many are behind them."""


class Ranking:
    """What matches one query, in order. Used by one thread at a time; photos may come and go meanwhile."""

    def __init__(
        self,
        index: VectorIndex,
        files: Callable[[int], Sequence[bytes]],
        query: NDArray[np.float32],
        *,
        order: Order = Order.PLAIN,
        grouping: Grouping | None = None,
        among: NDArray[np.int64] | None = None,
        refused: Collection[int] = (),
        dates: Callable[[int], int] | None = None,
    ) -> None:
        """Prepare; nothing is searched before `take`.

        Args:
            index: the contents' vectors.
            files: gives the files of a content, in order of name.
            query: (dim,), of any length but zero.
            order: in which photos come.
            grouping: puts together what counts as one; None where every file counts.
            among: (m,) the contents to look at; None for all.
            refused: contents that come last, with the lowest score there is.
            dates: gives the date of a content, `NO_DATE` for one without files, for an order by date.
        """
        self._index, self._files, self._query = index, files, unit(query)
        self._order, self.grouping, self._among = order, grouping, among
        self._arranged = deque[_Arranged]()
        self._ready = deque[Ranked]()  # the rest of a content whose files come one by one
        self._seen: set[int] | None = None  # contents ranked so far; None before the first
        self._best: list[Match] = []  # the first few, by score
        self._best_vectors: NDArray[np.float32] | None = None  # theirs, where they are known already
        self._refused, self._dates = frozenset(refused), dates
        self._found: list[Match] = []  # the best of what is looked at
        self._rest: list[Match] = []  # what comes after the first ones, as far as it is known
        self._place = 0  # in the rest
        self._reached = 0  # how far was searched
        self._at_end = False  # whether the rest is all there is

    def take(self, count: int) -> list[Ranked]:
        """Return the next photos; fewer, or none, at the end."""
        taken: list[Ranked] = []
        while len(taken) < count and (self._arranged or self._ready or self._more(count - len(taken))):
            if not self._ready and self._arranged:
                self._ready.extend(self._photos_of(*self._arranged.popleft()))
            if self._ready:
                taken.append(self._ready.popleft())
        return taken

    @property
    def query(self) -> NDArray[np.float32]:
        """The (dim,) unit vector that is searched with."""
        return self._query

    def best(self) -> tuple[list[Candidate], bool]:
        """Return the contents that are worth ordering, best first, and whether there are more."""
        if self._seen is None:
            self._more(1)
        found = [match for match in self._found if match[0] not in self._refused]
        vectors = self._index.vectors_of([content for content, _ in found])
        candidates = [
            Candidate(content, vector, score) for (content, score), vector in zip(found, vectors, strict=True)
        ]
        return candidates, not self._at_end

    def leave(self, contents: Collection[int]) -> None:
        """Let what stands in one place with some of the `best` contents come no more: it comes elsewhere."""
        self._arranged = deque(
            one for one in self._arranged if not any(map(contents.__contains__, chain(*one[0])))
        )

    def files(self, content: int) -> Sequence[bytes]:
        """Return the files of a content that are looked at, in order of name."""
        return self._files(content)

    def date(self, content: int) -> int:
        """Return the date of a content, 0 where dates do not count."""
        return self._dates(content) if self._dates else 0

    def strength(self, others: NDArray[np.float32] | None = None) -> Strength | None:
        """Return how well the best photos match; None where it cannot be said.

        Args:
            others: (o, dim) unit vectors of photos of many things; None for photos from all over the index.
        """
        return self.judge(self.best_vectors(), others)

    def best_vectors(self) -> NDArray[np.float32]:
        """Return (m, dim) vectors of the best photos, about `engine.search.strength.FIRST`."""
        if self._seen is None:
            self._more(1)
        if self._best_vectors is None:
            self._best_vectors = self._index.vectors_of([content for content, _ in self._best])
        return self._best_vectors

    def judge(
        self, best: NDArray[np.float32], others: NDArray[np.float32] | None = None, more: int = 0
    ) -> Strength | None:
        """Return how well photos match, which may lie elsewhere.

        Args:
            best: (m, dim), as of `best_vectors`.
            others: as of `strength`.
            more: how many photos were looked at elsewhere.
        """
        count = more + (len(self._index) if self._among is None else len(self._among))
        others = self._index.sample if others is None else others
        return judge(best, query=self._query, others=others, count=count)

    @cached_property
    def _background(self) -> NDArray[np.float32]:
        return self._index.background(self._query)

    def matches(self) -> list[tuple[int, float]]:
        """Return the contents that match best among all, whatever is looked at, and what each weighs.

        Those that weigh nothing are left out; see `engine.search.spread`.
        """
        if self._seen is None:
            self._more(1)
        found = self._found if self._among is None else self._index.search(self._query, ORDERED)
        wanted = [match for match in found[:ORDERED] if match[0] not in self._refused]
        weights = weigh(wanted, self._background).tolist()
        return [(match[0], weight) for match, weight in zip(wanted, weights, strict=True) if weight > 0]

    def _more(self, count: int) -> bool:
        """Rank some more; return False at the end."""
        if self._seen is None:
            wanted = max(count * (1 + (self.grouping is not None)), ORDERED)
            found = self._index.search(self._query, wanted, among=self._among)
            taken = [match for match in found if match[0] not in self._refused]
            self._found, self._best = found, taken[:FIRST]
            self._seen, self._reached = {content for content, _ in found}, wanted
            self._rank_first(taken[:_TOGETHER])
            self._rest = taken[_TOGETHER:]
            if len(found) < wanted:  # all there were: what comes meanwhile is another answer's
                self._end(found)
            return bool(found)
        if self._place >= len(self._rest) and not self._at_end:
            self._search_on(self._seen)
        block = self._rest[self._place : self._place + min(max(_BLOCK, count), _TOGETHER)]
        self._place += len(block)
        self._rank_further(block)
        return bool(block)

    def _search_on(self, seen: set[int]) -> None:
        """Find what comes next, not all there is: of a million photos nobody sees most."""
        while self._place >= len(self._rest) and not self._at_end:
            self._reached *= _DEEPER
            found = self._index.search(self._query, self._reached, among=self._among)
            new = [match for match in found if match[0] not in seen]
            seen.update(content for content, _ in new)
            self._rest += [match for match in new if match[0] not in self._refused]
            if len(found) < self._reached:
                self._end(found)

    def _end(self, found: Sequence[Match]) -> None:
        """Let those come that come last: nothing else is left."""
        self._rest += self._last(found)
        self._at_end = True

    def _last(self, matches: Sequence[Match]) -> list[Match]:
        """Return those that come last, whatever they score."""
        return [(content, _LOWEST) for content, _ in matches if content in self._refused]

    def _rank_first(self, found: Sequence[Match]) -> None:
        """Group the first matches and order them, as far as either is wanted."""
        if not found:
            return
        contents = [content for content, _ in found]
        if self.grouping is None and self._order is Order.PLAIN:
            self._arranged.extend((((content,),), score, 0) for content, score in found)
            return
        vectors = self._index.vectors_of(contents)
        self._best_vectors = vectors[: len(self._best)].copy()  # without the others behind them
        likeness = vectors @ vectors.T  # once: it is what takes the time
        if self.grouping is not None:
            places = self.grouping.group(contents, vectors, likeness)
        else:
            places = [Place((row,), ((content,),)) for row, content in enumerate(contents)]
        best = [place.rows[0] for place in places]
        dates = None
        if self._order is Order.NEWEST and self._dates is not None:
            dates = [_date_of(place, self._dates) for place in places]
        alike = likeness[np.ix_(best, best)]
        arranged = arrange(self._query, vectors[best], self._order, alike, dates)
        for place, score, behind in zip(arranged.places, arranged.scores, arranged.behind, strict=True):
            self._arranged.append((places[place].photos, score, behind))

    def _rank_further(self, block: Sequence[Match]) -> None:
        """Go on by scores; copies of a photo that came with an earlier block come again."""
        grouping = self.grouping
        if grouping is None:
            self._arranged.extend((((content,),), score, 0) for content, score in block)
            return
        block = [match for match in block if not grouping.is_placed(match[0])]
        if block:
            contents = [content for content, _ in block]
            for place in grouping.group(contents, self._index.vectors_of(contents)):
                self._arranged.append((place.photos, block[place.rows[0]][1], 0))

    def _photos_of(self, photos: Stack, score: float, behind: int) -> list[Ranked]:
        """Return the photos of contents that stand in one place; none of files that have gone."""
        if self.grouping is None:
            return [Ranked((name,), score, behind) for name in self._files(photos[0][0])]
        named = Ranked.of(photos, self._files, score, behind)
        return [] if named is None else [named]


def _date_of(place: Place, dates: Callable[[int], int]) -> int:
    """Return the date of the first photo of a place that is looked at, and of its copies the last."""
    known = (max(map(dates, photo)) for photo in place.photos)
    return next((date for date in known if date != NO_DATE), NO_DATE)
