"""What the grid holds under the pointer: photos that are gone, and those shown by two paths."""

import pytest

from engine.library import Places

from ..conftest import PHOTOS, found, rest, shown, start


def follow(seating, *gone: int, renamed: tuple[tuple[int, int], ...] = ()) -> None:
    """Tell all that is so of the photos shown: these are gone, and those go by other paths."""
    names = {PHOTOS[before]: PHOTOS[now] for before, now in renamed}
    seating.follow(Places(names, frozenset(PHOTOS[number] for number in gone)))


def test_photos_whose_files_are_gone_leave_once_the_pointer_does_unless_they_are_back(seating, over):
    start(seating, range(6))
    rest(seating)
    over(True)
    follow(seating, 0, 4)
    follow(seating, 0, 4, 2)
    assert shown(seating) == [0, 1, 2, 3, 4, 5]
    seating.take(found([1, 3, 4, 5], seating.stamp))
    over(False)
    assert shown(seating) == [1, 3, 4, 5]
    follow(seating, 5)
    assert shown(seating) == [1, 3, 4]


def test_a_photo_that_is_shown_by_both_its_paths_is_shown_once_when_the_pointer_has_left(seating, over):
    start(seating, range(6))
    rest(seating)
    over(True)
    follow(seating, renamed=((1, 4), (2, 20)))
    assert shown(seating) == [0, 1, 20, 3, 4, 5]
    follow(seating, renamed=((1, 21), (4, 21)))
    assert shown(seating) == [0, 21, 20, 3, 4, 5]
    over(False)
    assert shown(seating) == [0, 21, 20, 3, 5]


@pytest.mark.parametrize("before", [1, 4])
def test_a_photo_renamed_there_and_back_under_the_pointer_is_shown_once_and_others_go_on(
    seating, over, before
):
    now = 5 - before
    start(seating, range(6))
    rest(seating)
    over(True)
    follow(seating, 0, renamed=((before, now),))
    follow(seating, 0, renamed=((now, before),))
    assert shown(seating) == list(range(6))
    over(False)
    assert shown(seating) == [before, 2, 3, 5]


@pytest.mark.parametrize("looked", [True, False])
def test_photos_that_are_back_before_the_pointer_leaves_stay_as_they_were(seating, over, looked):
    start(seating, range(6))
    rest(seating)
    over(True)
    follow(seating, 0, renamed=((1, 4),))
    if looked:  # though no answer has them
        follow(seating)
    else:
        seating.take(found([0, 1, 4], seating.stamp))
    over(False)
    assert shown(seating) == list(range(6))


def test_where_nobody_is_there_a_pointer_over_the_grid_holds_nothing(seating, over):
    start(seating, range(6))
    rest(seating)
    over(True)
    seating.at_hand.is_attended = lambda: False
    follow(seating, 0, renamed=((1, 4),))
    assert shown(seating) == [4, 2, 3, 5]


def test_pages_hold_a_photo_once_that_was_renamed_to_another_of_them(seating):
    start(seating, range(3))
    rest(seating)
    seating.take_more(seating.shown, found([20, 21, 22], 0).hits)
    follow(seating, renamed=((20, 22),))
    seating.settle()
    assert shown(seating) == [0, 1, 2, 22, 21]
