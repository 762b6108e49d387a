"""Pictures to vectors, chunk by chunk: what every measurement begins with."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from training.errors import TrainingError

_log = logging.getLogger(__name__)

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
    """Pictures as vectors.

    Attributes:
        vectors: (n, d).
        labels: (n,), the class of each.
        items: (n,), what was embedded; empty where nobody asks.
    """

    vectors: Vectors
    labels: NDArray[np.str_]
    items: tuple[Any, ...] = ()

    def join(self, other: Embedded) -> Embedded:
        """Return both, this one first."""
        return Embedded(
            np.concatenate([self.vectors, other.vectors]),
            np.concatenate([self.labels, other.labels]),
            self.items + other.items,
        )

    def at(self, places: Sequence[int]) -> Embedded:
        """Return those at some places, in that order."""
        chosen = list(places)
        return Embedded(
            self.vectors[chosen], self.labels[chosen], tuple(self.items[place] for place in chosen)
        )


def embed_items(
    items: Sequence[Any],
    embed: Callable[[Sequence[Image.Image]], Vectors],
    load: Callable[[Any], Image.Image],
    title: str | bool = False,
) -> Embedded:
    """Load and embed items chunk by chunk; with a title, under a progress bar.

    What cannot be read is named in the log and left out.

    Raises:
        TrainingError: nothing can be read, or an embedding is not finite or zero.
    """
    vectors, kept, waiting = [], list[Any](), list[Image.Image]()
    bar = tqdm(items, desc=str(title), unit="image", disable=not title, leave=False)
    for item in bar:
        try:
            waiting.append(load(item))
        except OSError as error:
            _log.warning("%s cannot be read and is left out: %s", _describe_item(item), error)
            continue
        kept.append(item)
        if len(waiting) == _CHUNK:
            vectors.append(embed(waiting))
            waiting = []
    if waiting:
        vectors.append(embed(waiting))
    if not kept:
        raise TrainingError(f"None of {len(items)} pictures can be read.")
    embedded = np.concatenate(vectors)
    _require_directions(embedded)
    return Embedded(embedded, np.array([item.label for item in kept]), tuple(kept))


def _require_directions(vectors: Vectors) -> None:
    """Refuse embeddings (n, d) that nothing can be ranked by."""
    lengths = np.linalg.norm(vectors, axis=1)
    broken = int(np.count_nonzero(~(np.isfinite(lengths) & (lengths > 0))))
    if broken:
        raise TrainingError(
            f"{broken} of {len(vectors)} embeddings are not finite or are zero: the model cannot be measured."
        )


def _describe_item(item: Any) -> str:
    """Return what a person finds an item by."""
    name = f"{item.label}/{item.name}"
    return f"{name} in {item.file}" if hasattr(item, "file") else name
