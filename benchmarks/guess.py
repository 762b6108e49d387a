"""How often a picture that comes from anywhere is rightly taken for a drawing, or for a photo.

    uv run --extra train python benchmarks/guess.py --data DATA
    uv run --extra train python benchmarks/guess.py --data DATA --classes unseen --count 0

Sketches and photos of held-out classes as they lie in the data, and drawings that are strokes, painted; each
goes through the guess that the window makes of a picture that is dropped or pasted.
A line a kind of picture: how many there are, and how many of them are taken for what they are.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from one_line import exit_with

from engine.pictures.guess import is_drawing
from engine.preprocess import render_strokes
from training.data.reading import read_collection
from training.evaluation.heldout import pictures_of

T = TypeVar("T")


def main() -> None:
    """Print a line a kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--classes", choices=["val", "unseen"], default="val", help="(default: val)")
    parser.add_argument(
        "--count", type=int, default=1000, metavar="N", help="of a kind, 0: all (default: 1000)"
    )
    options = parser.parse_args()
    collection = read_collection(options.data)
    photos, sketches, drawings = pictures_of(collection, collection.split[options.classes])
    _tell("sketches", sketches, options.count, lambda one: is_drawing(one.open()))
    _tell("strokes", drawings, options.count, lambda one: is_drawing(render_strokes(one.strokes)))
    _tell("photos", photos, options.count, lambda one: not is_drawing(one.open()))


def _tell(kind: str, pictures: Sequence[T], count: int, is_right: Callable[[T], bool]) -> None:
    if 0 < count < len(pictures):
        pictures = random.Random(0).sample(list(pictures), count)
    right = sum(map(is_right, pictures))
    print(f"{kind:9} {len(pictures):5}, right {right / max(len(pictures), 1):6.1%}", flush=True)


if __name__ == "__main__":
    exit_with(main)
