"""Where the keyboard's focus is in the grid can be seen, beside what is selected."""

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QTest

from app.style.appearance import dark_palette
from engine.library import Hit

HITS = [Hit(Path(f"/nowhere/{number}.jpg"), 0.5) for number in range(6)]
FLAGS = QItemSelectionModel.SelectionFlag


def tile(grid, row: int):
    return grid.viewport().grab(grid.place(row)).toImage()


@pytest.fixture(params=["light", "dark"])
def shown(grid, request, qtbot):
    if request.param == "dark":
        grid.setPalette(dark_palette())
    grid.show_hits(HITS, from_top=True)
    grid.activateWindow()
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    qtbot.waitUntil(lambda: all(grid.thumbnails.is_broken(hit.path) for hit in HITS))
    return grid


def test_the_current_tile_shows_the_focus_and_no_longer_when_it_goes(shown):
    shown.selectionModel().setCurrentIndex(shown.hits_model.index(1), FLAGS.Clear)
    focused = tile(shown, 1)
    shown.clearFocus()
    assert tile(shown, 1) != focused


def test_focus_selection_and_both_differ(shown):
    model, selection = shown.hits_model, shown.selectionModel()
    selection.select(model.index(2), FLAGS.ClearAndSelect)
    pictures = []
    for current in (1, 2):  # the focus alone, and with the selection
        selection.setCurrentIndex(model.index(current), FLAGS.NoUpdate)
        pictures.append(edges(tile(shown, current)))
    selection.setCurrentIndex(model.index(1), FLAGS.NoUpdate)
    pictures += [edges(tile(shown, 2)), edges(tile(shown, 4))]  # the selection alone, and neither
    assert all(one != other for place, one in enumerate(pictures) for other in pictures[:place])


def edges(image) -> list[str]:
    """Return the colours across the upper and the left edge, in the middle of each, in words."""
    middle = image.width() // 2
    across = [[image.pixelColor(x, y).name() for x in range(middle, middle + 8)] for y in range(8)]
    down = [[image.pixelColor(y, x).name() for x in range(middle, middle + 8)] for y in range(8)]
    return [*map(str, across), *map(str, down)]


def test_the_focus_stands_out_from_the_ground(shown):
    shown.selectionModel().setCurrentIndex(shown.hits_model.index(1), FLAGS.Clear)
    image, middle = tile(shown, 1), shown.side // 2
    ground = shown.palette().base().color().lightness()
    along = [image.pixelColor(x, y).lightness() for y in range(5) for x in range(middle - 20, middle + 20)]
    assert max(abs(tone - ground) for tone in along) > 150


def test_a_focused_grid_without_a_current_photo_shows_the_focus_too(shown):
    shown.selectionModel().setCurrentIndex(QModelIndex(), FLAGS.Clear)
    focused = shown.viewport().grab().toImage()
    shown.clearFocus()
    assert shown.viewport().grab().toImage() != focused


def test_what_was_judged_hands_the_keyboard_on_with_the_next_answer_alone(grid):
    grid.show_hits(HITS, from_top=True)
    for answers, heir in (([HITS[1:]], 0), ([HITS, HITS[1:]], None)):
        grid.show_hits(HITS, from_top=True)
        grid.selectionModel().setCurrentIndex(grid.hits_model.index(0), FLAGS.Clear)
        grid._current.judged.add(HITS[0].path)
        for hits in answers:
            grid.show_hits(hits, from_top=False)
        assert grid.currentIndex() == (QModelIndex() if heir is None else grid.hits_model.index(heir))


def test_a_refused_photo_that_comes_last_hands_the_keyboard_on_as_one_that_leaves(grid, qtbot):
    grid.activateWindow()
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus)
    grid.show_hits(HITS, from_top=True)
    grid.setCurrentIndex(grid.hits_model.index(2))
    QTest.keyClick(grid, Qt.Key.Key_U)
    grid.show_hits([*HITS[:2], *HITS[3:], HITS[2]], from_top=True)
    assert grid.currentIndex().row() == 2
    assert grid.chosen_photos() == [HITS[3].path]
    grid.show_hits([HITS[3], *HITS[:3], *HITS[4:]], from_top=True)  # that was one answer
    assert grid.chosen_photos() == [HITS[3].path]
    QTest.keyClick(grid, Qt.Key.Key_L)
    grid.show_hits(HITS, from_top=True)  # a liked one stays the current one
    assert grid.chosen_photos() == [HITS[3].path]
