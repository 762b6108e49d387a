"""All files of a gallery at one moment, as arrays: what a narrowing leaves, the newest, counts by folder."""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.folders.names import folder_of, prefix_of
from engine.pictures.dates import NO_DATE, likely, likely_date
from engine.search.narrowing import Narrowing
from engine.search.spread import Times
from engine.unit_vectors import Numbers

_FEW = 500  # changes up to which putting them in is quicker than beginning anew
_KEPT = 1 << 14  # contents whose files are known at once, and files whose rows are


@dataclass(frozen=True, eq=False)
class Selection:
    """What a narrowing leaves of a roster.

    Attributes:
        rows: (m,) of the files, in order of name.
        contents: (k,) what they contain, each once.
    """

    rows: Numbers
    contents: Numbers


@dataclass(frozen=True, eq=False)
class Roster:
    """The files, in order of name. Never changed, only replaced.

    Attributes:
        names: n relative names.
        contents: (n,) the numbers of what they contain.
        taken: (n,) their dates, see `engine.pictures.dates`.
        by_camera: (n,) whether their cameras tell these.
    """

    names: list[bytes]
    contents: Numbers
    taken: Numbers
    by_camera: NDArray[np.bool_]

    @classmethod
    def of(
        cls, contents: Mapping[bytes, int], taken: Mapping[bytes, int], by_camera: Container[bytes] = ()
    ) -> Roster:
        """Make one of contents and dates by name, and the names of those whose cameras tell the dates."""
        names = sorted(contents)
        return cls(names, _numbers(contents, names), _numbers(taken, names), _among(names, by_camera))

    @cached_property
    def by_folder(self) -> Counter[bytes]:
        """How many lie directly in each folder, by its relative name."""
        return Counter([name.rpartition(b"/")[0] for name in self.names])

    @cached_property
    def _by_content(self) -> tuple[Numbers, Numbers]:
        """The contents in ascending order, and (n,) the rows of these."""
        rows = np.argsort(self.contents, kind="stable")
        return self.contents[rows], rows

    @cached_property
    def names_of(self) -> Callable[[int], tuple[bytes, ...]]:
        """Returns the files of a content, in order of name; while a pen moves, mostly of those just asked."""
        (contents, rows), names = self._by_content, self.names

        @lru_cache(_KEPT)
        def names_of(content: int) -> tuple[bytes, ...]:
            first, end = contents.searchsorted((content, content + 1))
            return tuple(names[row] for row in rows[first:end].tolist())

        return names_of

    def date_of(self, name: bytes, *, by_camera: bool = False, default: int = 0) -> int:
        """Return when a file was taken; the default if it is not here, or its camera does not tell that."""
        row = self._row(name)
        return default if row is None or (by_camera and not self.by_camera[row]) else int(self.taken[row])

    def content_of(self, name: bytes) -> int | None:
        """Return the number of what a file contains; None if it is not here."""
        row = self._row(name)
        return None if row is None else int(self.contents[row])

    def following(self, name: bytes, taken: int) -> NDArray[np.bool_]:
        """Return (n,) which rows come after a file of this date, newest first; it may be gone."""
        date = likely_date(taken)
        later = np.arange(len(self.names)) >= bisect_right(self.names, name)
        return np.asarray((self.dates < date) | ((self.dates == date) & later))

    @cached_property
    def _row(self) -> Callable[[bytes], int | None]:
        """Returns the row of a file, None if it is not here; mostly of those just asked, as by `names_of`."""
        names = self.names

        @lru_cache(_KEPT)
        def row(name: bytes) -> int | None:
            place = bisect_left(names, name)
            return place if place < len(names) and names[place] == name else None

        return row

    def renew(
        self,
        stale: Collection[bytes],
        contents: Mapping[bytes, int],
        taken: Mapping[bytes, int],
        by_camera: Container[bytes] = (),
    ) -> Roster:
        """Return the same after a change.

        Args:
            stale: names that came, went, or have another content or date.
            contents: the numbers of what all files contain now, by name.
            taken: their dates.
            by_camera: those whose cameras tell these.
        """
        if len(stale) > max(_FEW, len(self.names) // 100):
            return Roster.of(contents, taken, by_camera)
        names, known = self.names.copy(), self.__dict__.get("by_folder")
        by_folder = known.copy() if known is not None else Counter[bytes]()
        found = ((bisect_left(names, name), name) for name in stale)
        gone = sorted(row for row, name in found if row < len(names) and names[row] == name)
        for row in reversed(gone):
            by_folder[folder_of(names.pop(row))] -= 1
        new = sorted(name for name in stale if name in contents)
        places = [bisect_left(names, name) for name in new]
        numbers = np.insert(np.delete(self.contents, gone), places, _numbers(contents, new))
        dates = np.insert(np.delete(self.taken, gone), places, _numbers(taken, new))
        told = np.insert(np.delete(self.by_camera, gone), places, _among(new, by_camera))
        for came, (place, name) in enumerate(zip(places, new, strict=True)):
            names.insert(place + came, name)
        by_folder.update(folder_of(name) for name in new)
        renewed = Roster(names, numbers, dates, told)
        if known is not None:
            renewed.__dict__["by_folder"] = +by_folder
        return renewed

    def select(self, narrowing: Narrowing) -> Selection:
        """Return what a narrowing leaves."""
        kept = np.ones(len(self.names), np.bool_)
        if narrowing.prefixes:
            kept[:] = False
            for prefix in narrowing.prefixes:
                kept[self._range(prefix)] = True
        if narrowing.first is not None:
            kept &= self.taken >= narrowing.first
        if narrowing.end is not None:
            kept &= self.taken < narrowing.end
        rows = np.flatnonzero(kept)
        return Selection(rows, np.unique(self.contents[rows]))

    def count(self, prefix: bytes) -> int:
        """Return how many names begin like this; a prefix ends with "/"."""
        rows = self._range(prefix)
        return len(self.names) if rows.stop is None else rows.stop - rows.start

    def starting(self, prefix: bytes) -> list[bytes]:
        """Return the names that begin like this; a prefix ends with "/" or is empty."""
        return self.names[self._range(prefix)]

    def _range(self, prefix: bytes) -> slice:
        """Return the rows of names that begin like this: all of them stand together."""
        if not prefix:
            return slice(None)
        after = prefix[:-1] + bytes([prefix[-1] + 1])  # prefixes end with "/"
        return slice(bisect_left(self.names, prefix), bisect_left(self.names, after))

    @cached_property
    def newest(self) -> Numbers:
        """(n,) the rows, newest first and by name within a second; what has no likely date comes last."""
        return np.argsort(-(self.dates + 1), kind="stable")  # + 1: the lowest number has no negative

    @cached_property
    def dates(self) -> Numbers:
        """(n,) the dates that are likely; `NO_DATE` for the others."""
        return np.where(likely(self.taken), self.taken, NO_DATE)

    @cached_property
    def times(self) -> Times | None:
        """How many files were taken when."""
        return Times.of(self.taken)

    @cached_property
    def folders(self) -> dict[Path, int]:
        """How many files lie in each folder below the library's, those within it included, by its path."""
        counts = Counter[Path]()
        for folder, files in self.by_folder.items():
            for path in lineage(folder):
                counts[path] += files
        return dict(sorted(counts.items()))

    @cached_property
    def _rows_of_folders(self) -> tuple[Numbers, Numbers]:
        """(k,) the first rows of what lies in each of `folders`, and (k,) the first rows after it."""
        prefixes = (prefix_of(os.fsencode(path.as_posix())) for path in self.folders)
        rows = [self._range(prefix) for prefix in prefixes]
        return (
            np.array([one.start for one in rows], np.int64),
            np.array([one.stop for one in rows], np.int64),
        )

    def folders_of(self, rows: Numbers) -> dict[Path, int]:
        """Return how many of some files, (m,) rows in order, lie in each of `folders`."""
        first, end = self._rows_of_folders
        counts = rows.searchsorted(end) - rows.searchsorted(first)
        return dict(zip(self.folders, counts.tolist(), strict=True))

    def weigh(self, matches: Iterable[tuple[Sequence[bytes], float]]) -> dict[Path, float]:
        """Return what matches, each the names of one content's files and a weight, weigh by folder."""
        together, weights = dict[tuple[bytes, ...], float](), dict[Path, float]()
        for names, weight in matches:  # most lie with others
            folders = tuple(map(folder_of, names))
            together[folders] = together.get(folders, 0.0) + weight
        for folders, weight in together.items():
            for path in {path for folder in folders for path in lineage(folder)}:
                weights[path] = weights.get(path, 0.0) + weight
        return weights


def _numbers(by_name: Mapping[bytes, int], names: Sequence[bytes]) -> Numbers:
    return np.fromiter(map(by_name.__getitem__, names), np.int64, len(names))


def _among(names: Sequence[bytes], some: Container[bytes]) -> NDArray[np.bool_]:
    return np.fromiter(map(some.__contains__, names), np.bool_, len(names))


@lru_cache(maxsize=1 << 15)
def lineage(folder: bytes) -> tuple[Path, ...]:
    """Return the paths of a folder and of those it lies in, below the library's, by its relative name."""
    if not folder:
        return ()
    path = Path(os.fsdecode(prefix_of(folder)))  # else the name of a drive would mean wherever one is on it
    return tuple(one for one in (path, *path.parents) if one.parts)
