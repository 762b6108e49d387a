"""How strokes look on the paper, and the cursor over it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPixmap, QPolygonF

from engine.drawing import Stroke

INK = QColor(20, 22, 27)
PAPER = QColor(255, 255, 255)
"""White in dark mode too: what the person sees is what is compared with the photos."""


def paint_strokes(painter: QPainter, strokes: Sequence[Stroke], side: float) -> None:
    """Paint strokes in drawing order on a paper of `side` pixels, its top left corner at the origin."""
    for stroke in strokes:
        paint_line(painter, stroke.points, side, width=stroke.width, eraser=stroke.eraser)


def paint_line(
    painter: QPainter, points: NDArray[np.float32], side: float, *, width: float, eraser: bool
) -> None:
    """Paint one polyline with round ends and joints; a single point becomes a dot.

    Args:
        painter: antialiasing is the caller's choice.
        points: (n, 2) in unit coordinates, n >= 1.
        side: the paper's side in pixels.
        width: line width as a share of the side.
        eraser: paint paper instead of ink.
    """
    colour = PAPER if eraser else INK
    painter.setPen(
        QPen(
            colour,
            max(width * side, 1.0),
            Qt.PenStyle.SolidLine,
            Qt.PenCapStyle.RoundCap,
            Qt.PenJoinStyle.RoundJoin,
        )
    )
    corners = [QPointF(float(x) * side, float(y) * side) for x, y in points]
    if len(corners) == 1:
        painter.drawPoint(corners[0])
    else:
        painter.drawPolyline(QPolygonF(corners))


def width_cursor(diameter: float, ratio: float) -> QCursor:
    """Return a round cursor that previews the line's width, legible on ink and on paper."""
    diameter = max(diameter, 4.0)
    size = int(diameter) + 6
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((QColor(255, 255, 255, 200), 2.6), (QColor(40, 44, 52), 1.2)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(QPointF(size / 2, size / 2), diameter / 2, diameter / 2)
    painter.end()
    return QCursor(pixmap, size // 2, size // 2)
