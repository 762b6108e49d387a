import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.drawing.tools import Tool
from app.pictures.images import to_pillow

from ..conftest import Hand, draw

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_a_hit_can_be_traced_and_is_not_searched_for(searched_window, qtbot):
    window = searched_window
    grid, strokes = window.grid, window.canvas.document.strokes
    grid.setFocus()
    grid.setCurrentIndex(grid.hits_model.index(0))
    QTest.keyClick(grid, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: window.canvas.document.snapshot.underlay is not None)
    assert window.canvas.document.picture is None
    assert window.canvas.document.strokes == strokes


def traced(window):
    """Return the pixels of the photo to trace, None where there is none."""
    underlay = window.canvas.document.snapshot.underlay
    return None if underlay is None else np.asarray(to_pillow(underlay.shown))


@pytest.mark.parametrize("drawn", [False, True])
def test_a_photo_to_trace_is_there_at_the_next_start(make_window, qtbot, tmp_path, state_folder, drawn):
    photo = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (40, 60, 3), np.uint8)).save(photo)
    window = make_window()
    if drawn:
        draw(window, (0.2, 0.2), (0.8, 0.3))
    window.sketch_files.trace(photo)
    qtbot.waitUntil(lambda: traced(window) is not None)
    before = traced(window)
    window.close()
    photo.unlink()
    again = make_window()
    assert np.array_equal(traced(again), before)
    assert len(again.canvas.document.strokes) == drawn
    assert again._actions.untrace.isEnabled()
    again.close()
    third = make_window()
    assert np.array_equal(traced(third), before)
    third.canvas.undo()
    assert (traced(third), len(third.canvas.document.strokes)) == (None, drawn)
    third.canvas.clear()
    third.close()
    assert list(state_folder.rglob("*.png")) == []
    assert not (state_folder / "paper.svg").exists()


def test_a_photo_to_trace_is_none_of_what_the_shelf_keeps(make_window, qtbot, tmp_path, state_folder):
    photo = tmp_path / "photo.png"
    Image.new("RGB", (40, 30), "red").save(photo)
    window = make_window()
    window.sketch_files.trace(photo)
    qtbot.waitUntil(lambda: traced(window) is not None)
    draw(window, (0.2, 0.2), (0.8, 0.3))
    window.shelving.keeper.note_paper()
    window.canvas.clear()
    window.shelving.keeper.note_paper()
    assert len(window.shelving.keeper.drawings) == 1
    qtbot.waitUntil(lambda: list(state_folder.rglob("*.png")) == [])


def test_photos_stay_where_they_are_while_what_is_searched_for_does(indexed_window, qtbot):
    window, grid, asked = indexed_window, indexed_window.grid, []
    window.resize(700, 420)
    bar = grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    grid.setFocus()
    grid.setCurrentIndex(grid.hits_model.index(11))
    bar.setValue(bar.maximum())
    place, stamp = bar.value(), window.seating.stamp
    window.live.asked.connect(lambda: asked.append(window.seating.stamp))
    QTest.keyClick(grid, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: traced(window) is not None)
    for change in (window.canvas.undo, window.canvas.redo, window._actions.untrace.trigger):
        change()
    QTest.keyClick(grid, Qt.Key.Key_U)  # not this one, and nothing is drawn
    assert len(window.canvas.document.prints.unlike) == 1
    assert (bar.value(), window.seating.stamp, asked) == (place, stamp, [])
    draw(window)
    qtbot.waitUntil(lambda: bar.value() == 0)
    assert asked


def test_an_eraser_that_goes_on_over_blank_paper_asks_for_nothing_more(searched_window):
    window, asked, hand = searched_window, [], Hand(searched_window.canvas)
    window.canvas.set_tool(Tool.ERASER)
    window.canvas.set_pen_width(0.04)
    hand.press((0.2, 0.2))
    hand.move((0.8, 0.8))
    assert window.canvas.is_blank
    window.live.asked.connect(lambda: asked.append(window.seating.stamp))
    for step in range(10):
        hand.move((0.7, 0.2 + step / 20))
    hand.release((0.7, 0.65))
    assert asked == []
    window.canvas.undo()
    assert not window.seating.is_moving  # and what comes next is not by the pen
