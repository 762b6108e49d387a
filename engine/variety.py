"""Different guesses first: each photo of the first screen stands for others like it.

Each next guess is the photo whose score, less its likeness to the guesses before it, is highest (MMR).

References:
    Carbonell, Goldstein: The use of MMR, diversity-based reranking. SIGIR 1998.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

POOL = 256
"""How many of the best matches guesses are chosen from."""

SCREEN = 40
"""How many guesses are chosen."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Guesses:
    """The first screen.

    Attributes:
        chosen: rows of the candidates, in the order they are to be shown.
        behind: for each of them, how many of the others it stands for.
    """

    chosen: Sequence[int]
    behind: Sequence[int]


def choose_different(scores: Vectors, candidates: Vectors, count: int) -> Guesses:
    """Choose guesses that differ from one another.

    Args:
        scores: (n,) inner products with the query, best first.
        candidates: (n, dim), unit rows in that order; the first POOL are looked at.
        count: how many to choose; fewer if there are fewer.
    """
    scores, candidates = scores[:POOL], candidates[:POOL]
    likeness = candidates @ candidates.T
    chosen: list[int] = []
    nearest = np.full(len(scores), -1, np.float32)
    value = 0.7 * scores
    for _ in range(min(count, len(scores))):
        gain = value - 0.3 * nearest if chosen else value
        gain[chosen] = -np.inf
        best = int(np.argmax(gain))
        chosen.append(best)
        nearest = np.maximum(nearest, likeness[best])
    return Guesses(chosen, [0] * len(chosen))
