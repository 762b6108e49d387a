"""What the tests of the found photos share."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.folder.searcher import Found
from app.photos.grid import PhotoGrid
from app.photos.seating import Seating
from engine.answer import Answer, Hit


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
def hits(photo_folder):
    """The twelve pictures as an answer."""
    paths = sorted(path for path in photo_folder.rglob("*") if path.is_file())
    return [Hit(path, 0.9 - 0.05 * rank) for rank, path in enumerate(paths)]


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


@pytest.fixture
def over(seating, monkeypatch):
    """Lays the pointer over the grid, and takes it away."""
    grid = seating._grid

    def move(is_over: bool) -> None:
        grid.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, is_over)  # whatever other windows are there
        if is_over:
            place = QPointF(grid.viewport().rect().center())
            far, none = grid.viewport().mapToGlobal(place), Qt.MouseButton.NoButton
            modifiers = Qt.KeyboardModifier.NoModifier
            move = QMouseEvent(QEvent.Type.MouseMove, place, far, none, none, modifiers)
            QApplication.sendEvent(grid.viewport(), move)
        else:
            QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))
        assert grid.is_under_pointer == is_over

    return move
