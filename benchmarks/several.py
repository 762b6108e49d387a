"""How surely the drawings on one sheet are told apart: single ones taken for several, and several found.

    uv run --extra train python benchmarks/several.py --data DATA
    uv run --extra train python benchmarks/several.py --data DATA --count 1000 --photographed

Single drawings, sketches and QuickDraw's, are looked at as they are. Then they are set side by side or below
each other, two, three and four on a sheet, each 60 to 100% of a whole side, with a gap of 10 to 50% of one
between them. With `--photographed` each sheet is photographed first, in conditions that change by turns.
A line for each number of drawings on a sheet: how often it was told, and how often fewer or more were.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import numpy as np
from one_line import exit_with
from PIL import Image, ImageChops, ImageOps

from engine.preprocess import clean_sketch, dark_square, drawings_on, render_strokes
from training.data.reading import read_collection
from training.evaluation.paper_photos import photograph
from training.evaluation.paper_scenes import CONDITIONS

_SIDE = 256  # pixels of a drawing


def main() -> None:
    """Print a line for each number of drawings on a sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=4000, metavar="N", help="drawings (default: 4000)")
    parser.add_argument("--photographed", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    singles = _singles(options.data, options.count, rng)
    print("on a sheet   right  fewer   more")
    for many in (1, 2, 3, 4):
        found = []
        for first in range(0, len(singles) - many + 1, many):
            sheet = singles[first] if many == 1 else _sheet(singles[first : first + many], rng)
            if options.photographed:
                condition = list(CONDITIONS)[first // many % len(CONDITIONS)]
                sheet = clean_sketch(photograph(sheet, condition, first))
            found.append(len(drawings_on(sheet)) or 1)
        off = np.array(found) - many
        shares = [float(np.mean(which)) for which in (off == 0, off < 0, off > 0)]
        print(f"{many:10}  {shares[0]:6.1%} {shares[1]:6.1%} {shares[2]:6.1%}", flush=True)


def _singles(data: Path, count: int, rng: random.Random) -> list[Image.Image]:
    """Return single drawings, dark on white: half of them sketches, half of them strokes."""
    held = read_collection(data)
    sketches = [one for of_class in held.sketches.values() for one in of_class]
    drawings = [one for each in held.drawings.values() for one in each if one.source == "quickdraw"]
    pictures = [dark_square(one.open()) for one in rng.sample(sketches, min(count // 2, len(sketches)))]
    chosen = rng.sample(drawings, min(count - len(pictures), len(drawings)))
    pictures += [render_strokes(one.strokes) for one in chosen]
    rng.shuffle(pictures)
    return [picture.resize((_SIDE, _SIDE), Image.Resampling.BOX) for picture in pictures]


def _sheet(drawings: list[Image.Image], rng: random.Random) -> Image.Image:
    """Return drawings in a row or in a column, each somewhat smaller at random."""
    gap, is_row = round(_SIDE * rng.uniform(0.1, 0.5)), rng.random() < 0.5
    parts = [_scale(drawing, rng.uniform(0.6, 1)) for drawing in drawings]
    sides = [part.width if is_row else part.height for part in parts]
    length, broad = sum(sides) + gap * (len(parts) - 1), max(max(part.size) for part in parts)
    sheet = Image.new("L", (length, broad) if is_row else (broad, length), 255)
    place = 0
    for part, side in zip(parts, sides, strict=True):
        across = rng.randint(0, broad - (part.height if is_row else part.width))
        sheet.paste(part, (place, across) if is_row else (across, place))
        place += side + gap
    return ImageOps.expand(sheet, _SIDE // 8, 255)


def _scale(drawing: Image.Image, share: float) -> Image.Image:
    """Return the ink of a drawing, its longer side this share of a whole one."""
    inside = drawing.crop(ImageChops.invert(drawing).getbbox())
    scale = share * _SIDE / max(inside.size)
    width, height = (max(round(side * scale), 1) for side in inside.size)
    return inside.resize((width, height), Image.Resampling.BOX)


if __name__ == "__main__":
    exit_with(main)
