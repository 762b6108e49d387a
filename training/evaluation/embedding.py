"""Pictures to vectors, chunk by chunk: what every measurement begins with."""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from training.errors import TrainingError
from training.evaluation.kept import EmbeddingCache

_log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]

_CHUNK = 64  # pictures embedded at a time
_PIXELS = 1 << 26  # of them together, and of those decoded ahead: fewer pictures where they are large


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


@dataclass(frozen=True)
class EmbedOptions:
    """How pictures are embedded.

    Attributes:
        workers: threads that decode ahead; 0: none.
        kept: vectors of earlier measurements; None: all are made.
    """

    workers: int = 0
    kept: EmbeddingCache | None = None


def embed_items(
    items: Sequence[Any],
    embed: Callable[[Sequence[Image.Image]], Vectors],
    load: Callable[[Any], Image.Image],
    title: str | bool = False,
    *,
    kind: str = "",
    how: EmbedOptions = EmbedOptions(),
) -> Embedded:
    """Load and embed items chunk by chunk; with a title, under a progress bar.

    What cannot be read is named in the log and left out.

    Args:
        items: pictures or drawings.
        embed: the model.
        load: opens one of them.
        title: of the bar.
        kind: what `embed` and `load` make of an item, for the vectors that are kept; empty: none are.
        how: threads, and what is kept.

    Raises:
        TrainingError: nothing can be read, or an embedding is not finite or zero.
    """
    kept = how.kept if kind else None
    keys = [kept.key(kind, item) if kept else None for item in items]
    rows = {place: row for place, key in enumerate(keys) if kept and (row := kept.get(key)) is not None}
    missing = [place for place in range(len(items)) if place not in rows]
    bar = tqdm(
        total=len(items), initial=len(rows), desc=str(title), unit="image", disable=not title, leave=False
    )
    with bar:
        for places, images in _load(items, missing, load, how.workers):
            rows.update(zip(places, embed(images) if images else (), strict=True))
            bar.update(len(places))
    if not rows:
        raise TrainingError(f"None of {len(items)} pictures can be read.")
    order = sorted(rows)
    embedded = np.stack([rows[place] for place in order])
    _require_directions(embedded)
    if kept:
        made = {key: rows[place] for place in missing if place in rows and (key := keys[place])}
        kept.add(made)
    chosen = tuple(items[place] for place in order)
    return Embedded(embedded, np.array([item.label for item in chosen]), chosen)


def answerable(queries: Embedded, gallery: Embedded, *, told: set[str] | None = None) -> Embedded:
    """Return the queries less those whose class has no photo in the gallery: they could find nothing.

    Args:
        queries: sketches.
        gallery: photos.
        told: classes that the log need not name again; those that it names are added.

    Raises:
        TrainingError: none is left.
    """
    there = set(gallery.labels)
    places = [place for place, label in enumerate(queries.labels) if label in there]
    tell_of_idle(set(map(str, {*queries.labels} - there)), told)
    if not places:
        raise TrainingError("No sketch has a photo of its class.")
    return queries.at(places)


def tell_of_idle(labels: set[str], told: set[str] | None = None) -> None:
    """Say in the log which classes have sketches and no photos; those `told` before are not named again."""
    new = sorted(labels - (told or set()))
    if new:
        _log.warning("Sketches are left out whose class has no photos: %s.", ", ".join(new))
    if told is not None:
        told.update(new)


def _load(
    items: Sequence[Any], places: Sequence[int], load: Callable[[Any], Image.Image], workers: int
) -> Iterator[tuple[list[int], list[Image.Image]]]:
    """Yield chunk by chunk the places of items that can be read, and their pictures.

    Of large pictures a chunk has fewer, and fewer are decoded ahead, at least one a thread.
    """

    def attempt(place: int) -> Image.Image | OSError:
        try:
            return load(items[place])
        except OSError as error:
            return error

    waiting, begun = deque(places), deque[tuple[int, Future[Image.Image | OSError]]]()
    largest, pixels, good = 0, 0, list[tuple[int, Image.Image]]()
    with ThreadPoolExecutor(workers) if workers else contextlib.nullcontext() as pool:
        for number in range(len(places)):
            if pool is None:
                place = waiting.popleft()
                found = attempt(place)
            else:
                ahead = min(_PIXELS // largest, 2 * _CHUNK) if largest else 0
                while waiting and len(begun) < max(ahead, workers):
                    begun.append((waiting[0], pool.submit(attempt, waiting.popleft())))
                place, one = begun.popleft()
                found = one.result()
            if isinstance(found, OSError):
                _log.warning("%s cannot be read and is left out: %s", _describe_item(items[place]), found)
            else:
                good.append((place, found))
                largest = max(largest, found.width * found.height)
                pixels += found.width * found.height
            if len(good) == _CHUNK or pixels >= _PIXELS or number == len(places) - 1:
                yield [place for place, _ in good], [image for _, image in good]
                pixels, good = 0, []


class BrokenEmbeddingsError(TrainingError):
    """Embeddings that nothing can be ranked by."""


def _require_directions(vectors: Vectors) -> None:
    """Refuse embeddings (n, d) that nothing can be ranked by."""
    lengths = np.linalg.norm(vectors, axis=1)
    broken = int(np.count_nonzero(~(np.isfinite(lengths) & (lengths > 0))))
    if broken:
        raise BrokenEmbeddingsError(
            f"{broken} of {len(vectors)} embeddings are not finite or are zero: the model cannot be measured."
        )


def _describe_item(item: Any) -> str:
    """Return what a person finds an item by."""
    name = f"{item.label}/{item.name}"
    return f"{name} in {item.file}" if hasattr(item, "file") else name
