"""Whether a movement of drawings helps those it was learned from, and what it costs others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.encoding.guard import Guard
from engine.taught.figures import average_precision, precision_at, precision_of
from engine.taught.pairs import Pairs
from engine.unit_vectors import Vectors, unit

_SURE = 1.5  # standard errors by which the pairs must find more, and more of theirs than of other things,
_SURER = 2.0  # and by so many on average of both, so that luck teaches nothing
_STRANGE = 0.9  # share of the photos from all over than which another thing's are no more alike


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


class Proof:
    """The pairs' own drawings before the library: whether they find more, and theirs more than any would."""

    def __init__(self, pairs: Pairs, twins: Sequence[NDArray[np.intp]]) -> None:
        self._twins = _Groups(twins)
        rows = self._twins.rows
        self._drawings, self._library, self._right = pairs.drawings[rows], pairs.library, pairs.right[rows]
        own = self._right / np.maximum(self._right.sum(axis=1, keepdims=True), 1)
        self._apart = (own - _of_other_things(pairs.targets[rows], own, pairs)).astype(np.float32)
        self._before = self._measure(self._drawings)

    def gain(self, ways: Vectors) -> float:
        """Return by how much the mean average precision grows, 0 where that may be luck.

        Args:
            ways: (n, dim) how far each drawing is moved, in the order of the twins.
        """
        found, own = self._judge(ways)
        sure = _surety(found), _surety(own)
        return float(found.mean()) if min(sure) > _SURE and sum(sure) > 2 * _SURER else 0.0

    def is_worse(self, ways: Vectors) -> bool:
        """Return whether less is found, by more than luck explains; arguments as of `gain`."""
        return _surety(self._judge(ways)[0]) <= -_SURE

    def _judge(self, ways: Vectors) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what each drawing finds more, and by how much its own photos rise more than others."""
        precision, ranks = self._measure(unit(self._drawings + ways))
        own = np.einsum("nm,nm->n", self._before[1] - ranks, self._apart)
        return self._twins.means(precision - self._before[0]), self._twins.means(own)

    def _measure(self, drawings: Vectors) -> tuple[NDArray[np.float64], Vectors]:
        """Return (n,) average precisions, and (n, m) logarithms of the places at which photos come."""
        order = np.argsort(-(drawings @ self._library.T), axis=1)
        places = np.log(np.arange(1, order.shape[1] + 1, dtype=np.float32))
        ranks = np.empty(order.shape, np.float32)
        np.put_along_axis(ranks, order, np.broadcast_to(places, order.shape), axis=1)
        return precision_of(order, self._right), ranks


class Watch:
    """The guard's drawings before the guard's photos, laid among the person's.

    Attributes:
        rows: of the guard's drawings, those of a kind together.
    """

    def __init__(self, guard: Guard, library: Vectors) -> None:
        self._kinds = _Groups([np.flatnonzero(guard.kinds == kind) for kind in np.unique(guard.kinds)])
        self.rows = self._kinds.rows
        self._drawings, self._photos = guard.drawings[self.rows], np.concatenate([guard.photos, library])
        self._right = np.zeros((len(self.rows), len(self._photos)), np.bool_)
        self._right[:, : len(guard.photos)] = guard.right[self.rows]
        self._before = self._measure(self._drawings)

    def loss(self, ways: Vectors) -> float:
        """Return what they lose on average; what some kinds gain makes up for no other's loss.

        Args:
            ways: (n, dim) how far each drawing is moved, in the order of the rows.
        """
        changes = self._measure(unit(self._drawings + ways)) - self._before
        return float(np.maximum(-changes, 0).mean(axis=1).max())

    def _measure(self, drawings: Vectors) -> NDArray[np.float64]:
        """Return (2, kinds): the mean average precision, and the precision at ten, of each kind."""
        scores = drawings @ self._photos.T
        found = average_precision(scores, self._right), precision_at(scores, self._right)
        return np.array([self._kinds.means(one) for one in found])


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
