"""Questions: which keys answer them."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from app.dialogs.questions import ask

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def press(widget: QWidget, key: Qt.Key, text: str, *, held: bool) -> None:
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, key, none, text, held))


@pytest.mark.parametrize(("loses", "answers"), [(False, ["yes"]), (True, [])])
def test_a_key_that_was_held_before_a_question_came_up_answers_nothing(window, qtbot, loses, answers):
    told = []
    ask(window, "Remove all?", lambda: told.append("yes"), loses=loses)
    box = window.findChild(QMessageBox)
    default = box.defaultButton()
    for one in (box, default, box.button(QMessageBox.StandardButton.Cancel)):
        press(one, Qt.Key.Key_Return, "\r", held=True)
    press(box, Qt.Key.Key_Y, "y", held=True)
    assert box.isVisible()
    assert told == []
    with qtbot.waitSignal(box.destroyed):
        press(default, Qt.Key.Key_Return, "\r", held=False)
    assert told == answers
