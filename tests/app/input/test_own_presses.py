"""A double click on what goes with its first press does nothing to what comes in its place."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton

from app.folder.state import FolderState, Phase, ShownFolder
from app.frame.bars import StatusBar
from app.photos.folders import FolderButton
from app.photos.heading import Heading
from app.photos.notice import Notice
from engine.search.spread import Spread

pytestmark = pytest.mark.qt_log_ignore(
    "propagateSizeHints", "grabbing the keyboard", r"raise\(\)"
)  # which the offscreen screen does not know
INDEXING = FolderState((ShownFolder(Path("/photos")),), Phase.INDEXING, photos=4)
STOPPED = replace(INDEXING, phase=Phase.STOPPED)


@pytest.fixture
def put_up(qtbot):
    def show(widget, width=700):
        qtbot.addWidget(widget)
        widget.resize(width, widget.sizeHint().height())
        with qtbot.waitExposed(widget):
            widget.show()
        return widget

    return show


def double_click(window, widget) -> None:
    place = widget.mapTo(window, widget.rect().center())
    QTest.mouseDClick(window.windowHandle(), Qt.MouseButton.LeftButton, pos=place)


def named(widget, text: str) -> QPushButton:
    return next(one for one in widget.findChildren(QPushButton) if one.text() == text)


@pytest.mark.parametrize(
    ("text", "state"), [("Cancel", INDEXING), ("Continue indexing", STOPPED)], ids=["cancel", "go on"]
)
def test_a_double_click_in_the_status_bar_is_one_click(put_up, text, state):
    bar, done = put_up(StatusBar()), []

    def go_to(state, words):
        done.append(words)
        bar.show_state(state)
        bar.layout().activate()  # as it is long before a hand presses again

    bar.cancel.connect(lambda: go_to(STOPPED, "Cancel"))
    bar.resume.connect(lambda: go_to(INDEXING, "Continue indexing"))
    for one in (INDEXING, STOPPED, state):  # every button has had its place
        bar.show_state(one)
        QTest.qWait(10)
    double_click(bar, named(bar, text))
    QTest.qWait(10)
    assert done == [text]


def test_a_button_that_stays_takes_both_presses_of_a_double_click(put_up):
    bar, done = put_up(StatusBar()), []
    bar.cancel.connect(lambda: done.append(1))
    bar.show_state(INDEXING)
    QTest.qWait(10)
    double_click(bar, named(bar, "Cancel"))
    assert done == [1, 1]


def test_a_double_click_on_dismiss_leaves_the_trouble_behind(put_up):
    notice = Notice()
    notice.show_state(replace(STOPPED, trouble="It did not work."))
    notice.say("There is nothing drawn on this picture.")
    put_up(notice)
    double_click(notice, notice.findChild(QToolButton))
    assert notice.isVisible()
    assert notice.sentence == "It did not work."


def test_a_double_click_that_began_on_the_chip_changes_no_size(put_up):
    heading, sizes = put_up(Heading(), width=420), []
    heading.show_photos(40, "STRONG", best_first=False)
    slider = heading.slider
    slider.setRange(88, 320)
    assert slider.isVisible()
    slider.valueChanged.connect(sizes.append)
    place, left = QPointF(slider.width() - 4, slider.height() / 2), Qt.MouseButton.LeftButton
    for kind in (QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease):
        held = left if kind == QEvent.Type.MouseButtonDblClick else Qt.MouseButton.NoButton
        far = slider.mapToGlobal(place)
        event = QMouseEvent(kind, place, far, left, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(slider, event)
    assert sizes == []


@pytest.mark.parametrize("kind", ["orders", "folders"])
def test_a_press_on_the_button_closes_what_it_opened_and_opens_it_not_again(put_up, kind):
    if kind == "orders":
        heading = put_up(Heading())
        heading.show_photos(40, "STRONG", best_first=False)
        heading.offer(QAction("One", heading))
        button = heading.button
    else:
        button = put_up(FolderButton())
        button.show_spread(Spread(folders={Path("a"): 1}, photos=1))
    for place, goes_on in ((button.rect().center(), False), (QPoint(-20, 10), True)):
        button.click()
        opened = QApplication.activePopupWidget()
        left, place = Qt.MouseButton.LeftButton, QPointF(button.mapToGlobal(place))
        press = QEvent.Type.MouseButtonPress, opened.mapFromGlobal(place), place, left, left
        QApplication.sendEvent(opened, QMouseEvent(*press, Qt.KeyboardModifier.NoModifier))
        assert QApplication.activePopupWidget() is None
        assert opened.testAttribute(Qt.WidgetAttribute.WA_NoMouseReplay) is not goes_on
        QTest.qWait(10)  # it goes before its button does
