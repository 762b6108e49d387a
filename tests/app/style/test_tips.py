"""A tool tip goes when what it says is not so any more."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QListWidget, QToolTip, QWidget

from app.photos.time.timeline import Timeline
from app.style.elided import Elided
from app.style.tips import ItemTips
from engine.library import Hit
from engine.search.spread import Spread, Times, Unit

from ..photos.conftest import grid  # noqa: F401  a grid on the screen

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
FIRST, SECOND = (Hit(Path(f"/nowhere/{name}.jpg"), 0.5) for name in ("first", "second"))


@pytest.fixture
def on_screen(qtbot):
    def show(widget: QWidget) -> QWidget:
        qtbot.addWidget(widget)
        widget.resize(300, 80)
        with qtbot.waitExposed(widget):
            widget.show()
        return widget

    yield show
    QToolTip.hideText()


@pytest.fixture
def tip_at(qtbot):
    """Lets the pointer rest on a widget until its tip is up; returns what it says."""

    def rest(owner: QWidget, place: QPoint, within: QWidget | None = None) -> str:
        owner.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
        asked = within or owner
        QApplication.sendEvent(asked, QHelpEvent(QHelpEvent.Type.ToolTip, place, asked.mapToGlobal(place)))
        qtbot.waitUntil(QToolTip.isVisible)
        return QToolTip.text()

    return rest


def gone(qtbot) -> bool:
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
    return True


def test_a_photo_that_leaves_from_under_the_pointer_takes_its_tip_along(grid, tip_at, qtbot):  # noqa: F811
    grid.show_hits([FIRST, SECOND], from_top=True)
    assert tip_at(grid, grid.place(0).center(), grid.viewport()).startswith("first.jpg")
    grid.show_hits([FIRST], from_top=False)
    grid.repaint()
    assert QToolTip.isVisible()
    grid.show_hits([SECOND, FIRST], from_top=False)
    assert gone(qtbot)


def test_so_does_what_is_elsewhere_in_a_list(on_screen, tip_at, qtbot):
    shelf = on_screen(QListWidget())
    ItemTips(shelf)
    for name in "ab":
        shelf.addItem(name)
        shelf.item(shelf.count() - 1).setToolTip(name)
    assert tip_at(shelf, shelf.visualItemRect(shelf.item(0)).center(), shelf.viewport()) == "a"
    shelf.takeItem(0)
    assert gone(qtbot)


def test_the_tip_of_the_strip_of_time_goes_with_its_numbers(on_screen, tip_at, qtbot):
    strip = on_screen(Timeline())
    edges = tuple(date(2014, month, 1) for month in (1, 2, 3))
    times = Times(Unit.MONTH, edges, (3, 4), 0)
    strip.show_spread(Spread(photos=7, looked_at=7, times=times))
    assert "3 photos" in tip_at(strip, QPoint(20, 20))
    strip.show_spread(Spread(photos=7, looked_at=7, times=times, ridge=(0.5, 0.5)))
    assert QToolTip.isVisible()
    strip.show_spread(Spread(photos=8, looked_at=8, times=Times(Unit.MONTH, edges, (4, 4), 0)))
    assert gone(qtbot)


def test_the_tip_of_a_shortened_line_goes_with_its_text(on_screen, tip_at, qtbot):
    line = on_screen(Elided(Qt.TextElideMode.ElideRight))
    line.setText("words " * 40)
    line.add_note("in this order")
    line.grab()
    assert tip_at(line, QPoint(5, 5)).endswith("in this order")
    line.add_note("in this order")
    line.grab()
    assert QToolTip.isVisible()
    line.setText("Strong match")
    line.grab()
    assert gone(qtbot)
