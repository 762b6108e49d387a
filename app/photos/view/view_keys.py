"""What the keys do while one photo fills the side."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.photos.view.picture_view import STEP, PictureView

_Key = Qt.Key
BACK = (_Key.Key_Escape, _Key.Key_Space)
"""Keys that lead back to all photos."""
ENTER = (_Key.Key_Return, _Key.Key_Enter)
_WAYS = {_Key.Key_Left: (-1, 0), _Key.Key_Right: (1, 0), _Key.Key_Up: (0, -1), _Key.Key_Down: (0, 1)}
_FREE = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
"""Modifiers that change no key: "+" needs Shift on many keyboards."""


class ViewKeys:
    """Knows the deed of each key, and zooms and moves the picture by itself."""

    def __init__(
        self,
        picture: PictureView,
        *,
        leaf: Callable[[int], object],
        leaf_to_end: Callable[[int], object],
        leave: Callable[[], object],
        open_it: Callable[[], object],
    ) -> None:
        """Take the picture, and what else can be done.

        Args:
            picture: where the photo is shown.
            leaf: goes to the next photo (1), or to the one before (-1).
            leaf_to_end: goes to the last photo (1), or to the first (-1).
            leave: goes back to all photos.
            open_it: opens the photo.
        """
        self._picture = picture
        deeds: dict[tuple[_Key, ...], Callable[[], object]] = {
            (_Key.Key_Right, _Key.Key_Down, _Key.Key_PageDown): lambda: leaf(1),
            (_Key.Key_Left, _Key.Key_Up, _Key.Key_PageUp): lambda: leaf(-1),
            (_Key.Key_Home,): lambda: leaf_to_end(-1),
            (_Key.Key_End,): lambda: leaf_to_end(1),
            BACK: leave,
            ENTER: open_it,
            (_Key.Key_Plus, _Key.Key_Equal): lambda: picture.zoom_by(STEP),
            (_Key.Key_Minus,): lambda: picture.zoom_by(1 / STEP),
            (_Key.Key_0,): lambda: picture.zoom_to(1.0),
            (_Key.Key_1,): lambda: picture.zoom_to(picture.real_zoom),
        }
        self._deeds: dict[int, Callable[[], object]] = {
            key: deed for group, deed in deeds.items() for key in group
        }

    def deed(self, event: QKeyEvent) -> Callable[[], object] | None:
        """Return what a key does, None where it is none of the view's."""
        return None if event.modifiers() & ~_FREE else self._deeds.get(event.key())

    def pan(self, event: QKeyEvent) -> bool:
        """Move the picture by an arrow with Ctrl; return whether it was one."""
        is_one = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier) and event.key() in _WAYS
        if is_one:
            self._picture.pan(*_WAYS[_Key(event.key())])
        return is_one
