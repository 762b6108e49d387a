"""The commands of the window."""

import pytest
from PySide6.QtGui import QAction

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_a_key_that_is_held_is_one_command_but_for_those_that_people_repeat(make_window):
    actions = [one for one in make_window().findChildren(QAction) if one.shortcuts()]
    assert len(actions) > 30
    assert {one.text() for one in actions if one.autoRepeat()} == {
        "&Undo",
        "&Redo",
        "&Thicker",
        "T&hinner",
        "&Wider paper",
        "Wider &photos",
        "Larger photos",
        "Smaller photos",
    }
