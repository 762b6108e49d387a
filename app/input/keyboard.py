"""Where the keyboard goes: by Tab, and when the widget that it was at has gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


@contextmanager
def hand_on(within: QWidget, heir: Callable[[], QWidget]) -> Iterator[None]:
    """Give the keyboard to an heir if the widget that has it is hidden or disabled meanwhile.

    Left to itself, Qt goes to the next widget in the order of Tab, wherever in the window that is. This is
    kept only where it is a neighbour of the widget that has gone.

    Args:
        within: only what lies in it is looked after.
        heir: tells who is next, once all has changed.
    """
    window = within.window()
    before = window.focusWidget()
    yield
    if before is None or not within.isAncestorOf(before) or _is_there(before):
        return
    now = window.focusWidget()
    if now is None or not _is_there(now) or now.parentWidget() is not before.parentWidget():
        heir().setFocus(Qt.FocusReason.TabFocusReason)  # so that the paper shows that it is there


def in_order(*widgets: QWidget) -> None:
    """Let Tab go from each of these to the next; Qt's own order is that in which they were made."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


def _is_there(widget: QWidget) -> bool:
    return widget.isVisibleTo(widget.window()) and widget.isEnabled()
