"""A kiosk for many hands: what double taps, held keys and slow drives do not do to it."""

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.kiosk import captions

from .conftest import button, tap

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
LEFT = Qt.MouseButton.LeftButton


def double_tap(window, place: QPoint) -> None:
    QTest.mouseDClick(window.windowHandle(), LEFT, pos=place)


def test_a_double_tap_on_a_picture_presses_no_button_that_comes_there(kiosk, qtbot):
    liked, wall = [], kiosk.wall
    kiosk.look.liked.connect(liked.append)
    tap(kiosk, 0)
    place = button(kiosk, "More like this")
    place = place.mapTo(kiosk, place.rect().center())
    QTest.mouseClick(button(kiosk, "All pictures"), LEFT)
    qtbot.waitUntil(wall.isVisible)
    wall.verticalScrollBar().setValue(wall.verticalScrollBar().maximum())
    wall.set_tile_size(320)
    assert wall.indexAt(wall.viewport().mapFrom(kiosk, place)).isValid()
    double_tap(kiosk, place)
    assert kiosk.look.isVisible()
    assert liked == []


def test_a_double_tap_on_all_pictures_opens_none_of_them(kiosk, qtbot):
    tap(kiosk, 0)
    back = button(kiosk, "All pictures")
    kiosk.wall.set_tile_size(320)
    double_tap(kiosk, back.mapTo(kiosk, back.rect().center()))
    assert kiosk.wall.isVisible()
    assert kiosk.look.path is None


def test_a_second_tap_on_the_wall_itself_counts(kiosk):
    tapped = []
    kiosk.wall.tapped.disconnect()
    kiosk.wall.tapped.connect(tapped.append)
    place = kiosk.wall.viewport().mapTo(kiosk, kiosk.wall.place(1).center())
    double_tap(kiosk, place)
    assert len(tapped) == 2


def test_ctrl_and_the_wheel_leave_the_size_of_the_pictures(kiosk):
    wall, before = kiosk.wall, kiosk.wall.tile_size
    place, turned = QPointF(50, 50), QPoint(0, 120)
    event = QWheelEvent(
        place, wall.mapToGlobal(place), QPoint(), turned, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(wall.viewport(), event)
    assert wall.tile_size == before


def test_a_table_on_a_drive_that_does_not_answer_keeps_no_touch_waiting(kiosk, monkeypatch, qtbot):
    answers, asked = threading.Event(), []

    def read(file):
        asked.append(file)
        answers.wait(60)
        return {path.name.casefold(): "A caption"}

    monkeypatch.setattr(captions, "read_table", read)
    tap(kiosk, 1)
    path = tap_another(kiosk)
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert kiosk.look.caption.text() == ""
    answers.set()
    qtbot.waitUntil(lambda: kiosk.look.caption.text() == "A caption")
    assert kiosk.look.path == path


def tap_another(kiosk):
    QTest.mouseClick(button(kiosk, "All pictures"), LEFT)
    return tap(kiosk, 2)


def test_new_pictures_are_shown_while_nobody_is_there_wherever_the_pointer_was_left(kiosk, qtbot):
    kiosk.seating.at_hand._pointed = True
    kiosk.wall.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True)
    newest = kiosk.live.found
    answer = replace(newest, hits=newest.hits[:8])
    kiosk.seating.take(replace(answer))
    kiosk.seating.settle()
    assert kiosk.wall.hits_model.rowCount() == 8
    kiosk.seating.take(replace(newest, hits=(newest.hits[9], *newest.hits[:8])))
    QApplication.processEvents()
    assert kiosk.wall.hits_model.rowCount() == 8, "somebody is there"
    kiosk.rest._timer.stop()
    kiosk.seating.take(replace(newest, hits=(newest.hits[9], *newest.hits[:8])))
    qtbot.waitUntil(lambda: kiosk.wall.hits_model.rowCount() == 9)
    kiosk.wall.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
