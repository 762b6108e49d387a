"""Drawings by people, out of a file, as a pen would draw them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from engine.sketches.drawing import Stroke

_MOST_POINTS = 400  # of a drawing
_STEP = 0.012  # of the paper's side, in a 120th of a second


def read_drawings(file: Path) -> Iterator[list[Stroke]]:
    """Yield the drawings of an NDJSON file in QuickDraw's format: by stroke lists of x and of y, to 255."""
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
        steps = max(round(max(abs(x1 - x0), abs(y1 - y0)) / _STEP), 1)
        dense += [(x0 + (x1 - x0) * n / steps, y0 + (y1 - y0) * n / steps) for n in range(1, steps + 1)]
    return dense
