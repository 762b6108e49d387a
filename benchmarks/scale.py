"""How the library bears its size: opening, memory, search, recall and refresh, for 1,000 to 1,000,000 photos.

    uv run python benchmarks/scale.py --sizes 1000,10000,100000 --vectors EMBEDDINGS.npz --json scale.json

Beside each stands plain exact search over single-precision vectors in memory, in the same run. EMBEDDINGS.npz
holds photos' vectors, and queries in arrays whose names contain "sketch" or "quick"; more photos are made of
them with noise, from near-duplicates to strangers. Without it all vectors are random, in clusters. Photos
need not exist on the disk but where a refresh is measured (--files, up to that many). Every measurement runs
in a process of its own; times in milliseconds unless told otherwise, memory as resident in MB. What the file
cache holds is not emptied before opening.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from few_changes import measure_changes, removing, time_work
from noisy import make_others, read_embeddings
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.encoding.encoder import Encoder
from engine.folders.folder import Found
from engine.state.catalog import Catalog
from engine.state.records import Read
from engine.state.row_forms import WHOLE_NUMBERS

_BATCH = 4096
_QUERIES = 200
_LINES = (
    ("open_s", "opening, s"),
    ("plain_open_s", "plain: reading all, s"),
    ("first_s", "opening and the first search, s"),
    ("rss_mb", "memory after searches, MB"),
    ("own_rss_mb", "of that the library, MB"),
    ("plain_own_rss_mb", "plain: vectors in memory, MB"),
    ("state_mb", "state on the disk, MB"),
    ("taken_up_s", "then until the graph answers, s"),
    ("graph_s", "building the graph, s"),
    ("search_p50", "search for 256, median"),
    ("search_p95", "search for 256, p95"),
    ("search_cpu_p95", "processor time of that, p95"),
    ("plain_p50", "plain: the same, median"),
    ("plain_p95", "plain: the same, p95"),
    ("plain_cpu_p95", "plain: processor time, p95"),
    ("among_p50", "among half of them, median"),
    ("among_p95", "among half of them, p95"),
    ("kept_recall_20", "plain, of vectors as they are kept: recall@20"),
    ("recall_20", "recall@20"),
    ("recall_200", "recall@200"),
    ("among_recall_200", "recall@200 among half"),
    ("remove_16", "removing 16 photos"),
    ("change_16", "changing 16 photos"),
    ("first_remove_16", "removing 16, just opened"),
    ("close", "closing"),
    ("refresh_s", "first refresh, nothing changed, s"),
    ("refresh_cpu_s", "processor time of that, s"),
    ("again_cpu_s", "processor time of the next one, s"),
    ("later_cpu_s", "processor time of those after it, s"),
    ("plain_look_cpu_s", "plain: asking the system for all, s"),
    ("told_s", "refresh of one folder told of, s"),
)

Vectors = NDArray[np.float32]


def main() -> None:
    """Print a table, a column a size, and write it as JSON if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000", help="how many photos, with commas between")
    parser.add_argument("--vectors", type=Path, help="embeddings to make the photos of")
    parser.add_argument("--files", type=int, default=100_000, help="refresh up to so many files")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--measure", choices=["library", "plain", "changes"], help=argparse.SUPPRESS)
    parser.add_argument("--state", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure = {"library": measure_library, "plain": measure_plain, "changes": measure_changes}[
            options.measure
        ]
        with threadpool_limits(limits=1, user_api="blas"):  # as in the window
            print(json.dumps(measure(options.state)))
        return
    figures = {}
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            figures[size] = measure_size(Path(folder), size, options.vectors, files=size <= options.files)
        print_table(figures)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), "utf-8")


def measure_size(folder: Path, size: int, vectors: Path | None, *, files: bool) -> dict[str, Any]:
    """Return all figures of a library of this size."""
    photos, queries = make_vectors(size, Encoder.default().dim, vectors)
    (folder / "photos").mkdir()
    np.save(folder / "queries.npy", queries)
    np.save(folder / "photos.npy", photos)
    make_library(folder, photos, files=files)
    plain = _in_a_process(folder, "plain")
    first = _in_a_process(folder, "library")  # builds the graph, and keeps what makes the next start quick
    again = _in_a_process(folder, "library")
    changes = _in_a_process(folder, "changes")  # last: the library is another one afterwards
    return {**plain, **again, **changes, "graph_s": first["graph_s"], "first_open_s": first["open_s"]}


def make_vectors(size: int, dim: int, source: Path | None) -> tuple[Vectors, Vectors]:
    """Return (size, dim) photos and the queries, unit rows."""
    rng = np.random.default_rng(0)
    if source is None:
        base = _unit(rng.standard_normal((200, dim)))[rng.integers(0, 200, 20_000)]
        base = _unit(base + rng.standard_normal(base.shape) * 0.8 / dim**0.5)
        queries = _unit(base[:_QUERIES] + rng.standard_normal((_QUERIES, dim)) / dim**0.5)
    else:
        base, queries = read_embeddings(source, dim)
        queries = queries[rng.permutation(len(queries))[:_QUERIES]]
    photos = np.empty((size, dim), np.float32)
    photos[: len(base)] = base[rng.permutation(len(base))][:size]
    for start in range(len(base), size, _BATCH):
        count = min(_BATCH, size - start)
        photos[start : start + count] = make_others(base, count, rng)
    return photos, queries


def make_library(folder: Path, photos: Vectors, *, files: bool) -> None:
    """Put the photos into a catalog by its own means, and empty files beside it if they are wanted."""
    catalog, model = Catalog(folder), Encoder.default().model_id
    root = catalog.add_root(os.fsencode(os.path.realpath(folder / "photos")))
    for start in range(0, len(photos), _BATCH):
        rows = range(start, min(start + _BATCH, len(photos)))
        names = [f"{row // 500:05}/IMG_{row:07}.jpg" for row in rows]
        reads = []
        for row, name in zip(rows, names, strict=True):
            path, mtime = folder / "photos" / name, 1_500_000_000 + row * 300
            if files:
                path.parent.mkdir(exist_ok=True)
                path.touch()
                os.utime(path, (mtime, mtime))
            digest = row.to_bytes(32, "big")
            reads.append(Read(Found(name.encode(), 0, mtime * 10**9), digest, photos[row], taken=mtime))
        catalog.store(root, model, reads, [])
    catalog.drop_overdue(model)
    catalog.close()


def _in_a_process(folder: Path, what: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--measure", what, "--state", str(folder)]
    environment = {**os.environ, "FFMLN_DATA_DIR": str(folder), "PYTHONPATH": os.getcwd()}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


def measure_library(folder: Path) -> dict[str, Any]:
    """Return the figures of the library that lies there; the process is to end afterwards."""
    from engine.folders.scope import Scope
    from engine.library import Library

    encoder, before = Encoder.default(), _resident_mb()
    photos = folder / "photos"
    library, took = time_work(lambda: Library(photos, encoder))
    figures: dict[str, Any] = {"open_s": took / 1000}
    first = np.load(folder / "queries.npy")[0]
    figures["first_s"] = (
        figures["open_s"] + time_work(lambda: library._gallery.index.search(first, 256))[1] / 1000
    )
    if library._taking_up.ident is not None:
        figures["taken_up_s"] = time_work(library._taking_up.join)[1] / 1000
    index, queries = library._gallery.index, np.load(folder / "queries.npy")
    times, found = _each(queries, lambda query: index.search(query, 256))
    figures |= {"search_p50": times[0], "search_p95": times[1], "search_cpu_p95": times[2]}
    figures |= {"rss_mb": _resident_mb(), "own_rss_mb": _resident_mb() - before}
    half = np.arange(1, library.photo_count + 1, 2)
    index.search(queries[0], 256, among=half)
    times, narrowed = _each(queries, lambda query: index.search(query, 256, among=half))
    figures |= {"among_p50": times[0], "among_p95": times[1]}
    figures |= _recall(folder, queries, found, narrowed)
    figures["graph_s"] = None
    if index.wants_graph:
        figures["graph_s"] = time_work(lambda: list(index.build_graph()))[1] / 1000
    if any(photos.iterdir()):
        used = time.process_time()
        figures["refresh_s"] = time_work(lambda: list(library.refresh()))[1] / 1000
        figures["refresh_cpu_s"] = time.process_time() - used
        for name in ("again_cpu_s", "later_cpu_s"):
            used = time.process_time()
            list(library.refresh())
            figures[name] = time.process_time() - used
        used = time.process_time()
        _look(photos)
        figures["plain_look_cpu_s"] = time.process_time() - used
        told = {photos: Scope.of(["00000"])}
        figures["told_s"] = time_work(lambda: list(library.refresh(only=told)))[1] / 1000
    index.keep()
    figures["state_mb"] = sum(one.stat().st_size for one in _state(folder)) / 1e6
    figures["remove_16"] = time_work(removing(library, 0))[1]
    figures["close"] = time_work(library.close)[1]
    return figures


def _recall(folder: Path, queries: Vectors, found: Sequence[Any], narrowed: Sequence[Any]) -> dict[str, Any]:
    """Return which share of the best by plain exact search was found; content numbers begin with 1."""
    photos = np.load(folder / "photos.npy", mmap_mode="r")
    scores = np.concatenate([photos[row : row + 65_536] @ queries.T for row in range(0, len(photos), 65_536)])

    def recall(answers: Sequence[Any], k: int, step: int = 1) -> float:
        rows, right = np.arange(0, len(photos), step), 0
        for answer, column in zip(answers, scores[::step].T, strict=True):
            best = rows[np.argsort(-column)[:k]] + 1
            right += len(set(best.tolist()) & {content for content, _ in answer[:k]})
        return right / (min(k, len(rows)) * len(answers))

    return {
        "kept_recall_20": recall(_exact(photos, queries, 20), 20),
        "recall_20": recall(found, 20),
        "recall_200": recall(found, 200),
        "among_recall_200": recall(narrowed, 200, step=2),
    }


def _exact(photos: Vectors, queries: Vectors, k: int) -> list[list[tuple[int, float]]]:
    """Return the k best by exact search over vectors rounded as the library keeps them."""
    blocks = (photos[row : row + 65_536] for row in range(0, len(photos), 65_536))
    kept = (WHOLE_NUMBERS.to_vectors(WHOLE_NUMBERS.to_rows(block)) for block in blocks)
    scores = np.concatenate([vectors @ queries.T for vectors in kept])
    return [[(int(row) + 1, float(column[row])) for row in np.argsort(-column)[:k]] for column in scores.T]


def measure_plain(folder: Path) -> dict[str, Any]:
    """Return the figures of plain exact search over the same vectors."""
    before = _resident_mb()
    photos, took = time_work(lambda: np.load(folder / "photos.npy"))
    queries = np.load(folder / "queries.npy")

    def search(query: Vectors) -> NDArray[np.int64]:
        scores = photos @ query
        k = min(256, len(scores))
        best = np.argpartition(scores, -k)[-k:]
        return np.asarray(best[np.argsort(-scores[best])])

    times, _ = _each(queries, search)
    return {
        "plain_open_s": took / 1000,
        "plain_own_rss_mb": _resident_mb() - before,
        "plain_p50": times[0],
        "plain_p95": times[1],
        "plain_cpu_p95": times[2],
    }


def _look(folder: Path) -> None:
    """Ask the system for all files and what it knows of them: no refresh can do with less."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                _look(Path(entry.path))
            else:
                entry.stat()


def _each(queries: Vectors, search: Callable[[Vectors], Any]) -> tuple[tuple[float, float, float], list[Any]]:
    """Return what searches found, after their times: median, 95th percentile, that of the processor's."""
    times, used, found = [], [], []
    for query in queries:
        start, before = time.perf_counter(), time.thread_time()
        found.append(search(query))
        used.append((time.thread_time() - before) * 1000)
        times.append((time.perf_counter() - start) * 1000)
    return (float(np.median(times)), float(np.quantile(times, 0.95)), float(np.quantile(used, 0.95))), found


def _state(folder: Path) -> list[Path]:
    """Return the files of the program's own state."""
    every = [one for place in ("", "vectors", "graphs") for one in (folder / place).glob("*")]
    return [one for one in every if one.is_file() and one.suffix != ".npy"]


def _resident_mb() -> float:
    """Return what of this process lies in memory now; where the system does not tell, the most so far."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _unit(rows: NDArray[Any]) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def print_table(figures: dict[int, dict[str, Any]]) -> None:
    """Print a line a figure, a column a size."""
    print(f"{'':30}" + "".join(f"{size:>12,}" for size in figures))
    for key, title in _LINES:
        cells = [figures[size].get(key) for size in figures]
        print(f"{title:30}" + "".join(f"{'-' if cell is None else f'{cell:.3f}':>12}" for cell in cells))
    print(flush=True)


if __name__ == "__main__":
    main()
