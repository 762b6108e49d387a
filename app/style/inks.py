"""Inks for what stands on the window's own ground.

A palette has inks for several grounds: WindowText for Window, Text and PlaceholderText for Base, ButtonText
for Button. Where one ground is light and another dark, the ink of one cannot be read on the other.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWidget

_SHARE = 0.62  # of the ink, the rest is ground: black on white comes to 6.2 : 1, which WCAG 2 asks 4.5 of


def faint(palette: QPalette) -> QColor:
    """Return an ink for what matters less, on the window's ground."""
    ink, ground = palette.windowText().color(), palette.window().color()
    red, green, blue = (
        round(_SHARE * mine + (1 - _SHARE) * under)
        for mine, under in zip(
            (ink.red(), ink.green(), ink.blue()), (ground.red(), ground.green(), ground.blue()), strict=True
        )
    )
    return QColor(red, green, blue)


class FaintLabel(QLabel):
    """Words that matter less than others, on the window's ground."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._fade()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the window's colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ParentChange):
            self._fade()

    def _fade(self) -> None:
        parent = self.parentWidget()
        ink = faint(QApplication.palette(self) if parent is None else parent.palette())
        if self.palette().windowText().color() != ink:
            own = QPalette()
            own.setColor(QPalette.ColorRole.WindowText, ink)
            self.setPalette(own)
