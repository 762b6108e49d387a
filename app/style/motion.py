"""Whether things may move on the screen, as the person told the system."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStyle, QWidget

_CLIENT_AREA_ANIMATION = 0x1042  # Windows' SPI_GETCLIENTAREAANIMATION


class Wish(QObject):
    """What the desktop's portal says, where it has one: `app/style/portal` asks it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.is_still = False

    def take(self, is_still: bool) -> None:
        """Take whether nothing is to move."""
        if is_still != self.is_still:
            self.is_still = is_still
            self.changed.emit()


wish = Wish()
"""The one that holds for the whole program."""


def duration(widget: QWidget, longest: int) -> int:
    """Return for how many milliseconds something may move, `longest` at most; 0 where nothing is to move.

    Qt's own styles know nothing of what a system's switches say of it.
    """
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    if wish.is_still or widget.style().styleHint(hint, None, widget) <= 0:
        return 0
    return longest if _windows_allows() and _macos_allows() else 0


def _windows_allows() -> bool:
    """Return what Windows' switch "Animation effects" says."""
    if sys.platform != "win32":
        return True
    import ctypes

    shown = ctypes.c_int(1)
    ctypes.windll.user32.SystemParametersInfoW(_CLIENT_AREA_ANIMATION, 0, ctypes.byref(shown), 0)
    return bool(shown.value)


def _macos_allows() -> bool:
    """Return what macOS' switch "Reduce motion" says; it was never tried on a Mac.

    Source: NSWorkspace's `accessibilityDisplayShouldReduceMotion`, asked through the C of Objective-C.
    """
    if sys.platform != "darwin":
        return True
    import ctypes

    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    try:
        runtime = ctypes.CDLL("/usr/lib/libobjc.A.dylib")
        find_class = ctypes.CFUNCTYPE(pointer, text)(("objc_getClass", runtime))
        name = ctypes.CFUNCTYPE(pointer, text)(("sel_registerName", runtime))
        send = ctypes.CFUNCTYPE(pointer, pointer, pointer)(("objc_msgSend", runtime))
        ask = ctypes.CFUNCTYPE(ctypes.c_bool, pointer, pointer)(("objc_msgSend", runtime))
    except (OSError, AttributeError):  # another macOS than those up to now
        return True
    # Nothing, sent to nothing, is nothing.
    workspace = send(find_class(b"NSWorkspace"), name(b"sharedWorkspace"))
    return not ask(workspace, name(b"accessibilityDisplayShouldReduceMotion"))
