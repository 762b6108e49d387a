"""How well a drawing is met by what was found, in four words.

A score alone says little: what is high differs from drawing to drawing, and the more photos there are, the
higher the best of those scores that have nothing to do with it. So the first score is held against the
library's own background for this drawing, and counts for more where the first photos resemble one another.

The chance that one of the first ten photos is right is a logistic function of three numbers, fitted on
validation classes with what is drawn in the library and without it, and on dots, lines and scribbles, for
which nothing is right: benchmarks/strength.py.
"""

from __future__ import annotations

import math
from enum import Enum

import numpy as np
from numpy.typing import NDArray

FIRST = 8
"""How many of the best photos are compared with one another."""

FEWEST = 20
"""Below so many photos there is no background to hold a score against."""

Vectors = NDArray[np.float32]

_EXCESS, _LIKENESS, _COUNT, _CONSTANT = 0.803, 6.98, -0.303, -3.27
_STRONG, _FAIR, _WEAK = 0.45, 0.25, 0.06  # chances from which on a word is said


class Strength(Enum):
    """How well the best photos match."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"
    NONE = "none"
    """Nothing fits well."""


def judge(best: Vectors, first: float, background: Vectors, count: int) -> Strength | None:
    """Return how well a drawing is met; None where it cannot be said.

    Args:
        best: (m, dim) unit vectors of the best photos, about FIRST.
        first: score of the first.
        background: (b,) scores of photos taken from the whole library.
        count: how many photos there are.
    """
    if count < FEWEST or len(best) < 2:
        return None
    likelihood = chance(*numbers(best, first, background, count))
    bounds = ((_STRONG, Strength.STRONG), (_FAIR, Strength.FAIR), (_WEAK, Strength.WEAK))
    return next((word for bound, word in bounds if likelihood >= bound), Strength.NONE)


def numbers(best: Vectors, first: float, background: Vectors, count: int) -> tuple[float, float, float]:
    """Return what the chance follows from, for arguments as of `judge`.

    That is: by how many deviations the first score exceeds what the best of so many unrelated photos would
    have, the mean likeness of the best photos, and the logarithm of how many there are.
    """
    deviation = max(float(background.std()), 1e-6)
    unrelated = math.sqrt(2 * math.log(count))
    alike = float((best @ best.T).sum() - len(best)) / (len(best) * (len(best) - 1))
    return (first - float(background.mean())) / deviation - unrelated, alike, math.log(count)


def chance(excess: float, likeness: float, logarithm: float) -> float:
    """Return the chance, 0 to 1, that a photo among the first ten is right, by `numbers`."""
    logit = _EXCESS * excess + _LIKENESS * likeness + _COUNT * logarithm + _CONSTANT
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))
