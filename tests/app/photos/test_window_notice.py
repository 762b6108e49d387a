"""Where the notice stands in the window, and how it goes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_a_notice_covers_nothing_and_moves_neither_paper_nor_heading_nor_photos(searched_window):
    window = searched_window
    panel = window.photos_panel
    places = [panel.head, window.canvas, panel._strip]
    before = [widget.geometry() for widget in places], panel.grid.geometry().topLeft()
    window.notice.say("It did not work, for reasons that take a whole long sentence to tell, and then some.")
    QApplication.processEvents()
    notice = window.notice
    assert notice.isVisible()
    assert ([widget.geometry() for widget in places], panel.grid.geometry().topLeft()) == before
    below = [panel._strip] if panel._strip.isVisible() else []
    for widget in (panel.head, panel._pages, *below):
        assert not widget.geometry().intersects(notice.geometry())
    assert notice.width() > panel.width() - 10
    label = notice.findChild(QLabel)
    assert label.height() >= label.heightForWidth(label.width())
    close = notice.findChild(QToolButton)
    close.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(close, Qt.Key.Key_Escape)
    assert not notice.isVisible()


def test_a_notice_is_reached_with_the_tab_key(searched_window):
    window = searched_window
    window.notice.say("It did not work.")
    window.grid.setFocus()
    close, seen = window.notice.findChild(QToolButton), []
    for _ in range(40):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert close in seen
    close.setFocus()
    QTest.keyClick(close, Qt.Key.Key_Space)
    assert not window.notice.isVisible()


def test_a_notice_grows_with_what_it_says_and_follows_the_panel(searched_window, qtbot):
    window = searched_window
    window.notice.say("Short.")
    QApplication.processEvents()
    short = window.notice.height()
    window.notice.say("A much longer sentence. " * 12)
    qtbot.waitUntil(lambda: window.notice.height() > 2 * short)
    window.resize(1200, 600)
    QApplication.processEvents()
    assert window.notice.geometry().right() == window.photos_panel.rect().right()
