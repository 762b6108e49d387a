"""Fingers on the grid of a real touch screen, as Qt's own tests touch one."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QHoverEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QScroller

from app.input.fingers import Fingers
from app.photos.grid.seating import Seating
from app.photos.grid.tile_parts import Part, part_at
from engine.library import Hit

from .conftest import Finger, found

MANY = [Hit(Path(f"/nowhere/{number:03}.jpg"), 1 - number / 1000) for number in range(300)]


@pytest.fixture
def touched(grid):
    """A grid with more photos than it has room for, and no drags that would wait for a drop."""
    Fingers(grid)
    grid.startDrag = lambda actions: pytest.fail("a finger carries a photo away")
    grid.show_hits(MANY, from_top=True)
    return grid


@pytest.fixture
def finger(touched, screen, qtbot):
    return Finger(touched.viewport(), screen, qtbot)


@pytest.fixture
def soon_long():
    """Presses are long after a moment."""
    hints = QGuiApplication.styleHints()
    before = hints.mousePressAndHoldInterval()
    hints.setMousePressAndHoldInterval(50)
    yield
    hints.setMousePressAndHoldInterval(before)


def middle(grid, row: int) -> QPoint:
    return grid.place(row).center()


def is_still(grid) -> bool:
    return QScroller.scroller(grid.viewport()).state() == QScroller.State.Inactive


def selected(grid) -> list[int]:
    return sorted(index.row() for index in grid.selectionModel().selectedIndexes())


def test_a_swipe_scrolls_and_swings_on_and_chooses_nothing(touched, finger, qtbot):
    bar = touched.verticalScrollBar()
    touched.selectionModel().select(touched.hits_model.index(5), QItemSelectionModel.SelectionFlag.Select)
    finger.swipe(QPoint(100, 350), QPoint(0, -240))
    lifted = bar.value()
    assert lifted > 100
    qtbot.waitUntil(lambda: bar.value() > lifted)
    qtbot.waitUntil(lambda: is_still(touched))
    assert selected(touched) == [5]
    assert not touched.currentIndex().isValid()
    assert not touched.hovered_index().isValid()


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_in_the_window_a_swipe_chooses_nothing_and_a_tap_does(indexed_window, screen, qtbot):
    grid = indexed_window.grid
    grid.startDrag = lambda actions: pytest.fail("a finger carries a photo away")
    finger = Finger(grid.viewport(), screen, qtbot)
    finger.swipe(middle(grid, 0), QPoint(100, 20))
    assert selected(grid) == []
    finger.tap(middle(grid, 1))
    assert selected(grid) == [1]


def test_a_tap_chooses_and_two_open(touched, finger, leisurely, monkeypatch):
    opened = []
    monkeypatch.setattr(touched.commands.deeds, "open", opened.append)
    finger.tap(middle(touched, 2))
    assert (touched.currentIndex().row(), selected(touched), opened) == (2, [2], [])
    finger.tap(middle(touched, 2))
    assert opened == [[MANY[2].path]]
    assert not touched.hovered_index().isValid()
    assert touched.verticalScrollBar().value() == 0


def test_two_taps_open_a_photo_where_the_first_one_brought_a_sign_up(
    touched, finger, leisurely, monkeypatch, qtbot
):
    opened, liked = [], []
    monkeypatch.setattr(touched.commands.deeds, "open", opened.append)
    touched.liked.connect(liked.append)
    touched.activateWindow()
    touched.setFocus()
    qtbot.waitUntil(touched.hasFocus)
    heart = touched.place(2).topRight() + QPoint(-20, 20)
    assert part_at(heart, touched.place(2), touched.fontMetrics(), MANY[2]) == Part.HEART
    finger.tap(heart)
    finger.tap(heart)
    assert (opened, liked) == ([[MANY[2].path]], [])
    finger.tap(middle(touched, 3))
    finger.tap(middle(touched, 2))
    finger.tap(heart)
    finger.tap(heart)
    assert (len(opened), liked) == (1, [[MANY[2].path]])


def test_a_tap_that_stops_a_swing_chooses_nothing_and_opens_nothing(touched, finger, monkeypatch, qtbot):
    monkeypatch.setattr(touched.commands.deeds, "open", lambda _: pytest.fail("it was no double tap"))
    finger.swipe(QPoint(100, 350), QPoint(0, -240))
    finger.tap(QPoint(100, 350))
    qtbot.waitUntil(lambda: is_still(touched))
    assert selected(touched) == []
    finger.tap(QPoint(100, 350))
    assert len(selected(touched)) == 1


def test_a_tap_that_stops_a_swing_is_no_half_of_a_double_tap(touched, finger, monkeypatch, qtbot):
    monkeypatch.setattr(touched.commands.deeds, "open", lambda _: pytest.fail("it was no double tap"))
    hints = QGuiApplication.styleHints()
    interval = hints.mouseDoubleClickInterval()
    finger.tap(middle(touched, 4))
    QScroller.scroller(touched.viewport()).scrollTo(QPointF(0, 40), 20_000)
    qtbot.waitUntil(lambda: touched.verticalScrollBar().value() > 0)
    place = middle(touched, 4)
    hints.setMouseDoubleClickInterval(0)  # as if the first tap were long ago
    finger.tap(place)
    hints.setMouseDoubleClickInterval(interval)
    assert is_still(touched)
    finger.tap(place)
    assert selected(touched) == [4]


def test_a_swipe_where_nothing_scrolls_chooses_nothing(touched, finger, monkeypatch):
    touched.show_hits(MANY[:3], from_top=True)
    finger.swipe(middle(touched, 1), QPoint(0, 90))
    assert selected(touched) == []
    monkeypatch.setattr(touched.commands.deeds, "open", lambda _: pytest.fail("it was no double tap"))
    finger.tap(middle(touched, 1))
    assert selected(touched) == [1]


@pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen screen
def test_a_long_press_opens_the_menu_of_its_photo(touched, finger, soon_long, qtbot):
    finger.press(middle(touched, 4))
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert menu.parentWidget() is touched
    assert (touched.currentIndex().row(), selected(touched)) == (4, [4])
    finger.move(QPoint(0, -60))
    finger.lift()
    assert menu.isVisible()
    assert touched.verticalScrollBar().value() == 0
    menu.close()


def test_a_long_press_beside_the_photos_may_become_a_swipe(touched, finger, soon_long, qtbot):
    for last in range(1, 4):  # until there is room beside the last one
        touched.show_hits(MANY[: 24 + last], from_top=True)
        touched.updateGeometries()
        bar = touched.verticalScrollBar()
        bar.setValue(bar.maximum())
        if not touched.indexAt(place := QPoint(450, middle(touched, 23 + last).y())).isValid():
            break
    finger.press(place)
    qtbot.waitUntil(lambda: touched.findChild(Fingers)._press is None)
    assert QApplication.activePopupWidget() is None
    for _ in range(6):
        finger.move(QPoint(0, 30))
    finger.lift()
    assert bar.value() < bar.maximum() - 60


def test_a_finger_that_is_lifted_elsewhere_holds_no_signs_back(touched, finger):
    finger.press(middle(touched, 1))
    touched.hide()
    touched.show()
    place = QPointF(middle(touched, 2))
    QApplication.sendEvent(touched.viewport(), QHoverEvent(QEvent.Type.HoverMove, place, place, place))
    assert touched.hovered_index().row() == 2
    finger.lift()
    assert selected(touched) == []


def test_another_answer_ends_the_swing(touched, finger, qtbot):
    finger.swipe(QPoint(100, 350), QPoint(0, -240))
    assert not is_still(touched)
    touched.show_hits(MANY[::-1], from_top=True)
    assert is_still(touched)
    assert touched.verticalScrollBar().value() == 0


def test_a_finger_drags_on_into_what_comes_at_the_end(touched, finger):
    bar = touched.verticalScrollBar()
    touched.show_hits(MANY[:24], from_top=True)
    touched.updateGeometries()
    end = bar.maximum()
    bar.setValue(end - 60)
    finger.press(QPoint(100, 390))
    finger.move(QPoint(0, -60))
    touched.hits_model.append(MANY[24:])
    touched.updateGeometries()
    for _ in range(4):
        finger.move(QPoint(0, -60))
    finger.lift()
    assert bar.value() > end + 100


def test_a_finger_that_scrolls_opens_no_menu_however_long_it_stays(touched, finger):
    finger.press(QPoint(100, 350))
    for _ in range(12):
        finger.move(QPoint(0, -20))
    touched.findChild(Fingers)._long.timeout.emit()
    assert QApplication.activePopupWidget() is None
    assert touched.verticalScrollBar().value() > 100
    finger.lift()


def test_photos_keep_their_seats_under_a_finger(touched, finger):
    seating = Seating(touched)
    seating.take(found(range(40), 0))
    finger.press(middle(touched, 1))
    finger.move(QPoint(0, -3))
    seating.take(found(reversed(range(40)), 0))
    assert touched.hits_model.hit(0).path == found([0], 0).hits[0].path
    finger.lift()


def test_the_mouse_still_draws_a_frame(touched):
    view = touched.viewport()
    touched.show_hits(MANY[:2], from_top=True)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(5, 390))
    for place in (QPoint(30, 300), QPoint(60, 60)):
        QTest.mouseMove(view, place)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    assert selected(touched) == [0]
