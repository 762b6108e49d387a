"""Which presses take a drawing off the shelf onto the paper: a click, a tap and Enter, once each."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProxyStyle, QScroller, QStyle

from ..conftest import draw
from ..photos.conftest import Finger, screen

__all__ = ["screen"]
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


class SingleClicks(QProxyStyle):
    """A style of a desktop where one click, by any button, opens what lies in a list."""

    def styleHint(self, hint, option=None, widget=None, data=None):
        if hint == QStyle.StyleHint.SH_ItemView_ActivateItemOnSingleClick:
            return 1
        return super().styleHint(hint, option, widget, data)


def test_a_drawing_is_taken_once_by_enter_that_is_held_and_never_by_the_right_button(
    make_window, monkeypatch
):
    window = make_window()
    bar, keeper, taken = window.shelving.bar, window.shelving.keeper, []
    draw(window, (0.1, 0.1), (0.9, 0.5), (0.1, 0.9))
    window.canvas.clear()
    assert bar.count() == 1
    monkeypatch.setattr(keeper, "take", taken.append)
    bar.setStyle(style := SingleClicks())
    place = bar.visualItemRect(bar.item(0)).center()
    QTest.mouseClick(bar.viewport(), Qt.MouseButton.RightButton, pos=place)
    assert taken == []
    QTest.mouseClick(bar.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(taken) == 1
    bar.setCurrentRow(0)
    for repeats in (False, True, True):
        none = Qt.KeyboardModifier.NoModifier
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, none, "", repeats)
        QApplication.sendEvent(bar, event)
    assert len(taken) == 2
    bar.setStyle(None)
    del style


def test_a_swipe_scrolls_the_shelf_and_takes_nothing_and_a_tap_does(make_window, screen, monkeypatch, qtbot):
    window, taken = make_window(), []
    bar, keeper = window.shelving.bar, window.shelving.keeper
    for number in range(12):
        draw(window, (0.1, 0.1), (0.9, 0.1 + number / 15))
        window.canvas.clear()
    monkeypatch.setattr(keeper, "take", taken.append)
    along, finger = bar.horizontalScrollBar(), Finger(bar.viewport(), screen, qtbot)
    qtbot.waitUntil(lambda: along.maximum() > 200)
    finger.swipe(QPoint(250, 30), QPoint(-180, 0))
    assert along.value() > 60
    assert (taken, bar.currentRow()) == ([], -1)
    swing = QScroller.scroller(bar.viewport())
    qtbot.waitUntil(lambda: swing.state() == QScroller.State.Inactive)
    finger.tap(place := QPoint(100, 30))
    assert taken == [bar._drawing_of(bar.itemAt(place))]
