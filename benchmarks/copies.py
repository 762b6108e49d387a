"""How alike an encoder finds the copies of a photo, and how alike other photos: what NEAR rests on.

    uv run --extra train python benchmarks/copies.py --data DATA
    uv run --extra train python benchmarks/copies.py --data DATA --model A.onnx --photos 200 --others 4000

Copies are what programs make of a photo: saved again as JPEG, WebP or PNG, scaled down, both. The cosine of
each with its original is one number; the other is that of each photo with the photo most like it among all
the rest. A threshold groups the copies above it, and by mistake the photos above it.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from engine.copies import NEAR
from engine.encoder import Encoder
from engine.paths import ASSETS
from engine.refresh import reading_side
from training.data.collection import read_collection

_BATCH = 32


def main() -> None:
    """Print percentiles of both, and what each threshold would group."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=ASSETS / "weights" / "ffmln-default.onnx")
    parser.add_argument("--photos", type=int, default=200, help="photos to copy (default: 200)")
    parser.add_argument("--others", type=int, default=3000, help="photos to compare (default: 3000)")
    options = parser.parse_args()
    encoder, collection = Encoder.load(options.model), read_collection(options.data)
    everything = [photo for label in collection.labels for photo in collection.photos[label]]
    photos = random.Random(0).sample(everything, min(options.others, len(everything)))
    side = reading_side(encoder)

    def vectors(change: Callable[[Image.Image], Image.Image], count: int, title: str) -> NDArray[np.float32]:
        rows = []
        for start in tqdm(range(0, count, _BATCH), desc=title):
            pictures = [
                change(one.open().convert("RGB")) for one in photos[start : min(start + _BATCH, count)]
            ]
            for picture in pictures:
                picture.thumbnail((side * 2, side * 2))
            rows.append(encoder.embed_photos(pictures))
        return np.concatenate(rows)

    originals = vectors(lambda image: image, len(photos), "photos")
    print(f"{encoder.model_id}: cosine with the original, {options.photos} photos")
    print(f"{'copy':24} {'lowest':>7} {'1%':>7} {'5%':>7} {'median':>7}")
    measured = []
    for name, change in _CHANGES.items():
        cosines = (originals[: options.photos] * vectors(change, options.photos, name)).sum(axis=1)
        measured.append(cosines)
        low = np.percentile(cosines, [0, 1, 5, 50])
        print(f"{name:24} {low[0]:7.4f} {low[1]:7.4f} {low[2]:7.4f} {low[3]:7.4f}")
    alike = originals @ originals.T
    np.fill_diagonal(alike, -1)
    nearest, copies = alike.max(axis=1), np.concatenate(measured)
    high = np.percentile(nearest, 99)
    print(f"the most like of {len(photos):,}: median {np.median(nearest):.4f}, 99% {high:.4f}")
    print(f"{'threshold':>9} {'copies grouped':>14} {'other photos grouped':>20}")
    for threshold in sorted({0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, NEAR}):
        print(f"{threshold:9.3f} {(copies >= threshold).mean():14.1%} {(nearest >= threshold).mean():20.2%}")
    doubtful = np.argsort(-nearest)[:20]
    for row in doubtful:
        print(f"  {nearest[row]:.4f}  {photos[row].name}  {photos[int(alike[row].argmax())].name}")


def _saved(image: Image.Image, *, format: str, scale: float = 1.0, **options: int) -> Image.Image:
    """Return the picture as it is after it was scaled and saved."""
    if scale != 1:
        image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    file = BytesIO()
    image.save(file, format, **options)
    return Image.open(file).convert("RGB")


_CHANGES = {
    "JPEG quality 90": partial(_saved, format="JPEG", quality=90),
    "JPEG quality 60": partial(_saved, format="JPEG", quality=60),
    "JPEG quality 30": partial(_saved, format="JPEG", quality=30),
    "WebP quality 75": partial(_saved, format="WEBP", quality=75),
    "three quarters, JPEG 85": partial(_saved, format="JPEG", scale=0.75, quality=85),
    "half, JPEG 85": partial(_saved, format="JPEG", scale=0.5, quality=85),
}


if __name__ == "__main__":
    main()
