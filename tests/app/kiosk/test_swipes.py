"""Fingers on the pictures of a kiosk: what ends a swing, and what does not end a swipe."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QScroller

from app.kiosk.wall import PhotoWall
from engine.library import Hit

from ..photos.conftest import Finger, screen

__all__ = ["screen"]
MANY = [Hit(Path(f"/nowhere/{number:03}.jpg"), 1 - number / 1000) for number in range(300)]


@pytest.fixture
def wall(qtbot):
    made = PhotoWall()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show_hits(MANY, from_top=True)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.thumbnails.stop()


@pytest.fixture
def finger(wall, screen, qtbot):
    return Finger(wall.viewport(), screen, qtbot)


def is_still(wall) -> bool:
    return QScroller.scroller(wall.viewport()).state() == QScroller.State.Inactive


def test_another_answer_ends_the_swing_at_its_top(wall, finger):
    finger.swipe(QPoint(100, 350), QPoint(0, -240))
    assert wall.verticalScrollBar().value() > 100
    assert not is_still(wall)
    wall.show_hits(MANY[::-1], from_top=True)
    assert is_still(wall)
    assert wall.verticalScrollBar().value() == 0


def test_a_second_swipe_scrolls_while_the_first_one_swings_slowly(wall, finger, qtbot):
    bar, tapped = wall.verticalScrollBar(), []
    wall.tapped.connect(tapped.append)
    QScroller.scroller(wall.viewport()).scrollTo(QPointF(0, 2000), 20_000)
    qtbot.waitUntil(lambda: bar.value() > 3)
    before = bar.value()
    finger.swipe(QPoint(100, 350), QPoint(0, -240))
    assert bar.value() > before + 100
    assert tapped == []


def test_a_finger_drags_on_into_what_comes_at_the_end(wall, finger):
    bar = wall.verticalScrollBar()
    wall.show_hits(MANY[:24], from_top=True)
    wall.updateGeometries()
    end = bar.maximum()
    bar.setValue(end - 60)
    finger.press(QPoint(100, 390))
    finger.move(QPoint(0, -60))
    wall.hits_model.append(MANY[24:])
    wall.updateGeometries()
    for _ in range(4):
        finger.move(QPoint(0, -60))
    finger.lift()
    assert bar.value() > end + 100


def test_a_swipe_where_nothing_scrolls_touches_no_picture_and_a_tap_does(wall, finger):
    tapped = []
    wall.tapped.connect(tapped.append)
    wall.show_hits(MANY[:2], from_top=True)
    finger.swipe(wall.place(1).center(), QPoint(0, 60))
    assert tapped == []
    finger.tap(wall.place(1).center())
    assert tapped == [MANY[1].path]
