"""Two taps of a pen's tip in one place, soon after one another."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication, QTabletEvent


class Taps:
    """Tells the second press of two that come soon, and near each other."""

    def __init__(self) -> None:
        self._first: tuple[int, QPointF] | None = None  # when and where one came that may be followed

    def is_second(self, press: QTabletEvent) -> bool:
        """Return whether this press is one; the next one is a first again."""
        hints, before = QGuiApplication.styleHints(), self._first
        time, place = press.timestamp(), press.globalPosition()
        self._first = time, place
        if before is None or time - before[0] > hints.mouseDoubleClickInterval():
            return False
        way, far = place - before[1], hints.touchDoubleTapDistance()  # a pen lies less still than a mouse
        if max(abs(way.x()), abs(way.y())) > far:
            return False
        self._first = None
        return True
