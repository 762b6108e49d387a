"""Buttons for fingers."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter

from app.input.own_presses import OwnPresses
from app.style.icons import icon

LARGE = 64
"""Pixels: the height of everything that fingers touch."""

WORDS = 1.4
"""Times the usual size: that of words that are read standing."""

_WIDE = round(LARGE * 2.5)


class LargeButton(QPushButton):
    """A button for fingers, with a picture for whoever does not read its words; keys do not reach it.

    Where its words have no room beside each other, they stand in two lines.
    """

    def __init__(self, text: str, sign: str) -> None:
        """Take its words, none for a sign that says enough, and the name of its icon."""
        super().__init__(text)
        self._sign = sign
        self.setIconSize(QSize(LARGE // 2, LARGE // 2))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * WORDS)
        self.setFont(font)
        self._draw_icon()
        OwnPresses(self)

    def sizeHint(self) -> QSize:
        """Leave room for fingers, and for two lines."""
        words, hint = self.text(), super().sizeHint()
        second = self.fontMetrics().lineSpacing() if " " in words else 0
        return QSize(hint.width(), hint.height() + second).expandedTo(QSize(_WIDE if words else LARGE, LARGE))

    def minimumSizeHint(self) -> QSize:
        """Cut no word."""
        saved = self._advance(self.text()) - self._advance(self._in_two_lines())
        width = super().sizeHint().width() - saved
        return QSize(max(width, _WIDE if self.text() else LARGE), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the words in as many lines as they need."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        if self.width() < super().sizeHint().width():
            option.text = self._in_two_lines()
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)

    def _in_two_lines(self) -> str:
        """Return the words as narrow as two lines make them."""
        words = self.text().split(" ")
        broken = (" ".join(words[:by]) + "\n" + " ".join(words[by:]) for by in range(1, len(words)))
        return min(broken, key=self._advance, default=self.text())

    def _advance(self, text: str) -> int:
        return self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width()

    def _draw_icon(self) -> None:
        self.setIcon(icon(self._sign, self.palette()))

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icon in the inks of the day."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()
