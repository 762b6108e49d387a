"""What lies over the photos when better ones wait."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QPushButton, QWidget

from app import phrases

_TOP = 10  # pixels below the upper edge
_LOOK = """
QPushButton {
    border: none; border-radius: 11px; padding: 5px 16px;
    background: palette(highlight); color: palette(highlighted-text);
}
QPushButton:focus, QPushButton:hover { text-decoration: underline; }
"""


class Chip(QPushButton):
    """A button in the middle of its owner's upper edge; not to be seen while nothing waits."""

    def __init__(self, over: QWidget) -> None:
        """Lie over this widget."""
        super().__init__(over)
        self._over = over
        self._better = self.tr("Photos indexed since match better; click to bring them in")
        self._newer = self.tr("There are newer photos; click to bring them in")
        self.setAccessibleName(self._better)
        self.setAutoDefault(False)
        self.setStyleSheet(_LOOK)
        self.hide()
        over.installEventFilter(self)

    def count(self, waiting: int, *, by_date: bool = False) -> None:
        """Say how many wait: better ones, or newer ones."""
        if waiting:
            self.setText(phrases.new(waiting) if by_date else phrases.better(waiting))
            self.setAccessibleName(self.text())
            self.setToolTip(self._newer if by_date else self._better)
            self.adjustSize()
            self._place()
            self.raise_()
        self.setVisible(waiting > 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        self.move((self._over.width() - self.width()) // 2, _TOP)
