"""Shared collections by size: writing, bytes on the disk, searching; SQLite and exact search beside Milvus.

    uv run --extra server --group dev python benchmarks/store.py --photos 1000 10000 100000 --json stores.json

Vectors are unit, of 512 numbers (`--dim`), around as many centres as a hundredth of them; paths have 60
letters, half of them those of a folder; records come in batches of 500, as `ffmln index --store` sends
them. A search asks for 256, as the program does, with vectors; narrowed ones look at one folder in ten.
Milvus runs in this process, from a file, unless `--address` names a server, whose bytes are then not known.
Times of searches are the median and the 95th of a hundred; recall@20 is against all cosines.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.collection.store import Store, Where
from engine.collection.stores import open_store
from engine.elsewhere import Record

_BATCH, _QUERIES, _FETCHED, _FOLDERS = 500, 100, 256, 10
_MODEL = "benchmark"


@dataclass(frozen=True)
class Measured:
    """One store at one size; times in milliseconds."""

    store: str
    photos: int
    upserts_per_s: float
    bytes_per_photo: float
    opened_ms: float
    search_ms: float
    search_p95_ms: float
    narrowed_ms: float
    recall_20: float


def main() -> None:
    """Print a line for each store and size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--photos", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--address", help="a Milvus server, in place of Milvus in this process")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = []
    print("store     photos  upserts/s  bytes/photo  open ms  search ms   p95  narrowed ms  recall@20")
    for photos in options.photos:
        vectors, queries = _vectors(photos, options.dim)
        for kind in ("SQLite", "Milvus"):
            with tempfile.TemporaryDirectory() as folder:
                address = str(Path(folder) / ("store.db" if kind == "Milvus" else "store"))
                if kind == "Milvus" and options.address:
                    address = options.address
                rows.append(_measure(kind, address, vectors, queries))
            print(_line(rows[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1), "utf-8")


def _measure(kind: str, address: str, vectors: NDArray[np.float32], queries: NDArray[np.float32]) -> Measured:
    dim = vectors.shape[1]
    with closing(open_store(address, _MODEL, dim)) as store:
        begun = time.perf_counter()
        for start in range(0, len(vectors), _BATCH):
            store.upsert([_record(n, vectors[n]) for n in range(start, min(start + _BATCH, len(vectors)))])
        written = time.perf_counter() - begun
    begun = time.perf_counter()
    with closing(open_store(address, _MODEL, dim)) as store:
        store.search(queries[0], _FETCHED)
        opened = time.perf_counter() - begun
        everywhere = _times(store, queries, Where())
        narrowed = _times(store, queries, Where(folders=(_folder(3),)))
        recall = _recall(store, vectors, queries)
    return Measured(
        kind,
        len(vectors),
        len(vectors) / written,
        _size(Path(address)) / len(vectors),
        opened * 1e3,
        float(np.median(everywhere)),
        float(np.percentile(everywhere, 95)),
        float(np.median(narrowed)),
        recall,
    )


def _times(store: Store, queries: NDArray[np.float32], where: Where) -> list[float]:
    times = []
    for query in queries:
        begun = time.perf_counter()
        store.search(query, _FETCHED, where)
        times.append((time.perf_counter() - begun) * 1e3)
    return times


def _recall(store: Store, vectors: NDArray[np.float32], queries: NDArray[np.float32]) -> float:
    """Return which share of the twenty best is found; copies of equal score count."""
    shares = []
    for query in queries:
        cosines = vectors @ query
        least = np.partition(cosines, -20)[-20] - 1e-5
        found = store.search(query, _FETCHED)[:20]
        shares.append(sum(float(one.record.vector @ query) >= least for one in found) / 20)
    return float(np.mean(shares))


def _vectors(photos: int, dim: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((max(photos // 100, 1), dim), np.float32)
    rows = centres[rng.integers(0, len(centres), photos + _QUERIES)]
    rows += 0.7 * rng.standard_normal(rows.shape, np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows[:photos], rows[photos:]


def _folder(number: int) -> str:
    return f"/home/somebody/photos/of-years/{number % _FOLDERS}"


def _record(number: int, vector: NDArray[np.float32]) -> Record:
    path = f"{_folder(number)}/photograph-{number:012}.jpg"
    return Record("benchmark", path, number.to_bytes(16, "big"), number * 1_000, _MODEL, vector)


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) if path.exists() else 0


def _line(row: Measured) -> str:
    return (
        f"{row.store:7} {row.photos:8,} {row.upserts_per_s:10,.0f} {row.bytes_per_photo:12,.0f}"
        f" {row.opened_ms:8,.0f} {row.search_ms:10.1f} {row.search_p95_ms:5.0f} {row.narrowed_ms:12.1f}"
        f" {row.recall_20:10.3f}"
    )


if __name__ == "__main__":
    main()
