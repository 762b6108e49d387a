import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.images import to_pillow

from .conftest import draw

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
