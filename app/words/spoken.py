"""What is said to people who hear the window."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, sentence: str) -> None:
    """Have a screen reader say this, if one listens."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, sentence))
