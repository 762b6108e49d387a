"""When photos take seats, keep them and settle; the answers are made by hand, the grid is a real one."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle

from app.drawing.tools import Tool
from app.photos.chip import Chip
from engine.library import Places

from ..conftest import PHOTOS, found, lift, pen, rest, shown, start


def test_while_the_pen_moves_what_stays_keeps_its_seat_and_when_it_rests_all_settle(seating):
    start(seating, [0, 1, 2, 3, 4])
    seating.take(found([4, 3, 9, 1, 0], pen(seating)))
    assert shown(seating) == [0, 1, 9, 3, 4]
    assert not seating.is_settled
    rest(seating)
    assert shown(seating) == [4, 3, 9, 1, 0]
    assert seating.is_settled


def with_behind(answer, *behind: int):
    """Return an answer where so many photos are behind each hit."""
    pairs = zip(answer.hits, behind, strict=True)
    return replace(answer, hits=tuple(replace(hit, behind=count) for hit, count in pairs))


@pytest.fixture
def painted(seating):
    """The rows of tiles that are painted anew for what is found, not for their pictures."""
    rows = list[int]()
    seating._grid.hits_model.dataChanged.connect(
        lambda first, last, roles: rows.extend([] if roles else range(first.row(), last.row() + 1))
    )
    start(seating, [0, 1, 2, 3])
    seating.take(found([0, 1, 2, 3], pen(seating)))
    rows.clear()
    return rows


def test_while_the_pen_moves_no_tile_is_painted_for_the_number_of_what_is_behind_it(seating, painted):
    for counts in ((5, 0, 7, 0), (6, 0, 7, 0), (6, 1, 0, 0)):
        seating.take(with_behind(found([0, 1, 2, 3], pen(seating)), *counts))
    assert not painted
    model = seating._grid.hits_model
    assert "1" in model.data(model.index(1), Qt.ItemDataRole.AccessibleTextRole).replace("001", "")
    seating.take(with_behind(found([0, 1, 9, 3], pen(seating)), 6, 1, 4, 0))
    assert painted == [2]
    rest(seating)
    assert set(painted) >= {0, 1}
    painted.clear()
    seating.take(with_behind(found([0, 1, 9, 3], pen(seating)), 6, 1, 4, 0))
    assert not painted


@pytest.mark.parametrize("fewer", [False, True])
def test_numbers_that_waited_are_painted_at_rest_under_the_pointer_too(seating, painted, over, fewer):
    seating.take(with_behind(found([0, 1, 2, 3], pen(seating)), 5, 0, 0, 8))
    if fewer:
        seating._grid.drop([PHOTOS[3]])
    over(True)
    painted.clear()
    rest(seating)
    assert painted == ([] if fewer else [0, 3])  # where some left, all are painted


@pytest.mark.parametrize("key", [Qt.Key.Key_Right, Qt.Key.Key_Delete])
def test_a_step_after_strokes_were_moved_by_keys_takes_the_ranking_at_once(seating, canvas, hand, over, key):
    canvas.stroke_active.connect(seating.note_pen)
    canvas.drawing_changed.connect(seating.note_change)
    hand.draw((0.2, 0.2), (0.8, 0.8))
    hand.draw((0.2, 0.8), (0.4, 0.8))
    canvas.set_tool(Tool.LASSO)
    hand.draw((0.1, 0.7), (0.5, 0.7), (0.5, 0.9), (0.1, 0.9))
    QTest.keyClick(canvas, key)
    seating.take(found([0, 1, 2], seating.stamp))
    rest(seating)
    over(True)
    canvas.undo()
    seating.take(found([2, 1, 5], seating.stamp))
    assert shown(seating) == [2, 1, 5]


def test_a_lifted_pen_does_not_settle_before_it_has_rested(seating):
    start(seating, [0, 1, 2])
    lift(seating)
    seating.take(found([2, 1, 0], seating.stamp))
    assert shown(seating) == [0, 1, 2]
    rest(seating)
    assert shown(seating) == [2, 1, 0]


def test_an_answer_that_comes_after_the_rest_settles_at_once(seating):
    start(seating, [0, 1, 2])
    pen(seating)
    rest(seating)
    seating.take(found([2, 1, 0], seating.stamp))
    assert shown(seating) == [2, 1, 0]


def test_a_change_without_the_pen_takes_the_ranking_at_once(seating):
    start(seating, [0, 1, 2])
    seating.take(found([2, 0, 1], pen(seating)))
    lift(seating)
    seating.note_change()  # undo
    seating.take(found([1, 2, 0], seating.stamp))
    assert shown(seating) == [1, 2, 0]


def test_the_pointer_over_the_grid_holds_everything_until_it_leaves(seating, over):
    start(seating, [0, 1, 2])
    stamp = pen(seating)
    lift(seating)
    over(True)
    waiting = []
    seating.gathered.connect(waiting.append)
    seating.take(found([2, 1, 5], stamp))
    assert shown(seating) == [0, 1, 2]
    rest(seating)
    assert shown(seating) == [0, 1, 2]
    assert waiting == [1]  # which can be asked for
    over(False)
    assert shown(seating) == [2, 1, 5]
    assert waiting == [1, 0]


def test_a_pointer_left_over_the_grid_by_a_tablets_pen_holds_nothing(seating, over):
    start(seating, [0, 1, 2])
    over(True)
    seating.take(found([2, 1, 5], pen(seating)))
    assert shown(seating) == [5, 1, 2]
    lift(seating)
    rest(seating)
    assert shown(seating) == [2, 1, 5]


def test_the_first_answer_shows_though_the_pointer_is_over_the_grid(seating, over):
    over(True)
    start(seating, [3, 1])
    assert shown(seating) == [3, 1]


def test_a_step_shows_though_the_pointer_is_over_the_grid(seating, over):
    start(seating, [0, 1])
    over(True)
    seating.note_pen(False)
    seating.note_change()
    seating.note_change()
    seating.take(found([1, 0], seating.stamp))
    assert shown(seating) == [1, 0]


@pytest.fixture
def chip(seating, qtbot):
    chip = Chip()
    qtbot.addWidget(chip)
    seating.gathered.connect(chip.count)
    chip.clicked.connect(seating.settle)
    return chip


def test_better_photos_gather_in_a_chip_and_move_nothing_until_it_is_clicked(seating, chip):
    many = list(range(30))
    start(seating, many)
    rest(seating)
    room = seating._grid.seats_in_view()
    better = found([40, 41, *many, 42], seating.stamp)
    seating.take(better)
    assert shown(seating)[:30] == many
    assert chip.isVisible()
    assert chip.text() == "2 better"
    assert room > 2
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert shown(seating) == [40, 41, *many, 42]
    assert not chip.isVisible()


def test_one_better_photo_is_said_as_one_and_a_new_drawing_takes_the_chip_away(seating, chip):
    many = list(range(30))
    start(seating, many)
    rest(seating)
    seating.take(found([40, *many], seating.stamp))
    assert chip.text() == "1 better"
    seating.take(found([5, 40, 3], pen(seating)))
    assert not chip.isVisible()


def test_a_photo_that_is_gone_keeps_its_seat_until_then(seating, chip):
    start(seating, [0, 1, 2])
    rest(seating)
    seating.take(found([0, 2], seating.stamp))
    assert shown(seating) == [0, 1, 2]
    assert not chip.isVisible()
    seating.take(found([2, 0], pen(seating)))
    assert shown(seating) == [0, 2]


def test_what_is_known_of_a_photo_is_brought_up_to_date_where_it_sits(seating):
    start(seating, [0, 1])
    rest(seating)
    news = found([1, 0], seating.stamp)
    seating.take(news)
    assert shown(seating) == [0, 1]
    assert seating._grid.hits_model.hit(0).score == news.hits[1].score


def test_more_is_wanted_near_the_end_once_and_appended(seating):
    wanted = []
    seating.more.connect(wanted.append)
    start(seating, range(10))
    assert wanted == []  # the pen moves
    rest(seating)
    assert wanted == [seating.shown]
    seating._grid.look_ahead()
    assert len(wanted) == 1
    seating.take_more(seating.shown, found([3, 20, 21], 0).hits)
    assert shown(seating) == [*range(10), 20, 21]
    QApplication.processEvents()
    assert len(wanted) == 2
    seating.take_more(seating.shown, [])
    seating._grid.look_ahead()
    assert len(wanted) == 2  # that was its end


def test_pages_are_dropped_while_the_pen_moves_and_of_an_answer_before(seating):
    start(seating, range(10))
    rest(seating)
    before = seating.shown
    stamp = pen(seating)
    seating.take_more(before, found([20], 0).hits)
    assert shown(seating) == list(range(10))
    seating.take(found(range(5), stamp))
    rest(seating)
    seating.take_more(before, found([20], 0).hits)
    assert shown(seating) == list(range(5))


def test_pages_stay_when_the_grid_settles(seating, over):
    start(seating, range(5))
    seating.take(found([4, 3, 2, 1, 0], pen(seating)))
    over(True)
    rest(seating)
    seating.take_more(seating.shown, found([20, 21], 0).hits)
    assert shown(seating) == [0, 1, 2, 3, 4, 20, 21]
    over(False)
    assert shown(seating) == [4, 3, 2, 1, 0, 20, 21]


def test_a_screen_reader_hears_the_match_and_not_the_seat(seating):
    start(seating, [0, 1, 2])
    seating.take(found([2, 1, 0], pen(seating)))
    model = seating._grid.hits_model
    spoken = [model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert spoken == ["000.jpg, match 3", "001.jpg, match 2", "002.jpg, match 1"]


class Still(QProxyStyle):
    """A style of a system that asks for rest."""

    def styleHint(self, hint, option=None, widget=None, data=None):
        if hint == QStyle.StyleHint.SH_Widget_Animation_Duration:
            return 0
        return super().styleHint(hint, option, widget, data)


def test_photos_glide_when_they_settle_and_only_those_in_sight(seating, qtbot):
    grid = seating._grid
    start(seating, range(40))
    seating.take(found([3, 2, 1, 0, *range(4, 40)], pen(seating)))
    before = grid.hits_model.hits[0].path
    rest(seating)
    assert grid.is_gliding
    room = len(grid.rows_in(grid.viewport().rect()))
    assert set(grid._moves) <= set(range(room))
    assert grid.visualRect(grid.hits_model.index(0)).topLeft() == QPoint(0, 0)
    assert before != grid.hits_model.hits[0].path
    qtbot.waitUntil(lambda: not grid.is_gliding)


def test_nothing_glides_where_the_system_asks_for_rest(seating):
    style = Still("fusion")
    seating._grid.setStyle(style)
    start(seating, [0, 1, 2])
    seating.take(found([2, 1, 0], pen(seating)))
    rest(seating)
    assert shown(seating) == [2, 1, 0]
    assert not seating._grid.is_gliding


def test_a_new_drawing_scrolls_up_and_settling_does_not(seating, qtbot):
    bar = seating._grid.verticalScrollBar()
    start(seating, range(40))
    seating.take(found([*range(39, -1, -1)], pen(seating)))
    qtbot.waitUntil(lambda: bar.maximum() > 100)
    bar.setValue(100)
    rest(seating)
    assert bar.value() == 100
    seating.take(found(range(40), pen(seating)))
    assert bar.value() == 0


@pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")
def test_nothing_moves_under_the_menu_of_the_grid_and_what_waits_comes_once_it_closes(seating, qtbot):
    start(seating, [0, 1, 2])
    stamp = pen(seating)
    lift(seating)
    menu = seating._grid.menu()
    menu.popup(QPoint(5, 5))
    rest(seating)
    seating.take(found([7, 8, 9], stamp))
    seating.follow(Places({}, frozenset([PHOTOS[1]])))
    assert shown(seating) == [0, 1, 2]
    menu.close()
    qtbot.waitUntil(lambda: shown(seating) == [7, 8, 9])
