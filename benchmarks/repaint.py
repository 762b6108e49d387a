"""Draws in the real window at a pen's rate, and notes how old each event is when the grid first shows it."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.screen import find_screen
from engine.drawing import Stroke
from engine.encoder import Encoder

if sys.platform == "linux" and find_screen(os.environ).trouble is not None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.program import take_turns
from app.settings import Settings
from app.window import MainWindow
from engine.library import Hit, Query

_POINTER_HZ = 120
_PATIENCE = 2000  # milliseconds, for the last answers


class Session(QObject):
    """A window on a folder, drawn in by real pointer events.

    An event counts as shown at the first repaint of the grid after an answer to a query that was asked once
    the event had arrived.
    """

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        """Open the window, and wait until the folder is indexed."""
        take_turns()
        self._application = QApplication.instance() or QApplication(["benchmark"])
        super().__init__()
        self._window = MainWindow(lambda: encoder, Settings())
        self._window.resize(1280, 820)
        self._window.open_folder(folder)
        self._window.show()
        session = self._window.session
        self._loop = QEventLoop()  # the application's own quit() would close the window
        session.indexed.connect(self._loop.quit)
        self._loop.exec()
        assert session.library is not None
        self._search, self._ask = session.library.search, session.search
        self._asked: dict[int, tuple[Query, float]] = {}
        self._taken: deque[float] = deque()
        self._events: deque[float] = deque()
        self._ages: list[float] = []
        self._answered = -1.0
        session.search = self._note_question  # type: ignore[method-assign]
        session.library.search = self._note_search  # type: ignore[method-assign, assignment]
        session.answered.connect(self._note_answer)
        self._window.grid.viewport().installEventFilter(self)

    def draw(self, strokes: Sequence[Stroke]) -> tuple[list[float], int]:
        """Draw the strokes; return the ages in seconds, and how many events were never shown."""
        script = list(_events(strokes))
        pen = QTimer(self, interval=round(1000 / _POINTER_HZ), timerType=Qt.TimerType.PreciseTimer)

        def move() -> None:
            if script:
                self._send(*script.pop(0))
            else:
                pen.stop()
                QTimer.singleShot(_PATIENCE, self._loop.quit)

        pen.timeout.connect(move)
        pen.start()
        self._loop.exec()
        self._window.close()
        return self._ages, len(self._events)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """See the grid repaint."""
        if event.type() == QEvent.Type.Paint:
            now = time.perf_counter()
            while self._events and self._events[0] <= self._answered:
                self._ages.append(now - self._events.popleft())
        return False

    def _send(self, kind: QEvent.Type, point: tuple[float, float]) -> None:
        canvas, area = self._window.canvas, self._window.canvas.area()
        place = QPointF(area.x() + point[0] * area.width(), area.y() + point[1] * area.height())
        up = kind == QEvent.Type.MouseButtonRelease
        held = Qt.MouseButton.NoButton if up else Qt.MouseButton.LeftButton
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        self._events.append(time.perf_counter())
        event = QMouseEvent(
            kind, place, canvas.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier
        )
        self._application.sendEvent(canvas, event)

    def _note_question(self, query: Query | None) -> None:
        if query is not None:
            self._asked[id(query)] = (query, time.perf_counter())
        self._ask(query)

    def _note_search(self, query: Query, k: int = 20, **how: bool) -> list[Hit]:
        self._taken.append(self._asked[id(query)][1])
        return self._search(query, k, **how)

    def _note_answer(self, _: list[Hit]) -> None:
        self._answered = self._taken.popleft()


def _events(strokes: Sequence[Stroke]) -> Iterator[tuple[QEvent.Type, tuple[float, float]]]:
    """Yield what a pen does to draw the strokes."""
    for stroke in strokes:
        points = [(float(x), float(y)) for x, y in stroke.points]
        yield QEvent.Type.MouseButtonPress, points[0]
        for point in points[1:]:
            yield QEvent.Type.MouseMove, point
        yield QEvent.Type.MouseButtonRelease, points[-1]
