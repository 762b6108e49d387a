"""How fast photos are indexed here, beside what decoding alone and encoding alone would allow.

    uv run python benchmarks/indexing.py                     # 48 generated photos of 12 megapixels
    uv run python benchmarks/indexing.py --photos 200 --gentle --json figures.json

Decoding, encoding and indexing use the same threads and files, in one run. On a machine whose cores
either of them fills, both cannot be faster than `together`: the time of one and of the other added up.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from engine.decoder import THREADS
from engine.encoder import Encoder
from engine.library import Library
from engine.photos import open_photo
from engine.refresh import reading_side

_SIZE = 4000, 3000
_BATCH = 16


def main() -> int:
    """Print every figure, a line each."""
    parser = argparse.ArgumentParser(description="Measure how fast photos are indexed here.")
    parser.add_argument("--photos", type=int, default=48, help="photos to generate (default: 48)")
    parser.add_argument("--gentle", action="store_true", help="index gently")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["FFMLN_DATA_DIR"] = str(Path(scratch) / "state")
        figures = measure(_generate(Path(scratch) / "photos", options.photos), gentle=options.gentle)
    for name, figure in figures.items():
        print(f"{name:12} {figure:8.2f}")
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


def measure(photos: Sequence[Path], *, gentle: bool) -> dict[str, float]:
    """Return photos a second of each kind of work, and shares."""
    encoder = Encoder.default().warm_up()
    read = partial(open_photo, side=reading_side(encoder))
    read(photos[0])
    start = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        images = list(threads.map(read, photos))
    decode = len(photos) / (time.perf_counter() - start)
    start = time.perf_counter()
    for first in range(0, len(images), _BATCH):
        encoder.embed_photos(images[first : first + _BATCH])
    encode = len(photos) / (time.perf_counter() - start)
    with closing(Library(photos[0].parent, encoder)) as library:
        start, used = time.perf_counter(), time.process_time()
        for _ in library.refresh(is_gentle=lambda: gentle):
            pass
        took, used = time.perf_counter() - start, time.process_time() - used
    index, together = len(photos) / took, 1 / (1 / decode + 1 / encode)
    return {
        "threads": THREADS,
        "decode": decode,
        "encode": encode,
        "index": index,
        "of slower": index / min(decode, encode),
        "together": together,
        "of together": index / together,
        "cores used": used / took,
    }


def _generate(folder: Path, count: int) -> list[Path]:
    """Make photos with as much detail as a camera's."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    grain = rng.normal(0, 4, (_SIZE[1], _SIZE[0], 1))
    made = []
    for number in range(count):
        picture = Image.new("RGB", _SIZE, tuple(rng.integers(60, 200, 3).tolist()))
        draw = ImageDraw.Draw(picture)
        for _ in range(40):
            x, y, r = (int(rng.integers(50, most)) for most in (*_SIZE, 700))
            draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(rng.integers(0, 255, 3).tolist()))
        pixels = np.clip(np.asarray(picture) + np.roll(grain, number * 37, axis=1), 0, 255)
        made.append(folder / f"{number:04}.jpg")
        Image.fromarray(pixels.astype(np.uint8)).save(made[-1], quality=90)
    return made


if __name__ == "__main__":
    sys.exit(main())
