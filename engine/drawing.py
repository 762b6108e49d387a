"""A drawing as strokes in unit coordinates: undo, redo, a rasteriser. Needs numpy and Pillow alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

PEN_WIDTH = 0.016
"""The pen a person starts with, as a share of the paper's side."""

GLANCE = 128
"""Side of the picture that tells whether an eraser has left any ink, in pixels."""

_SUPERSAMPLE = 2


@dataclass(frozen=True, eq=False)
class Stroke:
    """One movement of the pen or the eraser.

    Attributes:
        points: (n, 2) float32, x to the right and y down; the paper spans 0 to 1 both ways. n >= 1.
        width: line width as a share of the paper's side.
        eraser: True paints paper over the ink below it.
    """

    points: NDArray[np.float32]
    width: float = PEN_WIDTH
    eraser: bool = False

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


def bounds(strokes: Sequence[Stroke]) -> tuple[float, float, float, float] | None:
    """Return (left, top, right, bottom) of the ink's centre lines, erasers aside; None without ink."""
    ink = [stroke.points for stroke in strokes if not stroke.eraser]
    if not ink:
        return None
    points = np.concatenate(ink)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def fit_to_paper(strokes: Sequence[Stroke], *, margin: float) -> tuple[Stroke, ...]:
    """Return the strokes moved and scaled, aspect kept, so that the ink fills the paper but for `margin`.

    Pen widths stay as they are, so that a small and a large drawing of one thing become the same drawing;
    erasers scale with the drawing, since they must still cover what they erased.
    """
    box = bounds(strokes)
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
        )
        for stroke in strokes
    )


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
        before = steps[whole - 1] if whole else 0.0
        part = (left - before) / max(steps[whole] - before, 1e-9)
        end = stroke.points[whole] + part * (stroke.points[whole + 1] - stroke.points[whole])
        kept.append(replace(stroke, points=np.vstack([stroke.points[: whole + 1], end]).astype(np.float32)))
        break
    return tuple(kept)


def rasterise(strokes: Sequence[Stroke], size: int, *, line_width: float | None = None) -> Image.Image:
    """Paint the strokes black on white, antialiased, with round joints and ends.

    Args:
        strokes: in drawing order; an eraser paints white over what came before it.
        size: side of the square picture, in pixels.
        line_width: if given, every pen stroke gets this width (a share of the side) instead of its own.

    Returns:
        A greyscale ("L") picture, size x size.
    """
    side = size * _SUPERSAMPLE
    page = Image.new("L", (side, side), 255)
    brush = ImageDraw.Draw(page)
    for stroke in strokes:
        width = stroke.width if stroke.eraser or line_width is None else line_width
        pixels = max(width * side, _SUPERSAMPLE)
        _paint(brush, stroke.points * side, pixels, 255 if stroke.eraser else 0)
    return page.reduce(_SUPERSAMPLE)


def _paint(brush: ImageDraw.ImageDraw, points: NDArray[np.float32], width: float, tone: int) -> None:
    """Paint one polyline with round ends; a single point becomes a dot."""
    path = [(float(x), float(y)) for x, y in points]
    if len(path) > 1:
        brush.line(path, fill=tone, width=max(1, round(width)), joint="curve")
    radius = width / 2
    for x, y in (path[0], path[-1]):
        brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tone)


@dataclass
class Drawing:
    """The drawing on the canvas: finished strokes, the one in progress, and what undo and redo step through.

    Every change, a pen movement included, raises `version`; an answer to an older version is outdated.
    """

    version: int = 0
    _strokes: tuple[Stroke, ...] = ()
    _undo: list[tuple[Stroke, ...]] = field(default_factory=list)
    _redo: list[tuple[Stroke, ...]] = field(default_factory=list)
    _points: list[tuple[float, float]] = field(default_factory=list)
    _width: float = PEN_WIDTH
    _eraser: bool = False

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """A snapshot of all strokes, the one in progress included; safe to hand to another thread."""
        if not self._points:
            return self._strokes
        return (*self._strokes, Stroke.through(self._points, width=self._width, eraser=self._eraser))

    @property
    def is_empty(self) -> bool:
        """True while there is no ink: nothing drawn yet, or everything erased."""
        strokes = self.strokes
        erased = [stroke.eraser for stroke in strokes]
        if any(erased) and not all(erased):
            return rasterise(strokes, GLANCE).getextrema()[0] == 255
        return all(erased)

    @property
    def can_undo(self) -> bool:
        """Whether undo() would change something."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether redo() would change something."""
        return bool(self._redo)

    def begin(self, point: tuple[float, float], *, width: float = PEN_WIDTH, eraser: bool = False) -> None:
        """Put the pen down; a stroke still in progress is finished first."""
        self.end()
        self._points, self._width, self._eraser = [point], width, eraser
        self.version += 1

    def extend(self, point: tuple[float, float]) -> None:
        """Move the pen; ignored while no stroke is in progress."""
        if self._points and point != self._points[-1]:
            self._points.append(point)
            self.version += 1

    def end(self) -> None:
        """Lift the pen: the stroke in progress becomes one step of undo."""
        if self._points:
            self._change(self.strokes)
            self._points = []

    def cancel(self) -> None:
        """Drop the stroke in progress as if it had never begun."""
        if self._points:
            self._points = []
            self.version += 1

    def replace(self, strokes: Sequence[Stroke]) -> None:
        """Put other strokes on the paper, as one step of undo."""
        self.end()
        self._change(tuple(strokes))

    def clear(self) -> None:
        """Empty the paper, as one step of undo."""
        self.end()
        if self._strokes:
            self._change(())

    def undo(self) -> None:
        """Take the last step back; ignored when there is none."""
        self.end()
        if self._undo:
            self._redo.append(self._strokes)
            self._strokes = self._undo.pop()
            self.version += 1

    def redo(self) -> None:
        """Take back the last undo; ignored when there is none."""
        self.end()
        if self._redo:
            self._undo.append(self._strokes)
            self._strokes = self._redo.pop()
            self.version += 1

    def _change(self, strokes: tuple[Stroke, ...]) -> None:
        self._undo.append(self._strokes)
        self._redo.clear()
        self._strokes = strokes
        self.version += 1
