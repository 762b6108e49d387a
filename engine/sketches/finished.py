"""The strokes of a drawing that goes on, painted once: only the one under the pen changes."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_
from typing import NamedTuple

from PIL import Image

from engine.sketches.drawing import SUPERSAMPLE, Stroke, bounds, fit_to_paper, paint_over


class _Painted(NamedTuple):
    strokes: tuple[Stroke, ...]
    key: tuple[object, ...]
    picture: Image.Image


class Finished:
    """Keeps the picture of all strokes but the last, while these and where they lie stay the same.

    From any thread: what is kept is replaced, and never painted over.
    """

    def __init__(self) -> None:
        self._kept: _Painted | None = None

    def rasterise_fitted(
        self, strokes: Sequence[Stroke], size: int, *, margin: float, line_width: float
    ) -> Image.Image:
        """Return what `rasterise` makes of the strokes once `fit_to_paper` has moved them, to the pixel."""
        box = bounds(strokes)
        key = (box, size, margin, line_width)

        def paint(picture: Image.Image, some: Sequence[Stroke]) -> None:
            fitted = some if box is None else fit_to_paper(some, margin=margin, box=box)
            paint_over(picture, fitted, line_width=line_width)

        last = max(len(strokes) - 1, 0)
        before, kept = tuple(strokes[:last]), self._kept
        if kept is not None and kept.key == key and _begin(before, kept.strokes):
            picture, count = kept.picture.copy(), len(kept.strokes)
        else:
            side = size * SUPERSAMPLE
            picture, count = Image.new("L", (side, side), 255), 0
        if count < last:
            paint(picture, before[count:])
            self._kept = _Painted(before, key, picture)
            picture = picture.copy()
        paint(picture, strokes[last:])
        return picture.reduce(SUPERSAMPLE)


def _begin(strokes: tuple[Stroke, ...], kept: tuple[Stroke, ...]) -> bool:
    """Return whether the drawing begins with the very strokes that are kept."""
    return len(kept) <= len(strokes) and all(map(is_, strokes, kept))
