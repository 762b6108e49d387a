"""Room for text, which grows with the size that the person reads at."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

_USUAL = 16  # pixels that a line of text is high where nobody chose another size


def room(widget: QWidget, pixels: int) -> int:
    """Return how many pixels this widget's text needs where text of the usual size needs these; no fewer."""
    return max(pixels, round(pixels * widget.fontMetrics().height() / _USUAL))


def be_roomy(window: QWidget, wide: int, high: int) -> None:
    """Give a window this size in pixels at the usual size of text, and more for larger text.

    It stays within its screen.
    """
    screen = window.screen().availableSize()
    window.resize(min(room(window, wide), screen.width()), min(room(window, high), screen.height()))
