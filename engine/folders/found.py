"""Photos as a walk sees them: one by one, and those of a folder in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.folders.file_facts import FACTS, MOST, UNKNOWN

_COARSE_NS = 10_000_000  # the least steps of FAT and exFAT


class Found(NamedTuple):
    """A photo as the walk saw it; a tuple, as very many are made and compared.

    Attributes:
        name: path within the walked folder, as `relative_name` gives it.
        size: in bytes.
        mtime_ns: time of the last change, as programs may set it.
        ctime_ns: time of the last change, as the system keeps it; on Windows the time of creation. None in
            a catalog of before it was kept.
        inode: the file's number on its disk; 0 where it has none of its own, None as above.
    """

    name: bytes
    size: int
    mtime_ns: int
    ctime_ns: int | None = None
    inode: int | None = None

    def is_as(self, before: Found, *, inodes: bool = True) -> bool:
        """Return whether this is the file as it was before, unchanged as far as can be told from outside.

        Args:
            before: what was known of it; what was not kept then counts as equal.
            inodes: whether its number on the disk counts too.
        """
        return (
            (self.size, self.mtime_ns) == (before.size, before.mtime_ns)
            and before.ctime_ns in (None, self.ctime_ns)
            and not (inodes and self.is_renumbered(before))
        )

    @property
    def is_told_apart(self) -> bool:
        """Whether size, times and number tell this file from all that were, and will be, on its disk.

        A disk that keeps no time of change, as FAT or SSHFS, tells that of the content instead, in coarse
        steps, and may number the files of a copy alike.
        """
        is_kept = self.ctime_ns != self.mtime_ns or self.mtime_ns % _COARSE_NS != 0
        return is_kept and self.ctime_ns is not None and 0 < (self.inode or 0) < MOST

    def is_renumbered(self, before: Found) -> bool:
        """Return whether its number on the disk is another than before, of what has numbers of its own."""
        return bool(self.inode and before.inode and self.inode != before.inode)


class Walked:
    """The photos directly in one folder of a walk, in columns: what none asks for becomes no object.

    Attributes:
        names: n names, as of `Found`.
        facts: (n, 4) the rest of it, in its order.
    """

    __slots__ = ("facts", "names")

    def __init__(self, names: Sequence[bytes] = (), facts: NDArray[np.int64] | None = None) -> None:
        """Take the columns."""
        self.names = names
        self.facts = np.empty((0, FACTS), np.int64) if facts is None else facts

    @classmethod
    def of(cls, photos: Sequence[Found]) -> Walked:
        """Return the columns of photos."""
        rows = [[UNKNOWN if fact is None else fact for fact in photo[1:]] for photo in photos]
        return cls([photo.name for photo in photos], np.array(rows, np.int64).reshape(-1, FACTS))

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[Found]:
        for name, (size, mtime_ns, *others) in zip(self.names, self.facts.tolist(), strict=True):
            ctime_ns, inode = (None if fact == UNKNOWN else fact for fact in others)
            yield Found(name, size, mtime_ns, ctime_ns, inode)

    def __hash__(self) -> int:
        return hash((tuple(self.names), self.facts.tobytes()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Walked) and list(self) == list(other)

    def only(self, kept: NDArray[np.bool_]) -> Walked:
        """Return those for which this (n,) mask is true."""
        return (
            Walked(list(compress(self.names, kept.tolist())), self.facts[kept]) if kept.any() else NO_PHOTOS
        )

    def without_numbers(self) -> Walked:
        """Return the same without numbers on the disk."""
        return Walked(self.names, np.hstack([self.facts[:, :-1], np.zeros((len(self), 1), np.int64)]))


NO_PHOTOS = Walked()
