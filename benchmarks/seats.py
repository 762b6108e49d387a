"""Whether photos keep their seats while the pen moves, and whether the grid settles into the ranking.

    uv run python benchmarks/seats.py                                   # 60 drawings, 2,000 photos
    uv run python benchmarks/seats.py --folder ~/Pictures
    uv run python benchmarks/seats.py --drawings drawings.ndjson        # QuickDraw's format

Draws in the real window by 120 pointer events a second. Of the photos that two successive answers to one
drawing show, the share that kept its place is reported: among the seats in view, and among all that are
filled at once, those included that came into view or went out of it. Exits with 1 where the grid did not
settle into the ranking, or where fewer than 90% in view kept their places.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path

from live import photos_apart, strokes

from engine.encoding.encoder import Encoder
from engine.sketches.drawing import Stroke

STROKES = 4
"""Of a generated drawing."""

_MOST_POINTS = 400  # of a drawing
_LEAST_KEPT = 0.9  # of the photos in view
_PATIENCE = 3000  # milliseconds for the last answer, and for settling


def main() -> int:
    """Print every figure, a line each; return 1 if the grid did not settle into the ranking, or few kept."""
    options = _options()
    with photos_apart(options.folder, options.photos, keep=options.keep) as folder:
        encoder = Encoder.load(options.model) if options.model else Encoder.default()
        if options.drawings:
            drawings = list(islice(_read(options.drawings), options.count))
        else:
            drawings = [strokes(random.Random(seed))[:STROKES] for seed in range(options.count)]
        from replay import Replay  # late: Qt after ONNX Runtime

        replay = Replay(folder, encoder, patience=_PATIENCE)
        for drawing in drawings:
            replay.draw(drawing)
        counts = replay.counts
        replay.close()
    print(f"drawings         {len(drawings)}, {counts['answers']} answers shown while the pen moved")
    print(f"kept in view     {_share(counts, 'kept in view', 'in view')}")
    print(f"kept of all      {_share(counts, 'kept', 'both')}")
    print(f"settled          {_share(counts, 'settled', 'drawings')}")
    kept = counts["kept in view"] / max(counts["in view"], 1)
    return int(counts["settled"] < len(drawings) or not kept >= _LEAST_KEPT)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--folder", type=Path, help="photos to draw for (default: generated ones)")
    parser.add_argument("--photos", type=int, default=2000, help="photos to generate (default: 2000)")
    parser.add_argument("--drawings", type=Path, help="an NDJSON file in QuickDraw's format")
    parser.add_argument("--count", type=int, default=60, help="drawings to draw (default: 60)")
    parser.add_argument("--model", type=Path, help="an ONNX file instead of the shipped model")
    parser.add_argument("--keep", type=Path, help="keep generated photos and index in this folder")
    return parser.parse_args()


def _read(file: Path) -> Iterator[list[Stroke]]:
    """Yield drawings whose strokes are lists of x and of y, 0 to 255."""
    for line in file.read_text(encoding="utf-8").splitlines():
        drawing, left = [], _MOST_POINTS
        for xs, ys, *_ in json.loads(line)["drawing"]:
            points = [(0.1 + 0.8 * x / 255, 0.1 + 0.8 * y / 255) for x, y in zip(xs, ys, strict=True)]
            drawing.append(Stroke.through(_densely(points)[:left]))
            left -= len(drawing[-1].points)
            if left <= 0:
                break
        yield drawing


def _densely(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return points as close as a hand's are in a 120th of a second; the file holds corners alone."""
    dense = [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        steps = max(round(max(abs(x1 - x0), abs(y1 - y0)) / 0.012), 1)
        dense += [(x0 + (x1 - x0) * n / steps, y0 + (y1 - y0) * n / steps) for n in range(1, steps + 1)]
    return dense


def _share(counts: Counter[str], part: str, whole: str) -> str:
    return f"{counts[part] / max(counts[whole], 1):.1%} of {counts[whole]}"


if __name__ == "__main__":
    sys.exit(main())
