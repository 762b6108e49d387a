"""What the window remembers between runs: put back at its start, kept as it changes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QSplitter

from app.actions import Actions
from app.drawing.canvas import Canvas
from app.state.settings import Settings
from app.style import appearance
from app.words import phrases

_WIDTH, _HEIGHT = 1280, 820  # pixels, where the screen has them
_FRAME = 40  # pixels: a title bar that is not known before the window is shown


class Remembered:
    """Puts back and keeps the window's place, its tools and its looks."""

    def __init__(self, settings: Settings, actions: Actions, say: Callable[[str], None]) -> None:
        """Follow the choices among the commands from now on.

        Args:
            settings: where it is kept.
            actions: the commands that choose.
            say: tells the person something.
        """
        self._settings, self._actions, self._say = settings, actions, say

    def restore(self, window: QMainWindow, splitter: QSplitter, canvas: Canvas) -> None:
        """Put everything back; the window fits its screen, whichever it was on before."""
        settings, actions = self._settings, self._actions
        if not window.restoreGeometry(settings.geometry):
            window.resize(_WIDTH, _HEIGHT)
        fit_screen(window)
        splitter.restoreState(settings.splitter)
        canvas.set_pen_width(settings.pen_width)
        canvas.pressure.enabled = settings.pen_pressure
        actions.pen_pressure.setChecked(settings.pen_pressure)
        for choice in actions.appearance.actions():
            choice.setChecked(choice.data() == settings.appearance)
        for choice in actions.language.actions():
            choice.setChecked(choice.data() == settings.language)
        appearance.apply(settings.appearance)
        actions.appearance.triggered.connect(self._set_appearance)
        actions.language.triggered.connect(self._set_language)

    def keep(self, window: QMainWindow, splitter: QSplitter, canvas: Canvas) -> None:
        """Write down how everything is at the end."""
        self._settings.geometry = window.saveGeometry()
        self._settings.splitter = splitter.saveState()
        self._settings.pen_width = canvas.pen_width
        self._settings.pen_pressure = canvas.pressure.enabled
        self._settings.save()

    def _set_appearance(self, choice: QAction) -> None:
        self._settings.appearance = choice.data()
        appearance.apply(choice.data())

    def _set_language(self, choice: QAction) -> None:
        self._settings.language = choice.data()
        self._say(phrases.at_next_start())


def fit_screen(window: QMainWindow) -> None:
    """Make a window that is not shown yet no larger than its screen has room for, and move it inside."""
    if window.isMaximized() or window.isFullScreen():
        return
    room = window.screen().availableGeometry().adjusted(0, 0, 0, -_FRAME)
    size = window.size().boundedTo(room.size())
    window.resize(size)
    place = QRect(window.pos(), size)
    if not room.contains(place):
        left = min(max(place.left(), room.left()), room.right() + 1 - size.width())
        top = min(max(place.top(), room.top()), room.bottom() + 1 - size.height())
        window.move(left, top)
