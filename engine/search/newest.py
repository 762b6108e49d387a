"""The photos of a gallery, newest first, worked out only as far as somebody looks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.search.far_photos import FarNewest, FarPhoto, Guests
from engine.search.grouping import Grouping
from engine.search.ranking import Ranked
from engine.search.roster import Roster
from engine.vector_index.index import VectorIndex

_BLOCK = 400

AHEAD = 400
"""As many photos are wanted of a collection as cover these next ones."""


class Newest:
    """Files by date, for a query that looks for nothing. Used by one thread at a time, as a `Ranking`.

    Photos of a shared collection stand among them as far as they are known. Files never wait for it: what
    becomes known of it once they have gone past comes next, and `FarNewest.add` tells that it is late.

    Attributes:
        is_joined: whether photos of a collection are among what was taken, or come next.
    """

    def __init__(
        self,
        index: VectorIndex,
        files: Callable[[int], Sequence[bytes]],
        roster: Roster,
        rows: NDArray[np.int64],
        *,
        grouping: Grouping | None = None,
        guests: Guests | None = None,
    ) -> None:
        """Take the photos.

        Args:
            index: the contents' vectors.
            files: gives the files of a content, in order of name.
            roster: all of them.
            rows: (n,) those that are looked at, newest first.
            grouping: puts together what counts as one, which comes when its newest file does; None where
                every file counts.
            guests: those of a shared collection that are looked at.
        """
        self._index, self._files, self._roster, self._rows = index, files, roster, rows
        self._far_names = dict[int, list[bytes]]()  # of contents of the collection, numbered below 0
        self._far_numbers = dict[bytes, int]()
        self._grouping = None if grouping is None else grouping.with_names(self._names)
        self._ready = deque[Ranked]()
        self._seen = set[int]()  # contents
        self._place = 0
        guests = guests or Guests(FarNewest(is_whole=True))
        self._far, self._strangers = guests.newest, guests.strangers
        self.is_joined = False
        self._guests, self._known = deque[FarPhoto](), 0  # known and not taken; how many were known
        self._end: int | None = None  # the place up to which all of the collection is known

    def matches(self) -> list[tuple[int, float]]:
        """Return nothing: nothing is searched for."""
        return []

    def take(self, count: int) -> list[Ranked]:
        """Return the next photos; fewer, or none, at the end, or where the collection has to tell more."""
        while len(self._ready) < count and self._more(count - len(self._ready)):
            pass
        taken = [self._ready.popleft() for _ in range(min(count, len(self._ready)))]
        self._look()
        ahead = len(self._ready) + len(self._guests) + self._covered - self._place
        self._far.is_short = self._end is not None and ahead < AHEAD
        return taken

    @property
    def _covered(self) -> int:
        return len(self._rows) if self._end is None else self._end

    def _look(self) -> None:
        """Find out what is known of the collection."""
        new, until = self._far.since(self._known)
        self._known += len(new)
        if new:
            self._guests.extend(self._strangers(new))
            self.is_joined = self.is_joined or bool(self._guests)
        # of one second, files come first
        self._end = None if until is None else int(np.searchsorted(self._dates, -until - 1, side="right"))

    @cached_property
    def _dates(self) -> NDArray[np.int64]:
        """(n,) in ascending order, so that they can be searched in: -1 - the date."""
        return -1 - self._roster.dates[self._rows]

    def _more(self, wanted: int) -> bool:
        """Make the next ones ready, no more than are wanted of those that go without the collection.

        Returns False at the end.
        """
        self._look()
        block = self._block(self._covered)
        if not block:
            if self._place == len(self._rows):
                return False
            if not self._far.go_without(self._known):
                return True
            block = self._block(self._place + wanted)
        if self._grouping is not None:
            self._ready.extend(self._together(block, self._grouping))
        else:
            self._ready.extend(Ranked((self._name(one),), 0.0) for one in block)
        return True

    def _block(self, end: int) -> list[int | FarPhoto]:
        """Return the next rows up to a place, and photos of the collection among them, newest first."""
        end, rows, guests = min(end, len(self._rows)), self._rows, self._guests
        if not guests:
            block = rows[self._place : min(end, self._place + _BLOCK)]
            self._place += len(block)
            return [int(row) for row in block]
        mixed = list[int | FarPhoto]()
        while len(mixed) < _BLOCK and (guests or self._place < end):
            if self._place < end and (not guests or -guests[0].date - 1 >= self._dates[self._place]):
                mixed.append(int(rows[self._place]))
                self._place += 1
            else:
                mixed.append(guests.popleft())
        return mixed

    def _name(self, one: int | FarPhoto) -> bytes:
        return one.name if isinstance(one, FarPhoto) else self._roster.names[one]

    def _names(self, content: int) -> Sequence[bytes]:
        """Return the files of a content; of one of the collection, those of the newest block."""
        return self._far_names.get(content, ()) if content < 0 else self._files(content)

    def _together(self, block: Sequence[int | FarPhoto], grouping: Grouping) -> list[Ranked]:
        """Return a block with copies put together, without those of photos that came before."""
        self._far_names.clear()
        vectors = dict[int, NDArray[np.float32]]()
        contents = dict[int, None]()
        for one in block:
            if isinstance(one, FarPhoto):
                number = self._far_numbers.setdefault(one.record.digest, -1 - len(self._far_numbers))
                self._far_names.setdefault(number, []).append(one.name)
                vectors.setdefault(number, one.record.vector)
            else:
                number = int(self._roster.contents[one])
            contents.setdefault(number)
        new = [one for one in contents if one not in self._seen and not grouping.is_placed(one)]
        self._seen.update(new)
        known = iter(self._index.vectors_of([one for one in new if one >= 0]))
        rows = [vectors[one] if one < 0 else next(known) for one in new]
        places = grouping.group(new, np.stack(rows)) if rows else []
        ranked = [Ranked.of(place.photos, self._names, 0.0) for place in places]
        return [one for one in ranked if one is not None]  # else it is gone meanwhile
