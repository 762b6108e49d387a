"""What there is to learn from: drawings, and the photos that they should have found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.unit_vectors import Numbers, Vectors, unit

HALF_LIFE = 200
"""Later pairs, after which one counts half."""

_SAME = 0.9999  # inner product of vectors of one photo
_TWINS = 0.99999  # of one drawing, kept with half precision
_LIKE = 10  # photos most like the one that was found, that a drawing of it should have found too,
_OF = 20  # where there are so many for each of them


@dataclass(frozen=True, eq=False)
class Pairs:
    """What there is to learn from, oldest first.

    Attributes:
        drawings: (n, dim) unit vectors.
        targets: (n, dim) unit vectors: where each drawing should have pointed.
        library: (m, dim) unit vectors of photos that stand for the person's.
        right: (n, m) which of these each drawing was meant to find.
    """

    drawings: Vectors
    targets: Vectors
    library: Vectors
    right: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        drawings: Vectors,
        near: Sequence[Sequence[Numbers]],
        vectors_of: Callable[[Numbers], Vectors],
        sample: Vectors,
    ) -> Pairs:
        """Return the pairs of drawings and the photos they found.

        Args:
            drawings: (n, dim) unit vectors, oldest first; one at least.
            near: n times, of each photo found: the numbers of those most like it, itself among them.
            vectors_of: gives the (k, dim) unit vectors of k numbers.
            sample: (s, dim) unit vectors of photos from all over.
        """
        every = np.unique(np.concatenate([part for parts in near for part in parts]))
        vectors = vectors_of(every)
        rows = [[np.searchsorted(every, part) for part in parts] for parts in near]
        sample = sample[(sample @ vectors.T).max(axis=1, initial=-1.0) < _SAME]
        right = np.zeros((len(rows), len(every) + len(sample)), np.bool_)
        for place, parts in enumerate(rows):
            right[place, np.concatenate(parts)] = True
        targets = np.array([soft_target([vectors[part] for part in parts]) for parts in rows])
        return cls(drawings, targets, np.concatenate([vectors, sample]), right)


def alike(photos: int) -> int:
    """Return how many of so many photos a drawing should have found: one, and those most like it."""
    return 1 + min(_LIKE, photos // _OF)


def soft_target(photos: Sequence[Vectors]) -> Vectors:
    """Return the (dim,) unit vector between photos, each given with those most like it, (k, dim)."""
    return unit(np.mean([unit(near.mean(axis=0)) for near in photos], axis=0))


def twins_of(drawings: Vectors) -> list[NDArray[np.intp]]:
    """Return the rows of each drawing among (n, dim) unit vectors: those that are the same stand together."""
    first = (drawings @ drawings.T >= _TWINS).argmax(axis=1)
    return [np.flatnonzero(first == one) for one in np.unique(first)]
