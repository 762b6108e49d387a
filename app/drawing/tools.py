"""What the pointer does on the paper: draw, rub out, take whole strokes. Each gesture is one step of undo."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QCursor

from app.drawing.ink.geometry import close_points, erasers_after, find_covered, touches
from app.drawing.ink.smoothing import Point
from app.drawing.ink.strokes import width_cursor
from app.drawing.paper.document import Document
from app.drawing.paper.layers import Layers
from engine.sketches.drawing import Stroke

ERASER_FACTOR = 3.0
"""How much wider than the pen an eraser is."""


class Tool(Enum):
    """What the pointer is for."""

    PEN = "pen"
    ERASER = "eraser"
    STROKE_ERASER = "stroke eraser"
    LASSO = "lasso"


@dataclass(frozen=True)
class Touch:
    """What the pointer reports.

    Attributes:
        point: in unit coordinates; beside the paper they lie beyond 0 to 1.
        thickness: what pressure makes of the pen's width.
        straight: the line is to be straight.
    """

    point: Point
    thickness: float = 1.0
    straight: bool = False


Show = Callable[[QRectF | None], None]
"""Has this area of the paper painted, in its pixels; None for all of it."""


class Handler(ABC):
    """One tool at work on the paper. Each method that changes the drawing says so by True."""

    def __init__(self, document: Document, layers: Layers, show: Show) -> None:
        self._document, self._layers, self._show = document, layers, show
        self.width = 0.0

    @abstractmethod
    def begin(self, touch: Touch) -> bool:
        """Put the pointer down."""

    @abstractmethod
    def extend(self, touch: Touch) -> bool:
        """Move it."""

    @abstractmethod
    def finish(self) -> bool:
        """Lift it."""

    @abstractmethod
    def abandon(self) -> None:
        """Leave everything as it was before the pointer went down."""

    def cursor(self, point: Point, ratio: float) -> QCursor:
        """Return what the pointer looks like here, on a screen with so many pixels to one of Qt's."""
        return width_cursor(self.width * self._layers.side, ratio)

    def _repaint(self) -> None:
        layers = self._layers
        layers.repaint(self._document.snapshot, side=layers.side, ratio=layers.ratio)
        self._show(None)


class PenHandler(Handler):
    """Draws, or rubs out."""

    def __init__(self, document: Document, layers: Layers, show: Show, *, eraser: bool) -> None:
        """Take the paper, and whether ink comes or goes."""
        super().__init__(document, layers, show)
        self._eraser = eraser

    def begin(self, touch: Touch) -> bool:
        """Begin a stroke, here or where the pointer will come onto the paper."""
        self._document.begin(touch.point, width=self.width, eraser=self._eraser, thickness=touch.thickness)
        self._last = touch.point
        return self._paint()

    def extend(self, touch: Touch) -> bool:
        """Continue it."""
        if touch.straight:
            was_seen = self._document.is_drawing
            self._layers.revert()
            self._document.straighten(touch.point)
            self._paint()
            self._show(None)
            return was_seen or self._document.is_drawing
        if touch.point == self._last:
            return False
        self._last = touch.point
        self._document.extend(touch.point, thickness=touch.thickness)
        return self._paint()

    def finish(self) -> bool:
        """Make a step of undo of what was drawn, if anything was."""
        before = self._document.snapshot
        self._document.end()
        after = self._document.snapshot
        if after is before:
            return False
        if after.is_blank:
            self._repaint()
        else:
            self._layers.finish(after.strokes[len(before.strokes) :])
            self._show(None)
        return True

    def abandon(self) -> None:
        """Drop what was drawn."""
        self._document.cancel()
        self._repaint()

    def _paint(self) -> bool:
        """Add what has settled, and show the piece that leads to the pen."""
        area, pieces = QRectF(), self._document.take_pieces()
        if not self._document.is_drawing:
            return False
        for piece in pieces:
            area = area.united(self._layers.add(piece))
        area = area.united(self._layers.lead(self._document.tail))
        if area.isNull():
            return False
        self._show(area)
        return True


class StrokeEraser(Handler):
    """Takes every stroke it touches, whole; what would go is faint until the pointer is lifted."""

    def begin(self, touch: Touch) -> bool:
        """Take what is touched here."""
        self._document.end()
        self._before = self._document.snapshot
        self._going: set[int] = set()
        self._last = touch.point
        return self.extend(touch)

    def extend(self, touch: Touch) -> bool:
        """Take what is touched on the way here."""
        start, self._last = self._last, touch.point
        new = set(self._find_touched(start, touch.point)) - self._going
        if not new:
            return False
        self._going |= new
        strokes = self._before.strokes
        self._document.propose(self._before.without_strokes(self._going))
        area = QRectF()
        for number in new:
            area = area.united(self._layers.fade(strokes[number]))
        self._show(area)
        return True

    def finish(self) -> bool:
        """Let them go."""
        self._document.end()
        if self._going:
            self._repaint()
        return bool(self._going)

    def abandon(self) -> None:
        """Keep them."""
        self._document.cancel()
        self._repaint()

    def cursor(self, point: Point, ratio: float) -> QCursor:
        """Show a cross: what is touched counts, not how wide the tool is."""
        return QCursor(Qt.CursorShape.CrossCursor)

    def _find_touched(self, start: Point, end: Point) -> list[int]:
        return touched_strokes(self._before.strokes, start, end, reach=self.width / 2)


def touched_strokes(strokes: tuple[Stroke, ...], start: Point, end: Point, *, reach: float) -> list[int]:
    """Return which strokes' ink, as far as erasers left it, lies within reach of a straight way."""
    found = []
    for number, stroke in enumerate(strokes):
        near = None if stroke.eraser else touches(stroke, start, end, reach=reach)
        if near is None:
            continue
        later = erasers_after(strokes, number)
        if not later or not np.all(find_covered(close_points(stroke)[0][near], later)):
            found.append(number)
    return found
