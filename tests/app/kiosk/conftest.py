"""A kiosk on the twelve pictures, and what people do with it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from app.kiosk.window import KioskWindow

from ..conftest import Hand, at_rest

ZIGZAG = [(0.2, 0.2), (0.8, 0.3), (0.3, 0.7), (0.8, 0.8)]


@pytest.fixture
def open_kiosk(qtbot, tiny_encoder, photo_folder):
    windows = []

    def make(*, rest: float = 3600.0, folder: Path = photo_folder) -> KioskWindow:
        window = KioskWindow(lambda: tiny_encoder, folder, leave="Ctrl+Alt+Q", rest=rest)
        windows.append(window)
        window.resize(1000, 700)
        with qtbot.waitExposed(window):
            window.show()
        return window

    yield make
    for window in windows:
        window.leave()
        window.deleteLater()


@pytest.fixture
def kiosk(open_kiosk, qtbot):
    window = open_kiosk()
    qtbot.waitUntil(lambda: window.wall.hits_model.rowCount() == 12 and at_rest(window))
    return window


def button(window, text: str) -> QPushButton:
    return next(one for one in window.findChildren(QPushButton) if one.text() == text)


def press(window, text: str) -> None:
    QTest.mouseClick(button(window, text), Qt.MouseButton.LeftButton)


def tap(window, row: int) -> Path:
    wall = window.wall
    path = wall.hits_model.hit(row).path
    place = wall.visualRect(wall.hits_model.index(row)).center()
    QTest.mouseClick(wall.viewport(), Qt.MouseButton.LeftButton, pos=place)
    return path


def draw(window, qtbot) -> None:
    with qtbot.waitSignal(window.live.answered):
        Hand(window.canvas).draw(*ZIGZAG)
    qtbot.waitUntil(lambda: not window.live.found.newest)
