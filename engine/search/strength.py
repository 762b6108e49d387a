"""How well a drawing is met by what was found, in four words.

A score alone says little: what is high differs from drawing to drawing, a scribble resembles much a little,
and the more photos there are, the better the best of them fit by accident. So the best scores are held
against those that photos of quite other things, which come with the encoder, have with the same drawing;
photos like those found are left out there, since they may show what is drawn.

The chance that one of the first three photos is right is a logistic function of four numbers, fitted on
validation classes with what is drawn in the library, often or once, and without it, and on dots, lines, plain
shapes and scribbles, for which nothing is right: benchmarks/strength.py. So many and no more, since a small
library has often one photo of a thing, or two.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import NamedTuple

import numpy as np

from engine.unit_vectors import Vectors

FIRST = 3
"""How many of the best photos are looked at."""

FEWEST = 20
"""Among so few photos nothing is said."""

ALIKE = 0.6
"""Other photos whose mean inner product with those found is so high may show the same."""

_OTHERS_FIRST = 8  # how many of the others that fit best are looked at


_SCORE, _OTHERS, _LIKENESS, _COUNT, _CONSTANT = 12.48, -5.78, -0.66, -0.45, -2.39
_STRONG, _FAIR, _WEAK = 0.5, 0.25, 0.1  # chances from which on a word is said


class Strength(Enum):
    """How well the best photos match."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"
    NONE = "none"
    """Nothing fits well."""


class Measures(NamedTuple):
    """What the chance of a match follows from.

    Attributes:
        score: mean score of the best photos.
        elsewhere: mean score of those eight of the other photos that fit best and are unlike these.
        likeness: mean inner product of the best photos with each other.
        logarithm: of how many photos there are.
    """

    score: float
    elsewhere: float
    likeness: float
    logarithm: float


def judge(best: Vectors, *, query: Vectors, others: Vectors, count: int) -> Strength | None:
    """Return how well a drawing is met; None where it cannot be said.

    Args:
        best: (m, dim) unit vectors of the best photos, about FIRST.
        query: (dim,) unit vector of the drawing.
        others: (o, dim) unit vectors of photos of many things.
        count: how many photos were searched.
    """
    if count < FEWEST or len(best) < 2 or not len(others):
        return None
    likelihood = chance(numbers(best, query=query, others=others, count=count))
    bounds = ((_STRONG, Strength.STRONG), (_FAIR, Strength.FAIR), (_WEAK, Strength.WEAK))
    return next((word for bound, word in bounds if likelihood >= bound), Strength.NONE)


def numbers(best: Vectors, *, query: Vectors, others: Vectors, count: int) -> Measures:
    """Return what the chance follows from, for arguments as of `judge`."""
    scores, unlike = others @ query, others @ best.mean(axis=0) < ALIKE
    elsewhere = np.full(_OTHERS_FIRST, scores.mean())  # where hardly any are unlike
    highest = np.sort(scores[unlike])[::-1][:_OTHERS_FIRST]
    elsewhere[: len(highest)] = highest
    alike = float((best @ best.T).sum() - len(best)) / (len(best) * (len(best) - 1))
    return Measures(float((best @ query).mean()), float(elsewhere.mean()), alike, math.log(count))


def chance(of: Measures) -> float:
    """Return the chance, 0 to 1, that one of the first three photos is right."""
    logit = _SCORE * of.score + _OTHERS * of.elsewhere + _LIKENESS * of.likeness + _COUNT * of.logarithm
    logit += _CONSTANT
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))
