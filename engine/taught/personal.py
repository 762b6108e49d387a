"""A small map on the side of the drawing, learned from drawings of which the person found the photo.

References:
    Nadaraya: On estimating regression. Theory of Probability and its Applications, 1964. Watson: Smooth
        regression analysis. Sankhya, 1964.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.encoding.guard import Guard
from engine.taught.likeness import Likeness, Seen
from engine.taught.pairs import HALF_LIFE, Pairs, twins_of
from engine.taught.proof import Proof, Watch
from engine.taught.ridge import by_ridge
from engine.unit_vectors import Vectors, unit

_STEEP = 5.0  # by what power of e an earlier drawing weighs more for each deviation that it is more alike
_STEP = 1.0  # how much of the way to where earlier drawings should have pointed is gone
_NEAR = 4.5  # deviations at which one of up to _FEW pairs counts as much as the doubt,
_FEW, _MORE = 16, 0.42  # and how many more by which more pairs must be nearer
_NEARER = (0.0, 0.25, 0.5, 1.0, 1.5)  # what is added while the guard's kinds lose too much
_TRIALS = (2.5, 3.0, 3.5, 4.0)  # deviations at which the pairs are tried,
_TRIAL_STEP = 0.1  # and by how small a step: it shows whether there is anything to learn
_SHOWN = 0.875  # cosine of the mean of a kind's photos and what a pair found: from here on it is that kind
_LOSS = 0.0015  # of mAP, and of precision at ten, that the guard's kinds may lose on average
_NEVER = -99.0  # deviations: nothing is less alike


class PersonalMap(Protocol):
    """Moves the vector of a drawing as similar drawings had to be moved. Leaves others where they are."""

    def __call__(self, vectors: Vectors) -> Vectors:
        """Return unit vectors, (dim,) or (k, dim), for those of drawings."""


@dataclass(frozen=True, eq=False)
class Smoothed:
    """Moves a drawing towards where those that show the same should have pointed: their mean, and itself.

    Each earlier drawing weighs as much more as it is likelier to show the same than drawings of different
    things are; the drawing itself weighs one. So one that is like none of them stays where it is.

    Attributes:
        likeness: how alike two drawings are.
        drawings: those it learned from.
        ways: (n, dim) from each to where it should have pointed.
        trust: (n,) what each counts, 1 the newest.
        near: deviations of likeness at which one weighs as much as the drawing itself.
        step: how much of the way is gone.
    """

    likeness: Likeness
    drawings: Seen
    ways: Vectors
    trust: NDArray[np.float32]
    near: float
    step: float

    def __call__(self, vectors: Vectors) -> Vectors:
        """Return unit vectors, (dim,) or (k, dim), for those of drawings."""
        rows = np.atleast_2d(vectors)
        alike = self.likeness.between(self.likeness.prepare(rows), self.drawings)
        return unit(rows + self.shifts(alike)).reshape(vectors.shape)

    def shifts(self, alike: NDArray[np.float32]) -> Vectors:
        """Return (k, dim) how far drawings move that are so much like those it learned from, (k, n)."""
        weights = self.trust * np.exp(np.minimum(_STEEP * (alike - self.near), 50.0))
        shares = weights / (1.0 + weights.sum(axis=1, keepdims=True))
        return np.asarray(self.step * (shares @ self.ways), np.float32)


def fit(pairs: Pairs, guard: Guard | None) -> PersonalMap | None:
    """Return the map that the pairs teach, None where none is known to help.

    It must serve its own pairs, each judged by what the others teach: a small step must find more, by more
    than luck explains, and more than the pairs of other things gain by the same movement; and the map itself
    must not find less. Pairs of one drawing are left out together, and count as one: each would be foretold
    by the other. Drawings of other kinds, the guard's, must find what they found.

    Of the guard, kinds that the pairs themselves found are no other kinds.

    Args:
        pairs: of at least two drawings, else there is nothing to judge by.
        guard: drawings and photos of many kinds; without it only very similar drawings are moved.
    """
    twins = twins_of(pairs.drawings) if len(pairs.drawings) else []
    if len(twins) < 2:
        return None
    proof = Proof(pairs, twins)
    likeness = Likeness.of(guard) if guard is not None else None
    if guard is None or likeness is None or not (strange := _strange(guard, pairs.targets)).any():
        return by_ridge(pairs, twins, proof)
    taught = _Taught(pairs, twins, likeness.beside(strange))
    if not any(proof.gain(taught.alone(taught.map(near, _TRIAL_STEP))) for near in _TRIALS):
        return None
    learned = taught.harmless(Watch(guard.only(strange), pairs.library))
    return None if learned is None or proof.is_worse(taught.alone(learned)) else learned


def _strange(guard: Guard, targets: Vectors) -> NDArray[np.bool_]:
    """Return which drawings of a guard, (n,), show none of the things at these (m, dim) targets."""
    means = unit(guard.right.astype(np.float32) @ guard.photos)
    return np.asarray((means @ targets.T).max(axis=1) < _SHOWN)


class _Taught:
    """What pairs teach, by how near a drawing must be to them, and by what step."""

    def __init__(self, pairs: Pairs, twins: Sequence[NDArray[np.intp]], likeness: Likeness) -> None:
        count = len(pairs.drawings)
        self._likeness, self._drawings = likeness, likeness.prepare(pairs.drawings)
        self._ways = np.asarray(pairs.targets - pairs.drawings, np.float32)
        self._trust = (2.0 ** (-np.arange(count)[::-1] / HALF_LIFE)).astype(np.float32)
        alike = likeness.between(self._drawings, self._drawings)
        for rows in twins:
            alike[np.ix_(rows, rows)] = _NEVER
        self._others = alike[np.concatenate(twins)]

    def map(self, near: float, step: float) -> Smoothed:
        """Return what they teach."""
        return Smoothed(self._likeness, self._drawings, self._ways, self._trust, near, step)

    def alone(self, learned: Smoothed) -> Vectors:
        """Return how far each pair's drawing is moved by the others, in the order of the twins."""
        return learned.shifts(self._others)

    def harmless(self, watch: Watch) -> Smoothed | None:
        """Return the map that moves most and harms no other kinds; None if there is none."""
        alike = self._likeness.between(self._likeness.guard, self._drawings)[watch.rows]
        nearest = _NEAR + _MORE * np.log(max(len(self._ways) / _FEW, 1.0))
        maps = (self.map(float(nearest + more), _STEP) for more in _NEARER)
        return next((one for one in maps if watch.loss(one.shifts(alike)) <= _LOSS), None)
