import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from ..conftest import Hand
from .conftest import draw, press, tap

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_a_drawing_that_begins_is_not_mixed_with_a_picture_that_nobody_sees(kiosk, qtbot):
    path = tap(kiosk, 5)
    with qtbot.waitSignal(kiosk.live.answered):
        press(kiosk, "More like this")
    draw(kiosk, qtbot)
    assert kiosk.canvas.document.prints.like == ()
    qtbot.waitUntil(lambda: not kiosk.live.found.by_photos)
    press(kiosk, "One step back")
    assert kiosk.canvas.is_blank
    assert [one.path for one in kiosk.canvas.document.prints.like] == [path]
    qtbot.waitUntil(lambda: kiosk.live.found.by_photos)


def test_a_press_that_draws_nothing_takes_no_picture_away(kiosk, qtbot):
    path = tap(kiosk, 5)
    press(kiosk, "More like this")
    canvas = kiosk.canvas
    QTest.mouseClick(canvas, Qt.MouseButton.RightButton, pos=canvas.area().center().toPoint())
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(1, canvas.height() - 1))
    assert canvas.is_blank
    assert [one.path for one in canvas.document.prints.like] == [path]
    assert canvas.document.step == 1


def test_more_like_a_picture_and_the_drawing_are_looked_for_together(kiosk, qtbot):
    draw(kiosk, qtbot)
    path = tap(kiosk, 0)
    press(kiosk, "More like this")
    Hand(kiosk.canvas).draw((0.1, 0.9), (0.9, 0.9))
    assert [one.path for one in kiosk.canvas.document.prints.like] == [path]
    assert len(kiosk.canvas.document.strokes) == 2


def test_the_picture_that_others_are_like_is_seen_and_can_be_taken_off(kiosk, qtbot):
    beside = kiosk.beside
    assert not beside.isVisible()
    draw(kiosk, qtbot)
    path = tap(kiosk, 0)
    press(kiosk, "More like this")
    assert (beside.path, beside.isVisible()) == (path, True)
    assert [one.text() for one in beside.findChildren(QLabel)] == ["Like the drawing and this picture"]
    qtbot.waitUntil(lambda: kiosk.live.found.by_photos)
    off = beside.findChild(QPushButton)
    assert off.accessibleName() == "Without this picture"
    with qtbot.waitSignal(kiosk.live.answered):
        QTest.mouseClick(off, Qt.MouseButton.LeftButton)
    assert not beside.isVisible()
    assert not kiosk.live.found.by_photos
    assert len(kiosk.canvas.document.strokes) == 1, "the drawing stays"
    press(kiosk, "One step back")
    assert beside.path == path


def test_the_picture_is_seen_as_long_as_it_counts(kiosk, qtbot):
    path = tap(kiosk, 5)
    press(kiosk, "More like this")
    assert kiosk.beside.path == path
    assert [one.text() for one in kiosk.beside.findChildren(QLabel)] == ["Like this picture"]
    hand = Hand(kiosk.canvas)
    hand.press((0.1, 0.1))
    hand.move((0.5, 0.5))
    assert not kiosk.beside.isVisible(), "a drawing that begins counts alone"
    hand.release((0.5, 0.5))
    press(kiosk, "One step back")
    assert kiosk.beside.isVisible()
    press(kiosk, "Start over")
    assert not kiosk.beside.isVisible()
