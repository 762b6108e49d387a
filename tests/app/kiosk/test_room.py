import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton

from app.kiosk.buttons import LargeButton
from app.words.languages import speak

from .conftest import button, tap

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.mark.parametrize("at", [(1000, 700), (700, 1000)])
def test_paper_and_pictures_stand_side_by_side_or_one_over_the_other(kiosk, at):
    kiosk.resize(*at)
    QApplication.processEvents()
    place = kiosk.wall.mapTo(kiosk, QPoint(0, 0))
    assert (place.x() > 300) == (at[0] > at[1])
    assert (place.y() > 300) == (at[1] > at[0])


def test_it_fills_the_screen(kiosk):
    kiosk.fill_screen()
    assert kiosk.geometry() == kiosk.screen().geometry()
    assert kiosk.isFullScreen()


def test_everything_for_fingers_is_large_and_no_key_reaches_it(kiosk):
    for one in kiosk.findChildren(QPushButton):
        assert one.minimumSizeHint().height() >= 64
        assert one.focusPolicy() == Qt.FocusPolicy.NoFocus
        assert not one.icon().isNull(), "whoever does not read its words knows what it does"
    assert kiosk.wall.side >= 132


def test_no_layout_cuts_the_words_of_a_large_button(open_kiosk):
    with speak("de"):
        window = open_kiosk()
    for one in window.findChildren(QPushButton):
        metrics, words = one.fontMetrics(), one.text().split()
        beside_words = QPushButton.sizeHint(one).width() - metrics.horizontalAdvance(one.text())
        longest = max(map(metrics.horizontalAdvance, words), default=0)
        assert one.minimumSizeHint().width() >= beside_words + longest, one.text()
        assert one.minimumSizeHint().height() >= metrics.lineSpacing() * min(len(words), 2)
        assert one.minimumWidth() == 0  # which would be taken instead


def test_words_without_room_stand_in_two_lines(qtbot):
    button = LargeButton("Einen Schritt zurück", "undo")
    qtbot.addWidget(button)
    full = QPushButton.sizeHint(button).width()
    assert button.minimumSizeHint().width() < full
    taken, above = [], 32 - button.fontMetrics().lineSpacing() // 2 - 2
    for width in (full, full - 1):
        button.resize(width, 64)
        picture = button.grab().toImage()
        ground = picture.pixelColor(width - 8, above)
        taken.append(sum(picture.pixelColor(x, above) != ground for x in range(60, width - 8)))
    assert taken[0] == 0, "one line leaves what is over it alone"
    assert taken[1] > 0


@pytest.mark.parametrize("language", ["en", "de"])
def test_on_a_small_screen_three_pictures_stand_side_by_side_and_no_word_is_cut(open_kiosk, language, qtbot):
    with speak(language):
        window = open_kiosk()
    window.resize(800, 600)
    wall = window.wall
    qtbot.waitUntil(lambda: wall.hits_model.rowCount() == 12 and wall.isVisible())
    QApplication.processEvents()
    assert wall.columns == 3
    assert wall.side >= 120
    assert wall.viewport().width() - 3 * wall.side < 8
    assert window.canvas.width() > 300, "the paper keeps room to draw"
    tap(window, 0)
    for one in filter(QPushButton.isVisible, window.findChildren(QPushButton)):
        assert one.width() >= one.minimumSizeHint().width(), one.text()
        assert one.height() >= one.minimumSizeHint().height()


def test_where_there_is_room_paper_and_pictures_are_alike_and_pictures_large(kiosk):
    kiosk.resize(1600, 1000)
    QApplication.processEvents()
    assert abs(kiosk.canvas.width() - kiosk.wall.width()) <= 1
    assert kiosk.wall.side >= 176


def test_the_buttons_under_a_picture_stand_in_line_with_those_under_the_paper(kiosk):
    tap(kiosk, 0)
    under_paper, under_picture = button(kiosk, "Start over"), button(kiosk, "More like this")
    assert under_paper.mapTo(kiosk, QPoint()).y() == under_picture.mapTo(kiosk, QPoint()).y()
