"""Embeddings that another program made, as a file of arrays: measured as our own are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.errors import TrainingError
from training.evaluation.embedding import Embedded, Vectors

_ARRAYS = {"sketches": 2, "sketch_labels": 1, "photos": 2, "photo_labels": 1}  # and their dimensions


def read_embeddings(file: Path, *, distance: str = "cosine") -> tuple[Embedded, Embedded]:
    """Return sketches and photos of an .npz file, ready to be ranked by inner products.

    Args:
        file: with `sketches` (n, d), `sketch_labels` (n,), `photos` (m, d) and `photo_labels` (m,), labels
            being words or whole numbers; `sketch_names` (n,) where queries are to be told apart by name.
        distance: `cosine`, `euclidean` or `inner`.

    Raises:
        TrainingError: it cannot be read, lacks an array, or the arrays do not go together.
    """
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except OSError as error:
        raise TrainingError(f"{file} cannot be read: {error.strerror or error}.") from error
    except (
        Exception
    ) as error:  # a damaged file raises what it likes, and numpy advises to unpickle strange ones
        raise TrainingError(
            f"{file} is no .npz file that can be read, of arrays of numbers and words."
        ) from error
    _must_go_together(file, arrays)
    sketches, photos = (_finite(file, name, arrays[name]) for name in ("sketches", "photos"))
    if distance == "cosine":
        _must_have_directions(file, sketches, photos)
    names = _words(file, "sketch_names", arrays.get("sketch_names", np.arange(len(sketches)))).tolist()
    sketches, photos = _comparable(sketches, photos, distance)
    return (
        Embedded(sketches, _words(file, "sketch_labels", arrays["sketch_labels"]), tuple(names)),
        Embedded(photos, _words(file, "photo_labels", arrays["photo_labels"])),
    )


def _finite(file: Path, name: str, numbers: NDArray[Any]) -> Vectors:
    with np.errstate(over="ignore"):
        vectors = np.asarray(numbers, np.float32)
    if not np.isfinite(vectors).all():
        raise TrainingError(f"{file}: {name} holds numbers that are not finite in single precision.")
    return vectors


def _must_have_directions(file: Path, sketches: Vectors, photos: Vectors) -> None:
    for name, vectors in (("sketches", sketches), ("photos", photos)):
        with np.errstate(over="ignore"):
            lengths = np.linalg.norm(vectors, axis=1)
        if broken := int(np.count_nonzero(~(np.isfinite(lengths) & (lengths > 0)))):
            raise TrainingError(
                f"{file}: {broken} rows of {name} are zero, or too long: they have no cosine."
            )


def _words(file: Path, name: str, labels: NDArray[Any]) -> NDArray[np.str_]:
    """Return labels as words; bytes are UTF-8."""
    try:
        return np.char.decode(labels, "utf-8") if labels.dtype.kind == "S" else labels.astype(np.str_)
    except UnicodeDecodeError as error:
        raise TrainingError(f"{file}: {name} holds bytes that are no UTF-8.") from error


def _must_go_together(file: Path, arrays: dict[str, NDArray[Any]]) -> None:
    for name, dimensions in _ARRAYS.items():
        if name not in arrays:
            raise TrainingError(f"{file} lacks the array {name}; it needs {', '.join(_ARRAYS)}.")
        if arrays[name].ndim != dimensions or not len(arrays[name]):
            raise TrainingError(f"{file}: {name} has the shape {arrays[name].shape}.")
    for vectors, labels in (("sketches", "sketch_labels"), ("photos", "photo_labels")):
        if len(arrays[vectors]) != len(arrays[labels]):
            raise TrainingError(
                f"{file} has {len(arrays[vectors])} {vectors} and {len(arrays[labels])} labels."
            )
        if arrays[vectors].dtype.kind not in "fiu" or not np.isfinite(arrays[vectors]).all():
            raise TrainingError(f"{file}: {vectors} holds something else than finite numbers.")
        if arrays[labels].dtype.kind not in "iuUS":
            raise TrainingError(f"{file}: {labels} are neither words nor whole numbers.")
    if arrays["sketches"].shape[1] != arrays["photos"].shape[1]:
        raise TrainingError(f"{file}: sketches and photos have vectors of different lengths.")
    if "sketch_names" in arrays and arrays["sketch_names"].shape != arrays["sketch_labels"].shape:
        raise TrainingError(f"{file}: sketch_names are not as many as the sketches.")


def _comparable(sketches: Vectors, photos: Vectors, distance: str) -> tuple[Vectors, Vectors]:
    """Return vectors whose inner products fall as the distances rise.

    Of Euclidean distances |s - p|^2 = |s|^2 - 2 (s p - |p|^2 / 2), the first term is one for all photos. The
    common mean is taken off before: it changes no distance, and costs precision.
    """
    if distance == "cosine":
        return _unit(sketches), _unit(photos)
    if distance == "inner":
        return sketches, photos
    centre = photos.mean(axis=0, dtype=np.float64)
    moved = photos - centre
    lengths = (moved**2).sum(axis=1, keepdims=True) / 2
    ones = np.ones((len(sketches), 1))
    return (
        np.hstack([sketches - centre, ones]).astype(np.float32),
        np.hstack([moved, -lengths]).astype(np.float32),
    )


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.finfo(np.float32).tiny), np.float32)
