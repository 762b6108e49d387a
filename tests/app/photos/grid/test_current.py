"""The photo that the keyboard is at, and what is selected with it, while photos come and go."""

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest

from engine.library import Hit

from ..conftest import select, selected

NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate


def test_a_photo_nobody_chose_does_not_become_current(grid, hits):
    grid.show_hits(hits, from_top=True)
    grid.setCurrentIndex(grid.hits_model.index(2))
    select(grid, 5, 8)
    grid.show_hits([hit for hit in hits if hit is not hits[2]], from_top=False)
    assert grid.hits_model.path(grid.currentIndex()) == hits[5].path
    assert selected(grid) == {hits[5].path, hits[8].path}
    grid.show_hits([hit for hit in hits if hit not in (hits[2], hits[5], hits[8])], from_top=False)
    assert not grid.currentIndex().isValid()


@pytest.mark.parametrize("key", [Qt.Key.Key_L, Qt.Key.Key_U])
@pytest.mark.parametrize(("row", "then"), [(2, 2), (11, 10)])
def test_where_a_judged_photo_was_the_keyboard_stays(grid, hits, qtbot, key, row, then):
    grid.activateWindow()
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    grid.show_hits(hits, from_top=True)
    grid.setCurrentIndex(grid.hits_model.index(row))
    QTest.keyClick(grid, key)
    grid.show_hits([hit for hit in hits if hit is not hits[row]], from_top=True)
    assert grid.currentIndex().row() == then
    assert selected(grid) == set()  # no other photo is chosen
    QTest.keyClick(grid, Qt.Key.Key_Left)
    assert grid.currentIndex().row() == then - 1


def test_a_photo_that_leaves_for_another_reason_hands_nothing_over(grid, hits, qtbot):
    grid.activateWindow()
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    grid.show_hits(hits, from_top=True)
    grid.setCurrentIndex(grid.hits_model.index(2))
    QTest.keyClick(grid, Qt.Key.Key_L)
    grid.setCurrentIndex(grid.hits_model.index(5))
    grid.show_hits([hit for hit in hits if hit is not hits[5]], from_top=True)
    assert not grid.currentIndex().isValid()


@pytest.mark.parametrize("current", [None, 1])
def test_refused_photos_are_selected_no_longer_though_another_one_is_current(grid, hits, current):
    grid.show_hits(hits, from_top=True)
    select(grid, 1, 2, 3)
    if current is not None:
        grid.selectionModel().setCurrentIndex(grid.hits_model.index(current), NO_UPDATE)
    grid.unliked.emit([hits[2].path, hits[3].path])
    grid.show_hits([*hits[:2], *hits[4:], hits[2], hits[3]], from_top=True)
    assert selected(grid) == {hits[1].path}
    assert grid.currentIndex().row() == (-1 if current is None else 1)


@pytest.mark.parametrize("also", [(), (3,)])
def test_a_photo_that_is_shown_by_both_its_paths_stays_current_and_selected_as_one(grid, hits, also):
    grid.show_hits(hits, from_top=True)
    select(grid, 9, *also)
    grid.selectionModel().setCurrentIndex(grid.hits_model.index(9), NO_UPDATE)
    grid.hits_model.rename([(hits[3].path, hits[9].path)])
    assert grid.currentIndex().row() == 3
    assert grid.hits_model.path(grid.currentIndex()) == hits[9].path
    assert [index.row() for index in grid.selectionModel().selectedIndexes()] == [3]


def test_photos_that_are_shown_several_times_leave_at_one_go_for_the_first_of_their_seats(grid, hits):
    model, paths, passes = grid.hits_model, [hit.path for hit in hits], []
    grid.show_hits(hits, from_top=True)
    select(grid, 5)
    grid.selectionModel().setCurrentIndex(model.index(5), NO_UPDATE)
    model.rowsRemoved.connect(lambda *_: passes.append(model.rowCount()))
    model.rename([(paths[5], paths[9]), (paths[1], paths[9]), (paths[7], paths[2])])
    assert passes == [9]
    left = [hit.path for hit in model.hits]
    assert left == [paths[number] for number in (0, 9, 2, 3, 4, 6, 8, 10, 11)]
    assert [model.row_of(path) for path in left] == [model.rank(path) for path in left] == list(range(9))
    assert selected(grid) == {paths[9]}
    assert model.path(grid.currentIndex()) == paths[9]


@pytest.mark.parametrize("scrolled", [0, 300])
def test_when_the_file_of_the_current_photo_is_deleted_nothing_scrolls_and_no_other_is_chosen(grid, scrolled):
    photos = [Hit(Path(f"/nowhere/{number}.jpg"), 0.5) for number in range(60)]
    grid.show_hits(photos, from_top=True)
    grid.setCurrentIndex(grid.hits_model.index(2))
    grid.updateGeometries()
    bar = grid.verticalScrollBar()
    bar.setValue(scrolled)
    assert bar.value() == scrolled
    grid.drop([photos[2].path, photos[7].path])
    assert bar.value() == scrolled
    assert not grid.currentIndex().isValid()
    assert grid.chosen_photos() == []
    assert grid.hits_model.rowCount() == 58


def test_of_several_selected_photos_those_that_are_left_stay_so_and_the_first_is_current(grid):
    photos = [Hit(Path(f"/nowhere/{number}.jpg"), 0.5) for number in range(60)]
    grid.show_hits(photos, from_top=True)
    for row in (1, 4, 50):
        grid.selectionModel().setCurrentIndex(
            grid.hits_model.index(row), QItemSelectionModel.SelectionFlag.Select
        )
    grid.updateGeometries()
    grid.verticalScrollBar().setValue(500)
    grid.drop([photos[50].path])
    assert grid.chosen_photos() == [photos[1].path, photos[4].path]
    assert grid.currentIndex().row() == 1
    assert grid.verticalScrollBar().value() == 500


def test_one_comes_back_from_the_view_to_the_place_of_a_photo_that_left(grid, hits):
    grid.show_hits(hits[:6], from_top=True)
    grid.return_to(hits[3].path, 3)
    assert grid.hits_model.path(grid.currentIndex()) == hits[3].path
    for rank, then in ((2, 2), (40, 5)):
        grid.return_to(hits[8].path, rank)
        assert grid.currentIndex().row() == then
    grid.clear()
    grid.return_to(hits[8].path, 0)
    assert not grid.currentIndex().isValid()
