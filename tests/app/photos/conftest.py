"""What the tests of the found photos share."""

from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.folder.searcher import Found
from app.input.swing import Swing
from app.photos.grid.grid import PhotoGrid
from app.photos.grid.model import HitsModel
from app.photos.grid.seating import Seating
from app.photos.reading.full_picture import FullPictures
from app.photos.reading.thumbnails import Thumbnails
from app.photos.time.timeline import Timeline
from app.photos.view.viewer import Viewer
from engine.answer import Answer
from engine.search.hit import Hit
from engine.search.spread import Spread, Times

from ..conftest import hold_over


@pytest.fixture
def grid(qtbot):
    """An empty grid on the screen."""
    view = PhotoGrid()
    qtbot.addWidget(view)
    view.resize(500, 400)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.thumbnails.stop()


@pytest.fixture
def model(qtbot):
    """A model of hits, empty."""
    thumbnails = Thumbnails(64)
    yield HitsModel(thumbnails)
    thumbnails.stop()


@pytest.fixture
def full(qtbot):
    """What reads photos at full size."""
    made = FullPictures()
    yield made
    made.stop()


def is_read(full, path) -> bool:
    """Return whether there is a picture of a photo to which nothing more is to come."""
    picture = full.get(path)
    return picture is not None and picture.is_read


@pytest.fixture
def hits(photo_folder):
    """The twelve pictures as an answer."""
    paths = sorted(path for path in photo_folder.rglob("*") if path.is_file())
    return [Hit(path, 0.9 - 0.05 * rank) for rank, path in enumerate(paths)]


def select(grid, *rows: int) -> set[Path]:
    for row in rows:
        grid.selectionModel().select(grid.hits_model.index(row), QItemSelectionModel.SelectionFlag.Select)
    return {grid.hits_model.hits[row].path for row in rows}


def selected(grid) -> set[Path]:
    return {grid.hits_model.path(index) for index in grid.selectionModel().selectedIndexes()}


PHOTOS = [Path(f"/nowhere/{number:03}.jpg") for number in range(60)]


@pytest.fixture
def seating(grid):
    QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))  # wherever the test before left the pointer
    seating = Seating(grid)
    seating._rest.setInterval(1_000_000)  # the pen rests when a test says so
    return seating


def found(order, stamp: int) -> Found:
    hits = tuple(Hit(PHOTOS[number], 0.9 - rank / 100) for rank, number in enumerate(order))
    return Found(hits, None, stamp, Answer(None, lambda _: PHOTOS[0]))


def shown(seating) -> list[int]:
    return [int(hit.path.stem) for hit in seating._grid.hits_model.hits]


def pen(seating) -> int:
    """Move the pen; return the stamp of the drawing."""
    seating.note_pen(True)
    seating.note_change()
    return seating.stamp


def lift(seating) -> None:
    seating.note_pen(False)
    seating.note_change()


def rest(seating) -> None:
    seating._rest.setInterval(0)
    seating._rest.start()
    QTest.qWait(1)
    seating._rest.setInterval(1_000_000)


def start(seating, order) -> None:
    seating.take(found(order, pen(seating)))


@pytest.fixture
def over(seating, monkeypatch):
    """Lays the pointer over the grid, and takes it away."""
    grid = seating._grid

    def move(is_over: bool) -> None:
        grid.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, is_over)  # whatever other windows are there
        if is_over:
            hold_over(grid)
        else:
            QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))
        assert grid.is_under_pointer == is_over

    return move


def times(*days: date) -> Times:
    moments = [int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()) for day in days]
    found = Times.of(np.array(moments, np.int64))
    assert found is not None
    return found


def months() -> Times:
    """Ten photos a month, from January 2014 to December 2015."""
    return times(
        *(date(year, month, 3) for year in (2014, 2015) for month in range(1, 13) for _ in range(10))
    )


@pytest.fixture
def strip(qtbot):
    made = Timeline()
    qtbot.addWidget(made)
    made.resize(8 + 24 * 10 + 8 + 16, 44)  # ten pixels a month
    made.show_spread(Spread(months()))
    with qtbot.waitExposed(made):
        made.show()
    return made


def at(month: int) -> QPoint:
    """Return the middle of a month, counted from 0."""
    return QPoint(8 + month * 10 + 5, 12)


def drag(strip, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(strip, (start + end) / 2)
    QTest.mouseMove(strip, end)
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=end)


@pytest.fixture
def viewer(qtbot):
    thumbnails = Thumbnails(64)
    made = Viewer(HitsModel(thumbnails), thumbnails)
    qtbot.addWidget(made)
    made.resize(420, 500)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.picture.setFocus()
    yield made
    made.stop()
    thumbnails.stop()


@pytest.fixture
def leafing(viewer, hits, qtbot):
    """A view of the first of twelve hits."""
    viewer._model.set_hits(hits)
    viewer.look_at(hits[0].path)
    qtbot.waitUntil(lambda: is_whole(viewer))
    return viewer


def is_whole(viewer) -> bool:
    full = viewer._full.get(viewer.path)
    return full is not None and full.is_read and viewer.picture.levels == full.levels


NEVER = 600_000  # milliseconds


class Finger:
    """One finger on a widget."""

    def __init__(self, widget, screen, qtbot) -> None:
        self._widget, self._screen, self._qtbot = widget, screen, qtbot
        self._at = QPoint()

    def press(self, point: QPoint) -> None:
        self._at = point
        QTest.touchEvent(self._widget, self._screen).press(0, point, self._widget).commit()

    def move(self, by: QPoint) -> None:
        self._take_time()
        self._at += by
        QTest.touchEvent(self._widget, self._screen).move(0, self._at, self._widget).commit()

    def lift(self) -> None:
        QTest.touchEvent(self._widget, self._screen).release(0, self._at, self._widget).commit()

    def swipe(self, start: QPoint, by: QPoint, steps: int = 6) -> None:
        self.press(start)
        for _ in range(steps):
            self.move(by / steps)
        self.lift()

    def tap(self, point: QPoint) -> None:
        self.press(point)
        self._take_time()
        self.lift()

    def _take_time(self) -> None:
        """Let moments pass, as a hand does: swings are made of them, and each press has its own."""
        end = monotonic() + 0.01
        self._qtbot.waitUntil(lambda: monotonic() >= end)


@pytest.fixture
def screen(qapp, monkeypatch):
    """A touch screen: by its clock a finger moves every 10 ms, and no press is long."""
    clock, hints = count(1000, 10), QGuiApplication.styleHints()

    def feed(swing, kind, event) -> None:
        swing._scroller.handleInput(kind, event.position(), next(clock))

    monkeypatch.setattr(Swing, "_feed", feed)
    before = hints.mousePressAndHoldInterval()
    hints.setMousePressAndHoldInterval(NEVER)
    yield _touch_screen()
    hints.setMousePressAndHoldInterval(before)


@cache
def _touch_screen():
    return QTest.createTouchDevice()  # Qt keeps each one for good


@pytest.fixture
def leisurely(qapp):
    """Two taps, or clicks, are a double one however much time is between them."""
    hints = QGuiApplication.styleHints()
    before = hints.mouseDoubleClickInterval()
    hints.setMouseDoubleClickInterval(NEVER)
    yield
    hints.setMouseDoubleClickInterval(before)
