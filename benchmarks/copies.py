"""How alike an encoder finds copies of a photo and frames of a burst, and how alike other photos.

NEAR of engine/search/copies.py and ALIKE of engine/search/bursts.py rest on this.

    uv run --extra train python benchmarks/copies.py --data DATA
    uv run --extra train python benchmarks/copies.py --data DATA --model A.onnx --photos 200 --others 4000

The photos of the data are small, so each is enlarged to what a camera takes, with a little noise. Copies are
what programs make of it: saved again, scaled down as for messengers, galleries and previews. The cosine of
each with its original is one number; the other is that of each photo with the photo most like it among all
the rest. A threshold groups the copies above it, and by mistake the photos above it.

Frames of a burst are crops of the photo, moved, turned, nearer, lighter, darker or blurred by the hand, with
noise of their own, each held against the crop in its middle. What moves in front of the camera is not among
that. Others are stacked by mistake only if they were taken within seconds as well, so any two photos count.
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
from engine.search.bursts import ALIKE
from engine.search.copies import NEAR
from training.data.reading import read_collection

_BATCH = 32
_CAMERA = 2000  # pixels of the shorter side
_SEEN = 0.85  # of a photo's width and height, that frames of a burst show


def main() -> None:
    """Print percentiles of both, and what each threshold would group."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=ASSETS / "weights" / "ffmln-default.onnx")
    parser.add_argument("--photos", type=int, default=200, help="photos to copy (default: 200)")
    parser.add_argument("--others", type=int, default=3000, help="photos to compare (default: 3000)")
    parser.add_argument("--only", choices=["copies", "frames"], help="of these two (default: both)")
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
    print(f"{encoder.model_id}: cosine with the original, {options.photos} photos")
    measured = dict[str, NDArray[np.float32]]()
    for kind, first, changes in (("copies", _as_taken, _CHANGES), ("frames", _frame, _FRAMES)):
        if options.only in (None, kind):
            base = vectors(first, options.photos, kind)
            measured[kind] = _compare(
                kind, {name: base * vectors(one, options.photos, name) for name, one in changes.items()}
            )
    alike = plain @ plain.T
    np.fill_diagonal(alike, -1)
    nearest = alike.max(axis=1)
    high = np.percentile(nearest, 99)
    print(f"the most like of {len(photos):,}: median {np.median(nearest):.4f}, 99% {high:.4f}")
    measured["most like"], measured["any two"] = nearest, alike[alike > -1]
    print(f"{'threshold':>9}" + "".join(f"{kind:>14}" for kind in measured))
    for threshold in sorted({0.75, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, ALIKE, NEAR}):
        shares = (f"{(cosines >= threshold).mean():14.3%}" for cosines in measured.values())
        print(f"{threshold:9.3f}" + "".join(shares))
    doubtful = np.argsort(-nearest)[:20]
    for row in doubtful:
        print(f"  {nearest[row]:.4f}  {photos[row].name}  {photos[int(alike[row].argmax())].name}")


def _compare(kind: str, products: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """Print percentiles of cosines, by what was done to photos, and return all cosines."""
    print(f"{kind:24} {'lowest':>7} {'1%':>7} {'5%':>7} {'median':>7}")
    cosines = {name: rows.sum(axis=1) for name, rows in products.items()}
    for name, found in cosines.items():
        low = np.percentile(found, [0, 1, 5, 50])
        print(f"{name:24} {low[0]:7.4f} {low[1]:7.4f} {low[2]:7.4f} {low[3]:7.4f}")
    return np.concatenate([*cosines.values()])


def _as_taken(image: Image.Image, side: int = _CAMERA) -> Image.Image:
    """Return the picture as large as a camera takes it, with noise of its own."""
    scale = side / min(image.size)
    large = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    return _noisy(large, seed=0)


def _noisy(image: Image.Image, *, seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).normal(0, 3, (image.height, image.width, 1))
    return Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))


def _copy(image: Image.Image, *, format: str, quality: int, longest: int = 0) -> Image.Image:
    """Return the photo as it is after it was scaled to a longest side and saved."""
    taken = _as_taken(image)
    if longest:
        taken.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    file = BytesIO()
    taken.save(file, format, quality=quality)
    return Image.open(file).convert("RGB")


def _frame(
    image: Image.Image,
    *,
    move: float = 0.0,
    turn: float = 0.0,
    zoom: float = 1.0,
    light: float = 1.0,
    blur: float = 0.0,
) -> Image.Image:
    """Return one frame of a burst: what the camera sees of the photo within a margin.

    Args:
        image: the photo.
        move: to the right and down, as a share of width and height.
        turn: in degrees.
        zoom: how much nearer.
        light: how much lighter.
        blur: the way of the hand during the exposure, as a share of the width.
    """
    large = _as_taken(image, side=_CAMERA // 3)
    centre = large.width * (0.5 + move), large.height * (0.5 + move)
    width, height = (round(side * _SEEN / zoom) for side in large.size)
    seen = large.rotate(turn, Image.Resampling.BILINEAR, center=centre)
    corner = round(centre[0] - width / 2), round(centre[1] - height / 2)
    seen = seen.crop((*corner, corner[0] + width, corner[1] + height))
    pixels = np.asarray(seen, np.float32) * light
    steps = max(1, round(blur * width))
    pixels = sum((np.roll(pixels, step, axis=1) for step in range(steps)), np.zeros_like(pixels)) / steps
    return _noisy(Image.fromarray(pixels.clip(0, 255).astype(np.uint8)), seed=round(1000 * (move + blur)) + 1)


_FRAMES = {
    "another exposure": partial(_frame, move=0.001),
    "moved by 2%": partial(_frame, move=0.02),
    "moved by 5%": partial(_frame, move=0.05),
    "turned by 2 degrees": partial(_frame, turn=2),
    "5% nearer": partial(_frame, zoom=1.05),
    "20% lighter": partial(_frame, light=1.2),
    "20% darker": partial(_frame, light=0.8),
    "blurred by the hand, 1%": partial(_frame, blur=0.01),
    "all of it": partial(_frame, move=0.03, turn=2, zoom=1.03, light=0.9, blur=0.005),
}

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
