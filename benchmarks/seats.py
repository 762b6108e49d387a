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
import random
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

from drawn import read_drawings
from live import photos_apart, strokes

from engine.encoding.encoder import Encoder

STROKES = 4
"""Of a generated drawing."""

_LEAST_KEPT = 0.9  # of the photos in view
_PATIENCE = 3000  # milliseconds for the last answer, and for settling


def main() -> int:
    """Print every figure, a line each; return 1 if the grid did not settle into the ranking, or few kept."""
    options = _options()
    with photos_apart(options.folder, options.photos, keep=options.keep) as folder:
        encoder = Encoder.load(options.model) if options.model else Encoder.default()
        if options.drawings:
            drawings = list(islice(read_drawings(options.drawings), options.count))
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


def _share(counts: Counter[str], part: str, whole: str) -> str:
    return f"{counts[part] / max(counts[whole], 1):.1%} of {counts[whole]}"


if __name__ == "__main__":
    sys.exit(main())
