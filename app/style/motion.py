"""Whether things may move on the screen, as the person told the system."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QStyle, QWidget

_CLIENT_AREA_ANIMATION = 0x1042  # Windows' SPI_GETCLIENTAREAANIMATION


def duration(widget: QWidget, longest: int) -> int:
    """Return for how many milliseconds something may move, `longest` at most; 0 where nothing is to move."""
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    if widget.style().styleHint(hint, None, widget) <= 0:
        return 0
    return longest if _allowed_by_windows() else 0


def _allowed_by_windows() -> bool:
    """Return what Windows' switch "Animation effects" says, of which Qt's styles know nothing."""
    if sys.platform != "win32":
        return True
    import ctypes

    shown = ctypes.c_int(1)
    ctypes.windll.user32.SystemParametersInfoW(_CLIENT_AREA_ANIMATION, 0, ctypes.byref(shown), 0)
    return bool(shown.value)
