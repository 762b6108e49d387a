"""When the search that follows the pen asks."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from ..conftest import Hand, draw
from ..waiting import answered, at_rest

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


def test_an_answer_of_other_photos_shows_no_state_again_and_seats_them_first(
    searched_window, qtbot, monkeypatch
):
    window, shown, told = searched_window, [], []
    panel = window.photos_panel
    monkeypatch.setattr(window.status, "show_state", lambda state: told.append("state"))
    monkeypatch.setattr(panel.head, "show_photos", lambda *_, **__: told.append("heading"))
    monkeypatch.setattr(panel.timeline, "show_spread", lambda _: shown.append(window.seating.shown))
    for number in range(10):
        draw(window, (0.2, 0.1 + 0.08 * number), (0.8, 0.5))
        answered(window, qtbot)
        qtbot.waitUntil(lambda: at_rest(window))
        assert shown[-1] is window.live.found is window.seating.shown
    assert "state" not in told
    assert len(told) <= 2 * len(shown)  # seated, and settled once the pen rests
    window.canvas.clear()
    qtbot.waitUntil(lambda: window.live.found.newest and at_rest(window))
    assert "state" in told
