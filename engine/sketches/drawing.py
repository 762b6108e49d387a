"""A drawing as strokes in unit coordinates, and a rasteriser. Needs numpy and Pillow alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

PEN_WIDTH = 0.016
"""The pen a person starts with, as a share of the paper's side."""

THINNEST, THICKEST = 0.005, 0.08
"""The pen's width limits, as shares of the paper's side."""

SUPERSAMPLE = 2
"""A picture is painted so many times larger than it is wanted, each way."""

_THIN = 4  # lines up to this many pixels show no notch at their joints


@dataclass(frozen=True, eq=False)
class Stroke:
    """One movement of the pen or the eraser.

    Attributes:
        points: (n, 2) float32, x to the right and y down; the paper spans 0 to 1 both ways. n >= 1.
        width: line width as a share of the paper's side.
        eraser: True paints paper over the ink below it.
        widths: (n,) float32, the line's width at each point, made by pressure; None for `width` throughout.
    """

    points: NDArray[np.float32]
    width: float = PEN_WIDTH
    eraser: bool = False
    widths: NDArray[np.float32] | None = None

    @classmethod
    def through(
        cls, points: Sequence[tuple[float, float]], *, width: float = PEN_WIDTH, eraser: bool = False
    ) -> Stroke:
        """Return the stroke through these points.

        Raises:
            ValueError: no point, or a point that is not finite.
        """
        array = np.asarray(points, dtype=np.float32).reshape(-1, 2)
        if not len(array) or not np.isfinite(array).all():
            raise ValueError("a stroke needs at least one point, all of them finite")
        return cls(array, width, eraser)

    @property
    def length(self) -> float:
        """Length of the line, in paper sides."""
        return float(np.linalg.norm(np.diff(self.points, axis=0), axis=1).sum())

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the line, its width included."""
        half = float(self.width if self.widths is None else self.widths.max()) / 2
        (left, top), (right, bottom) = self.points.min(axis=0).tolist(), self.points.max(axis=0).tolist()
        return left - half, top - half, right + half, bottom + half

    @property
    def piece_widths(self) -> NDArray[np.float32]:
        """The width of each piece of the line, the mean of its ends; of a dot, its own."""
        if self.widths is None:
            return np.full(max(len(self.points) - 1, 1), self.width, np.float32)
        return self.widths if len(self.widths) == 1 else (self.widths[1:] + self.widths[:-1]) / np.float32(2)


def bounds(strokes: Sequence[Stroke]) -> tuple[float, float, float, float] | None:
    """Return (left, top, right, bottom) of the ink's centre lines, erasers aside; None without ink."""
    ink = [stroke.points for stroke in strokes if not stroke.eraser]
    if not ink:
        return None
    points = np.concatenate(ink)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def fit_to_paper(
    strokes: Sequence[Stroke], *, margin: float, box: tuple[float, float, float, float] | None = None
) -> tuple[Stroke, ...]:
    """Return the strokes moved and scaled, aspect kept, so that the ink fills the paper but for `margin`.

    The ink is what lies in `box`, by its centre lines; without one, what `bounds` says. Pen widths stay as
    they are, so that a small and a large drawing of one thing become the same drawing; erasers scale with
    the drawing, since they must still cover what they erased.
    """
    box = bounds(strokes) if box is None else box
    if box is None:
        return tuple(strokes)
    left, top, right, bottom = box
    scale = (1 - 2 * margin) / max(right - left, bottom - top, 1e-3)
    centre = np.array([(left + right) / 2, (top + bottom) / 2], dtype=np.float32)
    return tuple(
        replace(
            stroke,
            points=((stroke.points - centre) * scale + 0.5).astype(np.float32),
            width=stroke.width * scale if stroke.eraser else stroke.width,
            widths=_scale(stroke.widths, scale) if stroke.eraser else stroke.widths,
        )
        for stroke in strokes
    )


def _scale(widths: NDArray[np.float32] | None, scale: float) -> NDArray[np.float32] | None:
    return None if widths is None else (widths * scale).astype(np.float32)


def prefix(strokes: Sequence[Stroke], share: float) -> tuple[Stroke, ...]:
    """Return the first `share` (0 to 1) of the drawing's ink, by length of line in drawing order."""
    left = share * sum(stroke.length for stroke in strokes)
    kept: list[Stroke] = []
    for stroke in strokes:
        if stroke.length <= left or share >= 1:
            kept.append(stroke)
            left -= stroke.length
            continue
        steps = np.linalg.norm(np.diff(stroke.points, axis=0), axis=1).cumsum()
        whole = int(np.searchsorted(steps, left, side="right"))
        whole = min(whole, len(steps) - 1)  # the sum of the steps may be less than the length, by rounding
        before = steps[whole - 1] if whole else 0.0
        part = (left - before) / max(steps[whole] - before, 1e-9)
        end = stroke.points[whole] + part * (stroke.points[whole + 1] - stroke.points[whole])
        points = np.vstack([stroke.points[: whole + 1], end]).astype(np.float32)
        widths = None if stroke.widths is None else stroke.widths[: whole + 2]
        kept.append(replace(stroke, points=points, widths=widths))
        break
    return tuple(kept)


def rasterise(
    strokes: Sequence[Stroke],
    size: int,
    *,
    line_width: float | None = None,
    page: Image.Image | None = None,
) -> Image.Image:
    """Paint the strokes black on white, antialiased, with round joints and ends.

    Args:
        strokes: in drawing order; an eraser paints white over what came before it.
        size: side of the square picture, in pixels.
        line_width: if given, every pen stroke gets this width (a share of the side) instead of its own.
        page: a square greyscale picture to paint over, instead of white; it stays as it is.

    Returns:
        A greyscale ("L") picture, size x size.
    """
    side = size * SUPERSAMPLE
    picture = Image.new("L", (side, side), 255) if page is None else page.resize((side, side))
    paint_over(picture, strokes, line_width=line_width)
    return picture.reduce(SUPERSAMPLE)


def paint_over(picture: Image.Image, strokes: Sequence[Stroke], *, line_width: float | None = None) -> None:
    """Paint strokes into a square greyscale picture that is SUPERSAMPLE times as large, as `rasterise`."""
    brush, side = ImageDraw.Draw(picture), picture.width
    for stroke in strokes:
        tone = 255 if stroke.eraser else 0
        own = stroke.eraser or line_width is None
        if own and stroke.widths is not None:
            for number, width in enumerate(stroke.piece_widths):
                piece = stroke.points[number : number + 2] * side
                _paint(brush, piece, max(float(width) * side, SUPERSAMPLE), tone)
            continue
        pixels = max((stroke.width if own or line_width is None else line_width) * side, SUPERSAMPLE)
        _paint(brush, stroke.points * side, pixels, tone)


def _paint(brush: ImageDraw.ImageDraw, points: NDArray[np.float32], width: float, tone: int) -> None:
    """Paint one polyline with round joints and ends; a single point becomes a dot.

    Whole discs at the joints give the pixels that Pillow's own `joint="curve"` gives (a thousandth of the ink
    differs) in a quarter of the time: it works out two angles and a sector a joint in Python.
    """
    path: list[tuple[float, float]] = [(x, y) for x, y in points.tolist()]
    whole = max(1, round(width))
    if len(path) > 1:
        brush.line(path, fill=tone, width=whole)
    if whole > _THIN:
        for point in path[1:-1]:
            _disc(brush, point, whole / 2 - 1, tone)
    for point in (path[0], path[-1]):
        _disc(brush, point, width / 2, tone)


def _disc(brush: ImageDraw.ImageDraw, centre: tuple[float, float], radius: float, tone: int) -> None:
    x, y = centre
    brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tone)
