from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton

from app.folder.state import FolderState, Phase, ShownFolder
from app.photos.notice import Notice

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none

HOLIDAY = (ShownFolder(Path("/home/me/Holiday")),)
CALM = FolderState(HOLIDAY, Phase.CURRENT, photos=40)
TROUBLED = FolderState(HOLIDAY, Phase.STOPPED, photos=40, trouble="It did not work.")


@pytest.fixture
def notice(qtbot):
    made = Notice()
    qtbot.addWidget(made)
    return made


def offers_to_try_again(notice: Notice) -> bool:
    return notice.findChild(QPushButton).isVisibleTo(notice)


def dismiss(notice: Notice) -> None:
    QTest.mouseClick(notice.findChild(QToolButton), Qt.MouseButton.LeftButton)


def test_trouble_stands_until_it_is_over(notice):
    notice.show_state(TROUBLED)
    assert notice.isVisible()
    assert notice.sentence == "It did not work."
    assert offers_to_try_again(notice)
    notice.settle()
    assert notice.isVisible()
    notice.show_state(CALM)
    assert not notice.isVisible()


def test_a_dismissed_trouble_comes_back_only_when_it_is_told_anew(notice):
    notice.show_state(TROUBLED)
    dismiss(notice)
    assert not notice.isVisible()
    notice.show_state(TROUBLED)
    assert not notice.isVisible()
    notice.show_state(CALM)
    notice.show_state(TROUBLED)
    assert notice.isVisible()


def test_a_deed_is_told_without_an_offer_and_the_trouble_stands_again_after_it(notice):
    notice.show_state(TROUBLED)
    notice.say("There is nothing drawn on this picture.")
    assert notice.sentence == "There is nothing drawn on this picture."
    assert not offers_to_try_again(notice)
    notice.settle()
    assert notice.sentence == "It did not work."
    assert offers_to_try_again(notice)
    notice.say("There is nothing drawn on this picture.")
    dismiss(notice)
    assert notice.sentence == "It did not work."


def test_new_trouble_takes_the_place_of_a_deed(notice):
    notice.show_state(CALM)
    notice.say("There is nothing drawn on this picture.")
    notice.show_state(TROUBLED)
    assert notice.sentence == "It did not work."


def test_without_a_folder_there_is_nothing_to_try_again(notice):
    notice.show_state(FolderState(trouble="There is no model file."))
    assert notice.isVisible()
    assert not offers_to_try_again(notice)


def test_a_folder_that_is_away_says_so(notice):
    notice.show_state(FolderState((ShownFolder(Path("/media/usb")),), Phase.OFFLINE, photos=40))
    assert "not there now" in notice.sentence
    assert offers_to_try_again(notice)


def test_a_new_sentence_is_said_aloud_once(qtbot, monkeypatch):
    said = []
    monkeypatch.setattr("app.photos.notice.announce", lambda _, sentence: said.append(sentence))
    notice = Notice()
    qtbot.addWidget(notice)
    for sentence in ("one", "one", "two"):
        notice.say(sentence)
    notice.settle()
    assert said == ["one", "two"]


def test_why_a_search_failed_stands_until_one_succeeds(notice):
    notice.say_failure("It was not found.")
    notice.take_back_failure()
    assert not notice.isVisible()
    notice.say_failure("It was not found.")
    notice.say("Something else.")
    notice.take_back_failure()
    assert notice.sentence == "Something else."


def test_a_search_that_fails_again_and_again_is_told_once(notice, monkeypatch):
    said = []
    monkeypatch.setattr("app.photos.notice.announce", lambda _, sentence: said.append(sentence))
    notice.show_state(TROUBLED)
    for _ in range(3):
        notice.say_failure("It was not found.")
        notice.settle()  # the pen moves
    assert notice.sentence == "It was not found."
    assert said == ["It did not work.", "It was not found."]
    dismiss(notice)
    notice.say_failure("It was not found.")
    assert notice.sentence == "It did not work."  # who has put it away has read it
    notice.take_back_failure()
    notice.say_failure("It was not found.")
    assert notice.sentence == "It was not found."


def test_one_folder_that_is_away_is_told_of_in_one_way_while_it_is_looked_for(qtbot, monkeypatch):
    said = []
    monkeypatch.setattr("app.photos.notice.announce", lambda _, sentence: said.append(sentence))
    notice, folder = Notice(), Path("/media/usb")
    qtbot.addWidget(notice)
    for phase in (Phase.OFFLINE, Phase.INDEXING, Phase.OFFLINE):
        away = (ShownFolder(folder, 40, offline=True),)
        notice.show_state(FolderState(away, phase, photos=40))
    assert len(said) == 1
    assert said[0].startswith("This folder is not there now")
