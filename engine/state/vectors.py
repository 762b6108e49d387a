"""Vectors on the disk: rows in a flat file, appended and never changed."""

from __future__ import annotations

import hashlib
import os
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import CatalogError, cause
from engine.folders.mounts import is_remote
from engine.state.open_rows import OpenRows, Slots
from engine.state.row_forms import FORMS, HALVES, Rows
from engine.unit_vectors import Vectors
from engine.whole_files import sync_folder

_AT_ONCE = 4096  # rows copied at a time: a few MB
_NO_FILE = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class VectorFile:
    """Rows of one length, by number ("slot"), in one file. Any thread may read while one appends.

    Its ending says in which form they are kept, see `engine.state.row_forms`.

    Rows that are not there, as of a file that was cut, and rows that the disk cannot give are read as NaN.
    Where the file is there and cannot be read just now, whatever reads it raises CatalogError: that is no
    damage.
    """

    def __init__(self, path: Path, dim: int) -> None:
        """Take the file, which need not exist, and the length of its rows."""
        self.path, self.dim = path, dim
        self.form = FORMS.get(path.suffix[1:], HALVES)
        self._lock = threading.Lock()
        self._held: OpenRows | None = None
        self._is_damaged = False
        self._is_remote: bool | None = None  # whether its folder lies on a network; not asked yet

    @property
    def bytes_a_row(self) -> int:
        """How long a row is."""
        return self.dim * self.form.type.itemsize

    @property
    def is_damaged(self) -> bool:
        """Whether the disk could not give a row since the file was taken."""
        held = self._held
        return self._is_damaged or (held is not None and held.is_damaged)

    @property
    def state(self) -> str:
        """What is another once anybody wrote to the file, or put another in its place; empty for none."""
        try:
            details = os.stat(self.path)
        except OSError:
            return ""
        return f"{details.st_size} {details.st_mtime_ns}"

    def __len__(self) -> int:
        with self._reading():
            return os.stat(self.path).st_size // self.bytes_a_row
        return 0

    @contextmanager
    def appending(self, after: int = 0) -> Iterator[Callable[[Rows], None]]:
        """Write rows behind all others, any number of times, and flush them to the disk at the end.

        Args:
            after: how many rows there were; the place of those that are lost is never taken by others.

        Raises:
            OSError: the disk did not take them; what it took is never looked at.
        """
        fresh = not len(self)
        with self.path.open("ab") as file:
            size = file.seek(0, os.SEEK_END)  # a process that was killed may have left a part of a row
            start = max(-(-size // self.bytes_a_row), after) * self.bytes_a_row
            if start > size:
                os.truncate(file.fileno(), start)

            def append(rows: Rows) -> None:
                file.write(rows.tobytes())

            yield append
            file.flush()
            os.fsync(file.fileno())
        if fresh:
            sync_folder(self.path.parent)

    def append(self, vectors: Vectors, after: int = 0) -> tuple[int, list[int]]:
        """Write rows behind all others and flush them to the disk.

        Args:
            vectors: (n, dim).
            after: as of `appending`.

        Returns:
            The slot of the first, and the n CRC-32 by which damage is told later.

        Raises:
            OSError: the disk did not take them; what it took is never looked at.
        """
        rows = self.form.to_rows(vectors)
        with self.appending(after) as append:
            append(rows)
        return len(self) - len(rows), [zlib.crc32(row) for row in rows]

    def take(self, slots: Slots) -> Vectors:
        """Return (n, dim) the rows at these (n,) slots, single precision."""
        wanted = np.asarray(slots, np.int64)
        found = np.empty((len(wanted), self.dim), np.float32)
        for start in range(0, len(wanted), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            found[part] = self.form.to_vectors(self._rows_at(wanted[part])[0])
        return found

    def sound(self, slots: Slots, checks: Sequence[int]) -> NDArray[np.bool_]:
        """Return (n,) whether the rows at these (n,) slots are those that had these CRC-32."""
        good = np.zeros(len(slots), np.bool_)
        for start in range(0, len(slots), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            rows, there = self.read(slots[part])
            good[part] = [zlib.crc32(row) == check for row, check in zip(rows, checks[part], strict=True)]
            good[part] &= there
        return good

    def read(self, slots: Slots) -> tuple[Rows, NDArray[np.bool_]]:
        """Return (n, dim) the rows at these (n,) slots as they are kept, and (n,) whether they are there.

        They are those of the file that has the name now, if there is one.
        """
        with self._reading():
            rows = OpenRows(self.path, self.dim, self.form)
            found = rows.read(slots)
            self._is_damaged |= rows.is_damaged
            return found
        return self._rows_at(slots)  # it was deleted, and may be held

    def _rows_at(self, slots: Slots) -> tuple[Rows, NDArray[np.bool_]]:
        """Return (n, dim) the rows at these (n,) slots of the file held, and (n,) whether they are there."""
        if not len(slots):
            return np.empty((0, self.dim), self.form.type), np.empty(0, np.bool_)
        with self._reading():
            held = self._held
            if held is None or int(slots.max()) >= len(held):
                held = self.hold()
            if held is not None:
                if int(slots.max()) >= held.proven:
                    self._prove(held)
                return held.read(slots)
        return np.full((len(slots), self.dim), self.form.lost, self.form.type), np.zeros(len(slots), np.bool_)

    def hold(self) -> OpenRows | None:
        """Keep what the file holds by now open, so that it is read also once it was deleted; return it.

        What was held before stays where the file of the name has no more rows.
        """
        with self._lock, self._reading():
            now = OpenRows(self.path, self.dim, self.form)
            if len(now) > (0 if self._held is None else len(self._held)):
                self._is_damaged = self.is_damaged
                self._prove(now)
                self._held = now
        return self._held

    def _prove(self, held: OpenRows) -> None:
        """Have rows mapped; not where a map ends the process once a server does not answer, or on damage."""
        if self._is_remote is None:
            self._is_remote = is_remote(self.path.parent.resolve())
        if not self._is_remote and not self.is_damaged:
            held.prove()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Pass over that there is no file; raise CatalogError where it cannot be read for another reason."""
        try:
            yield
        except _NO_FILE:
            pass
        except OSError as error:
            raise CatalogError(f"The vectors in {self.path} cannot be read: {cause(error)}.") from error


class LooseRows(VectorFile):
    """The same in memory alone, for a disk that takes nothing."""

    def __init__(self, dim: int) -> None:
        """Begin with none."""
        super().__init__(Path(), dim)
        self._rows = np.empty((0, dim), self.form.type)

    @property
    def state(self) -> str:
        """Empty: there is no file."""
        return ""

    def __len__(self) -> int:
        return len(self._rows)

    @contextmanager
    def appending(self, after: int = 0) -> Iterator[Callable[[Rows], None]]:
        """Take rows; see `VectorFile`."""
        taken = [self._rows]
        yield taken.append
        self._rows = np.concatenate(taken)

    def hold(self) -> None:
        """There is nothing to hold."""

    def read(self, slots: Slots) -> tuple[Rows, NDArray[np.bool_]]:
        """Return rows, and whether they are there; see `VectorFile`."""
        return self._rows_at(slots)

    def _rows_at(self, slots: Slots) -> tuple[Rows, NDArray[np.bool_]]:
        there = (slots >= 0) & (slots < len(self._rows))
        found = np.full((len(slots), self.dim), self.form.lost, self.form.type)
        found[there] = self._rows[slots[there]]
        return found, there


def file_name(model: str, dim: int, generation: int, ending: str) -> str:
    """Return what the file of an encoder's vectors is called; the ending is that of their form."""
    key = hashlib.sha256(f"{model}\0{dim}".encode()).hexdigest()[:32]
    return f"{key}-{generation}.{ending}"
