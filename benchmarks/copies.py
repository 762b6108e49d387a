"""How alike an encoder finds the copies of a photo, and how alike other photos: what NEAR rests on.

    uv run --extra train python benchmarks/copies.py --data DATA
    uv run --extra train python benchmarks/copies.py --data DATA --model A.onnx --photos 200 --others 4000

The photos of the data are small, so each is enlarged to what a camera takes, with a little noise. Copies are
what programs make of it: saved again, scaled down as for messengers, galleries and previews. The cosine of
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
from one_line import exit_with
from PIL import Image
from tqdm import tqdm

from engine.encoding.encoder import Encoder, reading_side
from engine.paths import ASSETS
from engine.search.copies import NEAR
from training.data.reading import read_collection

_BATCH = 32
_CAMERA = 2000  # pixels of the shorter side


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

    plain = vectors(lambda image: image, len(photos), "photos")
    originals = vectors(_as_taken, options.photos, "as taken")
    print(f"{encoder.model_id}: cosine with the original, {options.photos} photos")
    print(f"{'copy':24} {'lowest':>7} {'1%':>7} {'5%':>7} {'median':>7}")
    measured = []
    for name, change in _CHANGES.items():
        cosines = (originals * vectors(change, options.photos, name)).sum(axis=1)
        measured.append(cosines)
        low = np.percentile(cosines, [0, 1, 5, 50])
        print(f"{name:24} {low[0]:7.4f} {low[1]:7.4f} {low[2]:7.4f} {low[3]:7.4f}")
    alike = plain @ plain.T
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


def _as_taken(image: Image.Image) -> Image.Image:
    """Return the picture as large as a camera takes it, with noise of its own."""
    scale = _CAMERA / min(image.size)
    large = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    noise = np.random.default_rng(0).normal(0, 3, (large.height, large.width, 1))
    return Image.fromarray((np.asarray(large) + noise).clip(0, 255).astype(np.uint8))


def _copy(image: Image.Image, *, format: str, quality: int, longest: int = 0) -> Image.Image:
    """Return the photo as it is after it was scaled to a longest side and saved."""
    taken = _as_taken(image)
    if longest:
        taken.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    file = BytesIO()
    taken.save(file, format, quality=quality)
    return Image.open(file).convert("RGB")


_CHANGES = {
    "JPEG 90": partial(_copy, format="JPEG", quality=90),
    "JPEG 60": partial(_copy, format="JPEG", quality=60),
    "JPEG 30": partial(_copy, format="JPEG", quality=30),
    "WebP 75": partial(_copy, format="WEBP", quality=75),
    "1600 pixels, JPEG 75": partial(_copy, format="JPEG", quality=75, longest=1600),
    "1024 pixels, JPEG 85": partial(_copy, format="JPEG", quality=85, longest=1024),
    "640 pixels, JPEG 85": partial(_copy, format="JPEG", quality=85, longest=640),
    "320 pixels, JPEG 85": partial(_copy, format="JPEG", quality=85, longest=320),
}


if __name__ == "__main__":
    exit_with(main)
