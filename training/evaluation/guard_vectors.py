"""The vectors that come with a model, so that learning from a person makes nothing else worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.encoding.guard import Guard
from engine.preprocess import render_strokes
from training.data.collection import Collection, Picture, StrokeDrawing
from training.errors import TrainingError
from training.evaluation.embedding import Embedded, ImageEncoder, embed_items

KINDS = 40
_SKETCHES, _DRAWINGS, _PHOTOS = 4, 4, 8  # of each kind

_T = TypeVar("_T")


@dataclass(frozen=True, eq=False)
class GuardVectors:
    """Drawings and photos of many kinds, as a model sees them.

    Attributes:
        drawings: careful sketches and quick drawings.
        photos: of the same kinds.
    """

    drawings: Embedded
    photos: Embedded

    def guard(self) -> Guard:
        """Return them as the engine takes them."""
        right = self.drawings.labels[:, None] == self.photos.labels[None, :]
        return Guard(self.drawings.vectors, self.photos.vectors, right)

    def kinds(self) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
        """Return the number of the kind of each drawing, (n,), and of each photo, (m,)."""
        names = np.unique(np.concatenate([self.photos.labels, self.drawings.labels]))
        return (
            np.searchsorted(names, self.drawings.labels).astype(np.int16),
            np.searchsorted(names, self.photos.labels).astype(np.int16),
        )


def guard_vectors(encoder: ImageEncoder, collection: Collection, *, progress: bool = False) -> GuardVectors:
    """Embed a few drawings and photos of KINDS training classes that are spread over all of them.

    Raises:
        TrainingError: no training class has photos and drawings.
    """
    drawn = [*collection.sketches.keys(), *collection.drawings.keys()]
    shown = sorted(set(drawn) & set(collection.training_labels("train")))
    known = [label for label in shown if collection.photos.get(label)]
    if not known:
        raise TrainingError("The data hold no training class with photos and drawings.")
    labels = _spread(known, KINDS)
    drawings: list[Picture | StrokeDrawing] = []
    for label in labels:
        drawings += _spread(collection.sketches.get(label, ()), _SKETCHES)
        drawings += _spread(collection.drawings.get(label, ()), _DRAWINGS)
    photos = [photo for label in labels for photo in _spread(collection.photos[label], _PHOTOS)]
    return GuardVectors(
        embed_items(drawings, encoder.embed_sketches, _picture, progress and "drawings"),
        embed_items(photos, encoder.embed_photos, Picture.open, progress and "photos"),
    )


def _picture(item: Picture | StrokeDrawing) -> Image.Image:
    return item.open() if isinstance(item, Picture) else render_strokes(item.strokes)


def _spread(items: Sequence[_T], count: int) -> list[_T]:
    """Return so many, from beginning to end, or all if there are fewer."""
    places = np.unique(np.linspace(0, len(items) - 1, min(count, len(items))).astype(int))
    return [items[place] for place in places]
