"""Vectors on the disk: rows of half precision in a flat file, appended, never changed, and mapped."""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import CatalogError, cause

Vectors = NDArray[np.float32]
Slots = NDArray[np.int64]

_TYPE = np.dtype("<f2")
_ABOVE = np.float32(65536)  # the numbers of half precision end below
_AT_ONCE = 4096  # rows copied at a time: a few MB
_NO_FILE = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class VectorFile:
    """Rows of one length, by number ("slot"), in one file. Any thread may read while one appends.

    What is read is copied from the system's cache: the pages are given back at once, so they do not count
    as this process's memory. Rows that are not there, as of a file that was cut, are read as NaN. Where the
    file is there and cannot be read just now, whatever reads it raises CatalogError: that is no damage.
    """

    def __init__(self, path: Path, dim: int) -> None:
        """Take the file, which need not exist, and the length of its rows."""
        self.path, self.dim = path, dim
        self._lock = threading.Lock()
        self._map: mmap.mmap | None = None
        self._rows = np.empty((0, dim), _TYPE)

    @property
    def bytes_a_row(self) -> int:
        """How long a row is."""
        return self.dim * _TYPE.itemsize

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
    def appending(self, after: int = 0) -> Iterator[Callable[[NDArray[np.float16]], None]]:
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

            def append(rows: NDArray[np.float16]) -> None:
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
        rows = halved(vectors)
        with self.appending(after) as append:
            append(rows)
        return len(self) - len(rows), [zlib.crc32(row) for row in rows]

    def take(self, slots: Slots) -> Vectors:
        """Return (n, dim) the rows at these (n,) slots, single precision."""
        wanted = np.asarray(slots, np.int64)
        found = np.empty((len(wanted), self.dim), np.float32)
        for start in range(0, len(wanted), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            found[part] = widened(self.copy(wanted[part]))
        return found

    def sound(self, slots: Slots, checks: Sequence[int]) -> NDArray[np.bool_]:
        """Return (n,) whether the rows at these (n,) slots are those that had these CRC-32."""
        good = np.zeros(len(slots), np.bool_)
        for start in range(0, len(slots), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            rows, there = self._read(slots[part])
            good[part] = [zlib.crc32(row) == check for row, check in zip(rows, checks[part], strict=True)]
            good[part] &= there
        return good

    def copy(self, slots: Slots) -> NDArray[np.float16]:
        """Return (n, dim) the rows at these (n,) slots as they are kept."""
        return self._rows_at(slots)[0]

    def read(self, slots: Slots) -> NDArray[np.float16]:
        """Return the same without a map, so that rows which the disk cannot give are NaN.

        In a map they would end the process (SIGBUS).
        """
        return self._read(slots)[0]

    def _read(self, slots: Slots) -> tuple[NDArray[np.float16], NDArray[np.bool_]]:
        """Return the same, and (n,) whether they are there."""
        with self._reading(), self.path.open("rb", buffering=0) as file:
            return _read_rows(file, slots, self.dim)
        return self._rows_at(slots)  # it was deleted, and may be mapped

    def _rows_at(self, slots: Slots) -> tuple[NDArray[np.float16], NDArray[np.bool_]]:
        """Return (n, dim) the rows at these (n,) slots in the map, and (n,) whether they are there."""
        if not len(slots):
            return np.empty((0, self.dim), _TYPE), np.empty(0, np.bool_)
        with self._lock:
            if int(slots.max()) >= len(self._rows):
                self._remap()
            rows, opened = self._rows, self._map
        there = len(rows)
        if opened is not None and (size := opened.size()) < rows.nbytes:  # cut while in use: not touched
            there = size // self.bytes_a_row
        inside = (slots >= 0) & (slots < there)
        if inside.all():
            found = rows[slots]
        else:
            found = np.full((len(slots), self.dim), np.nan, _TYPE)
            found[inside] = rows[slots[inside]]
        if opened is not None and hasattr(opened, "madvise"):
            opened.madvise(mmap.MADV_DONTNEED)
        return found, inside

    def map(self) -> None:
        """Map what the file holds, so that it is read also once it was deleted."""
        with self._lock:
            self._remap()

    def _remap(self) -> None:
        """Map what the file holds by now; the older map lives on where somebody still reads it."""
        with self._reading(), self.path.open("rb") as file:
            count = os.fstat(file.fileno()).st_size // self.bytes_a_row
            if count <= len(self._rows):
                return
            try:
                opened = mmap.mmap(file.fileno(), count * self.bytes_a_row, access=mmap.ACCESS_READ)
            except ValueError:  # it was cut just now: its rows are read as NaN
                return
            self._map, self._rows = opened, np.frombuffer(opened, _TYPE).reshape(count, self.dim)

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

    @property
    def state(self) -> str:
        """Empty: there is no file."""
        return ""

    def __len__(self) -> int:
        return len(self._rows)

    @contextmanager
    def appending(self, after: int = 0) -> Iterator[Callable[[NDArray[np.float16]], None]]:
        """Take rows; see `VectorFile`."""
        taken = [self._rows]
        yield taken.append
        self._rows = np.concatenate(taken)

    def _remap(self) -> None:
        """There is nothing to map."""

    def _read(self, slots: Slots) -> tuple[NDArray[np.float16], NDArray[np.bool_]]:
        return self._rows_at(slots)


def _read_rows(file: FileIO, slots: Slots, dim: int) -> tuple[NDArray[np.float16], NDArray[np.bool_]]:
    """Return (n, dim) the rows at these (n,) slots of an open file, and (n,) whether they are there."""
    rows, there = np.full((len(slots), dim), np.nan, _TYPE), np.zeros(len(slots), np.bool_)
    order = np.argsort(slots, kind="stable")
    order = order[slots[order] >= 0]
    for run in np.split(order, np.flatnonzero(np.diff(slots[order]) > 1) + 1) if len(order) else ():
        first = int(slots[run[0]])
        found = _read_run(file, first, int(slots[run[-1]]) + 1 - first, dim)
        inside = run[slots[run] - first < len(found)]
        rows[inside], there[inside] = found[slots[inside] - first], True
    return rows, there


def _read_run(file: FileIO, first: int, count: int, dim: int) -> NDArray[np.float16]:
    """Return up to (count, dim) rows from this one on; NaN for those that lie where the disk is damaged."""
    size = dim * _TYPE.itemsize
    try:
        file.seek(first * size)
        content = file.read(count * size)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        if count == 1:
            return np.full((1, dim), np.nan, _TYPE)
        half = count // 2
        parts = (first, half), (first + half, count - half)
        return np.concatenate([_read_run(file, *part, dim) for part in parts])
    whole = len(content) // size
    return np.frombuffer(content, _TYPE, whole * dim).reshape(whole, dim)


def file_name(model: str, dim: int, generation: int) -> str:
    """Return what the file of an encoder's vectors is called."""
    key = hashlib.sha256(f"{model}\0{dim}".encode()).hexdigest()[:32]
    return f"{key}-{generation}.f16"


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, where the system knows how."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def halved(vectors: Vectors) -> NDArray[np.float16]:
    """Return the same in half precision, (n, dim); what is too large for it becomes infinite."""
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(vectors, np.float32).astype(_TYPE)


def widened(rows: NDArray[np.float16]) -> Vectors:
    """Return the same in single precision, (n, dim); what is infinite or no number becomes NaN.

    numpy converts half precision number by number; the bits moved into place by whole arrays are five times
    as quick: sign and exponent keep their order, and the bias of the exponent differs by 112.
    """
    bits = rows.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= np.int32(~0x70000000)
    wide = bits.view(np.float32)
    wide *= np.float32(2.0**112)
    if wide.size and not -_ABOVE < wide.min() <= wide.max() < _ABOVE:
        wide[np.abs(wide) >= _ABOVE] = np.nan
    return wide
