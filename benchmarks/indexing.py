"""How fast photos are indexed here, beside what decoding alone and encoding alone would allow.

    uv run python benchmarks/indexing.py                     # 48 generated photos of 12 megapixels
    uv run python benchmarks/indexing.py --photos 200 --gentle --json figures.json
    chrt -f 1 uv run python benchmarks/indexing.py           # Linux, as root: other programs take no core

Decoding, encoding and indexing use the same threads and files, in one run; the best of two rounds counts.
Where each of decoding and encoding fills all cores, indexing, which has to do both, cannot be as fast as the
slower of them: `together`, their times added up, is the bound, and `bound` says what share of the slower that
is. Processor time a photo, in ms, tells the same where other programs take cores.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from engine.effort import Effort
from engine.encoding.encoder import Encoder, reading_side
from engine.indexing.decoder import THREADS
from engine.library import Library
from engine.pictures.photos import open_photo

_SIZE = 4000, 3000
_BATCH = 16
_ROUNDS = 2


def main() -> int:
    """Print every figure, a line each."""
    parser = argparse.ArgumentParser(description="Measure how fast photos are indexed here.")
    parser.add_argument("--photos", type=int, default=48, help="photos to generate (default: 48)")
    parser.add_argument("--gentle", action="store_true", help="index gently")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(generate(Path(scratch) / "photos", options.photos), gentle=options.gentle)
    for name, figure in figures.items():
        print(f"{name:12} {figure:8.2f}")
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


def measure(photos: Sequence[Path], *, gentle: bool) -> dict[str, float]:
    """Return photos a second of each kind of work, shares, and processor time a photo in ms."""
    encoder = Encoder.default().warm_up()
    read = partial(open_photo, side=reading_side(encoder))
    images: list[Image.Image] = []
    effort = Effort.GENTLE if gentle else Effort.FULL

    def decode() -> None:
        with ThreadPoolExecutor(THREADS) as threads:
            images[:] = threads.map(read, photos)

    def encode() -> None:
        for first in range(0, len(images), _BATCH):
            encoder.embed_photos(images[first : first + _BATCH])

    def index() -> None:
        with tempfile.TemporaryDirectory() as state:
            os.environ["FFMLN_DATA_DIR"] = state
            with closing(Library(photos[0].parent, encoder)) as library:
                for _ in library.refresh(effort=lambda: effort):
                    pass

    took = {work: min(_time_work(work) for _ in range(_ROUNDS)) for work in (decode, encode, index)}
    (decoded, of_decode), (encoded, of_encode), (indexed, of_index) = took.values()
    each, slower = 1000 / len(photos), max(decoded, encoded)
    return {
        "threads": THREADS,
        "decode": len(photos) / decoded,
        "encode": len(photos) / encoded,
        "index": len(photos) / indexed,
        "together": len(photos) / (decoded + encoded),
        "of slower": slower / indexed,
        "bound": slower / (decoded + encoded),
        "of together": (decoded + encoded) / indexed,
        "cores used": of_index / indexed,
        "decode, ms": of_decode * each,
        "encode, ms": of_encode * each,
        "index, ms": of_index * each,
        "of that work": (of_decode + of_encode) / of_index,
    }


def _time_work(work: Callable[[], None]) -> tuple[float, float]:
    """Return the seconds that work takes, and those of the processor."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - used


def generate(folder: Path, count: int) -> list[Path]:
    """Make so many photos in a new folder, with as much detail as a camera's."""
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
