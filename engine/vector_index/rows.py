"""Where an index reads whole vectors: in memory, or in the catalog's files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from engine.errors import CatalogError
from engine.state.vectors import VectorFile
from engine.unit_vectors import Numbers, Vectors
from engine.vector_index.recent_rows import RecentRows


class Rows(Protocol):
    """Vectors by place. Any thread may take while one puts."""

    @property
    def is_scattered(self) -> bool:
        """Whether files are held for them that nobody names any more."""

    def put(self, ids: Sequence[int], vectors: Vectors) -> Numbers:
        """Take (n, dim) unit vectors of n ids; return the (n,) places where they are."""

    def take(self, places: Numbers) -> Vectors:
        """Return (n, dim) the vectors at these (n,) places, of any length."""

    def renew(self, ids: Sequence[int], places: Numbers) -> tuple[Rows, Numbers]:
        """Return others for n ids alone, which are at these (n,) places here, and (n,) the places there."""


class MemoryRows:
    """Vectors in memory."""

    @property
    def is_scattered(self) -> bool:
        """False: there are no files."""
        return False

    def __init__(self, dim: int) -> None:
        """Begin with none."""
        self._count, self._rows = 0, np.empty((0, dim), np.float32)

    def put(self, ids: Sequence[int], vectors: Vectors) -> Numbers:
        """Take vectors, as `Rows` has it."""
        first, count = self._count, self._count + len(vectors)
        if count > len(self._rows):
            grown = np.empty((max(count, len(self._rows) * 3 // 2), self._rows.shape[1]), np.float32)
            grown[:first] = self._rows[:first]
            self._rows = grown
        self._rows[first:count] = vectors
        self._count = count
        return np.arange(first, count)

    def take(self, places: Numbers) -> Vectors:
        """Return vectors, as `Rows` has it."""
        return self._rows[places]

    def renew(self, ids: Sequence[int], places: Numbers) -> tuple[Rows, Numbers]:
        """Return rows without the others, as `Rows` has it."""
        rows = MemoryRows(self._rows.shape[1])
        return rows, rows.put(ids, self.take(places))


class FileRows:
    """Vectors in the catalog's files. One file as a rule; another follows once it is packed.

    A place is a slot of the newest file at its time, counted on from the files before it.
    """

    def __init__(self, file: VectorFile, find: Callable[[Sequence[int]], tuple[VectorFile, Numbers]]) -> None:
        """Take the file that is the newest now.

        Args:
            file: where the first places are.
            find: returns the newest file, and the slots of contents there; raises CatalogError where one of
                them has none.
        """
        self._files, self._starts, self._find = [file], [0], find
        self._recent = RecentRows(file.dim)
        self._is_unused = not len(file)  # nobody has a place there; asked now, for it may be deleted later
        if not self._is_unused:
            file.hold()

    def put(self, ids: Sequence[int], vectors: Vectors) -> Numbers:
        """Find the vectors, which the catalog has already, as `Rows` has it."""
        file, slots = self._find(ids)
        if self._is_unused:
            self._files[-1], self._is_unused = file, False
        elif file is not self._files[-1]:
            self._starts.append(self._starts[-1] + (1 << 40))
            self._files.append(file)
        return slots + self._starts[-1]

    @property
    def is_scattered(self) -> bool:
        """Whether there are files before the newest."""
        return len(self._files) > 1

    def renew(self, ids: Sequence[int], places: Numbers) -> tuple[Rows, Numbers]:
        """Return rows of the newest file alone, as `Rows` has it; these where it lacks one of them."""
        if not self.is_scattered:
            return self, places
        try:
            file, slots = self._find(ids)
        except CatalogError:
            return self, places
        return FileRows(file, self._find), slots

    def take(self, places: Numbers) -> Vectors:
        """Return vectors, as `Rows` has it."""
        return self._recent.take(places, self._read)

    def _read(self, places: Numbers) -> Vectors:
        files, starts = self._files, self._starts
        if len(files) == 1:
            return files[0].take(places)
        found = np.empty((len(places), files[0].dim), np.float32)
        owners = np.searchsorted(starts, places, side="right") - 1
        for owner in np.unique(owners).tolist():
            mine = owners == owner
            found[mine] = files[owner].take(places[mine] - starts[owner])
        return found
