"""The vectors that a search scored, so that whoever asked reads them no second time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.unit_vectors import Numbers, Vectors


class Scored:
    """Holds vectors by id, as they were read, while a search and what follows it need them."""

    def __init__(self) -> None:
        self._parts: list[tuple[Numbers, Vectors]] = []

    def note(self, ids: Numbers, vectors: Vectors) -> None:
        """Hold (n, dim) vectors of n ids."""
        self._parts.append((ids, vectors))

    def of(self, ids: Sequence[int]) -> Vectors | None:
        """Return (n, dim) the vectors of n ids at unit length, in their order; None where one lacks."""
        if not self._parts or not len(ids):
            return None
        known, wanted = np.concatenate([numbers for numbers, _ in self._parts]), np.asarray(ids, np.int64)
        order = np.argsort(known)
        places = order[np.minimum(np.searchsorted(known, wanted, sorter=order), len(known) - 1)]
        if not np.array_equal(known[places], wanted):
            return None
        return unit_rows(np.concatenate([vectors for _, vectors in self._parts])[places])


def unit_rows(vectors: Vectors) -> Vectors:
    """Return the rows at unit length; those that cannot be compared become zero."""
    squares = np.einsum("nd,nd->n", vectors, vectors)
    good = (squares > np.finfo(np.float32).tiny) & (squares < np.inf)
    if not good.all():
        vectors = np.where(good[:, None], vectors, np.float32(0))
        squares = np.where(good, squares, np.float32(1))
    return np.asarray(vectors / np.sqrt(squares)[:, None], np.float32)
