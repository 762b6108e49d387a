"""Vectors that come with a model: drawings and photos of many kinds, which learning must not make worse."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.days import DAY_S
from engine.whole_files import replacing, sweep_leftovers

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Guard:
    """Drawings and photos of many kinds of things, as one model sees them.

    Attributes:
        drawings: (n, dim) unit vectors.
        photos: (m, dim) unit vectors.
        right: (n, m) whether drawing and photo are of the same kind.
    """

    drawings: NDArray[np.float32]
    photos: NDArray[np.float32]
    right: NDArray[np.bool_]

    @cached_property
    def kinds(self) -> NDArray[np.intp]:
        """The number of each drawing's kind, (n,)."""
        return np.unique(self.right, axis=0, return_inverse=True)[1].ravel()

    def only(self, some: NDArray[np.bool_]) -> Guard:
        """Return the guard with some of its drawings, (n,), and all its photos."""
        return Guard(self.drawings[some], self.photos, self.right[some])


def guard_path(model: Path) -> Path:
    """Return where the guard of an ONNX file lies: beside it."""
    return model.with_suffix(".guard.npz")


def save_guard(
    model: Path,
    model_id: str,
    drawings: tuple[NDArray[np.float32], NDArray[np.int16]],
    photos: tuple[NDArray[np.float32], NDArray[np.int16]],
) -> None:
    """Write the guard of a model beside it, whole or not at all.

    Args:
        model: its ONNX file.
        model_id: the model that the vectors are of.
        drawings: (n, dim) unit vectors, and (n,) the number of each one's kind.
        photos: the same of photos.

    Raises:
        OSError: it cannot be written.
    """
    sweep_leftovers(model.parent, older_s=DAY_S)
    with replacing(guard_path(model)) as new, new.open("wb") as file:
        np.savez(
            file,
            model=np.array(model_id),
            drawings=drawings[0].astype(np.float16),
            drawing_kinds=drawings[1],
            photos=photos[0].astype(np.float16),
            photo_kinds=photos[1],
        )


def load_guard(model: Path, model_id: str, dim: int) -> Guard | None:
    """Return the guard of a model; None if there is none, or one of another model, or one that is damaged."""
    path = guard_path(model)
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            if str(held["model"]) != model_id:
                raise ValueError("it is another model's")
            drawings, photos = (held[name].astype(np.float32) for name in ("drawings", "photos"))
            kinds = held["drawing_kinds"][:, None] == held["photo_kinds"][None, :]
    except Exception as error:  # damage makes zipfile, zlib and numpy raise almost anything
        _log.warning("%s is passed over: %s", path, error)
        return None
    shapes_fit = drawings.ndim == photos.ndim == 2 and drawings.shape[1] == photos.shape[1] == dim
    if not shapes_fit or kinds.shape != (len(drawings), len(photos)) or not kinds.any():
        _log.warning("%s is passed over: its arrays do not fit together", path)
        return None
    return Guard(drawings, photos, kinds).only(kinds.any(axis=1))  # a kind without photos guards nothing
