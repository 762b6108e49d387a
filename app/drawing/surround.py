"""What is seen around and on empty paper: its frame, and what one might draw."""

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen

_FOCUS = 3  # pixels, of the frame that shows where the keyboard is


def paint_frame(painter: QPainter, paper: QRectF, palette: QPalette, *, focused: bool) -> None:
    """Paint the paper's frame, which shows if keys work here."""
    painter.setPen(QPen(palette.mid().color(), 1))
    if focused:
        pen = QPen(palette.color(QPalette.ColorRole.Highlight), _FOCUS)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        paper = paper.adjusted(0.5, 0.5, -0.5, -0.5)  # all of it inside the widget
    painter.drawRect(paper.adjusted(-0.5, -0.5, 0.5, 0.5))


def paint_hint(painter: QPainter, paper: QRectF) -> None:
    """Say on empty paper what it is for."""
    font = painter.font()
    font.setPointSizeF(font.pointSizeF() * 1.35)
    painter.setFont(font)
    painter.setPen(QColor(120, 124, 132))
    text = QCoreApplication.translate("Canvas", "Draw something here:\na cup, a cat, a bicycle…")
    inner = paper.adjusted(16, 16, -16, -16)
    painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
