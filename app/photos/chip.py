"""What stands over the photos when better ones wait."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from app.style.tips import set_tip
from app.words import phrases

_LOOK = """
QPushButton {
    border: none; border-radius: 11px; padding: 4px 12px;
    background: palette(highlight); color: palette(highlighted-text);
}
QPushButton:focus, QPushButton:hover { text-decoration: underline; }
"""


class Chip(QPushButton):
    """A button that brings them in; not to be seen while nothing waits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._better = self.tr("There are photos that match better; click to bring them in")
        self._newer = self.tr("There are newer photos; click to bring them in")
        self.setAccessibleName(self._better)
        self.setAutoDefault(False)
        self.setStyleSheet(_LOOK)
        self.hide()

    def count(self, waiting: int, *, by_date: bool = False) -> None:
        """Say how many wait: better ones, or newer ones."""
        if waiting:
            self.setText(phrases.new(waiting) if by_date else phrases.better(waiting))
            self.setAccessibleName(self.text())
            set_tip(self, self._newer if by_date else self._better)
        self.setVisible(waiting > 0)
