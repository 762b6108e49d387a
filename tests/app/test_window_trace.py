import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

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
