"""A map for a model that comes without a guard: only what is very much like an earlier drawing is moved.

References:
    Saunders, Gammerman, Vovk: Ridge regression learning algorithm in dual variables. ICML 1998.
    Rasmussen, Williams: Gaussian processes for machine learning, 2006, 5.4.2: what each example would be
    given without itself, from one inverse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.taught.pairs import HALF_LIFE, Pairs
from engine.taught.proof import Proof
from engine.unit_vectors import Vectors, unit

SHARPNESS = (8.0, 10.0, 13.0)
"""How near a drawing must be to an earlier one to be treated like it: what is tried, the broadest first."""

_NOISE = 0.1  # how far one pair is to be doubted: what is added to the kernel's diagonal


@dataclass(frozen=True, eq=False)
class RidgeMap:
    """Moves a drawing by kernel ridge regression.

    Attributes:
        drawings: (n, dim) unit vectors of those it learned from.
        shifts: (n, dim) what each of them adds.
        sharpness: one of SHARPNESS.
    """

    drawings: Vectors
    shifts: Vectors
    sharpness: float

    def __call__(self, vectors: Vectors) -> Vectors:
        """Return unit vectors, (dim,) or (k, dim), for those of drawings."""
        return unit(vectors + _kernel(vectors, self.drawings, self.sharpness) @ self.shifts)


def by_ridge(pairs: Pairs, twins: Sequence[NDArray[np.intp]], proof: Proof) -> RidgeMap | None:
    """Return the map that serves its own pairs best, None where none is known to help.

    Each pair is judged by a map that was fitted without it and its twins.
    """
    best, most = None, 0.0
    ways = pairs.targets - pairs.drawings
    doubt = _NOISE * 2.0 ** (np.arange(len(ways))[::-1] / HALF_LIFE)
    for sharpness in SHARPNESS:
        kernel = _kernel(pairs.drawings, pairs.drawings, sharpness).astype(np.float64)
        inverse = np.linalg.inv(kernel + np.diag(doubt))
        shifts = (inverse @ ways).astype(np.float32)
        without = [ways[rows] - np.linalg.solve(inverse[np.ix_(rows, rows)], shifts[rows]) for rows in twins]
        gain = proof.gain(np.concatenate(without).astype(np.float32))
        if gain > most:
            best, most = RidgeMap(pairs.drawings, shifts, sharpness), gain
    return best


def _kernel(drawings: Vectors, others: Vectors, sharpness: float) -> Vectors:
    """Return how alike unit vectors are: 1 where they are the same, falling with the angle between them."""
    return np.asarray(np.exp(sharpness * (drawings @ others.T - 1)), np.float32)
