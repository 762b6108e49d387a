"""Presses that would reach what they were not meant for: half of a double click, or one that closes menus."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, Qt
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


class ClosingPress(QObject):
    """Lets a press on a button close the menu that it opened; on some systems that would open it again."""

    def __init__(self, menu: QWidget, button: QWidget) -> None:
        """Look after the presses that close this menu, which is the button's own."""
        super().__init__(button)
        self._menu, self._button = menu, button
        menu.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Keep what closes the menu from opening it."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            keep_from(self._button, event, self._menu)
        return False


def keep_from(button: QWidget, press: QMouseEvent, opened: QWidget) -> None:
    """Let a press that closes what is up go on to what lies under it, unless that is this button."""
    on_button = button.rect().contains(button.mapFromGlobal(press.globalPosition().toPoint()))
    opened.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay, on_button)
