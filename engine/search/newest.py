"""The photos of a gallery, newest first, worked out only as far as somebody looks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.search.copies import group
from engine.search.ranking import Ranked
from engine.search.roster import Roster
from engine.vector_index.index import VectorIndex

_BLOCK = 400


class Newest:
    """Files by date, for a query that looks for nothing. Used by one thread at a time, as a `Ranking`."""

    def __init__(
        self,
        index: VectorIndex,
        files: Callable[[int], Sequence[bytes]],
        roster: Roster,
        rows: NDArray[np.int64],
        *,
        grouped: bool = False,
    ) -> None:
        """Take the photos.

        Args:
            index: the contents' vectors.
            files: gives the files of a content, in order of name.
            roster: all of them.
            rows: (n,) those that are looked at, newest first.
            grouped: count copies of a photo as one, see `engine.search.copies`; it comes when its newest file
                does.
        """
        self._index, self._files, self._roster, self._rows = index, files, roster, rows
        self._grouped = grouped
        self._ready = deque[Ranked]()
        self._seen: set[int] = set()
        self._place = 0

    def matches(self) -> list[tuple[int, float]]:
        """Return nothing: nothing is searched for."""
        return []

    def take(self, count: int) -> list[Ranked]:
        """Return the next photos; fewer, or none, at the end."""
        while len(self._ready) < count and self._place < len(self._rows):
            self._more()
        return [self._ready.popleft() for _ in range(min(count, len(self._ready)))]

    def _more(self) -> None:
        block = self._rows[self._place : self._place + _BLOCK]
        self._place += _BLOCK
        if not self._grouped:
            self._ready.extend(Ranked((self._roster.names[row],), 0.0) for row in block.tolist())
            return
        contents = dict.fromkeys(self._roster.contents[block].tolist())
        new = [content for content in contents if content not in self._seen]
        self._seen.update(new)
        for rows in group(self._index.vectors_of(new), len(new)):
            names = tuple(name for row in rows for name in self._files(new[row]))
            if names:  # else it is gone meanwhile
                self._ready.append(Ranked(names, 0.0))
