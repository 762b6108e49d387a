"""What is by date, with nothing drawn: new photos come in at their place, and nobody is disturbed."""

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication

from app.folder.searcher import Found

from ..conftest import found, lift, pen, shown


def by_date(order, stamp: int = 0) -> Found:
    return replace(found(order, stamp), newest=True)


def scrolled(seating, qtbot):
    """Scroll down a little; return the bar."""
    bar = seating._grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(100)
    return bar


def test_what_is_by_date_takes_in_new_photos_at_their_place_without_the_pointer(seating):
    seating.take(by_date([1, 3, 5]))
    seating.take(by_date([0, 1, 2, 3, 5]))
    assert shown(seating) == [0, 1, 2, 3, 5]


def test_under_the_pointer_what_is_by_date_only_grows_at_its_end(seating, over, qtbot):
    seating.take(by_date([1, 3, 5]))
    over(True)
    with qtbot.waitSignal(seating.gathered) as told:
        seating.take(by_date([0, 1, 2, 3, 5, 6, 7]))
    assert told.args == [2]
    assert seating.is_by_date
    assert shown(seating) == [1, 3, 5, 6, 7]
    over(False)
    assert shown(seating) == [0, 1, 2, 3, 5, 6, 7]


def test_a_pointer_over_which_the_window_opened_holds_nothing_until_it_is_moved(seating, over):
    grid = seating._grid
    seating.take(by_date([1, 3, 5]))
    grid.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, True)
    place = QPointF(grid.viewport().rect().center())
    QApplication.sendEvent(grid.viewport(), QEnterEvent(place, place, place))
    seating.take(by_date([0, 1, 3, 5]))
    assert shown(seating) == [0, 1, 3, 5]
    over(True)
    seating.take(by_date([0, 1, 2, 3, 5]))
    assert shown(seating) == [0, 1, 3, 5]


def test_who_has_scrolled_down_by_date_stays_there(seating, qtbot):
    seating.take(by_date(range(1, 50)))
    bar = scrolled(seating, qtbot)
    seating.take(by_date(range(50)))
    assert (shown(seating)[0], bar.value()) == (1, 100)
    seating.settle()
    assert (shown(seating)[0], bar.value()) == (0, 0)


def test_the_first_answer_to_a_stroke_takes_the_place_of_what_is_by_date(seating, over):
    seating.take(by_date([0, 1, 2, 3]))
    over(True)
    seating.take(found([3, 2, 5], pen(seating)))
    assert shown(seating) == [3, 2, 5]


def test_an_empty_paper_brings_back_what_is_by_date_from_the_top(seating, qtbot):
    seating.take(found(range(50), pen(seating)))
    bar = scrolled(seating, qtbot)
    pen(seating)
    lift(seating)
    seating.take(by_date(range(49, -1, -1), seating.stamp))
    assert (shown(seating)[:2], bar.value()) == ([49, 48], 0)


def test_back_at_the_top_new_photos_go_to_their_places(seating, qtbot):
    seating.take(by_date(range(1, 50)))
    bar = scrolled(seating, qtbot)
    seating.take(by_date(range(50)))
    bar.setValue(0)
    qtbot.waitUntil(lambda: shown(seating)[0] == 0)


def test_after_a_page_that_failed_more_can_be_asked_for(seating):
    asked = []
    seating.more.connect(asked.append)
    seating.take(by_date(range(3)))
    seating.want_more()
    before = len(asked)
    seating.want_more()
    assert len(asked) == before
    seating.note_failure()
    seating.want_more()
    assert len(asked) == before + 1


def test_very_many_new_photos_are_counted_as_their_pages_come_and_none_comes_behind_older_ones(
    seating, qtbot
):
    seating.take(by_date(range(30, 50)))
    bar = scrolled(seating, qtbot)
    counted = []
    seating.gathered.connect(counted.append)
    latest = by_date(range(12))
    seating.take(latest)
    for page in (range(12, 35), range(35, 55), range(55, 60)):
        seating.take_more(latest, by_date(page).hits)
    assert counted == [12, 30, 30, 30]
    assert shown(seating) == [*range(30, 60)]
    assert bar.value() == 100
    seating.settle()
    assert shown(seating) == [*range(60)]
