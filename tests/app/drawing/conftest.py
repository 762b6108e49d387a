"""What the tests of the photos beside the drawing share."""

import pytest
from PySide6.QtWidgets import QMainWindow

from app.actions import make_actions
from app.drawing.panel import DrawingPanel
from app.photos.reading.thumbnails import Thumbnails

from ..conftest import noise_photo


@pytest.fixture
def thumbnails():
    made = Thumbnails(256)
    yield made
    made.stop()


@pytest.fixture
def panel(thumbnails, qtbot):
    window = QMainWindow()
    panel = DrawingPanel(make_actions(window), lambda path: True, thumbnails)
    window.setCentralWidget(panel)
    window.resize(420, 640)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    yield panel
    panel.print_files.stop()


@pytest.fixture
def strip(panel):
    return panel.strip


@pytest.fixture
def photos(tmp_path):
    return [noise_photo(tmp_path / f"{number}.png", number) for number in range(3)]


def laid(panel) -> tuple[list[str], list[str]]:
    prints = panel.canvas.document.prints
    return [one.path.name for one in prints.like], [one.path.name for one in prints.unlike]
