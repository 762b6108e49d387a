"""How strokes look on the paper, and the cursor over it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QCursor, QPainter, QPen, QPixmap, QPolygonF

from engine.sketches.drawing import Stroke

INK = QColor(20, 22, 27)
PAPER = QColor(255, 255, 255)
"""White in dark mode too: what the person sees is what is compared with the photos."""


def paint_strokes(painter: QPainter, strokes: Sequence[Stroke], side: float) -> None:
    """Paint strokes in drawing order on a paper of `side` pixels, its top left corner at the origin."""
    for stroke in strokes:
        paint_stroke(painter, stroke, side, PAPER if stroke.eraser else INK)


def paint_ink(painter: QPainter, strokes: Sequence[Stroke], side: float) -> None:
    """Paint strokes where there is no paper: an eraser lets through what is behind the ink."""
    usual = painter.compositionMode()
    for stroke in strokes:
        if stroke.eraser:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
        paint_stroke(painter, stroke, side, INK)
        painter.setCompositionMode(usual)


def paint_stroke(painter: QPainter, stroke: Stroke, side: float, colour: QColor | QBrush) -> None:
    """Paint one polyline with round ends and joints; a single point becomes a dot.

    Args:
        painter: antialiasing is the caller's choice.
        stroke: in unit coordinates.
        side: the paper's side in pixels.
        colour: of the line, or what it shows.
    """
    corners = [QPointF(x, y) for x, y in (stroke.points * side).tolist()]
    if stroke.widths is None or len(corners) == 1:
        width = stroke.width if stroke.widths is None else float(stroke.widths[0])
        painter.setPen(_pen(colour, width * side))
        if len(corners) == 1:
            painter.drawPoint(corners[0])
        else:
            painter.drawPolyline(QPolygonF(corners))
        return
    for number, width in enumerate((stroke.piece_widths * side).tolist()):
        painter.setPen(_pen(colour, width))
        painter.drawLine(corners[number], corners[number + 1])


def _pen(colour: QColor | QBrush, width: float) -> QPen:
    line, cap, join = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    return QPen(colour, max(width, 1.0), line, cap, join)


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
