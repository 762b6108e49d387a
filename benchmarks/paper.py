"""How well drawings on paper are read, by condition: lamps, shadows, printed lines, tables, specks.

    uv run --extra train python benchmarks/paper.py --data DATA
    uv run --extra train python benchmarks/paper.py --data DATA --classes val --sketches 20 --only dim,squared

Sketches of held-out classes are photographed on paper, simulated by `training.evaluation.paper_photos`.
A line a condition: P@10 in percent; the same as a share of what the clean sketches have; how many of the
drawings were refused as `nothing drawn`; how many empty pages were not; and the median time that cleaning a
photograph takes, the network's left out.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
from one_line import exit_with
from PIL import Image

from engine.encoding.encoder import Encoder
from engine.preprocess import clean_sketch, has_ink
from training.data.collection import Picture
from training.data.reading import read_collection
from training.evaluation.embedding import Embedded
from training.evaluation.heldout import HeldOut
from training.evaluation.metrics import precision_at, rank
from training.evaluation.paper_photos import empty_page, photograph
from training.evaluation.paper_scenes import CONDITIONS


@dataclass(frozen=True)
class _Measured:
    """One condition's figures: shares 0 to 1, time in seconds."""

    precision: float
    refused: float
    blank_taken: float
    seconds: float


def main() -> None:
    """Print a line a condition."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="an ONNX file instead of the shipped model")
    parser.add_argument("--classes", choices=["val", "unseen"], default="unseen", help="(default: unseen)")
    parser.add_argument("--sketches", type=int, default=60, metavar="N", help="(default: 60)")
    parser.add_argument("--blank", type=int, default=5, metavar="N", help="empty pages (default: 5)")
    parser.add_argument("--only", default="", metavar="A,B", help="only these conditions")
    parser.add_argument("--seed", type=int, default=0, help="of the photographs (default: 0)")
    options = parser.parse_args()
    encoder = Encoder.load(options.model) if options.model else Encoder.default()
    held = HeldOut.of_split(encoder, read_collection(options.data), classes=options.classes, progress=True)
    gallery = held.gallery
    sketches = random.Random(0).sample(list(held.sketches), min(options.sketches, len(held.sketches)))
    clean = _precision(encoder, gallery, sketches, [sketch.open() for sketch in sketches])
    print(f"{'':24} P@10  share  refused  empty taken     ms")
    print(f"{'clean':24} {100 * clean:4.1f}", flush=True)
    for condition in options.only.split(",") if options.only else CONDITIONS:
        pages = partial(_pages, sketches, condition, options.seed)
        found = _measure(encoder, gallery, sketches, pages(), condition, options.blank)
        print(
            f"{condition:24} {100 * found.precision:4.1f} {found.precision / clean:6.1%} {found.refused:8.1%}"
            f" {found.blank_taken:12.1%} {1000 * found.seconds:6.0f}",
            flush=True,
        )


def _pages(sketches: Sequence[Picture], condition: str, seed: int) -> list[Image.Image]:
    """Return the sketches as photographed."""
    first = seed * len(sketches)
    return [photograph(sketch.open(), condition, first + n) for n, sketch in enumerate(sketches)]


def _measure(
    encoder: Encoder,
    gallery: Embedded,
    sketches: Sequence[Picture],
    pages: Sequence[Image.Image],
    condition: str,
    blank: int,
) -> _Measured:
    cleaned, seconds = [], []
    for page in pages:
        started = time.perf_counter()
        cleaned.append(clean_sketch(page))
        seconds.append(time.perf_counter() - started)
    return _Measured(
        precision=_precision(encoder, gallery, sketches, cleaned),
        refused=float(np.mean([not has_ink(page) for page in cleaned])),
        blank_taken=float(np.mean([has_ink(empty_page(condition, n)) for n in range(blank)])) if blank else 0,
        seconds=median(seconds),
    )


def _precision(
    encoder: Encoder, gallery: Embedded, sketches: Sequence[Picture], pictures: Sequence[Image.Image]
) -> float:
    """Return P@10, 0 to 1."""
    order = rank(encoder.embed_sketches(pictures), gallery.vectors, False)
    labels = np.array([sketch.label for sketch in sketches])
    return float(precision_at(gallery.labels[order] == labels[:, None], 10).mean())


if __name__ == "__main__":
    exit_with(main)
