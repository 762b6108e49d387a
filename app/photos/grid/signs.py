"""The signs on a photo, as they are painted: on a disc that lets some of the photo through."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette, QPen


def paint_heart(painter: QPainter, disc: QRectF, palette: QPalette) -> None:
    """Paint a heart on a disc."""
    _paint_disc(painter, disc, palette)
    side, top = disc.width() * 0.5, disc.center().y() - disc.width() * 0.15
    left, middle, right = disc.center().x() - side / 2, disc.center().x(), disc.center().x() + side / 2
    heart = QPainterPath(QPointF(middle, top + side * 0.9))
    heart.cubicTo(
        left - side * 0.2,
        top + side * 0.3,
        left + side * 0.1,
        top - side * 0.35,
        middle,
        top + side * 0.12,
    )
    heart.cubicTo(
        right - side * 0.1,
        top - side * 0.35,
        right + side * 0.2,
        top + side * 0.3,
        middle,
        top + side * 0.9,
    )
    painter.setPen(QPen(palette.text().color(), 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(heart)


def paint_loupe(painter: QPainter, disc: QRectF, palette: QPalette) -> None:
    """Paint a loupe on a disc."""
    _paint_disc(painter, disc, palette)
    unit = disc.width() / 28
    glass = disc.center() - QPointF(2, 2) * unit
    pen = QPen(palette.text().color(), 1.6 * unit)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(glass, 5 * unit, 5 * unit)
    painter.drawLine(glass + QPointF(3.8, 3.8) * unit, glass + QPointF(8.5, 8.5) * unit)


def paint_away(painter: QPainter, disc: QRectF, palette: QPalette) -> None:
    """Paint a drive crossed out on a disc: the photo's folder is not there now."""
    _paint_disc(painter, disc, palette)
    unit, middle = disc.width() / 24, disc.center()
    pen = QPen(palette.text().color(), 1.6 * unit)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    drive = QRectF(middle + QPointF(-7, -4) * unit, middle + QPointF(7, 4) * unit)
    painter.drawRoundedRect(drive, 2 * unit, 2 * unit)
    painter.drawPoint(middle + QPointF(4, 1.5) * unit)
    painter.drawLine(middle + QPointF(-6, 6.5) * unit, middle + QPointF(6, -6.5) * unit)


def _paint_disc(painter: QPainter, disc: QRectF, palette: QPalette) -> None:
    """Paint the ground of a sign."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(sheer(palette.base().color()))
    painter.drawEllipse(disc)


def sheer(colour: QColor) -> QColor:
    """Return this colour as a ground for signs on photos."""
    ground = QColor(colour)
    ground.setAlpha(225)
    return ground
