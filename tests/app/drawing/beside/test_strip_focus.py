"""Where the keyboard goes in the strip of photos, and a key that is held there."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.drawing.beside.print_files import Guess

from ..conftest import laid

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)", "grabbing")  # of offscreen windows


@pytest.mark.parametrize("deed", ["clear", "undo"])
def test_the_keyboard_goes_to_the_paper_when_prints_leave_that_it_was_at(panel, strip, photos, deed):
    panel.print_files.lay(photos, like=True)
    strip.like.tiles[0].setFocus()
    getattr(panel.canvas, deed)()
    assert laid(panel) == ([], [])
    assert panel.canvas.hasFocus()
    assert panel.canvas._frame.is_shown


def test_the_keyboard_goes_to_the_paper_when_the_line_about_a_guess_goes(panel, strip, photos):
    panel.print_files.lay(photos, like=True)
    one = panel.canvas.document.prints.like[0]
    panel.print_files.guessed.emit(Guess(one, is_photo=True, after=panel.canvas.document.snapshot))
    strip._guess_line.close_button.setFocus()
    QTest.keyClick(strip._guess_line.close_button, Qt.Key.Key_Space)
    assert not strip._guess_line.isVisible()
    assert panel.canvas.hasFocus()


def test_enter_held_on_a_print_opens_its_menu_once_and_does_nothing_there(panel, strip, photos):
    panel.print_files.lay(photos[:1], like=True)
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "", True)
    QApplication.sendEvent(strip.like.tiles[0], held)
    assert QApplication.activePopupWidget() is None
    QTest.keyClick(strip.like.tiles[0], Qt.Key.Key_Return)
    menu = QApplication.activePopupWidget()
    for _ in range(3):  # the first would choose an entry, the second do it
        QApplication.sendEvent(menu, held)
    assert menu.isVisible()
    assert laid(panel) == (["0.png"], [])
    menu.close()
