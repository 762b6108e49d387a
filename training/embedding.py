"""Pictures to vectors, chunk by chunk: what every measurement begins with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

Vectors = NDArray[np.float32]

_CHUNK = 64


class ImageEncoder(Protocol):
    """What is measured: engine.Encoder, or a run's network behind the same two methods."""

    def embed_sketches(self, images: Sequence[Image.Image]) -> Vectors:
        """Return (n, d) unit rows."""
        ...

    def embed_photos(self, images: Sequence[Image.Image]) -> Vectors:
        """Return (n, d) unit rows."""
        ...


@dataclass(frozen=True)
class Embedded:
    """Vectors (n, d) and the class of each."""

    vectors: Vectors
    labels: NDArray[np.str_]

    def joined(self, other: Embedded) -> Embedded:
        """Return both, this one first."""
        return Embedded(
            np.concatenate([self.vectors, other.vectors]), np.concatenate([self.labels, other.labels])
        )

    def at(self, places: Sequence[int]) -> Embedded:
        """Return those at some places, in that order."""
        return Embedded(self.vectors[list(places)], self.labels[list(places)])


def embedded(
    items: Sequence[Any],
    embed: Callable[[Sequence[Image.Image]], Vectors],
    load: Callable[[Any], Image.Image],
    title: str | bool = False,
) -> Embedded:
    """Load and embed items chunk by chunk; with a title, under a progress bar."""
    vectors, waiting = [], []
    bar = tqdm(items, desc=str(title), unit="image", disable=not title, leave=False)
    for place, item in enumerate(bar):
        waiting.append(load(item))
        if len(waiting) == _CHUNK or place == len(items) - 1:
            vectors.append(embed(waiting))
            waiting = []
    return Embedded(np.concatenate(vectors), np.array([item.label for item in items]))
