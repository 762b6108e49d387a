"""From the view back to all photos: which one is current, and how far the grid is scrolled."""

import pytest
from PySide6.QtWidgets import QApplication

from ...conftest import at_rest, draw, shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.fixture
def long_list(indexed_photos, make_window, qtbot):
    """A window at 800 x 600 with more hits than fit."""
    window = make_window(folder=indexed_photos(130))
    qtbot.waitUntil(lambda: at_rest(window))
    window.resize(800, 600)
    draw(window)
    qtbot.waitUntil(lambda: window.seating.is_settled and shown(window) >= 80)
    return window


def seen_at(window, row: int, scrolled: int) -> tuple[int, int]:
    """Look at a photo and come back; return which one is current then, and how far the grid is scrolled."""
    bar = window.grid.verticalScrollBar()
    bar.setValue(scrolled)
    window.photos_panel.look_at(window.grid.hits_model.hit(row).path)
    window.photos_panel.leave_view()
    return window.grid.currentIndex().row(), bar.value()


def test_one_returns_to_the_photo_seen_last_scrolled_no_further_than_it_takes(long_list):
    grid, side = long_list.grid, long_list.grid.side
    height, wide = grid.viewport().height(), grid.columns
    assert seen_at(long_list, 1, 0) == (1, 0)
    assert seen_at(long_list, wide, side // 2) == (wide, side // 2)  # whole in sight: nothing moves
    assert seen_at(long_list, 1, side // 2) == (1, 0)  # cut at the top, as where a loupe was clicked
    assert seen_at(long_list, 1, 9 * side) == (1, 0)
    far = 12 * wide
    assert seen_at(long_list, far, 0) == (far, 13 * side - height)
    assert grid.chosen_photos() == [grid.hits_model.hit(far).path]


def test_a_window_resized_meanwhile_returns_to_the_photo_too(long_list):
    grid = long_list.grid
    long_list.photos_panel.look_at(grid.hits_model.hit(40).path)
    long_list.resize(1150, 500)
    QApplication.processEvents()
    long_list.photos_panel.leave_view()
    QApplication.processEvents()
    assert grid.currentIndex().row() == 40
    assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()))


def test_where_another_drawing_found_other_photos_one_returns_to_their_beginning(long_list, qtbot):
    window, grid = long_list, long_list.grid
    window.canvas.clear()
    qtbot.waitUntil(lambda: window.seating.shown.newest)
    newest = {hit.path for hit in grid.hits_model.hits[:80]}
    window.canvas.undo()
    qtbot.waitUntil(lambda: window.seating.is_settled and not window.seating.shown.newest)
    grid.verticalScrollBar().setValue(500)
    window.photos_panel.look_at(next(hit.path for hit in grid.hits_model.hits if hit.path not in newest))
    window.canvas.clear()
    qtbot.waitUntil(lambda: window.seating.shown.newest)
    window.photos_panel.leave_view()
    assert grid.verticalScrollBar().value() == 0
    assert grid.selectedIndexes() == []
