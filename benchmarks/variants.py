"""What could be done around an encoder without training it again, measured on the validation classes.

    uv run --extra train python benchmarks/variants.py --data DATA --model MODEL.onnx

Linear maps of the embeddings, fitted on photos and sketches of the training classes: principal components,
and whitening, each direction divided by a power of its standard deviation. And the mean of two looks at each
photo, which doubles the time of indexing. Careful sketches and quick drawings, mAP and P@10 in percent; bytes
are those of a photo's vector. MODEL must not have seen the validation classes: the shipped ones have.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from one_line import exit_with
from PIL import Image, ImageOps

from engine.encoding.encoder import Encoder
from engine.unit_vectors import unit
from training.data.collection import Collection, Picture
from training.data.reading import read_collection
from training.evaluation.embedding import Embedded, Vectors, embed_items
from training.evaluation.heldout import HeldOut
from training.evaluation.metrics import average_precision, precision_at
from training.evaluation.split import rank_blocks

_A_CLASS = 12  # photos, and as many sketches, of each training class
_SMALLEST = 0.05  # added to each variance, as a share of their mean

Map = NDArray[np.float64]


def main() -> None:
    """Print a line a map."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    options = parser.parse_args()
    encoder, collection = Encoder.load(options.model), read_collection(options.data)
    variances, axes = _components(_learn_map(encoder, collection))
    held = HeldOut.of_split(encoder, collection, classes="val", progress=True)
    identity = np.eye(encoder.dim)
    print(f"{'':31} {'bytes':>5}  sketch mAP / P@10  QuickDraw mAP / P@10")
    _line("as it is", identity, held)
    for size in (256, 128, 64):
        if size < encoder.dim:
            _line(f"principal components {size}", axes[:, :size], held)
    for power in (0.1, 0.25, 0.5, 1.0):
        stretched = axes * (variances + _SMALLEST * variances.mean()) ** (-power / 2)
        _line(f"whitening, power {power:.2f}", stretched, held)
    looks: dict[str, Callable[[Image.Image], Image.Image]] = {
        "and its mirror image": ImageOps.mirror,
        "and its middle": _middle,
    }
    for title, look in looks.items():
        looked = HeldOut.of_split(_Twice(encoder, look), collection, classes="val", progress=True)
        _line(f"each photo {title}", identity, looked)


class _Twice:
    """An encoder that looks at each photo twice, the second time at what `look` makes of it."""

    def __init__(self, encoder: Encoder, look: Callable[[Image.Image], Image.Image]) -> None:
        self._encoder, self._look = encoder, look

    def embed_sketches(self, images: Sequence[Image.Image]) -> Vectors:
        """Return (n, d) unit rows."""
        return self._encoder.embed_sketches(images)

    def embed_photos(self, images: Sequence[Image.Image]) -> Vectors:
        """Return (n, d) rows, half the sum of two unit ones; measuring makes them unit rows."""
        again = [self._look(image) for image in images]
        looks = self._encoder.embed_photos(images), self._encoder.embed_photos(again)
        return np.asarray(np.mean(looks, axis=0), np.float32)


def _middle(image: Image.Image) -> Image.Image:
    """Return three quarters of the width and of the height."""
    width, height = image.size
    return image.crop((width // 8, height // 8, width - width // 8, height - height // 8))


def _learn_map(encoder: Encoder, collection: Collection) -> Vectors:
    """Return embeddings of some photos and some sketches of each training class."""
    chooser, labels = random.Random(0), collection.split["train"]
    parts = []
    for domain, embed in (
        (collection.photos, encoder.embed_photos),
        (collection.sketches, encoder.embed_sketches),
    ):
        every = [domain.get(label, []) for label in labels]
        chosen = [picture for some in every for picture in chooser.sample(some, min(_A_CLASS, len(some)))]
        parts.append(embed_items(chosen, embed, Picture.open, "training classes").vectors)
    return np.concatenate(parts)


def _components(vectors: Vectors) -> tuple[NDArray[np.float64], Map]:
    """Return the variances, largest first, and the directions they lie in, as columns."""
    variances, axes = np.linalg.eigh(np.cov(vectors.T.astype(np.float64)))
    return np.maximum(variances[::-1], 0), axes[:, ::-1]


def _line(title: str, mapping: Map, held: HeldOut) -> None:
    gallery = _map(held.gallery, mapping)
    parts = [
        _measure(_map(queries, mapping), gallery) for queries in (held.sketch_queries, held.drawing_queries())
    ]
    print(f"{title:31} {4 * mapping.shape[1]:5}  " + "  ".join(f"{mAP:17.1f} / {p:.1f}" for mAP, p in parts))


def _map(some: Embedded, mapping: Map) -> Embedded:
    return Embedded(unit((some.vectors @ mapping).astype(np.float32)), some.labels)


def _measure(queries: Embedded, gallery: Embedded) -> tuple[float, float]:
    precisions, first = [], []
    for _, _, relevant in rank_blocks(queries, gallery, rerank=False):
        precisions.append(average_precision(relevant))
        first.append(precision_at(relevant, 10))
    return 100 * float(np.concatenate(precisions).mean()), 100 * float(np.concatenate(first).mean())


if __name__ == "__main__":
    exit_with(main)
