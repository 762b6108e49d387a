"""The vectors that were read last, in memory: while a pen moves, each search meets much the same ones."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from engine.unit_vectors import Numbers, Vectors

_KEPT = 8_192
"""So many at most: 16 MB of 512 numbers each."""

_FEW = 2_048
"""Of more at a time none are kept: they are of a search that goes deep, and would take all room."""


class RecentRows:
    """Keeps vectors by place. For any thread.

    Each place has one seat, which it shares with others; whoever was read last has it. So a look is a few
    steps over whole arrays, and what is kept needs no order.
    """

    def __init__(self, dim: int) -> None:
        """Keep none yet, of this length."""
        self._dim, self._lock = dim, threading.Lock()
        self._owners, self._vectors = np.empty(0, np.int64), np.empty((0, dim), np.float32)

    def take(self, places: Numbers, read: Callable[[Numbers], Vectors]) -> Vectors:
        """Return (n, dim) the vectors at n places.

        Args:
            places: (n,), which are those of one vector each for good.
            read: gives (m, dim) those of m places that are not kept; NaN for what is damaged, which is asked
                for again each time.
        """
        if len(places) > _FEW:
            return read(places)
        seats = places % _KEPT
        with self._lock:
            if not len(self._owners):
                self._owners, self._vectors = np.full(_KEPT, -1), np.empty((_KEPT, self._dim), np.float32)
            found, missing = self._vectors[seats], np.flatnonzero(self._owners[seats] != places)
        if not len(missing):
            return found
        found[missing] = rows = read(places[missing])
        seats, first = np.unique(seats[missing], return_index=True)  # one each, and its vector
        sound = np.isfinite(rows[first]).all(axis=1)
        seats, first = seats[sound], first[sound]
        with self._lock:
            self._owners[seats], self._vectors[seats] = places[missing][first], rows[first]
        return found
