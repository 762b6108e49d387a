"""The protocol `split`: how well drawings of classes never trained on find their photos."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from engine.drawing import prefix
from engine.preprocess import drawn
from engine.rerank import CANDIDATES, reranked
from training.config import TrainingError
from training.data import Collection, Picture, StrokeDrawing
from training.metrics import PerQuery, average_precision, hit_at, precision_at, ranking

Vectors = NDArray[np.float32]
Report = dict[str, dict[str, float]]

PARTS = ("sketch", "quickdraw", "instance", "haystack", "early")
"""What `evaluate` measures; the haystack, which embeds every photo there is, takes the longest."""

_OTHERS = 75  # photos of each class in the gallery beside Sketchy's
_QUERY_TAR = "sketch-1"
_SHARES = (0.25, 0.5, 0.75, 1.0)
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


def gallery_photos(collection: Collection, labels: Sequence[str]) -> list[Picture]:
    """Return each class's Sketchy photos and 75 of its others, chosen once and for all.

    Where no photo is named `sketchy_*`, as in data of another making, all count.
    """
    chosen: list[Picture] = []
    every = [photo for label in labels for photo in collection.photos.get(label, ())]
    if not any(photo.source == "sketchy" for photo in every):
        return every
    for label in labels:
        photos = sorted(collection.photos.get(label, ()), key=lambda photo: photo.name)
        others = [photo for photo in photos if photo.source != "sketchy"]
        if len(others) > _OTHERS:
            others = random.Random(0).sample(others, _OTHERS)
        chosen += [photo for photo in photos if photo.source == "sketchy"] + others
    return chosen


def query_sketches(collection: Collection, labels: Sequence[str]) -> list[Picture]:
    """Return the classes' `sketchy_*` sketches of sketch-1.tar, or all of these where they are not in tars.

    Where no sketch is named so, as in data of another making, all count.
    """
    every = [sketch for label in labels for sketch in collection.sketches.get(label, ())]
    sketches = [sketch for sketch in every if sketch.source == "sketchy"]
    if not sketches:
        return every
    return [sketch for sketch in sketches if sketch.offset < 0 or sketch.file.stem == _QUERY_TAR]


def query_drawings(collection: Collection, labels: Sequence[str]) -> list[StrokeDrawing]:
    """Return the classes' QuickDraw drawings."""
    drawings = [drawing for label in labels for drawing in collection.drawings.get(label, ())]
    return [drawing for drawing in drawings if drawing.source == "quickdraw"]


def evaluate(
    encoder: ImageEncoder,
    collection: Collection,
    *,
    side: str = "unseen",
    parts: Sequence[str] = PARTS,
    rerank: bool = False,
    progress: bool = False,
) -> Report:
    """Measure an encoder on held-out classes.

    Args:
        encoder: what embeds.
        collection: the data, with its split.
        side: list of the split to measure on: `unseen` to report, `val` to choose by.
        parts: which of PARTS to measure.
        rerank: measure what stands after `engine.rerank`, not the plain order of the cosines.
        progress: show a progress bar on stderr.

    Returns:
        Percentages, by part and metric.

    Raises:
        TrainingError: the split's list is empty, or its classes have no photos or no queries.
    """
    labels = collection.split[side]
    photos, sketches = gallery_photos(collection, labels), query_sketches(collection, labels)
    drawings = query_drawings(collection, labels)
    if not photos or not (sketches or drawings):
        raise TrainingError(f"The data hold no photos and sketches of the split's {side} classes.")
    gallery = embedded(photos, encoder.embed_photos, Picture.open, progress and "gallery")
    report: Report = {}
    level = cache(lambda share: _class_level(_drawn(encoder, drawings, share, progress), gallery, rerank))
    if sketches and {"sketch", "instance", "haystack"} & set(parts):
        queries = embedded(sketches, encoder.embed_sketches, Picture.open, progress and "sketches")
        if "sketch" in parts:
            report["sketch"] = _class_level(queries, gallery, rerank)
    if drawings and "quickdraw" in parts:
        report["quickdraw"] = level(1.0)
    if sketches and "instance" in parts:
        own = [collection.photo_of(sketch) for sketch in sketches]
        report["instance"] = _instance_level(queries, gallery, own, photos, rerank)
    if sketches and "haystack" in parts:
        foreign = embedded(_foreign(collection), encoder.embed_photos, Picture.open, progress and "haystack")
        measured = _class_level(queries, gallery.joined(foreign), rerank)
        report["haystack"] = {name: measured[name] for name in ("mAP", "P@10")}
    if drawings and "early" in parts:
        report["early"] = {str(share): level(share)["mAP"] for share in _SHARES}
    return report


def _drawn(
    encoder: ImageEncoder, drawings: Sequence[StrokeDrawing], share: float, progress: bool
) -> Embedded:
    """Embed the first `share` of each drawing's ink."""

    def paint(drawing: StrokeDrawing) -> Image.Image:
        return drawn(prefix(drawing.strokes, share))

    return embedded(drawings, encoder.embed_sketches, paint, progress and f"ink {share:.0%}")


def _foreign(collection: Collection) -> list[Picture]:
    """Return every photo of the classes that are neither validation nor unseen."""
    aside = {*collection.split["val"], *collection.split["unseen"]}
    labels = sorted(collection.photos.keys() - aside)
    return [photo for label in labels for photo in collection.photos[label]]


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


def ordered(queries: Vectors, gallery: Vectors, rerank: bool) -> NDArray[np.int64]:
    """Return the gallery's places, best first, for each query."""
    order = ranking(queries, gallery)
    if rerank:
        for row, query in zip(order, queries, strict=True):
            first = row[:CANDIDATES]
            first[:] = first[reranked(query, gallery[first])]
    return order


def _class_level(queries: Embedded, gallery: Embedded, rerank: bool) -> dict[str, float]:
    """Return mAP@all, P@10, P@25 and hit@10 in percent, a photo of the sketch's class being relevant."""
    values: dict[str, list[PerQuery]] = {"mAP": [], "P@10": [], "P@25": [], "hit@10": []}
    for start in range(0, len(queries.vectors), _CHUNK):
        rows = slice(start, start + _CHUNK)
        order = ordered(queries.vectors[rows], gallery.vectors, rerank)
        relevant = gallery.labels[order] == queries.labels[rows, None]
        values["mAP"].append(average_precision(relevant))
        values["P@10"].append(precision_at(relevant, 10))
        values["P@25"].append(precision_at(relevant, 25))
        values["hit@10"].append(hit_at(relevant, 10))
    return {name: _percent(np.concatenate(parts)) for name, parts in values.items()}


def _instance_level(
    queries: Embedded,
    gallery: Embedded,
    own: Sequence[Picture | None],
    photos: Sequence[Picture],
    rerank: bool,
) -> dict[str, float]:
    """Return how often, in percent, the very photo a sketch was drawn from is first, and in the first ten."""
    place = {photo: index for index, photo in enumerate(photos)}
    pairs = [(row, place[photo]) for row, photo in enumerate(own) if photo is not None and photo in place]
    if not pairs:
        return {"R@1": 0.0, "R@10": 0.0}
    rows, targets = (np.array(side) for side in zip(*pairs, strict=True))
    rank = np.argmax(ordered(queries.vectors[rows], gallery.vectors, rerank) == targets[:, None], axis=1)
    return {"R@1": _percent(rank < 1), "R@10": _percent(rank < 10)}


def _percent(values: NDArray[Any]) -> float:
    return round(100 * float(np.mean(values)), 2)
