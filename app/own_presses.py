"""Double clicks, half of which would land on what took the place of something else."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QWidget


class OwnPresses(QObject):
    """Keeps the second press of a double click from a widget that the first one was not for.

    Such a widget came to the place of another one, by what the first press did there.
    """

    def __init__(self, widget: QWidget, *, once: bool = False) -> None:
        """Look after the presses of this widget.

        Args:
            widget: what is pressed.
            once: keep the second press of its own double clicks from it too.
        """
        super().__init__(widget)
        self._once = once
        self._pressed = -math.inf  # milliseconds: when that was last so
        widget.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Take no press that was for another."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._pressed = event.timestamp()
        elif event.type() == QEvent.Type.MouseButtonDblClick and isinstance(event, QMouseEvent):
            since = event.timestamp() - self._pressed
            return self._once or since > QGuiApplication.styleHints().mouseDoubleClickInterval()
        return False
