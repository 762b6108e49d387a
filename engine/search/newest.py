"""The photos of a gallery, newest first, worked out only as far as somebody looks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.search.copies import group
from engine.search.far_photos import FarNewest, FarPhoto, Guests
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
        grouped: bool = False,
        guests: Guests | None = None,
    ) -> None:
        """Take the photos.

        Args:
            index: the contents' vectors.
            files: gives the files of a content, in order of name.
            roster: all of them.
            rows: (n,) those that are looked at, newest first.
            grouped: count copies of a photo as one, see `engine.search.copies`; it comes when its newest file
                does, and a file of this machine stands for it where there is one.
            guests: those of a shared collection that are looked at.
        """
        self._index, self._files, self._roster, self._rows = index, files, roster, rows
        self._grouped = grouped
        self._ready = deque[Ranked]()
        self._seen: set[int | bytes] = set()
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
        if self._grouped:
            self._ready.extend(self._together(block))
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

    def _together(self, block: Sequence[int | FarPhoto]) -> list[Ranked]:
        """Return a block with copies put together, without those of photos that came before."""
        files = dict[int | bytes, list[bytes]]()  # by content, of the collection by hash
        vectors = dict[bytes, NDArray[np.float32]]()
        for one in block:
            if isinstance(one, FarPhoto):
                files.setdefault(one.record.digest, []).append(one.name)
                vectors.setdefault(one.record.digest, one.record.vector)
            else:
                files.setdefault(int(self._roster.contents[one]), [])
        new = [content for content in files if content not in self._seen]
        self._seen.update(new)
        own = [content for content in new if isinstance(content, int)]
        known = iter(self._index.vectors_of(own))
        rows = [vectors[content] if isinstance(content, bytes) else next(known) for content in new]
        ready = []
        for places in group(np.stack(rows), len(new)) if rows else []:
            contents = sorted((new[place] for place in places), key=lambda one: isinstance(one, bytes))
            names = [
                name
                for one in contents
                for name in (files[one] if isinstance(one, bytes) else self._files(one))
            ]
            if names:  # else it is gone meanwhile
                ready.append(Ranked(tuple(names), 0.0))
        return ready
