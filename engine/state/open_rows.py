"""Rows of one length read out of an open file by number, whatever the disk can and cannot give."""

from __future__ import annotations

import errno
import mmap
import os
import threading
import weakref
from contextlib import suppress
from io import FileIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.state.row_forms import RowForm, Rows

Slots = NDArray[np.int64]
Mask = NDArray[np.bool_]

_PART = 4096  # rows read at a time while they are tried: a few MB


class OpenRows:
    """The rows of one open file, for any thread; they can be read also once the file was deleted.

    Where the disk has a bad sector or the file is cut, a map ends the process (SIGBUS), and a read tells. So
    those that were read once, from the first on, are mapped, see `prove`: that takes a tenth of the time. The
    file is closed once nobody has this any more.

    Attributes:
        proven: how many rows, from the first on, were read once.
        is_damaged: whether the disk could not give a row.
    """

    def __init__(self, path: Path, dim: int, form: RowForm) -> None:
        """Open a file whose rows have this length and form.

        Raises:
            OSError: there is none, or it cannot be opened.
        """
        self._dim, self._form = dim, form
        self._size = dim * form.type.itemsize
        self._lock = threading.Lock()  # place and reading are two calls
        self._mapped: tuple[Rows, mmap.mmap | None] = np.empty((0, dim), form.type), None
        self.proven, self._proving, self.is_damaged = 0, threading.Lock(), False
        with path.open("rb", buffering=0) as file:
            self._number = os.dup(file.fileno())
        self._file = FileIO(self._number, closefd=False)  # which the end of this closes, without a warning
        weakref.finalize(self, os.close, self._number)

    def __len__(self) -> int:
        return os.fstat(self._number).st_size // self._size

    def prove(self) -> None:
        """Read those rows once that were not yet, very many in a thread: they are mapped from then on."""
        count = len(self)
        if count <= self.proven or not self._proving.acquire(blocking=False):
            return
        if count - self.proven <= _PART:
            self._try(count)
        else:
            threading.Thread(target=self._try, args=(count,), name="vectors", daemon=True).start()

    def _try(self, count: int) -> None:
        with suppress(OSError):
            for start in range(self.proven, count, _PART):
                if not self._read(np.arange(start, min(start + _PART, count)))[1].all():
                    return
                self.proven = min(start + _PART, count)
        self._proving.release()  # not where a row was bad: nothing behind it is mapped

    def _map(self) -> tuple[Rows, mmap.mmap | None]:
        """Return the rows that can be mapped by now, and the map: what was tried, while the file has it."""
        mapped, count = self._mapped, min(self.proven, len(self))
        if len(mapped[0]) != count:
            mapped = np.empty((0, self._dim), self._form.type), None
            with suppress(OSError, ValueError):  # it was cut just now, or lies where nothing is mapped
                if count:
                    pages = mmap.mmap(self._number, count * self._size, access=mmap.ACCESS_READ)
                    mapped = np.frombuffer(pages, self._form.type).reshape(count, self._dim), pages
            self._mapped = mapped
        return mapped

    def read(self, slots: Slots) -> tuple[Rows, Mask]:
        """Return (n, dim) the rows at these (n,) slots, and (n,) whether they are there.

        Rows behind the end of the file, and those that the disk cannot give, are lost ones of their form.

        Raises:
            OSError: the file cannot be read for another reason than damage.
        """
        mapped, pages = self._map()
        near = (slots >= 0) & (slots < len(mapped))
        if not near.any():
            return self._read(slots)
        if near.all():
            rows, there = mapped[slots], near
        else:
            rows, there = np.empty((len(slots), self._dim), self._form.type), near.copy()
            rows[near] = mapped[slots[near]]
            rows[~near], there[~near] = self._read(slots[~near])
        if pages is not None and hasattr(pages, "madvise"):
            pages.madvise(mmap.MADV_DONTNEED)  # the system's cache has them, this process need not
        return rows, there

    def _read(self, slots: Slots) -> tuple[Rows, Mask]:
        """Return the same, read from the disk; at least one."""
        wanted, order = np.unique(slots, return_inverse=True)
        rows, there = np.empty((len(wanted), self._dim), self._form.type), np.zeros(len(wanted), np.bool_)
        runs = np.flatnonzero((np.diff(wanted, prepend=-2) != 1) & (wanted >= 0) | (wanted == 0)).tolist()
        target = rows.data.cast("B")
        for start, end in zip(runs, [*runs[1:], len(wanted)], strict=True):
            self._read_run(int(wanted[start]), target, start, end, there)
        rows[~there] = self._form.lost
        return (rows, there) if np.array_equal(wanted, slots) else (rows[order], there[order])

    def _read_run(self, first: int, target: memoryview, start: int, end: int, there: Mask) -> None:
        """Read the rows from `first` on into the places `start` to `end`; note those that are there.

        A disk may try for half a minute before it gives a row up. So one alone is asked for after that: most
        systems have given what lies before it. Others give nothing of what is damaged in part, and more and
        more is asked of them until they refuse again.
        """
        place, most = start, end - start
        while place < end:
            try:
                count = self._read_some(first + place - start, target, place, min(place + most, end))
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                self.is_damaged = True
                place, most = (place + 1 if most == 1 else place), 1  # what it cannot give is passed over
                continue
            if count is None:
                return
            there[place : place + count] = True
            place, most = place + (count or 1), 2 * most

    def _read_some(self, first: int, target: memoryview, place: int, end: int) -> int | None:
        """Return how many of these rows were read, None at the end of the file."""
        with self._lock:
            self._file.seek(first * self._size)
            count = self._file.readinto(target[place * self._size : end * self._size])
        return (count // self._size) if count else None
