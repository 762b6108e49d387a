"""Finds the vectors nearest to a query: exactly, or through a graph where there are many."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.graph import EF, Graph, GraphFile

GRAPH_FROM = 2_000
"""Distinct contents from which on a graph is built; below, exact search is as fast."""

Match = tuple[int, float]
"""An id and its inner product with the query."""

_log = logging.getLogger(__name__)
_SAMPLE = 1_000  # vectors that stand for all
_DRIFT = 0.1  # share of a graph's vectors that may be missing or gone before it is built anew


@dataclass(frozen=True, eq=False)
class _Snapshot:
    """What a search sees; never changed, only replaced.

    Attributes:
        ids: (n,) int64.
        vectors: (n, dim) float32, unit rows.
        graph: holds the first `covered` rows, and the ids in `gone` besides.
    """

    ids: NDArray[np.int64]
    vectors: NDArray[np.float32]
    graph: Graph | None = None
    covered: int = 0
    gone: frozenset[int] = frozenset()

    @cached_property
    def by_id(self) -> NDArray[np.int64]:
        """(n,) row numbers in the order of their ids."""
        return np.argsort(self.ids)

    @cached_property
    def sample(self) -> NDArray[np.float32]:
        """(s, dim) rows from all over, _SAMPLE of them at most."""
        return self.vectors[:: max(-(-len(self.ids) // _SAMPLE), 1)].copy()


class _Part:
    """Some rows of a snapshot, gathered once for many searches among them; never changed."""

    def __init__(self, whole: _Snapshot, among: NDArray[np.int64]) -> None:
        self.whole, self.among = whole, among
        self._rows = np.flatnonzero(np.isin(whole.ids, among))
        self.ids = whole.ids[self._rows]
        few = len(self._rows) <= len(whole.ids) // 2  # of more, a copy would cost more than it saves
        self._vectors = whole.vectors[self._rows] if few else None

    def scores(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (m,) inner products with a query, (dim,)."""
        if self._vectors is not None:
            return np.asarray(self._vectors @ query, np.float32)
        return np.asarray((self.whole.vectors @ query)[self._rows], np.float32)


def usable(vectors: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return for each row whether it can be compared: finite throughout, and of a length to divide by."""
    squares = np.einsum("nd,nd->n", vectors, vectors)  # NaN fails both comparisons
    return np.asarray((squares > np.finfo(np.float32).tiny) & (squares < np.inf))


class VectorIndex:
    """Unit vectors by id. Any thread may search at any time; changes are made by one thread at a time.

    Exact search is always right. A graph answers instead where one is loaded or built; vectors that came
    after it are searched exactly beside it.
    """

    def __init__(
        self, dim: int, *, graph_file: GraphFile | None = None, graph_from: int = GRAPH_FROM
    ) -> None:
        """Make an empty index.

        Args:
            dim: length of the vectors.
            graph_file: where to keep the graph; None keeps it in memory only.
            graph_from: how many vectors a graph is worth building for.
        """
        self.dim = dim
        self._graph_file = graph_file
        self._graph_from = graph_from
        self._writing = threading.Lock()
        self._ids = np.empty(0, np.int64)  # with room at the end, which no snapshot shows
        self._vectors = np.empty((0, dim), np.float32)
        self._known: set[int] = set()
        self._snapshot = _Snapshot(self._ids, self._vectors)
        self._part: _Part | None = None  # what was last searched among

    def __len__(self) -> int:
        return len(self._snapshot.ids)

    def __contains__(self, number: object) -> bool:
        return number in self._known

    @property
    def has_graph(self) -> bool:
        """Whether a graph answers searches now."""
        return self._snapshot.graph is not None

    @property
    def wants_graph(self) -> bool:
        """Whether `build_graph` would be worth its time: many vectors, and no graph or an outdated one."""
        now = self._snapshot
        if len(now.ids) < self._graph_from:
            return False
        drift = len(now.ids) - now.covered + len(now.gone)
        return now.graph is None or drift > _DRIFT * len(now.graph.ids)

    def add(self, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add vectors under new ids; they are brought to unit length.

        Raises:
            ValueError: a vector of another length, not finite or zero; an id that is there already or twice.
        """
        vectors = np.asarray(vectors, np.float32)
        if vectors.shape != (len(ids), self.dim) or not usable(vectors).all():
            raise ValueError(f"vectors must be (n, {self.dim}), finite and not zero")
        with self._writing:
            if len(set(ids)) != len(ids) or not self._known.isdisjoint(ids):
                raise ValueError("each id must be new")
            old, count = self._snapshot, len(self._snapshot.ids) + len(ids)
            self._make_room(count)
            self._ids[len(old.ids) : count] = ids
            self._vectors[len(old.ids) : count] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
            self._known.update(ids)
            self._snapshot = replace(old, ids=self._ids[:count], vectors=self._vectors[:count])

    def remove(self, ids: Iterable[int]) -> None:
        """Drop these ids; unknown ones are ignored."""
        with self._writing:
            dropped = self._known.intersection(ids)
            if not dropped:
                return
            old = self._snapshot
            keep = ~np.isin(old.ids, np.fromiter(dropped, np.int64))
            self._ids, self._vectors = old.ids[keep], old.vectors[keep]
            self._known -= dropped
            self._snapshot = replace(
                old,
                ids=self._ids,
                vectors=self._vectors,
                covered=int(keep[: old.covered].sum()),
                gone=old.gone | frozenset(old.ids[: old.covered][~keep[: old.covered]].tolist()),
            )

    def search(
        self,
        query: NDArray[np.float32],
        k: int,
        *,
        among: NDArray[np.int64] | None = None,
    ) -> list[Match]:
        """Return the k best matches, best first; all if there are fewer, none for a query that is not usable.

        Args:
            query: (dim,) float32, of any length but zero.
            k: at least 1.
            among: (m,) ids to search among, exactly; None for all. Searches among the same array are quick
                after the first; it must not change.
        """
        now = self._snapshot
        part = None if among is None else self._part_of(now, among)
        count = len(now.ids) if part is None else len(part.ids)
        if k < 1 or not usable(query[None])[0] or not count:
            return []
        query = (query / np.linalg.norm(query)).astype(np.float32)
        if part is not None:
            return _best(part.ids, part.scores(query), min(k, count))
        return _nearest(now, query, min(k, count))

    def _part_of(self, now: _Snapshot, among: NDArray[np.int64]) -> _Part:
        part = self._part
        if part is None or part.whole is not now or part.among is not among:
            part = self._part = _Part(now, among)
        return part

    def background(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (s,) inner products of a unit query, (dim,), with vectors from all over the index."""
        return np.asarray(self._snapshot.sample @ query, np.float32)

    def vectors_of(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Return (n, dim) unit vectors of these ids, in their order; an id gone meanwhile has zeros."""
        now, wanted = self._snapshot, np.asarray(ids, np.int64)
        if not len(now.ids):
            return np.zeros((len(wanted), self.dim), np.float32)
        places = np.searchsorted(now.ids, wanted, sorter=now.by_id)
        rows = now.by_id[places.clip(max=len(now.ids) - 1)]
        return np.where((now.ids[rows] == wanted)[:, None], now.vectors[rows], np.float32(0))

    def load_graph(self) -> None:
        """Take up the graph kept by an earlier run, if it fits the vectors here."""
        if self._graph_file is None or len(self) < self._graph_from:
            return
        graph = self._graph_file.load()
        if graph is not None:
            with self._writing:
                self._adopt(graph)

    def build_graph(self) -> Generator[tuple[int, int], None, None]:
        """Build a graph of all vectors aside, then swap it in and keep it; yields (done, total).

        Closing the generator leaves everything as it was. Vectors may come and go meanwhile.
        """
        now = self._snapshot
        graph = yield from Graph.build(now.ids, now.vectors)
        with self._writing:
            self._adopt(graph)
        if self._graph_file is not None:
            self._graph_file.save(graph)

    def _adopt(self, graph: Graph) -> None:
        """Put the rows the graph holds first, and let it answer for them."""
        now = self._snapshot
        inside = np.isin(now.ids, graph.ids)
        order = np.argsort(~inside, kind="stable")
        self._ids, self._vectors = now.ids[order], now.vectors[order]
        gone = frozenset(np.setdiff1d(graph.ids, now.ids).tolist())
        self._snapshot = _Snapshot(self._ids, self._vectors, graph, int(inside.sum()), gone)

    def _make_room(self, count: int) -> None:
        """Grow the arrays by half when they are full; older snapshots keep theirs."""
        if count <= len(self._ids):
            return
        room, filled = max(count, len(self._ids) * 3 // 2), len(self._snapshot.ids)
        ids, vectors = np.empty(room, np.int64), np.empty((room, self.dim), np.float32)
        ids[:filled], vectors[:filled] = self._snapshot.ids, self._snapshot.vectors
        self._ids, self._vectors = ids, vectors


def _nearest(now: _Snapshot, query: NDArray[np.float32], k: int) -> list[Match]:
    """Return the k best, k <= the number of vectors, through the graph where it has an answer."""
    if now.graph is not None and k <= EF:
        found = _through_graph(now, now.graph, query, k)
        if found is not None:
            return found
    return _best(now.ids, now.vectors @ query, k)


def _best(ids: NDArray[np.int64], scores: NDArray[np.float32], k: int) -> list[Match]:
    """Return the k ids of the highest scores, best first, the lower id first among equals."""
    if k < len(scores):
        kept = np.argpartition(scores, len(scores) - k)[len(scores) - k :]
        ids, scores = ids[kept], scores[kept]
    order = np.lexsort((ids, -scores))
    return list(zip(ids[order].tolist(), scores[order].tolist(), strict=True))


def _through_graph(now: _Snapshot, graph: Graph, query: NDArray[np.float32], k: int) -> list[Match] | None:
    """Return the k best of the graph and of the rows it lacks; None if the graph did not give enough."""
    wanted = min(k + len(now.gone), len(graph.ids), EF)
    try:
        ids, scores = graph.search(query, wanted)
    except RuntimeError as error:
        _log.info("The graph gave no answer, exact search does: %s", error)
        return None
    if now.gone:
        live = np.array([number not in now.gone for number in ids.tolist()])
        ids, scores = ids[live], scores[live]
    if len(ids) < min(k, now.covered):
        return None
    ids = np.concatenate([ids, now.ids[now.covered :]])
    return _best(ids, np.concatenate([scores, now.vectors[now.covered :] @ query]), k)
