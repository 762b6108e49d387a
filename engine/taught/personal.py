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
from engine.taught.figures import average_precision, precision_at, precision_of
from engine.unit_vectors import Numbers, Vectors, unit

SHARPNESS = (4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 13.0)
"""How near a drawing must be to an earlier one to be treated like it: what is tried, the broadest first."""

_UNGUARDED = 8.0  # the broadest for a model that comes without vectors to guard the rest
_NOISE = 0.1  # how far one pair is to be doubted: what is added to the kernel's diagonal
_STAYING = 0.3  # how far a drawing of other kinds is to be doubted, which stays where it is
_SURE = 1.5  # standard errors by which the pairs must find more, and more of theirs than of other things,
_SURER = 2.0  # and by so many on average of both, so that luck teaches nothing
_STRANGE = 0.9  # share of the photos from all over than which another thing's are no more alike
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

    Kernel ridge regression from the drawings to the way from each to its target; drawings of other kinds, the
    guard's, stay where they are. How sharp it is, is chosen: the pairs must find more than without it, each
    judged by a map that was fitted without it, by more than luck explains, and more than the pairs of other
    things gain by the same movement; and the guard's kinds, each judged by a map that was fitted without it,
    must lose little, and less than the pairs gain. Pairs of one drawing are left out together, and count as
    one: each would be foretold by the other.

    Args:
        pairs: of at least two drawings, else there is nothing to judge by.
        guard: drawings and photos of many kinds; None allows only maps that move little but the same drawing.
    """
    twins = _twins(pairs.drawings) if len(pairs.drawings) else []
    if len(twins) < 2:
        return None
    examples, proof = _Examples.of(pairs, guard), _Proof(pairs, twins)
    watch = None if guard is None else _Watch(guard, pairs.library, len(pairs.drawings))
    best, most = None, 0.0
    for sharpness in SHARPNESS:
        if guard is None and sharpness < _UNGUARDED:
            continue
        ridge = _Ridge(examples, sharpness)
        gain = proof.gain(ridge.without(twins))
        if gain <= most:
            continue
        if watch is None or watch.loss(ridge.without(watch.kinds)) <= min(_LOSS, gain):
            best, most = PersonalMap(examples.drawings, ridge.shifts, sharpness), gain
    return best


@dataclass(frozen=True, eq=False)
class _Examples:
    """What a map is fitted to: the pairs, and behind them drawings that are to stay where they are.

    Attributes:
        drawings: (n, dim) unit vectors.
        ways: (n, dim) how far each should move.
        doubt: (n,) how far each is to be doubted.
    """

    drawings: Vectors
    ways: Vectors
    doubt: NDArray[np.float64]

    @classmethod
    def of(cls, pairs: Pairs, guard: Guard | None) -> _Examples:
        ways = pairs.targets - pairs.drawings
        doubt = _NOISE * 2.0 ** (np.arange(len(ways))[::-1] / _HALF_LIFE)
        if guard is None:
            return cls(pairs.drawings, ways, doubt)
        return cls(
            np.concatenate([pairs.drawings, guard.drawings]),
            np.concatenate([ways, np.zeros_like(guard.drawings)]),
            np.concatenate([doubt, np.full(len(guard.drawings), _STAYING)]),
        )


class _Ridge:
    """Kernel ridge regression of one sharpness.

    Attributes:
        shifts: (n, dim) what each example adds to those like it.
    """

    def __init__(self, examples: _Examples, sharpness: float) -> None:
        self._ways = examples.ways
        kernel = _kernel(examples.drawings, examples.drawings, sharpness).astype(np.float64)
        self._inverse = np.linalg.inv(kernel + np.diag(examples.doubt))
        self.shifts = (self._inverse @ examples.ways).astype(np.float32)

    def without(self, groups: Sequence[NDArray[np.intp]]) -> Vectors:
        """Return how far the rows of groups, one after the other, are moved by all but their own group."""
        ways = [
            self._ways[rows] - np.linalg.solve(self._inverse[np.ix_(rows, rows)], self.shifts[rows])
            for rows in groups
        ]
        return np.concatenate(ways).astype(np.float32)


class _Groups:
    """Rows that belong together, one group after the other.

    Attributes:
        rows: (n,) all of them.
    """

    def __init__(self, groups: Sequence[NDArray[np.intp]]) -> None:
        self.rows = np.concatenate(groups)
        self._sizes = np.array([len(one) for one in groups])
        self._starts = np.cumsum(self._sizes) - self._sizes

    def means(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the mean of each group of (n,) values, which come in the order of the rows."""
        return np.asarray(np.add.reduceat(values, self._starts) / self._sizes, np.float64)


class _Proof:
    """The pairs' own drawings before the library: whether they find more, and theirs more than any would."""

    def __init__(self, pairs: Pairs, twins: Sequence[NDArray[np.intp]]) -> None:
        self._twins = _Groups(twins)
        rows = self._twins.rows
        self._drawings, self._library, self._right = pairs.drawings[rows], pairs.library, pairs.right[rows]
        own = self._right / np.maximum(self._right.sum(axis=1, keepdims=True), 1)
        self._apart = (own - _of_other_things(pairs.targets[rows], own, pairs)).astype(np.float32)
        self._before = self._found(self._drawings)

    def gain(self, ways: Vectors) -> float:
        """Return by how much the mean average precision grows, 0 where that may be luck.

        Args:
            ways: (n, dim) how far each drawing is moved, in the order of the twins.
        """
        precision, ranks = self._found(unit(self._drawings + ways))
        found = self._twins.means(precision - self._before[0])
        own = self._twins.means(np.einsum("nm,nm->n", self._before[1] - ranks, self._apart))
        sure = _surety(found), _surety(own)
        return float(found.mean()) if min(sure) > _SURE and sum(sure) > 2 * _SURER else 0.0

    def _found(self, drawings: Vectors) -> tuple[NDArray[np.float64], Vectors]:
        """Return (n,) average precisions, and (n, m) logarithms of the places at which photos come."""
        order = np.argsort(-(drawings @ self._library.T), axis=1)
        places = np.log(np.arange(1, order.shape[1] + 1, dtype=np.float32))
        ranks = np.empty(order.shape, np.float32)
        np.put_along_axis(ranks, order, np.broadcast_to(places, order.shape), axis=1)
        return precision_of(order, self._right), ranks


def _of_other_things(targets: Vectors, own: NDArray[np.float64], pairs: Pairs) -> NDArray[np.float64]:
    """Return (n, m) what the photos weigh that show something else than each pair's: those of other pairs.

    They are of another thing if they are no more like a pair's own than nine of ten photos from all over.
    Where all pairs are of one thing, all photos stand for others.

    Args:
        targets: (n, dim) of the pairs.
        own: (n, m) what each pair's own photos weigh, 1 in sum.
        pairs: for the photos.
    """
    strange = ~pairs.right.any(axis=0)
    library = pairs.library[strange] if strange.any() else pairs.library
    usual = np.quantile(targets @ library.T, _STRANGE, axis=1)
    others = (targets @ targets.T < usual[:, None]).astype(np.float64)
    count = others.sum(axis=1, keepdims=True)
    everything = np.full(own.shape[1], 1 / own.shape[1])
    return np.where(count > 0, others @ own / np.maximum(count, 1), everything)


def _surety(values: NDArray[np.float64]) -> float:
    """Return by how many standard errors their mean is above 0."""
    return float(values.mean() / max(values.std() / np.sqrt(len(values)), 1e-12))


def _twins(drawings: Vectors) -> list[NDArray[np.intp]]:
    """Return the rows of each drawing among (n, dim) unit vectors: those that are the same stand together."""
    first = (drawings @ drawings.T >= _TWINS).argmax(axis=1)
    return [np.flatnonzero(first == one) for one in np.unique(first)]


class _Watch:
    """The guard's drawings before the guard's photos, laid among the person's.

    Attributes:
        kinds: the rows of each kind's drawings among the examples.
    """

    def __init__(self, guard: Guard, library: Vectors, pairs: int) -> None:
        photos = np.concatenate([guard.photos, library])
        _, kinds = np.unique(guard.right, axis=0, return_inverse=True)
        own = [np.flatnonzero(kinds.ravel() == kind) for kind in range(int(kinds.max()) + 1)]
        self.kinds = [pairs + rows for rows in own]
        self._own = _Groups(own)
        rows = self._own.rows
        self._drawings, self._photos = guard.drawings[rows], photos
        self._right = np.zeros((len(rows), len(photos)), np.bool_)
        self._right[:, : len(guard.photos)] = guard.right[rows]
        self._before = self._found(self._drawings)

    def loss(self, ways: Vectors) -> float:
        """Return what they lose on average; what some kinds gain makes up for no other's loss.

        Args:
            ways: (n, dim) how far each drawing is moved, in the order of the kinds.
        """
        changes = self._found(unit(self._drawings + ways)) - self._before
        return float(np.maximum(-changes, 0).mean(axis=1).max())

    def _found(self, drawings: Vectors) -> NDArray[np.float64]:
        """Return (2, kinds): the mean average precision, and the precision at ten, of each kind."""
        scores = drawings @ self._photos.T
        found = average_precision(scores, self._right), precision_at(scores, self._right)
        return np.array([self._own.means(one) for one in found])


def soft_target(photos: Sequence[Vectors]) -> Vectors:
    """Return the (dim,) unit vector between photos, each given with those most like it, (k, dim)."""
    return unit(np.mean([unit(near.mean(axis=0)) for near in photos], axis=0))


def _kernel(drawings: Vectors, others: Vectors, sharpness: float) -> Vectors:
    """Return how alike unit vectors are: 1 where they are the same, falling with the angle between them."""
    return np.asarray(np.exp(sharpness * (drawings @ others.T - 1)), np.float32)
