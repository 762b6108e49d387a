"""The border between paper and photos."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.state.settings import Settings

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_keys_move_the_border_as_far_as_both_sides_allow(make_window):
    window = make_window()
    window.resize(1200, 600)
    sides = window.splitter
    before = sides.sizes()
    QTest.keyClick(window.canvas, Qt.Key.Key_F8)
    assert sides.sizes() == [before[0] + 40, before[1] - 40]
    QTest.keyClick(window.grid, Qt.Key.Key_F7)
    assert sides.sizes() == before
    for _ in range(40):
        QTest.keyClick(window.canvas, Qt.Key.Key_F8)
    assert sides.sizes()[1] == window.photos_panel.minimumWidth()
    QTest.keyClick(window.canvas, Qt.Key.Key_F7)
    assert sides.sizes()[1] == window.photos_panel.minimumWidth() + 40
    window.close()
    again = make_window()
    assert Settings().splitter == again.splitter.saveState()
