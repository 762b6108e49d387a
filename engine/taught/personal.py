"""A small map on the side of the drawing, learned from drawings of which the person found the photo.

References:
    Saunders, Gammerman, Vovk: Ridge regression learning algorithm in dual variables. ICML 1998.
    Rasmussen, Williams: Gaussian processes for machine learning, 2006, 5.4.2: what each example would be
    given without itself, from one inverse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.encoding.guard import Guard
from engine.unit_vectors import Numbers, Vectors, unit

SHARPNESS = (4.0, 5.0, 6.0, 8.0, 10.0, 13.0)
"""How near a drawing must be to an earlier one to be treated like it: what is tried, the broadest first."""

_UNGUARDED = 8.0  # the broadest for a model that comes without vectors to guard the rest
_NOISE = 0.1  # how far one pair is to be doubted: what is added to the kernel's diagonal
_SURE = 1.5  # standard errors by which the pairs must find more, so that luck teaches nothing
_SAME = 0.9999  # inner product of vectors of one photo
_TWINS = 0.99999  # of one drawing, kept with half precision
_LIKE = 10  # photos most like the one that was found, that a drawing of it should have found too,
_OF = 20  # where there are so many for each of them
_HALF_LIFE = 200  # later pairs, after which one counts half
_LOSS = (
    0.005  # of mean average precision, and of precision at ten, that the guard's kinds may lose on average
)


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


@dataclass(frozen=True, eq=False)
class PersonalMap:
    """Moves the vector of a drawing as similar drawings had to be moved. Leaves others where they are.

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


def alike(photos: int) -> int:
    """Return how many of so many photos a drawing should have found: one, and those most like it."""
    return 1 + min(_LIKE, photos // _OF)


def fit(pairs: Pairs, guard: Guard | None) -> PersonalMap | None:
    """Return the map that serves its own pairs best, None where none is known to help.

    Kernel ridge regression from the drawings to the way from each to its target. How sharp it is, is chosen:
    the pairs must find more than without it, each judged by a map that was fitted without it, by more than
    luck explains; and other kinds of things, the guard's, must lose nothing that matters. Pairs of one
    drawing are left out together, and count as one: each would be foretold by the other.

    Args:
        pairs: of at least two drawings, else there is nothing to judge by.
        guard: drawings and photos of many kinds; None allows only maps that move little but the same drawing.
    """
    twins = _twins(pairs.drawings) if len(pairs.drawings) else []
    count = len(twins)
    if count < 2:
        return None
    ways = pairs.targets - pairs.drawings
    doubt = _NOISE * 2.0 ** (np.arange(len(ways))[::-1] / _HALF_LIFE)
    before = average_precision(pairs.drawings @ pairs.library.T, pairs.right)
    watch = None if guard is None else _Watch(guard, pairs.library)
    best, most = None, 0.0
    for sharpness in SHARPNESS:
        if guard is None and sharpness < _UNGUARDED:
            continue
        kernel = _kernel(pairs.drawings, pairs.drawings, sharpness).astype(np.float64)
        inverse = np.linalg.inv(kernel + np.diag(doubt))
        shifts = (inverse @ ways).astype(np.float32)
        alone = ways.copy()
        for same in twins:
            alone[same] -= np.linalg.solve(inverse[np.ix_(same, same)], shifts[same]).astype(np.float32)
        found = average_precision(unit(pairs.drawings + alone) @ pairs.library.T, pairs.right) - before
        gains = np.array([found[same].mean() for same in twins])
        gain, error = float(gains.mean()), float(gains.std() / np.sqrt(count))
        if gain <= max(_SURE * error, most):
            continue
        learned = PersonalMap(pairs.drawings, shifts, sharpness)
        if watch is None or watch.loses_nothing(learned):
            best, most = learned, gain
    return best


def _twins(drawings: Vectors) -> list[NDArray[np.intp]]:
    """Return the rows of each drawing among (n, dim) unit vectors: those that are the same stand together."""
    first = (drawings @ drawings.T >= _TWINS).argmax(axis=1)
    return [np.flatnonzero(first == one) for one in np.unique(first)]


class _Watch:
    """The guard's drawings before the guard's photos, laid among the person's."""

    def __init__(self, guard: Guard, library: Vectors) -> None:
        self._drawings, self._photos = guard.drawings, np.concatenate([guard.photos, library])
        self._right = np.zeros((len(guard.drawings), len(self._photos)), np.bool_)
        self._right[:, : len(guard.photos)] = guard.right
        _, self._kinds = np.unique(guard.right, axis=0, return_inverse=True)
        self._before = self._found(self._drawings)

    def loses_nothing(self, learned: PersonalMap) -> bool:
        """Return whether they still find them; what some kinds gain makes up for no other's loss."""
        changes = self._found(learned(self._drawings)) - self._before
        return bool((np.minimum(changes, 0).mean(axis=1) >= -_LOSS).all())

    def _found(self, drawings: Vectors) -> NDArray[np.float64]:
        """Return (2, kinds): the mean average precision, and the precision at ten, of each kind."""
        scores = drawings @ self._photos.T
        found = average_precision(scores, self._right), precision_at(scores, self._right)
        counts = np.bincount(self._kinds.ravel())
        return np.array([np.bincount(self._kinds.ravel(), one) / counts for one in found])


def average_precision(scores: NDArray[np.float32], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return (n,) average precisions of the order of (n, m) scores; 0 where nothing is right."""
    hits = np.take_along_axis(right, np.argsort(-scores, axis=1), axis=1)
    precision = np.cumsum(hits, axis=1) / np.arange(1, hits.shape[1] + 1)
    return np.asarray((precision * hits).sum(axis=1) / np.maximum(hits.sum(axis=1), 1), np.float64)


def precision_at(scores: NDArray[np.float32], right: NDArray[np.bool_], k: int = 10) -> NDArray[np.float64]:
    """Return (n,) shares of right ones among the k best of (n, m) scores."""
    k = min(k, scores.shape[1])
    best = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    return np.asarray(np.take_along_axis(right, best, axis=1).mean(axis=1), np.float64)


def soft_target(photos: Sequence[Vectors]) -> Vectors:
    """Return the (dim,) unit vector between photos, each given with those most like it, (k, dim)."""
    return unit(np.mean([unit(near.mean(axis=0)) for near in photos], axis=0))


def _kernel(drawings: Vectors, others: Vectors, sharpness: float) -> Vectors:
    """Return how alike unit vectors are: 1 where they are the same, falling with the angle between them."""
    return np.asarray(np.exp(sharpness * (drawings @ others.T - 1)), np.float32)
