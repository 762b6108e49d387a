"""Where the paper lies, and its pixels: finished strokes in one layer, and over it the stroke in progress."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap

from app.drawing.document import Document
from app.drawing.strokes import paint_line, paint_strokes
from engine.drawing import Stroke

_BORDER = 1  # pixels left around the paper for its frame


def paper_in(width: int, height: int) -> QRectF:
    """Return the largest square in a widget of this size, centred; at the top, to stay by its tools."""
    side = max(min(width, height) - 2 * _BORDER, 1)
    return QRectF((width - side) // 2, _BORDER, side, side)


def on_paper(point: QPointF, paper: QRectF) -> tuple[float, float]:
    """Return a widget position in unit coordinates, moved onto the paper where it lies outside."""
    x, y = (point.x() - paper.x()) / paper.width(), (point.y() - paper.y()) / paper.height()
    return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)


class Layers:
    """Two pixmaps; a stroke in progress adds only its new piece, whatever else is on the paper.

    Attributes:
        pixmap: what is to be shown.
        side: of the paper, in device-independent pixels.
    """

    def __init__(self) -> None:
        self.pixmap = QPixmap()
        self.side = 1.0
        self._finished = QPixmap()

    def repaint(self, document: Document, *, side: float, ratio: float) -> None:
        """Paint everything anew.

        Args:
            document: what is on the paper.
            side: in device-independent pixels.
            ratio: device pixels to one of those.
        """
        self.side = side
        pixels = max(round(side * ratio), 1)
        page = QPixmap(pixels, pixels)
        page.setDevicePixelRatio(ratio)
        painter = QPainter(page)
        document.paint(painter, side)
        painter.end()
        self.pixmap, self._finished = page, QPixmap(page)

    def add(
        self, start: tuple[float, float], end: tuple[float, float], *, width: float, eraser: bool
    ) -> QRectF:
        """Paint one piece of the stroke in progress; return the area it changed, in pixels.

        Args:
            start: in unit coordinates.
            end: in unit coordinates; equal to `start` for a dot.
            width: a share of the side.
            eraser: paint paper instead of ink.
        """
        painter = QPainter(self.pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        points = np.asarray([start] if start == end else [start, end], np.float32)
        paint_line(painter, points, self.side, width=width, eraser=eraser)
        painter.end()
        reach = width * self.side / 2 + 2
        corner = QPointF(start[0] * self.side, start[1] * self.side)
        piece = QRectF(corner, QPointF(end[0] * self.side, end[1] * self.side)).normalized()
        return piece.adjusted(-reach, -reach, reach, reach)

    def finish(self, stroke: Stroke) -> None:
        """Put the finished stroke in place of its pieces, whose overlapping ends look a little rough."""
        painter = QPainter(self._finished)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_strokes(painter, [stroke], self.side)
        painter.end()
        self.revert()

    def revert(self) -> None:
        """Take the stroke in progress off again."""
        self.pixmap = QPixmap(self._finished)
