"""Fingers on a touch screen, as Qt's presses of the mouse tell of them."""

from __future__ import annotations

from PySide6.QtGui import QInputDevice, QMouseEvent


def is_by_finger(event: QMouseEvent) -> bool:
    """Return whether an event of the mouse was made of a touch."""
    return event.pointingDevice().type() == QInputDevice.DeviceType.TouchScreen
