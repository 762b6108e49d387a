"""Fixtures of the window's tests: an offscreen Qt, and events as a person's hand makes them."""

import io
import os
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"  # no file manager of the desktop is asked for anything

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QInputDevice,
    QMouseEvent,
    QPointingDevice,
    QPointingDeviceUniqueId,
    QTabletEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.cli import main
from app.drawing.canvas import Canvas
from app.folder import indexing, watcher
from app.photos.deeds import PhotoDeeds
from app.pictures import svg
from app.state.settings import Settings
from app.window import MainWindow
from engine.indexing import handfuls

from .carried import COPY, Carried  # noqa: F401  what tests import from here
from .indexed_once import indexed_photos, kept_photos  # noqa: F401  fixtures
from .lessons import is_idle
from .noise import noise_photo  # noqa: F401  what tests import from here
from .painted import paint_once
from .session_bus import bus, bus_folder  # noqa: F401  fixtures
from .slow_encoder import SlowEncoder
from .waiting import Patient, at_rest, no_longer_busy  # noqa: F401  what tests import from here

Point = tuple[float, float]
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Photos that are indexed are searched sooner than people would like; the rest may take its time."""
    monkeypatch.setattr(indexing, "_AGAIN_EVERY", 200)
    monkeypatch.setattr(watcher, "_READY_S", 5.0)
    monkeypatch.setattr(svg, "_SECONDS", 120.0)
    monkeypatch.setattr(svg, "run_apart", paint_once)


@pytest.fixture
def qtbot(qapp, request) -> Patient:
    return Patient(request)


PEN = QPointingDevice.PointerType.Pen


class Hand:
    """Draws on a canvas in unit coordinates, with the mouse or a tablet pen."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.time = 0  # milliseconds, of the pen's next events

    def press(self, point: Point) -> None:
        QTest.mousePress(self.canvas, Qt.MouseButton.LeftButton, pos=self.at(point).toPoint())

    def move(self, point: Point, *, shift: bool = False) -> None:
        modifiers = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        self._mouse(QEvent.Type.MouseMove, point, Qt.MouseButton.LeftButton, modifiers)

    def move_without_button(self, point: Point) -> None:
        self._mouse(QEvent.Type.MouseMove, point, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)

    def release(self, point: Point) -> None:
        QTest.mouseRelease(self.canvas, Qt.MouseButton.LeftButton, pos=self.at(point).toPoint())

    def draw(self, *points: Point) -> None:
        self.press(points[0])
        for point in points[1:]:
            self.move(point)
        self.release(points[-1])

    def erase_with_the_pen_turned_round(self, *points: Point) -> list[bool]:
        eraser = QPointingDevice.PointerType.Eraser
        return self.draw_with_the_pen(*points, pointer=eraser)

    def draw_with_the_pen(
        self, *points: Point, pointer: QPointingDevice.PointerType = QPointingDevice.PointerType.Pen
    ) -> list[bool]:
        """Return whether each event was accepted."""
        accepted = [self._pen(QEvent.Type.TabletPress, points[0], pointer)]
        accepted += [self._pen(QEvent.Type.TabletMove, point, pointer) for point in points[1:]]
        return [*accepted, self._pen(QEvent.Type.TabletRelease, points[-1], pointer)]

    def press_with_the_pen(
        self,
        *places: tuple[Point, float],
        pointer: QPointingDevice.PointerType = QPointingDevice.PointerType.Pen,
    ) -> None:
        """Draw through these points, pressing as hard as the numbers say, 0 to 1."""
        self._pen(QEvent.Type.TabletPress, places[0][0], pointer, places[0][1])
        for point, pressure in places[1:]:
            self._pen(QEvent.Type.TabletMove, point, pointer, pressure)
        self._pen(QEvent.Type.TabletRelease, places[-1][0], pointer)

    def at(self, point: Point) -> QPointF:
        area = self.canvas.area()
        return QPointF(area.x() + point[0] * area.width(), area.y() + point[1] * area.height())

    def _mouse(self, kind, point, button, modifiers) -> None:
        place = self.at(point)
        event = QMouseEvent(
            kind, place, self.canvas.mapToGlobal(place), Qt.MouseButton.NoButton, button, modifiers
        )
        QApplication.sendEvent(self.canvas, event)

    def _pen(self, kind, point, pointer=PEN, pressure=1.0, *, side=False, hovers=False) -> bool:
        device = QPointingDevice(
            "pen", 1, QInputDevice.DeviceType.Stylus, pointer, QInputDevice.Capability.Position, 1, 2, "",
            QPointingDeviceUniqueId(),
        )  # fmt: skip
        place = self.at(point)
        down = kind != QEvent.Type.TabletRelease and not hovers
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletMove else Qt.MouseButton.LeftButton
        if side:  # the button at its side, not the tip
            down, button = True, Qt.MouseButton.RightButton
        event = QTabletEvent(
            kind, device, place, self.canvas.mapToGlobal(place), pressure if down else 0.0, 0, 0, 0, 0, 0,
            Qt.KeyboardModifier.NoModifier, button,
            Qt.MouseButton.LeftButton if down else Qt.MouseButton.NoButton,
        )  # fmt: skip
        event.setTimestamp(self.time)
        event.ignore()
        QApplication.sendEvent(self.canvas, event)
        return event.isAccepted()


@pytest.fixture(autouse=True)
def only_files_of_one_content_are_copies(monkeypatch):
    """The tiny model sees too little of a picture to tell photos that are saved again from others."""
    monkeypatch.setattr("engine.search.copies.NEAR", 1.1)


@pytest.fixture
def canvas(qtbot):
    widget = Canvas()
    qtbot.addWidget(widget)
    widget.resize(402, 402)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


@pytest.fixture
def hand(canvas):
    return Hand(canvas)


@pytest.fixture
def clipboard(qapp):
    """The clipboard, empty before and after: the offscreen one outlives Python with what it holds."""
    QGuiApplication.clipboard().clear()
    yield QGuiApplication.clipboard()
    QGuiApplication.clipboard().clear()


@pytest.fixture
def make_window(qtbot, tiny_encoder):
    """Opens main windows that are closed, threads and all, when the test ends."""
    windows = []

    def make(load=lambda: tiny_encoder, *, folder=None, resumes=True) -> MainWindow:
        window = MainWindow(load, Settings(), resumes=resumes)
        windows.append(window)
        window.open_folder(folder)
        window.resize(900, 600)
        with qtbot.waitExposed(window):
            window.show()
        return window

    yield make
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def indexed_window(make_window, photo_folder, qtbot):
    """A window whose folder is indexed to the end, and whose photos are all on the screen."""
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: len(browsed(window)) == 12 and at_rest(window))
    return window


@pytest.fixture
def many_photos(tmp_path, draw_picture) -> Path:
    """Enough photos that indexing can be stopped half way."""
    folder = tmp_path / "many"
    folder.mkdir()
    if not _MANY:
        for number in range(100):
            buffer = io.BytesIO()
            draw_picture("circle", (number, 90, 200 - number)).save(buffer, "PNG")
            _MANY.append(buffer.getvalue())
    for number, content in enumerate(_MANY):
        (folder / f"{number}.png").write_bytes(content)
    return folder


_MANY: list[bytes] = []  # painted once


@pytest.fixture
def slow_encoder(tiny_model, monkeypatch):
    """Each word lets it encode a whole batch, not a handful."""
    monkeypatch.setattr(handfuls, "_FIRST", handfuls.BATCH)
    monkeypatch.setattr(handfuls, "_HANDFUL_S", handfuls._BATCH_S)
    encoder = SlowEncoder(tiny_model)
    yield encoder
    encoder.may.release(1000)


def draw(window, *points):
    Hand(window.canvas).draw(*(points or ((0.2, 0.2), (0.8, 0.8))))


def shown(window) -> int:
    """Return how many photos are shown for what is drawn; those that stand there before do not count."""
    found = window.seating.shown
    return 0 if found is None or found.newest else window.grid.hits_model.rowCount()


def browsed(window) -> list[Path]:
    """Return the photos that are shown while nothing is drawn."""
    found = window.seating.shown
    return [hit.path for hit in window.grid.hits_model.hits] if found is not None and found.newest else []


def count(window) -> int:
    return window.session.library.photo_count if window.session.library is not None else 0


@pytest.fixture
def run(tiny_model, capfd):
    """Runs a command line with the tiny model; gives status, stdout and stderr."""

    def go(*arguments: object) -> tuple[int, str, str]:
        model = ["--model", tiny_model] if arguments[0] in ("index", "search") else []
        status = main([*map(str, arguments), *map(str, model)])
        return (status, *capfd.readouterr())

    return go


def strip_of(window):
    return window.drawing_panel.strip


def prints(window):
    return window.canvas.document.prints


def names(corner) -> list[str]:
    return [one.path.name for one in corner]


def centre(window, widget: QWidget) -> QPoint:
    return widget.mapTo(window, widget.rect().center())


def hold_over(grid) -> None:
    """Lay the pointer over a grid, whatever other windows are there."""
    grid.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True)
    place = QPointF(grid.viewport().rect().center())
    far, none = grid.viewport().mapToGlobal(place), Qt.MouseButton.NoButton
    move = QMouseEvent(QEvent.Type.MouseMove, place, far, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(grid.viewport(), move)


@pytest.fixture
def searched_window(indexed_window, qtbot):
    """A window with a drawing, and the photos found for it."""
    draw(indexed_window)
    qtbot.waitUntil(lambda: shown(indexed_window) == 12 and at_rest(indexed_window))
    return indexed_window


@pytest.fixture
def folders(photos_in):
    """Three folders of photos, two to four in each."""
    return [photos_in(2, "one"), photos_in(3, "two"), photos_in(4, "three")]


@pytest.fixture
def deeds(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    return PhotoDeeds(window)


@pytest.fixture
def finds(indexed_window, qtbot):
    """A window with nothing on its way."""
    qtbot.waitUntil(lambda: is_idle(indexed_window))
    return indexed_window
