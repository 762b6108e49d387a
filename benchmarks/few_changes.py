"""Sixteen photos of a library that are removed or changed while it is open; `scale.py` measures it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from engine.encoding.encoder import Encoder
from engine.folders.folder import Found
from engine.library import Library
from engine.search.gallery_photo import GalleryPhoto
from engine.state.records import Read

_COUNT = 16
_ROUNDS = 5  # of changes
_DATE = 10**9


def measure_changes(folder: Path) -> dict[str, float]:
    """Return the figures of the library that lies there, which is another one afterwards; milliseconds."""
    library = Library(folder / "photos", Encoder.default())
    figures = {"first_remove_16": time_work(removing(library, 0))[1]}
    figures["change_16"] = median([time_work(changing(library, first))[1] for first in range(1, 1 + _ROUNDS)])
    library.close()
    return figures


def removing(library: Library, first: int) -> Callable[[], None]:
    """Return what takes photos out, as a refresh does it with those that are gone."""
    names = _some_names(library, first)
    return lambda: library._gallery.drop(names)


def changing(library: Library, first: int) -> Callable[[], None]:
    """Return what takes in that photos contain something else, as a refresh does it with what it encoded.

    The catalog has it already, as there: writing waits for the disk.
    """
    catalog, gallery, names = library._catalog, library._gallery, _some_names(library, first)
    rows = np.random.default_rng(first).standard_normal((len(names), gallery.index.dim)).astype(np.float32)
    vectors = list(rows / np.linalg.norm(rows, axis=1, keepdims=True))
    root = next(iter(catalog.roots().values()))
    reads = [
        Read(Found(name, 1, _DATE), b"another " + name, vector, taken=_DATE)
        for name, vector in zip(names, vectors, strict=True)
    ]
    contents = catalog.store(root, library.encoder.model_id, reads, [])
    photos = [
        GalleryPhoto(name, content, vector, _DATE)
        for name, content, vector in zip(names, contents, vectors, strict=True)
    ]
    return lambda: gallery.put(photos)


def _some_names(library: Library, first: int) -> list[bytes]:
    """Return the names of photos from all over the library, others for another `first`."""
    names = library._gallery.roster().names
    return [bytes(name) for name in names[first :: max(len(names) // _COUNT, 1)][:_COUNT]]


def time_work(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what work returns, and how many milliseconds it took."""
    start = time.perf_counter()
    done = work()
    return done, (time.perf_counter() - start) * 1000
