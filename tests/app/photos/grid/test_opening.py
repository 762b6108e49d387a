"""Which presses open a photo: a double click and Enter on any system, and each of them once."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle, QToolButton

from app.desktop import desktop

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class SingleClicks(QProxyStyle):
    """A style of a desktop where one click opens what lies in a list."""

    def styleHint(self, hint, option=None, widget=None, data=None):
        if hint == QStyle.StyleHint.SH_ItemView_ActivateItemOnSingleClick:
            return 1
        return super().styleHint(hint, option, widget, data)


@pytest.fixture
def opened(monkeypatch):
    paths = []
    monkeypatch.setattr(desktop, "open_file", paths.append)
    return paths


def hold(widget, key: Qt.Key) -> None:
    """Press a key and hold it until it repeats twice."""
    for repeats in (False, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", repeats)
        QApplication.sendEvent(widget, event)


def test_enter_that_is_held_opens_a_photo_of_the_grid_once(grid, hits, opened, qtbot):
    grid.show_hits(hits, from_top=True)
    grid.setCurrentIndex(grid.hits_model.index(2))
    asked = []
    grid.used.connect(asked.append)
    hold(grid, Qt.Key.Key_Return)
    assert asked == [[hits[2].path]]
    qtbot.waitUntil(lambda: opened == [hits[2].path])


@pytest.mark.parametrize("on_button", [False, True])
def test_enter_that_is_held_opens_the_photo_that_is_looked_at_once(leafing, opened, on_button):
    asked, judged = [], []
    leafing.commands.deeds.used.connect(asked.append)
    leafing.commands.unliked.connect(judged.append)
    if on_button:
        button = next(one for one in leafing.findChildren(QToolButton) if one.text() == "Not this")
        button.setFocus()
    hold(leafing, Qt.Key.Key_Enter)
    assert (asked, judged) == (([], [[leafing.path]]) if on_button else ([[leafing.path]], []))


@pytest.mark.parametrize(("button", "doubled"), [(LEFT, 1), (RIGHT, 0)])
def test_one_click_chooses_a_photo_and_opens_none_on_a_desktop_that_opens_by_one(
    grid, hits, opened, button, doubled
):
    grid.setStyle(style := SingleClicks())
    grid.show_hits(hits, from_top=True)
    asked = []
    grid.used.connect(asked.append)
    place = grid.place(1).center()
    for modifier in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier):
        QTest.mouseClick(grid.viewport(), button, modifier, place)
    assert [index.row() for index in grid.selectedIndexes()] == [1]
    assert asked == []
    QTest.mouseDClick(grid.viewport(), button, pos=place)
    QTest.mouseRelease(grid.viewport(), button, pos=place)  # else it is held in the tests to come
    assert asked == [[hits[1].path]] * doubled
    grid.setStyle(None)
    del style
