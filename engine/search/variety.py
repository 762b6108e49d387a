"""Different guesses first: each photo of the first screen stands for others like it.

The next guess is the photo that is likeliest to be right if all guesses before it were wrong. What a score
says is taken as a chance, exp(score / TEMPERATURE); each guess before takes from it the chance that the
photo is of that guess's kind, which grows with their likeness. Maximal marginal relevance weighs a score
against the likeness to the one guess that is nearest; counting all of them finds more among many kinds.

References:
    Carbonell, Goldstein: The use of MMR, diversity-based reranking. SIGIR 1998.
    Agrawal and others: Diversifying search results. WSDM 2009 (the chance that all before were wrong).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.unit_vectors import Vectors

POOL = 256
"""How many of the best matches guesses are chosen from."""

SCREEN = 40
"""How many guesses are chosen."""

TEMPERATURE = 0.05
"""Of scores: the chance that a photo is right goes as exp(score / TEMPERATURE)."""

_SAME_KIND = 0.6  # likeness at which two photos are of one kind as often as not
_SOFTNESS = 0.07  # of that border
_SUREST = 0.9  # chance that two photos are of one kind, whatever their likeness
_BEST_FROM, _BEST_TO = 10, 20  # places where scores count more, for whoever looks for one very photo
_BEST_SHARE = 0.2  # of the differences, there


@dataclass(frozen=True)
class Guesses:
    """The first screen.

    Attributes:
        chosen: rows of the candidates, in the order they are to be shown.
        behind: for each of them, how many others, not chosen, are like it more than like any other.
    """

    chosen: Sequence[int]
    behind: Sequence[int]


def choose_different(scores: Vectors, likeness: Vectors, count: int = SCREEN) -> Guesses:
    """Choose guesses that differ from one another; the constants are chosen on validation classes.

    Args:
        scores: (n,) inner products with the query, best first.
        likeness: (n, n) cosines of the candidates, in that order, with one another; the first POOL are
            looked at.
        count: how many to choose; fewer if there are fewer.
    """
    likeness = likeness[:POOL, :POOL]
    chances = scores[:POOL] / TEMPERATURE  # logarithms, up to a constant
    told_apart = np.zeros(len(chances), np.float32)
    chosen: list[int] = []
    for place in range(min(count, len(chances))):
        share = _BEST_SHARE if _BEST_FROM <= place < _BEST_TO else 1.0
        best = int((chances + share * told_apart).argmax())
        chosen.append(best)
        chances[best] = -np.inf
        told_apart += _log_chance_of_another_kind(likeness[best])
    return Guesses(chosen, _count_behind(likeness[chosen], chosen))


def _log_chance_of_another_kind(likeness: Vectors) -> Vectors:
    same = _SUREST / (1 + np.exp((_SAME_KIND - likeness) / _SOFTNESS))
    return np.asarray(np.log1p(-same), np.float32)


def _count_behind(likeness: Vectors, chosen: Sequence[int]) -> list[int]:
    """Return for each guess how many of the rest are of its kind, and of no other guess's more."""
    if not chosen:
        return []
    nearest, kind = likeness.argmax(axis=0), likeness.max(axis=0) >= _SAME_KIND
    kind[chosen] = False
    counts: list[int] = np.bincount(nearest[kind], minlength=len(chosen)).tolist()
    return counts
