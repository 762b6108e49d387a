"""What can be found in one photo folder: the files, and the vector of what each contains."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import repeat
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from engine.pictures.dates import NO_DATE, likely_date
from engine.search.bursts import LatestBursts
from engine.search.far_photos import Guests
from engine.search.gallery_photo import GalleryPhoto
from engine.search.grouping import Grouping
from engine.search.narrowing import Narrowing
from engine.search.newest import Newest
from engine.search.ordering import Order
from engine.search.ranking import Ranking
from engine.search.roster import Roster
from engine.search.selections import Selections
from engine.search.spread import Spread
from engine.search.taken import TakenDates
from engine.unit_vectors import Numbers
from engine.vector_index.index import VectorIndex
from engine.vector_index.short_file import Short

__all__ = ["Gallery", "GalleryPhoto"]


class Gallery:
    """Files by content: copies of a photo share one vector. Any thread may search; one at a time changes."""

    def __init__(self, index: VectorIndex) -> None:
        """Make an empty gallery around an empty index."""
        self.index = index
        self._filled = self._roster = Roster.of({}, {})  # what it was filled with; what is here
        self._numbers: dict[bytes, int] | None = {}  # contents by name; None: as in that
        self._making = threading.Lock()
        self._names: dict[int, tuple[bytes, ...]] = {}  # of contents that came since, or have other files
        self._dates = TakenDates(self._roster)
        self._changing = threading.Lock()  # the three above
        self._stale: set[bytes] = set()  # what was put or dropped since the roster was made
        self._changes = 0
        self._agreed: tuple[Callable[[], Numbers | None], int] | None = None  # see `differing`
        self._bursts = LatestBursts(index, self.roster)
        self._selections = Selections()

    def __len__(self) -> int:
        return len(self._filled.names if self._numbers is None else self._numbers)

    @property
    def _contents(self) -> dict[bytes, int]:
        """Contents by name; made when they are first needed, as that takes a while for very many."""
        if self._numbers is None:
            with self._making:  # once: whoever changes it must not change another one
                if self._numbers is None:
                    filled = self._filled
                    self._numbers = dict(zip(filled.names, filled.contents.tolist(), strict=True))
        return self._numbers

    def count(self, prefix: bytes) -> int:
        """Return how many files have a name that begins like this."""
        return self.roster().count(prefix) if prefix else len(self)

    def names(self) -> set[bytes]:
        """Return the files that are here."""
        return set(self._contents)

    def directly_in(self, prefixes: Iterable[bytes]) -> list[bytes]:
        """Return the files directly in some folders.

        Args:
            prefixes: what names in these begin with: empty, or with "/" at the end.
        """
        roster = self.roster()
        return [
            name
            for prefix in prefixes
            for name in roster.starting(prefix)
            if name.find(b"/", len(prefix)) < 0
        ]

    def differing(
        self, names: Sequence[bytes], contents: Numbers, dates: Numbers, by_camera: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Return (n,) which of n files are not here, or have another content or date here.

        Args:
            names: of the files.
            contents: (n,) the numbers of what they contain in the catalog.
            dates: (n,) when they were taken, by the catalog.
            by_camera: (n,) whether their cameras tell that.

        An array of contents goes with its names and dates: the same one again, while nothing changed here, is
        not compared again.
        """
        count, changes = len(names), self._changes
        if self.agrees(contents):
            return np.zeros(count, np.bool_)
        known = np.fromiter(map(self._contents.get, names, repeat(-1)), np.int64, count)
        taken, cameras = self._dates.by_name()
        differ = np.asarray(known != contents, np.bool_)
        differ |= np.fromiter(map(taken.get, names, repeat(0)), np.int64, count) != dates
        differ |= np.asarray(np.fromiter(map(cameras.__contains__, names), np.bool_, count) != by_camera)
        self._agreed = None if differ.any() else (ref(contents), changes)
        return differ

    def agrees(self, contents: Numbers) -> bool:
        """Return whether the files of these contents were not `differing`, and nothing changed since."""
        return self._agreed is not None and (
            self._agreed[0]() is contents and self._agreed[1] == self._changes
        )

    def content(self, name: bytes) -> int | None:
        """Return the number of the file's content, None if the file is not here."""
        return self._filled.content_of(name) if self._numbers is None else self._numbers.get(name)

    def shows(self, content: int | None, narrowed: Narrowing | None = None) -> bool:
        """Return whether a file of this content can be found, as it is narrowed; not where it is None."""
        return content is not None and content in self.index and bool(self._files(narrowed)(content))

    def date_of(self, name: bytes) -> int:
        """Return when the file was taken, see `engine.pictures.dates`; 0 if it is not here."""
        return self._dates.of(name)

    def photos(self) -> list[GalleryPhoto]:
        """Return the files that are here, with their vectors."""
        with self._changing:
            dates, cameras = self._dates.by_name()
            known = [
                (name, content, dates[name], name in cameras) for name, content in self._contents.items()
            ]
        vectors = self.index.vectors_of([content for _, content, _, _ in known])
        return [
            GalleryPhoto(name, content, vector, taken, told)
            for (name, content, taken, told), vector in zip(known, vectors, strict=True)
        ]

    def fill(
        self,
        names: Sequence[bytes],
        *,
        contents: Numbers,
        dates: Numbers,
        places: Numbers,
        known: Short | None = None,
        by_camera: NDArray[np.bool_] | None = None,
    ) -> None:
        """Take n files into a gallery that is empty.

        Args:
            names: all different.
            contents: (n,) the numbers of what they contain.
            dates: (n,) when they were taken.
            places: (n,) where the index finds the vectors of what they contain, see
                `engine.vector_index.rows`.
            known: short vectors that were kept.
            by_camera: (n,) whether their cameras tell when they were taken; None for no.
        """
        numbers, first = np.unique(contents, return_index=True)
        self.index.fill(numbers, places[first], known)
        order = np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
        told = np.zeros(len(names), np.bool_) if by_camera is None else by_camera
        roster = Roster([names[row] for row in order.tolist()], contents[order], dates[order], told[order])
        with self._changing:
            self._changes += 1
            self._roster = self._filled = roster
            self._names, self._numbers, self._dates = {}, None, TakenDates(roster)

    def drop_contents(self, contents: Iterable[int]) -> None:
        """Take out the files of these contents; unknown ones are ignored."""
        self.drop([name for content in contents for name in self._names_of(content)])

    def put(self, photos: Sequence[GalleryPhoto]) -> None:
        """Add files, or change what they contain and their dates."""
        if not photos:
            return
        left = [(one.name, one.content) for one in photos if self._contents.get(one.name) != one.content]
        self.drop([name for name, _ in left if name in self._contents], keep={one.content for one in photos})
        with self._changing:
            self._changes += 1
            self._stale.update(one.name for one in photos)
            self._dates.put(photos)
            for name, content in left:
                self._contents[name] = content
                self._names[content] = (*self._names_of(content), name)
        new = {one.content: one.vector for one in photos if one.content not in self.index}
        vectors = {number: vector for number, vector in new.items() if vector is not None}
        if vectors:
            self.index.add(list(vectors), np.stack(list(vectors.values())))

    def drop(self, names: Iterable[bytes], *, keep: Collection[int] = ()) -> None:
        """Take files out; unknown ones are ignored. Of these contents the vectors stay, for files to come."""
        emptied, names = set[int](), list(names)
        if not names:
            return
        with self._changing:
            self._changes += 1
            for name in names:
                content = self._contents.pop(name, None)
                self._dates.drop(name)
                if content is None:
                    continue
                self._stale.add(name)
                left = tuple(other for other in self._names_of(content) if other != name)
                self._names[content] = left
                if not left:
                    emptied.add(content)
                    if not self._filled.names_of(content):  # else that is what it was filled with
                        del self._names[content]
        self.index.remove(emptied.difference(keep))

    def _names_of(self, content: int) -> tuple[bytes, ...]:
        names = self._names.get(content)
        return self._filled.names_of(content) if names is None else names

    def vector(self, name: bytes) -> NDArray[np.float32] | None:
        """Return the (dim,) vector of a file, None if the file is not here."""
        content = self.content(name)
        return None if content is None else self.index.vectors_of([content])[0]

    def rank(
        self,
        query: NDArray[np.float32],
        *,
        order: Order = Order.PLAIN,
        grouped: bool = False,
        narrowed: Narrowing | None = None,
        refused: Iterable[bytes] = (),
    ) -> Ranking:
        """Return the files that match, best first; copies follow each other by name.

        Args:
            query: (dim,).
            order: in which they come.
            grouped: count copies of a photo, and photos of one moment, as one.
            narrowed: which files to look at; None for all.
            refused: files that come last, whatever matches; unknown ones are ignored. Where copies are
                grouped, all of their moments come last with them.
        """
        among = None if narrowed is None else self._selections.select(self.roster(), narrowed).contents
        known, files = map(self.content, refused), self._files(narrowed)
        last = {content for content in known if content is not None}
        bursts = self._bursts() if grouped else None
        return Ranking(
            self.index,
            files,
            query,
            order=order,
            grouping=None if bursts is None else Grouping(bursts, files, self._dates.of_camera),
            among=among,
            refused=last if bursts is None else bursts.widen(last),
            dates=lambda content: max(map(likely_date, map(self.date_of, files(content))), default=NO_DATE),
        )

    def newest(
        self, *, grouped: bool = False, narrowed: Narrowing | None = None, guests: Guests | None = None
    ) -> Newest:
        """Return the files by date, newest first; arguments as of `rank` and `Newest`."""
        roster, files = self.roster(), self._files(narrowed)
        rows = roster.newest
        if narrowed is not None:
            kept = np.zeros(len(rows), np.bool_)
            kept[self._selections.select(roster, narrowed).rows] = True
            rows = rows[kept[rows]]
        grouping = Grouping(self._bursts(), files, self._dates.of_camera) if grouped else None
        return Newest(self.index, files, roster, rows, grouping=grouping, guests=guests)

    def spread(self, ranking: Ranking | Newest, narrowed: Narrowing | None = None) -> Spread:
        """Return where files lie in time and by folder, and what matches among them; see `Spread`.

        Args:
            ranking: whose matches.
            narrowed: what it was narrowed to.
        """
        roster = self.roster()
        counts, matches = self._selections.count(roster, narrowed), ranking.matches()
        here, then = self._files(None), None
        if narrowed is not None:
            here, then = self._files(narrowed.place), self._files(narrowed.time)
        found = [(here(content), weight) for content, weight in matches]
        of_then = found if then is None else [(then(content), weight) for content, weight in matches]
        dated = [(list(map(self.date_of, names)), weight) for names, weight in found]
        weights = roster.weigh(of_then)
        return Spread(
            times=counts.times,
            folders=counts.folders,
            photos=len(roster.names),
            looked_at=counts.looked_at,
            ridge=counts.times.ridge(dated) if counts.times else (),
            weights=weights,
            in_time=counts.in_time,
        )

    def roster(self) -> Roster:
        """Return all files as they are now."""
        with self._changing:
            if self._stale:
                self._roster = self._roster.renew(self._stale, self._contents, *self._dates.by_name())
                self._stale = set()
            return self._roster

    def settle(self) -> None:
        """Take account of all that came and went: for the time being nothing more does."""
        self._bursts.settle()

    def _files(self, narrowed: Narrowing | None) -> Callable[[int], list[bytes]]:
        """Return what gives the files of a content that are looked at, in order of name."""

        def files(content: int) -> list[bytes]:
            names = self._names_of(content)
            if narrowed is not None:
                names = tuple(name for name in names if narrowed.looks_at(name, self.date_of(name)))
            return sorted(names)

        return files
