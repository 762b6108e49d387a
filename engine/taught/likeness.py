"""How alike drawings are, counted against how alike drawings of different things are.

References:
    Hatch, Kajarekar, Stolcke: Within-class covariance normalization for SVM-based speaker recognition.
        Interspeech 2006.
    Matejka and others: Analysis of score normalization in multilingual speaker recognition. Interspeech 2017.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.encoding.guard import Guard
from engine.unit_vectors import Vectors

_WITHIN = 0.5  # how much of the metric undoes what drawings of one thing differ by
_COHORT = 5  # other things' drawings that are most like one: what it is like anyway
_LESS = 0.3  # how much of that is taken off
_KINDS = 10  # of fewer, likenesses of different things do not tell how much they differ


@dataclass(frozen=True, eq=False)
class Seen:
    """Drawings, as they are compared.

    Attributes:
        rows: (n, dim) at length 1 in the metric.
        duals: (n, dim) the metric times these.
        usual: (n,) how alike each is to drawings of other things.
    """

    rows: Vectors
    duals: Vectors
    usual: NDArray[np.float32]


class Likeness:
    """How alike drawings are, as one model sees them, learned from its guard.

    Attributes:
        guard: its drawings; what each is like anyway is said by those of the other kinds.
    """

    def __init__(self, guard: Guard) -> None:
        """Learn from the drawings of several kinds; see `of`."""
        kinds, drawings = guard.kinds, guard.drawings
        self._metric = _undoing(drawings, kinds)
        rows, duals = self._measure(drawings)
        same = kinds[:, None] == kinds
        self.guard = Seen(rows, duals, _highest(np.where(same, np.float32(-1), duals @ rows.T)))
        plain = self._beyond_usual(self.guard, self.guard)[~same]
        self._mean, self._deviation = float(plain.mean()), float(plain.std())

    @classmethod
    def of(cls, guard: Guard) -> Likeness | None:
        """Return what a guard teaches, kept for the next time; None if it has drawings of few kinds."""
        return _likeness_of(guard) if len(np.unique(guard.kinds)) >= _KINDS else None

    def beside(self, strange: NDArray[np.bool_]) -> Likeness:
        """Return the same, where only some of the guard's drawings, (n,), say what one is like anyway."""
        part = copy(self)
        part.guard = Seen(*(each[strange] for each in (self.guard.rows, self.guard.duals, self.guard.usual)))
        return part

    def prepare(self, drawings: Vectors) -> Seen:
        """Return drawings, (n, dim) unit vectors, ready to be compared."""
        rows, duals = self._measure(drawings)
        return Seen(rows, duals, _highest(duals @ self.guard.rows.T))

    def between(self, some: Seen, others: Seen) -> NDArray[np.float32]:
        """Return (n, m) how alike drawings are: 0 as different things on average, 1 a deviation above."""
        return (self._beyond_usual(some, others) - self._mean) / max(self._deviation, 1e-6)

    def _measure(self, drawings: Vectors) -> tuple[Vectors, Vectors]:
        duals = drawings @ self._metric
        lengths = np.sqrt(np.maximum(np.einsum("nd,nd->n", duals, drawings), 1e-12))[:, None]
        return drawings / lengths, duals / lengths

    def _beyond_usual(self, some: Seen, others: Seen) -> NDArray[np.float32]:
        return some.duals @ others.rows.T - np.float32(_LESS) * (some.usual[:, None] + others.usual)


@lru_cache(maxsize=2)  # of the encoder that is used, and of one that is tried
def _likeness_of(guard: Guard) -> Likeness:
    return Likeness(guard)


def _undoing(drawings: Vectors, kinds: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return the (dim, dim) metric in which drawings of one kind differ less, and those of two kinds more."""
    members = (kinds[:, None] == np.unique(kinds)).astype(np.float64)
    means = members.T @ drawings / members.sum(axis=0)[:, None]
    rest = drawings - members @ means
    spread = rest.T @ rest
    dim = len(spread)
    spread *= dim / max(np.trace(spread), 1e-12)
    return np.linalg.inv((1 - _WITHIN) * np.eye(dim) + _WITHIN * spread).astype(np.float32)


def _highest(alike: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (n,) the mean of the highest few of (n, m) likenesses."""
    count = min(_COHORT, alike.shape[1])
    highest = np.partition(alike, alike.shape[1] - count, axis=1)[:, -count:]
    return np.asarray(highest.mean(axis=1), np.float32)
