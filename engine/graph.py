"""The neighbour graph (HNSW) over a large collection's vectors, and the file it is kept in.

The graph is a cache: whatever is wrong with it or its file, exact search answers and the graph is built anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Collection, Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import hnswlib
import numpy as np
from numpy.typing import NDArray

EF = 256
"""Candidates a search keeps, and so the most neighbours the graph is asked for."""

_log = logging.getLogger(__name__)
_FORMAT = 1
_SPACE = "ip"
_M = 32  # near-duplicates are common in photo folders, and cost a sparser graph its recall
_EF_CONSTRUCTION = 200
_CHUNK = 256  # vectors between two chances to stop: a fraction of a second


def graph_path(state: Path, folder: bytes, model_id: str) -> Path:
    """Return where the graph of a photo folder's vectors by one model is kept, within the data folder."""
    name = hashlib.sha256(folder + b"\0" + model_id.encode()).hexdigest()[:32]
    return state / "graphs" / f"{name}.hnsw"


def drop_graphs(state: Path, *, but: Collection[Path]) -> None:
    """Delete all graphs but these, with what lies beside them; failures are ignored."""
    kept = {path.stem for path in but}
    for path in (state / "graphs").glob("*"):
        if path.stem not in kept:
            with suppress(OSError):
                path.unlink()


class Graph:
    """An immutable HNSW graph; several threads may search it at once."""

    def __init__(self, hnsw: hnswlib.Index) -> None:
        """Take a finished hnswlib index."""
        self._hnsw = hnsw
        self._hnsw.set_ef(EF)
        self.ids: NDArray[np.int64] = np.sort(np.asarray(hnsw.get_ids_list(), dtype=np.int64))

    @classmethod
    def build(
        cls, ids: NDArray[np.int64], vectors: NDArray[np.float32]
    ) -> Generator[tuple[int, int], None, Graph]:
        """Build the graph of these vectors, yielding (done, total); closing the generator stops it."""
        hnsw = hnswlib.Index(space=_SPACE, dim=vectors.shape[1])
        hnsw.init_index(max_elements=len(ids), M=_M, ef_construction=_EF_CONSTRUCTION)
        for start in range(0, len(ids), _CHUNK):
            yield start, len(ids)
            hnsw.add_items(vectors[start : start + _CHUNK], ids[start : start + _CHUNK])
        yield len(ids), len(ids)
        return cls(hnsw)

    def search(self, query: NDArray[np.float32], k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ids and inner products of about the k nearest, k <= EF and <= the number of ids.

        Raises:
            RuntimeError: hnswlib did not reach k of them.
        """
        labels, distances = self._hnsw.knn_query(query, k=k, num_threads=1)
        return labels[0].astype(np.int64), 1 - distances[0]

    def write(self, path: Path) -> None:
        """Write the graph to a file.

        Raises:
            OSError: the disk did not take all of it, which hnswlib itself does not notice.
        """
        self._hnsw.save_index(str(path))
        with path.open("r+b") as file:  # Windows flushes only what may be written
            os.fsync(file.fileno())
        if path.stat().st_size != self._hnsw.index_file_size():
            raise OSError("the graph was not written whole")


@dataclass(frozen=True)
class GraphFile:
    """Where a graph is kept between two runs, and what it must match to be used again.

    Attributes:
        path: the graph; its manifest lies beside it, with the ending ".json".
        identity: names the catalog whose numbers are the graph's ids.
        model_id: names the model that made the vectors.
        dim: length of the vectors.
    """

    path: Path
    identity: str
    model_id: str
    dim: int

    def load(self) -> Graph | None:
        """Return the graph, None if there is none or it does not match; the file is verified first."""
        try:
            manifest = json.loads(self._manifest_path.read_text(encoding="utf-8"))
            expected = self._manifest(manifest["count"], manifest["ids"], _sha256(self.path))
            if manifest != expected:
                raise ValueError("it was changed, or belongs to another model or catalog")
            hnsw = hnswlib.Index(space=_SPACE, dim=self.dim)
            hnsw.load_index(str(self.path), max_elements=manifest["count"])
            graph = Graph(hnsw)
            if len(graph.ids) != manifest["count"] or self._key(graph.ids) != manifest["ids"]:
                raise ValueError("it holds other photos than its manifest says")
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError, RuntimeError) as error:
            _log.info("The graph %s is built anew: %s", self.path, error)
            return None
        return graph

    def save(self, graph: Graph) -> None:
        """Keep the graph; if the disk does not take it, the log says so, and it is built anew next time."""
        temporary = self.path.with_suffix(".tmp")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            graph.write(temporary)
            digest = _sha256(temporary)
            os.replace(temporary, self.path)
            manifest = self._manifest(len(graph.ids), self._key(graph.ids), digest)
            with temporary.open("w", encoding="utf-8") as file:
                json.dump(manifest, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self._manifest_path)
        except (OSError, RuntimeError) as error:
            _log.info("The graph %s is not kept: %s", self.path, error)
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    @property
    def _manifest_path(self) -> Path:
        return self.path.with_suffix(".json")

    def _manifest(self, count: int, ids: str, sha256: str) -> Mapping[str, object]:
        return {
            "format": _FORMAT,
            "model_id": self.model_id,
            "dim": self.dim,
            "space": _SPACE,
            "M": _M,
            "count": count,
            "ids": ids,
            "identity": self.identity,
            "sha256": sha256,
        }

    def _key(self, ids: NDArray[np.int64]) -> str:
        return hashlib.sha256(self.identity.encode() + ids.astype("<i8").tobytes()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
