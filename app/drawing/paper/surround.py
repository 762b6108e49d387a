"""What is seen around and on empty paper: its frame, and what one might draw."""

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen

_FOCUS = 3  # pixels, of the frame that shows where the keyboard is
_Reason = Qt.FocusReason
_BY_KEYBOARD = (_Reason.TabFocusReason, _Reason.BacktabFocusReason, _Reason.ShortcutFocusReason)
_RETURNS = (_Reason.MenuBarFocusReason, _Reason.PopupFocusReason, _Reason.ActiveWindowFocusReason)


class KeyboardFrame:
    """Knows whether to show that the keyboard is here: if keys brought it, before a menu or window too.

    Attributes:
        is_shown: whether it is to be shown now.
    """

    def __init__(self) -> None:
        self.is_shown = False
        self._was_shown = False  # before a menu or another window

    def come(self, reason: Qt.FocusReason) -> None:
        """Note why the keyboard comes."""
        self.is_shown = reason in _BY_KEYBOARD or (self._was_shown and reason in _RETURNS)

    def go(self, reason: Qt.FocusReason) -> None:
        """Note why it goes."""
        self._was_shown, self.is_shown = self.is_shown and reason in _RETURNS, False


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
