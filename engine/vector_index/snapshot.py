"""What a search sees of an index, and exact search in it: a first look at short vectors, then whole ones."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.unit_vectors import Numbers, Vectors, unit_rows
from engine.vector_index.graph import CANDIDATES, Graph
from engine.vector_index.places import Places
from engine.vector_index.projection import Projection
from engine.vector_index.rows import Rows
from engine.vector_index.short_file import Short

_log = logging.getLogger(__name__)

Match = tuple[int, float]
"""An id and its inner product with the query."""

Mask = NDArray[np.bool_]

_SAMPLE = 1_000  # vectors that stand for all
_AT_ONCE = 8_192  # whole vectors in memory at a time
_SPARE = 64  # looked at in any case
_DEEP = 4  # from this share of all on, all are looked at
_SLACK = 5e-4  # short vectors are kept in half precision between two runs
_FEW = 4_096  # of so many, whole vectors are kept for the searches that follow


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Vectors by row; never changed, only replaced.

    Attributes:
        ids: (n,) int64.
        stored: (n,) where the store has their vectors.
        short: (n, p) what these are in the components, see `engine.vector_index.projection`.
        rest: (n,) how long their rests are.
        dead: (n,) rows that were removed.
        covered: (n,) rows that the graph holds.
        lookup: rows by id.
        projection: of which components `short` is.
        store: holds the vectors.
        graph: answers for the rows that are covered; None if there is none.
    """

    ids: Numbers
    stored: Numbers
    short: Vectors
    rest: Vectors
    dead: Mask
    covered: Mask
    lookup: Places
    projection: Projection
    store: Rows
    graph: Graph | None = None

    @classmethod
    def empty(cls, dim: int, store: Rows) -> Snapshot:
        """Return one without rows."""
        none, flags = np.empty(0, np.int64), np.empty(0, np.bool_)
        short, rest = np.empty((0, dim), np.float32), np.empty(0, np.float32)
        return cls(none, none, short, rest, flags, flags, Places(none), Projection.whole(dim), store)

    def select(self, rows: Numbers) -> Snapshot:
        """Return some of the rows alone."""
        arrays = {name: getattr(self, name)[rows] for name in ("stored", "short", "rest", "dead", "covered")}
        return replace(self, ids=self.ids[rows], lookup=Places(self.ids[rows]), **arrays)

    def is_loose(self, least: int) -> bool:
        """Return whether more rows are dead than alive and than `least`, or the store is scattered."""
        return len(self.ids) - self.count > max(least, self.count) or self.store.is_scattered

    def pack(self) -> Snapshot:
        """Return the rows that are alive, with a store that is not scattered."""
        alive = self.select(np.flatnonzero(~self.dead))
        store, places = self.store.renew(alive.ids.tolist(), alive.stored)
        return replace(alive, store=store, stored=places)

    def project(self, projection: Projection, known: Short | None = None) -> Snapshot:
        """Return the same rows in these components, read from the store but for those that are known."""
        count = len(self.ids)
        if known is not None and np.array_equal(known.ids, self.ids):
            short, rest, missing = known.short, known.rest, np.arange(0)
        else:
            short = np.empty((count, projection.basis.shape[1]), np.float32)
            rest, missing = np.empty(count, np.float32), np.arange(count)
            if known is not None:
                rows = np.searchsorted(known.ids, self.ids).clip(max=len(known.ids) - 1)
                there = known.ids[rows] == self.ids
                missing = np.flatnonzero(~there)
                short[there], rest[there] = known.short[rows[there]], known.rest[rows[there]]
        for start in range(0, len(missing), _AT_ONCE):
            part = missing[start : start + _AT_ONCE]
            short[part], rest[part] = projection.shorten(unit_rows(self.store.take(self.stored[part])))
        flags = np.zeros(count, np.bool_)
        dead = self.dead if len(self.dead) == count else flags
        return replace(
            self, short=short, rest=rest, projection=projection, dead=dead, covered=flags, graph=None
        )

    @property
    def arrays(self) -> list[NDArray[Any]]:
        """What grows with each row: ids, places, short vectors and rests."""
        return [self.ids, self.stored, self.short, self.rest]

    @cached_property
    def count(self) -> int:
        """How many rows are alive."""
        return len(self.ids) - int(np.count_nonzero(self.dead))

    @cached_property
    def sample(self) -> Vectors:
        """(s, dim) unit vectors from all over, _SAMPLE of them at most."""
        alive = np.flatnonzero(~self.dead)
        return self.whole(alive[:: max(-(-len(alive) // _SAMPLE), 1)])

    @cached_property
    def blank(self) -> Mask:
        """(n,) rows that came back as zeros: they were damaged on the disk."""
        return np.asarray(~self.short.any(axis=1), np.bool_)

    @cached_property
    def late(self) -> Numbers:
        """The rows that are alive and not in the graph."""
        return np.flatnonzero(~(self.covered | self.dead))

    def rows(self, ids: Numbers) -> Numbers:
        """Return (n,) the rows of (n,) ids, -1 where there is none alive."""
        rows = self.lookup.find(ids)
        rows[rows >= len(self.ids)] = -1  # came after this snapshot
        rows[rows >= 0] = np.where(self.dead[rows[rows >= 0]], -1, rows[rows >= 0])
        return rows

    def whole(self, rows: Numbers) -> Vectors:
        """Return (n, dim) the unit vectors of rows; one that is damaged on the disk is zero."""
        if self.projection.is_whole:
            return self.short[rows]
        return unit_rows(self.store.take(self.stored[rows]))

    def scores(self, rows: Numbers, query: Vectors) -> Vectors:
        """Return (n,) the inner products of whole vectors with a query, -inf for those that are damaged."""
        scores = np.empty(len(rows), np.float32)
        for start in range(0, len(rows), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            if self.projection.is_whole:
                scores[part] = np.where(self.blank[rows[part]], -np.inf, self.short[rows[part]] @ query)
                continue
            vectors = self.store.take(self.stored[rows[part]])
            lengths = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
            there = (lengths > 0) & (lengths < np.inf)  # not where it is NaN
            scores[part] = np.where(there, vectors @ query / np.where(there, lengths, 1), -np.inf)
        return scores

    def search(
        self,
        query: Vectors,
        k: int,
        part: Part | None = None,
        *,
        in_common: float = 1.0,
    ) -> list[Match]:
        """Return the k best, k <= the rows looked at; fewer where vectors are damaged on the disk.

        Args:
            query: (dim,) of unit length.
            k: at least 1.
            part: which rows to look at; None for all that are alive.
            in_common: what two rests are taken to have in common at most, as a share of what they could;
                with 1 the answer is exact.
        """
        if part is not None and part.vectors is not None:
            return best(part.ids, np.where(part.blank, -np.inf, part.vectors @ query), k)
        short, rest = (one[0] for one in self.projection.shorten(query[None]))
        if part is None:
            rows, looks = np.arange(len(self.ids)), self.short @ short
            looks[self.dead] = -np.inf
            rests, count = self.rest, self.count
        else:
            rows, count = part.rows, len(part.rows)
            looks, rests = part.looks(short), self.rest[rows]
        if self.projection.is_whole:
            return best(self.ids[rows], np.where(self.blank[rows], -np.inf, looks), k)
        if k * _DEEP >= count:
            rows = rows[np.isfinite(looks)]
            return best(self.ids[rows], self.scores(rows, query), k)
        first = _highest(looks, min(2 * k + _SPARE, count))
        scores = self.scores(rows[first], query)
        threshold = np.partition(scores, -k)[-k]
        possible = looks + in_common * rest * rests + _SLACK >= threshold
        possible &= np.isfinite(looks)  # nor what was removed, where the threshold is not: damaged vectors
        possible[first] = False
        more = np.flatnonzero(possible)
        found = rows[np.concatenate([first, more])]
        return best(self.ids[found], np.concatenate([scores, self.scores(rows[more], query)]), k)

    def search_graph(self, query: Vectors, k: int) -> list[Match] | None:
        """Return the k best of the graph and of the rows it lacks; None where it does not give enough.

        Args:
            query: (dim,) of unit length.
            k: 1 to `engine.vector_index.graph.DEEPEST`.
        """
        short = self.projection.shorten(query[None])[0][0]
        covered, late = self.count - len(self.late), self.late
        rows = late[:0]
        try:
            if covered and self.graph is not None:
                rows = self.rows(self.graph.search(short, min(CANDIDATES, covered)))
        except RuntimeError as error:
            _log.info("The graph gave no answer, exact search does: %s", error)
        rows = rows[rows >= 0]
        if len(rows) < min(k, covered):
            return None
        if len(late) > CANDIDATES:
            late = late[_highest(self.short[late] @ short, CANDIDATES)]
        rows = np.union1d(rows, late)
        found = best(self.ids[rows], self.scores(rows, query), k)
        return found if len(found) == k else None


class Part:
    """Some rows of a snapshot, gathered once for many searches among them; never changed."""

    def __init__(self, whole: Snapshot, among: Numbers) -> None:
        """Take the snapshot, and the ids to look among."""
        self.whole, self.among = whole, among
        rows = np.unique(whole.rows(among))
        self.rows = rows[rows >= 0]
        self.ids = whole.ids[self.rows]
        few = len(self.rows) <= len(whole.ids) // 2  # of more, a copy would cost more than it saves
        self.vectors = whole.whole(self.rows) if len(self.rows) <= _FEW else None
        self.blank = np.empty(0, np.bool_) if self.vectors is None else ~self.vectors.any(axis=1)
        self._short = whole.short[self.rows] if few and self.vectors is None else None

    def looks(self, short: Vectors) -> Vectors:
        """Return (m,) the inner products of short vectors with that of a query."""
        if self._short is not None:
            return np.asarray(self._short @ short, np.float32)
        return np.asarray((self.whole.short @ short)[self.rows], np.float32)


def best(ids: Numbers, scores: Vectors, k: int) -> list[Match]:
    """Return the k ids of the highest scores that are finite, best first, the lower id first among equals."""
    kept = _highest(scores, k)
    kept = kept[np.isfinite(scores[kept])]
    ids, scores = ids[kept], scores[kept]
    order = np.lexsort((ids, -scores))
    return list(zip(ids[order].tolist(), scores[order].tolist(), strict=True))


def _highest(scores: Vectors, k: int) -> Numbers:
    """Return the places of the k highest scores, in no order."""
    if k >= len(scores):
        return np.flatnonzero(np.isfinite(scores))
    return np.argpartition(scores, len(scores) - k)[len(scores) - k :]
