"""When the search that follows the pen asks."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from .conftest import Hand, draw

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


class Painted(QObject):
    """Notes that a widget is painted."""

    def __init__(self, widget, told: list[str]) -> None:
        super().__init__(widget)
        self._told = told
        widget.installEventFilter(self)

    def eventFilter(self, _, event) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._told.append("painted")
        return False


@pytest.fixture
def told(searched_window, monkeypatch):
    """What becomes of the drawing in a window where the last question was long ago."""
    told: list[str] = []
    painted = Painted(searched_window.canvas, told)
    searched_window.live.asked.connect(lambda: told.append("asked"))
    searched_window.live._asked.invalidate()
    yield told
    searched_window.canvas.removeEventFilter(painted)


def test_a_question_is_asked_once_and_before_the_paper_is_painted(searched_window, told):
    draw(searched_window, (0.2, 0.8), (0.8, 0.2))
    assert not told  # the others follow the drawing first
    QApplication.processEvents()
    assert told == ["asked", "painted"]


def test_no_question_that_was_due_follows_an_emptied_paper(searched_window, told):
    Hand(searched_window.canvas).draw((0.2, 0.8), (0.8, 0.2))
    searched_window.canvas.clear()
    assert told == ["asked"]  # for all photos
    QApplication.processEvents()
    assert told.count("asked") == 1
    assert not searched_window.live.is_about_to_ask
