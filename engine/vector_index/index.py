"""Finds the vectors nearest to a query: exactly, or through a graph where there are very many."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.unit_vectors import Numbers, Vectors, unit_rows
from engine.vector_index.graph import DEEPEST, Graph, GraphFile, can_build
from engine.vector_index.places import Places
from engine.vector_index.projection import COMPONENTS, SAMPLE, Projection
from engine.vector_index.rows import MemoryRows, Rows
from engine.vector_index.short_file import Short, ShortFile
from engine.vector_index.snapshot import Match, Part, Snapshot

__all__ = ["GRAPH_FROM", "WHOLE_TO", "Match", "VectorIndex", "usable"]

GRAPH_FROM = 200_000
"""Distinct contents from which on a graph is built; below, exact search is quick enough."""

WHOLE_TO = 4_096
"""Up to so many, vectors are held whole in memory; of more, their principal components are."""

IN_COMMON = 0.25
"""What the rests of a query and of a photo have in common at most, as a share of what they could have.

That is seven times the usual deviation, and what has more in common matches in its components too: no photo
was missed on real embeddings, a fifth of what proof needs is read. benchmarks/scale.py has the recall.
"""

_DRIFT = 0.1  # share of a graph's vectors that may be missing or gone before it is built anew
_GROWTH = 4  # the components are chosen anew for so many times as many vectors


def usable(vectors: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return for each row whether it can be compared: finite throughout, and of a length to divide by."""
    squares = np.einsum("nd,nd->n", vectors, vectors)  # NaN fails both comparisons
    return np.asarray((squares > np.finfo(np.float32).tiny) & (squares < np.inf))


class VectorIndex:
    """Unit vectors by id. Any thread may search at any time; changes are made by one thread at a time.

    All vectors are looked at, among given ids with proof that none was missed. A graph answers instead where
    one is loaded or built; vectors that came after it are looked at beside it.
    """

    def __init__(
        self,
        dim: int,
        *,
        rows: Rows | None = None,
        graph_file: GraphFile | None = None,
        short_file: ShortFile | None = None,
        graph_from: int = GRAPH_FROM,
        whole_to: int = WHOLE_TO,
        components: int = COMPONENTS,
        in_common: float = IN_COMMON,
    ) -> None:
        """Make an empty index.

        Args:
            dim: length of the vectors.
            rows: where whole vectors are; None for memory.
            graph_file: where to keep the graph; None keeps it in memory only.
            short_file: where to keep short vectors; None keeps them in memory only.
            graph_from: how many vectors a graph is worth building for.
            whole_to: up to how many vectors are held whole.
            components: of how many short vectors are made.
            in_common: see `IN_COMMON`; 1 for proof. Among given ids search is always exact.
        """
        self.dim = dim
        self._store: Rows = MemoryRows(dim) if rows is None else rows
        self._graph_file, self._short_file = graph_file, short_file
        self._graph_from, self._whole_to, self._components = graph_from, whole_to, components
        self._in_common = in_common
        self._writing = threading.Lock()
        self._kept = 0  # changes since short vectors were kept
        self._snapshot = Snapshot.empty(dim, self._store)
        self._arrays = self._snapshot.arrays  # with room at the end, which no snapshot shows
        self._part: Part | None = None  # what was last searched among

    def __len__(self) -> int:
        return self._snapshot.count

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and bool(self._snapshot.rows(np.array([number]))[0] >= 0)

    @property
    def has_graph(self) -> bool:
        """Whether a graph answers searches now."""
        return self._snapshot.graph is not None

    @property
    def wants_graph(self) -> bool:
        """Whether `build_graph` would be worth its time: many vectors, and no graph or an outdated one."""
        now, graph = self._snapshot, self._snapshot.graph
        if now.count < self._graph_from or not can_build():
            return False
        if graph is None:
            return True
        covered = now.count - len(now.late)
        return len(now.late) + len(graph.ids) - covered > _DRIFT * len(graph.ids)

    def add(self, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Add vectors under new ids; they are brought to unit length.

        Raises:
            ValueError: a vector of another length, not finite or zero; an id that is there already or twice.
            CatalogError: the catalog is to have the vectors, and has not.
        """
        vectors = np.asarray(vectors, np.float32)
        if vectors.shape != (len(ids), self.dim) or not usable(vectors).all():
            raise ValueError(f"vectors must be (n, {self.dim}), finite and not zero")
        with self._writing:
            old = self._snapshot
            numbers = np.asarray(ids, np.int64)
            if len(set(ids)) != len(ids) or (old.rows(numbers) >= 0).any():
                raise ValueError("each id must be new")
            places = self._store.put(ids, unit_rows(vectors))
            vectors = unit_rows(self._store.take(places))  # as the next run will read them
            self._append(numbers, places, *old.projection.shorten(vectors))
            self._kept += len(ids)
            self._choose_components()

    def fill(self, ids: Numbers, places: Numbers, known: Short | None = None) -> None:
        """Take vectors that the store has into an index that is empty.

        Args:
            ids: (n,) ascending.
            places: (n,) where the store has them.
            known: short vectors that were kept.
        """
        with self._writing:
            now = replace(Snapshot.empty(self.dim, self._store), ids=ids, stored=places, lookup=Places(ids))
            self._kept = 0
            if known is None or len(ids) <= self._whole_to:
                projection = self._projection_for(now)
                self._put(now.project(projection))
                self._kept = len(ids)
                return
            self._kept = len(np.setxor1d(known.ids, ids, assume_unique=True))
            self._put(now.project(known.projection, known))

    def remove(self, ids: Iterable[int]) -> None:
        """Drop these ids; unknown ones are ignored."""
        with self._writing:
            old, dropped = self._snapshot, np.fromiter(set(ids), np.int64)
            rows = old.rows(dropped)
            rows = rows[rows >= 0]
            if not len(rows):
                return
            dead = old.dead.copy()
            dead[rows] = True
            self._snapshot = replace(old, dead=dead)
            self._kept += len(rows)
            if old.graph is not None:
                old.graph.forget(old.ids[rows[old.covered[rows]]])

    def search(self, query: Vectors, k: int, *, among: Numbers | None = None) -> list[Match]:
        """Return the k best matches, best first; all if there are fewer, none for a query that is not usable.

        Args:
            query: (dim,) float32, of any length but zero.
            k: at least 1.
            among: (m,) ids to search among, exactly; None for all. Searches among the same array are quick
                after the first; it must not change.
        """
        now = self._snapshot
        part = None if among is None else self._part_of(now, among)
        k = min(k, now.count if part is None else len(part.rows))
        if k < 1 or not usable(query[None])[0]:
            return []
        query = (query / np.linalg.norm(query)).astype(np.float32)
        if part is None and now.graph is not None and k <= DEEPEST:
            found = now.search_graph(query, k)
            if found is not None:
                return found
        return now.search(query, k, part, in_common=1.0 if part is not None else self._in_common)

    def _part_of(self, now: Snapshot, among: Numbers) -> Part:
        part = self._part
        if part is None or part.whole is not now or part.among is not among:
            part = self._part = Part(now, among)
        return part

    @property
    def sample(self) -> Vectors:
        """(s, dim) unit vectors from all over, a thousand at most."""
        return self._snapshot.sample

    def background(self, query: Vectors) -> Vectors:
        """Return (s,) inner products of a unit query, (dim,), with vectors from all over the index."""
        return np.asarray(self.sample @ query, np.float32)

    def vectors_of(self, ids: Sequence[int]) -> Vectors:
        """Return (n, dim) unit vectors of these ids, in their order; an id gone meanwhile has zeros."""
        now = self._snapshot
        rows = now.rows(np.asarray(ids, np.int64))
        found = np.zeros((len(rows), self.dim), np.float32)
        found[rows >= 0] = now.whole(rows[rows >= 0])
        return found

    def keep(self) -> None:
        """Keep short vectors for the next run where that saves time; rows that were removed give way."""
        now = self._snapshot
        is_worth = now.count > self._whole_to and self._kept > len(now.ids) // 20
        if not is_worth and not now.is_loose(self._whole_to):
            return
        with self._writing:
            self._put(self._snapshot.pack())
            now, self._store = self._snapshot, self._snapshot.store
            self._kept = 0 if is_worth else self._kept
        if is_worth and self._short_file is not None:
            order = np.argsort(now.ids)
            self._short_file.save(Short(now.ids[order], now.short[order], now.rest[order], now.projection))

    @property
    def may_have_graph(self) -> bool:
        """Whether an earlier run may have kept a graph for so many vectors."""
        return self._graph_file is not None and len(self) >= self._graph_from

    def load_graph(self) -> None:
        """Take up the graph kept by an earlier run, if it fits the vectors here. From any thread."""
        if self._graph_file is None or not self.may_have_graph:
            return
        projection = self._snapshot.projection
        graph = self._graph_file.load(projection)
        if graph is not None:
            with self._writing:
                if self._snapshot.projection is projection:
                    self._adopt(graph)

    def build_graph(self) -> Generator[tuple[int, int], None, None]:
        """Build a graph of all vectors aside, keep it, then swap it in; yields (done, total).

        Closing the generator leaves everything as it was. Vectors may come and go meanwhile. Without
        hnswlib nothing is built.
        """
        if not can_build():
            return
        now = self._snapshot
        out = now.dead | now.blank  # a vector that could not be read may be made anew
        alive = np.flatnonzero(~out) if out.any() else slice(None)
        graph = yield from Graph.build(now.ids[alive], now.short[alive], now.rest[alive])
        if self._graph_file is not None:
            self._graph_file.save(graph, now.projection)
        with self._writing:
            if self._snapshot.projection is now.projection:
                self._adopt(graph)

    def _adopt(self, graph: Graph) -> None:
        """Let a graph, which nobody else has yet, answer for the rows it holds."""
        now = self._snapshot
        rows = now.rows(graph.ids)
        graph.forget(graph.ids[rows < 0])
        covered = np.zeros(len(now.ids), np.bool_)
        covered[rows[rows >= 0]] = True
        self._snapshot = replace(now, covered=covered, graph=graph)

    def _projection_for(self, now: Snapshot) -> Projection:
        """Return what serves so many vectors."""
        count = len(now.ids)
        if count <= self._whole_to or self.dim <= self._components:
            return Projection.whole(self.dim)
        rows = np.unique(np.linspace(0, count - 1, min(count, SAMPLE)).astype(np.int64))
        return Projection.of(unit_rows(now.store.take(now.stored[rows])), count, self._components)

    def _choose_components(self) -> None:
        """Choose the components, or choose them anew, where there are many more vectors than before."""
        now = self._snapshot
        count, before = len(now.ids), now.projection
        grown = before.count < SAMPLE and count >= _GROWTH * before.count
        if self.dim <= self._components or count <= self._whole_to or not (before.is_whole or grown):
            return
        self._put(now.project(self._projection_for(now)))

    def _append(self, ids: Numbers, places: Numbers, short: Vectors, rest: Vectors) -> None:
        old = self._snapshot
        first, count = len(old.ids), len(old.ids) + len(ids)
        self._make_room(count)
        for array, new in zip(self._arrays, (ids, places, short, rest), strict=True):
            array[first:count] = new
        fresh = np.zeros(len(ids), np.bool_)
        views = [array[:count] for array in self._arrays]
        self._snapshot = replace(
            old,
            ids=views[0],
            stored=views[1],
            short=views[2],
            rest=views[3],
            dead=np.concatenate([old.dead, fresh]),
            covered=np.concatenate([old.covered, fresh]),
            lookup=old.lookup.add(ids.tolist(), first),
        )

    def _make_room(self, count: int) -> None:
        """Grow the arrays by half when they are full; older snapshots keep theirs."""
        if count > len(self._arrays[0]):
            filled, room = len(self._snapshot.ids), max(count, len(self._arrays[0]) * 3 // 2)
            grown = [np.empty((room, *array.shape[1:]), array.dtype) for array in self._arrays]
            for array, old in zip(grown, self._arrays, strict=True):
                array[:filled] = old[:filled]
            self._arrays = grown

    def _put(self, now: Snapshot) -> None:
        """Replace all there is."""
        self._snapshot = now
        self._arrays = now.arrays
