"""Draws in the real window at a pen's rate, and notes how old each event is when its photos are seen."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.start.screen import find_screen
from engine.encoding.encoder import Encoder
from engine.sketches.drawing import Stroke

if sys.platform == "linux" and find_screen(os.environ).trouble is not None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.folder.searcher import Found
from app.program import take_turns
from app.state.settings import Settings
from app.window import MainWindow

POINTER_HZ = 120
_PATIENCE = 2000  # milliseconds, for the last answers

Event = tuple[QEvent.Type, tuple[float, float]]


def open_window(folder: Path, encoder: Encoder) -> MainWindow:
    """Return a window on a folder, indexed to its end."""
    take_turns()
    window = MainWindow(lambda: encoder, Settings())
    window.resize(1280, 820)
    window.open_folder(folder)
    window.show()
    loop = QEventLoop()  # the application's own quit() would close the window
    window.session.indexed.connect(loop.quit)
    loop.exec()
    return window


def send(window: MainWindow, kind: QEvent.Type, point: tuple[float, float]) -> None:
    """Send the paper what the mouse would: a press, a move, a release."""
    canvas, area = window.canvas, window.canvas.area()
    place = QPointF(area.x() + point[0] * area.width(), area.y() + point[1] * area.height())
    up = kind == QEvent.Type.MouseButtonRelease
    held = Qt.MouseButton.NoButton if up else Qt.MouseButton.LeftButton
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, place, canvas.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


class Session(QObject):
    """A window on a folder, drawn in by real pointer events.

    An event counts as shown when an answer to a query asked once the event had arrived, or to a later
    one, is in the grid, and all photos in sight are painted: none is a placeholder any more. That is after
    a paint, or at once where the answer has the photos that were in sight before.
    """

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        """Open the window, and wait until the folder is indexed."""
        self._application = QApplication.instance() or QApplication(["benchmark"])
        super().__init__()
        self._window = open_window(folder, encoder)
        self._loop = QEventLoop()
        self._asked: dict[int, float] = {}  # by stamp, when its query was asked
        self._events: deque[float] = deque()
        self._ages: list[float] = []
        self._answered = -1.0
        self._painted: list[Path] = []  # what was in sight at the last paint
        self._window.seating.adopted.connect(self._note_answer)
        self._window.grid.viewport().installEventFilter(self)

    def draw(self, strokes: Sequence[Stroke]) -> None:
        """Draw the strokes on empty paper, and wait for the last answers."""
        self._window.canvas.clear()
        script = list(events(strokes))
        pen = QTimer(self, interval=round(1000 / POINTER_HZ), timerType=Qt.TimerType.PreciseTimer)

        def move() -> None:
            if script:
                self._events.append(time.perf_counter())
                send(self._window, *script.pop(0))
                self._asked[self._window.seating.stamp] = self._events[-1]
            else:
                pen.stop()
                QTimer.singleShot(_PATIENCE, self._loop.quit)

        pen.timeout.connect(move)
        pen.start()
        self._loop.exec()
        pen.deleteLater()

    def close(self) -> tuple[list[float], int]:
        """Close the window; return the ages of all events in seconds, and how many were never shown."""
        self._window.close()
        return self._ages, len(self._events)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """See the grid being painted; what is put up counts once that is done."""
        if event.type() == QEvent.Type.Paint:
            self._painted = self._in_sight()
            QTimer.singleShot(0, self._note_shown)
        return False

    def _note_answer(self, found: Found) -> None:
        self._answered = self._asked.get(found.stamp, self._answered)
        self._note_shown()

    def _note_shown(self) -> None:
        """Count the events that what is painted answers."""
        thumbnails, now = self._window.grid.thumbnails, time.perf_counter()
        if not self._events or self._events[0] > self._answered:
            return
        shown, pictures, broken = self._in_sight(), thumbnails.get, thumbnails.is_broken
        if self._painted == shown and all(pictures(path) is not None or broken(path) for path in shown):
            while self._events and self._events[0] <= self._answered:
                self._ages.append(now - self._events.popleft())

    def _in_sight(self) -> list[Path]:
        grid = self._window.grid
        return [grid.hits_model.hit(row).path for row in grid.rows_in(grid.viewport().rect())]


def events(strokes: Sequence[Stroke]) -> Iterator[Event]:
    """Yield what a pen does to draw the strokes."""
    for stroke in strokes:
        points = [(float(x), float(y)) for x, y in stroke.points]
        yield QEvent.Type.MouseButtonPress, points[0]
        for point in points[1:]:
            yield QEvent.Type.MouseMove, point
        yield QEvent.Type.MouseButtonRelease, points[-1]
