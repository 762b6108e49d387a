"""Photos of one moment stay in one place while another of them comes to stand for it."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.folder.searcher import Found
from engine.library import Hit, Places

from ..conftest import PHOTOS, found, lift, pen, rest, select, selected, shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none

WAYS = ("drawn", "by date")


def answer(stamp: int, way: str, *moments: tuple[int, ...]) -> Found:
    """Return what was found: of each moment its first photo, the others behind it."""
    hits = tuple(Hit(PHOTOS[one[0]], 0.5, burst=tuple(PHOTOS[other] for other in one[1:])) for one in moments)
    return replace(found([], stamp), hits=hits, newest=way == "by date")


def stands(seating) -> list[list[int]]:
    return [[int(file.stem) for file in hit.files] for hit in seating._grid.hits_model.hits]


def begin(seating, way: str, *moments: tuple[int, ...]) -> int:
    """Show an answer; return its stamp."""
    stamp = pen(seating) if way == "drawn" else 0
    seating.take(answer(stamp, way, *moments))
    return stamp


@pytest.mark.parametrize("way", WAYS)
def test_whoever_comes_to_stand_for_a_moment_takes_its_seat_and_selection(seating, over, way):
    stamp = begin(seating, way, (9,), (5, 6, 7), (8,))
    rest(seating)
    over(True)
    select(seating._grid, 1)
    seating.take(answer(stamp, way, (9,), (1, 2, 5, 6, 7), (8,), (3,)))
    assert stands(seating)[1] == [1, 2, 5, 6, 7]
    assert shown(seating) == [9, 1, 8, 3]
    assert selected(seating._grid) == {PHOTOS[1]}
    over(False)


def test_two_parts_of_a_moment_become_one_once_the_pointer_leaves(seating, over):
    begin(seating, "by date", (5, 6), (9,), (2, 3))
    over(True)
    select(seating._grid, 2)
    seating.take(answer(0, "by date", (1, 2, 3, 4, 5, 6), (9,)))
    assert shown(seating) == [1, 9, 2]
    over(False)
    assert stands(seating) == [[1, 2, 3, 4, 5, 6], [9]]
    assert selected(seating._grid) == {PHOTOS[1]}


def test_a_page_brings_no_moment_a_second_time(seating, over, qtbot):
    seating.take(answer(0, "by date", *((number,) for number in range(10, 50)), (5, 6)))
    bar = seating._grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(100)
    latest = answer(0, "by date", *((number,) for number in range(10, 50)))
    seating.take(latest)
    seating.take_more(latest, answer(0, "by date", (1, 5, 6), (0,)).hits)
    assert stands(seating)[40:] == [[1, 5, 6], [0]]


@pytest.mark.parametrize("held", [False, True])
def test_where_the_first_of_a_moment_is_gone_the_next_that_is_there_stands_for_it(seating, over, held):
    begin(seating, "by date", (9,), (1, 2, 3, 4), (8,))
    over(held)
    select(seating._grid, 1)
    assert {PHOTOS[2], PHOTOS[4]} < seating.paths()
    seating.follow(Places({PHOTOS[3]: PHOTOS[30]}, frozenset((PHOTOS[1], PHOTOS[2], PHOTOS[8]))))
    assert stands(seating)[:2] == [[9], [30, 4]]
    assert selected(seating._grid) == {PHOTOS[30]}
    seating.take(answer(0, "by date", (9,), (30, 4)))
    over(False)
    assert stands(seating) == [[9], [30, 4]]


def test_of_a_later_page_too_the_next_stands_for_one_that_is_gone(seating):
    seating.take(first := answer(0, "by date", (9,)))
    seating.take_more(first, answer(0, "by date", (1, 2, 3), (7, 8)).hits)
    seating.follow(Places({}, frozenset((PHOTOS[1], PHOTOS[7], PHOTOS[8]))))
    assert stands(seating) == [[9], [2, 3]]
    assert [hit.files for hit in seating._pages] == [(PHOTOS[2], PHOTOS[3])]


def test_while_the_pen_moves_a_moment_keeps_its_seat(seating):
    begin(seating, "drawn", (9,), (5, 6), (8,))
    seating.take(answer(pen(seating), "drawn", (1, 5, 6), (7,)))
    assert shown(seating) == [7, 1]


def test_a_refused_photo_leaves_for_the_end_whatever_stands_for_it_by_then(seating):
    grid = seating._grid
    begin(seating, "drawn", (5, 6), (8,), (9,))
    grid.setCurrentIndex(grid.hits_model.index(0))
    grid.unliked.emit([PHOTOS[5]])
    lift(seating)
    seating.note_change()  # by the photo beside the drawing
    seating.take(answer(seating.stamp, "drawn", (8,), (9,), (1, 5, 6)))
    assert grid.hits_model.path(grid.currentIndex()) == PHOTOS[8]
    assert PHOTOS[1] not in selected(grid)


def test_who_looks_at_one_of_a_moment_stays_with_it_and_leafs_on_from_its_place(viewer):
    model, (one, two, three) = viewer._model, PHOTOS[1:4]
    before, after = Hit(PHOTOS[8], 0.9), Hit(PHOTOS[9], 0.7)
    model.set_hits([before, Hit(three, 0.8), after])
    viewer.look_at(three)
    model.take_over({three: Hit(one, 0.8, burst=(two, three))})
    assert (viewer.path, viewer.leafing.way_back) == (three, one)
    steps = [viewer.leafing.step(way) for way in (-1, 1)]
    assert steps == [before.path, after.path]
    QTest.keyClick(viewer.picture, Qt.Key.Key_Right)
    assert viewer.leafing.hit == after.path


def test_who_leafs_through_a_moment_comes_to_those_that_joined_it(viewer):
    model, (one, two, three, four) = viewer._model, PHOTOS[1:5]
    model.set_hits([first := Hit(three, 0.8, burst=(four,))])
    viewer.look_at(four, first.files, is_moment=True)
    model.take_over({three: Hit(one, 0.8, burst=(two, three, four))})
    assert (viewer.path, viewer.leafing.files) == (four, (one, two, three, four))
    assert viewer.details.texts[0].endswith("4 of 4 of this moment")
    QTest.keyClick(viewer.picture, Qt.Key.Key_Home)
    assert viewer.path == one


def test_who_leafs_through_a_moment_whose_first_is_gone_stays_in_its_place(viewer):
    model, (one, two, three) = viewer._model, PHOTOS[1:4]
    model.set_hits([first := Hit(one, 0.8, burst=(two, three)), Hit(PHOTOS[9], 0.7)])
    viewer.look_at(one, first.files, is_moment=True)
    model.take_over({one: Hit(two, 0.8, burst=(three,))})
    QTest.keyClick(viewer.picture, Qt.Key.Key_Right)
    assert (viewer.path, viewer.leafing.files, viewer.leafing.way_back) == (two, first.files, two)


def test_what_takes_the_place_of_a_gone_photo_that_is_looked_at_is_the_next(viewer):
    model, (one, two) = viewer._model, PHOTOS[1:3]
    before, after = Hit(PHOTOS[8], 0.9), Hit(PHOTOS[9], 0.7)
    model.set_hits([before, Hit(one, 0.8, burst=(two,)), after])
    viewer.look_at(one)
    model.take_over({one: Hit(two, 0.8)})
    assert [viewer.leafing.step(way) for way in (-1, 1)] == [before.path, two]


def test_an_open_menu_is_for_the_photos_that_were_chosen_when_it_opened(seating, qtbot):
    grid, wanted = seating._grid, []
    grid.commands.copies_wanted.connect(wanted.append)
    begin(seating, "by date", (9,), (5, 6), (8,))
    select(grid, 1)
    menu = grid.menu()
    menu.aboutToShow.emit()
    seating.take(answer(0, "by date", (9,), (1, 5, 6), (8,)))
    assert grid.chosen_photos() == [PHOTOS[1]]
    grid.commands.copies.trigger()
    assert wanted == [PHOTOS[5]]
    menu.aboutToHide.emit()
    qtbot.waitUntil(lambda: grid.commands._held is None)
