"""The neighbour graph (HNSW) over a very large collection's short vectors, and the file it is kept in.

The graph is a cache: whatever is wrong with it or its file, exact search answers and the graph is built anew.
hnswlib has to be compiled where it is installed; without it there is no graph, and exact search answers.

Short vectors get the length of what they leave out as one component more, so that all have length one again,
and lie in the graph as close as they can be told to be. A query has 0 there, and inner products stay.

References:
    Malkov, Yashunin: Efficient and robust approximate nearest neighbor search using HNSW graphs. TPAMI 2020.
    Bachrach and others: Speeding up the Xbox recommender system. RecSys 2014 (one component more).
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Collection, Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.cores import usable_cores
from engine.days import DAY_S
from engine.errors import CatalogError
from engine.vector_index.narrow_path import narrow
from engine.vector_index.projection import Projection
from engine.vector_index.short_file import Stamps
from engine.whole_files import replacing

try:
    import hnswlib
except ImportError:  # it was not compiled here
    hnswlib = None

CANDIDATES = 768
"""How many the graph is asked for; their whole vectors are compared then."""

DEEPEST = 256
"""For so many matches at most; more are searched for exactly."""

_log = logging.getLogger(__name__)
_FORMAT = 4  # earlier ones may hold vectors that the disk could not give, as zeros
_SPACE = "ip"
_EF, _EF_MOST = 1024, 8192  # candidates a search keeps
_EF_SHARE = 120  # one for so many: near-duplicates fill what a search keeps, and are more among more photos
_M = 32  # near-duplicates are common in photo folders, and cost a sparser graph its recall
_EF_CONSTRUCTION = 200
_THREADS = max(1, usable_cores() - 1)  # one is left for the pen
_WRITTEN_S = DAY_S  # what was begun longer ago is not written any more
_CHUNK = 256  # vectors between two chances to stop: a fraction of a second


def graph_path(state: Path, folder: bytes, model_id: str) -> Path:
    """Return where the graph of a photo folder's vectors by one model is kept, within the data folder."""
    name = hashlib.sha256(folder + b"\0" + model_id.encode()).hexdigest()[:32]
    return state / "graphs" / f"{name}.hnsw"


def drop_graphs(state: Path, *, but: Collection[Path], spared_s: float = 0.0) -> None:
    """Delete all graphs but these, with what lies beside them; failures are ignored.

    Args:
        state: the data folder.
        but: the graphs that stay.
        spared_s: what was written in the last so many seconds stays too; what is being written always does.
    """
    kept, now = {path.stem for path in but}, time.time()
    for path in (state / "graphs").glob("*"):
        if path.stem not in kept:
            with suppress(OSError):
                spared = _WRITTEN_S if path.suffix == ".tmp" else spared_s  # another process may be writing
                if not 0 <= now - path.stat().st_mtime < spared:
                    path.unlink()


def breadth(count: int) -> int:
    """Return how many candidates a search in a graph of so many vectors keeps: what recall needs there."""
    return min(max(_EF, count // _EF_SHARE), _EF_MOST)


def can_build() -> bool:
    """Return whether hnswlib is there; the log says once if it is not."""
    if hnswlib is None:
        _say_that_it_is_missing()
    return hnswlib is not None


@cache
def _say_that_it_is_missing() -> None:
    _log.warning("hnswlib is not installed: so many photos are searched exactly, which takes longer.")


class Graph:
    """An HNSW graph; several threads may search it at once. What leaves is marked, and nothing is added."""

    def __init__(self, hnsw: hnswlib.Index) -> None:
        """Take a finished hnswlib index."""
        self._hnsw = hnsw
        self._hnsw.set_ef(breadth(hnsw.get_current_count()))
        self.ids: NDArray[np.int64] = np.sort(np.asarray(hnsw.get_ids_list(), dtype=np.int64))

    @classmethod
    def build(
        cls, ids: NDArray[np.int64], short: NDArray[np.float32], rest: NDArray[np.float32]
    ) -> Generator[tuple[int, int], None, Graph]:
        """Build the graph, yielding (done, total); closing the generator stops it.

        Args:
            ids: (n,).
            short: (n, p) short vectors, see `engine.vector_index.projection`.
            rest: (n,) how long their rests are.
        """
        hnsw = hnswlib.Index(space=_SPACE, dim=short.shape[1] + 1)
        hnsw.init_index(max_elements=len(ids), M=_M, ef_construction=_EF_CONSTRUCTION)
        for start in range(0, len(ids), _CHUNK):
            yield start, len(ids)
            part = slice(start, start + _CHUNK)
            longer = np.concatenate([short[part], rest[part, None]], axis=1)
            hnsw.add_items(longer, ids[part], num_threads=_THREADS)
        yield len(ids), len(ids)
        return cls(hnsw)

    def search(self, short: NDArray[np.float32], k: int) -> NDArray[np.int64]:
        """Return the ids of about the k nearest to a short vector, k <= CANDIDATES and <= the number of ids.

        Raises:
            RuntimeError: hnswlib did not reach k of them.
        """
        labels, _ = self._hnsw.knn_query(np.append(short, np.float32(0)), k=k, num_threads=1)
        return np.asarray(labels[0], np.int64)

    def forget(self, ids: NDArray[np.int64]) -> None:
        """Mark ids of the graph as gone: searches pass over them."""
        for number in ids.tolist():
            with suppress(RuntimeError):  # it was marked before
                self._hnsw.mark_deleted(number)

    def write(self, path: Path) -> None:
        """Write the graph to a file.

        Raises:
            OSError: the disk did not take all of it, which hnswlib itself does not notice.
        """
        self._hnsw.save_index(narrow(path))
        if path.stat().st_size != self._hnsw.index_file_size():
            raise OSError("the graph was not written whole")


@dataclass(frozen=True)
class GraphFile:
    """Where a graph is kept between two runs, and what it must match to be used again.

    Attributes:
        path: the graph; its manifest lies beside it, with the ending ".json".
        stamps: of the catalog whose numbers are the graph's ids.
        model_id: names the model that made the vectors.
        dim: length of the vectors.
    """

    path: Path
    stamps: Stamps
    model_id: str
    dim: int

    def load(self, projection: Projection) -> Graph | None:
        """Return the graph, None if there is none or it does not match; the file is verified first.

        Args:
            projection: in whose components the graph has to be.
        """
        if not can_build():
            return None
        try:
            manifest = json.loads(self._manifest_path.read_text(encoding="utf-8"))
            about = manifest["count"], manifest["ids"], str(manifest["stamp"]), _digest(self.path)
            if manifest != self._manifest(projection, *about) or not self.stamps.knows(about[2]):
                raise ValueError("it was changed, or belongs to another model, catalog or projection")
            hnsw = hnswlib.Index(space=_SPACE, dim=projection.basis.shape[1] + 1)
            hnsw.load_index(narrow(self.path), max_elements=manifest["count"])
            graph = Graph(hnsw)
            if len(graph.ids) != manifest["count"] or _key(graph.ids) != manifest["ids"]:
                raise ValueError("it holds other photos than its manifest says")
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError, RuntimeError, CatalogError) as error:
            _log.info("The graph %s is built anew: %s", self.path, error)
            return None
        return graph

    def save(self, graph: Graph, projection: Projection) -> None:
        """Keep the graph; if the disk does not take it, the log says so, and it is built anew next time."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self.path) as new:
                graph.write(new)
                digest = _digest(new)
            about = len(graph.ids), _key(graph.ids), self.stamps.new(), digest
            manifest = self._manifest(projection, *about)
            with replacing(self._manifest_path) as new, new.open("w", encoding="utf-8") as file:
                json.dump(manifest, file)
        except (OSError, RuntimeError, CatalogError) as error:
            _log.info("The graph %s is not kept: %s", self.path, error)

    @property
    def _manifest_path(self) -> Path:
        return self.path.with_suffix(".json")

    def _manifest(
        self, projection: Projection, count: int, ids: str, stamp: str, digest: str
    ) -> Mapping[str, object]:
        return {
            "format": _FORMAT,
            "model_id": self.model_id,
            "dim": self.dim,
            "space": _SPACE,
            "M": _M,
            "count": count,
            "ids": ids,
            "stamp": stamp,
            "basis": hashlib.sha256(projection.basis.astype("<f4").tobytes()).hexdigest(),
            "blake2b": digest,
        }


def _key(ids: NDArray[np.int64]) -> str:
    return hashlib.sha256(ids.astype("<i8").tobytes()).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()
