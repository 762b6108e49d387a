"""The small cross that puts something away."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton, QWidget


def cross(name: str, parent: QWidget | None = None, *, keys: str = "") -> QToolButton:
    """Return a button with a cross.

    Args:
        name: what it does, for screen readers, and shown over it.
        parent: what it belongs to.
        keys: the same with the keys that do it too, shown in its place.
    """
    made = QToolButton(parent)
    made.setText("\N{MULTIPLICATION SIGN}")
    made.setAccessibleName(name)
    made.setToolTip(keys or name)
    return made
