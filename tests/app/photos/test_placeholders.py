from dataclasses import replace
from pathlib import Path

from app.photos.placeholders import PRIVACY, State, Welcome, message

READY = State(Path("/home/me/Holiday"), photos=40, drawn=True, hits=40)


def test_photos_found_need_no_words():
    assert message(READY) is None


def test_every_other_state_says_what_is_going_on():
    title = {
        "failed": replace(READY, failed=True),
        "opening": replace(READY, opening=True),
        "looking": replace(READY, photos=0, indexing=True),
        "not looked": replace(READY, photos=0),
        "no photos": replace(READY, photos=0, indexed=True),
        "not drawn": replace(READY, drawn=False),
        "searching": replace(READY, hits=None),
    }
    said = {name: message(state)[0] for name, state in title.items()}
    assert said == {
        "failed": "These photos cannot be searched now",
        "opening": "Opening Holiday",
        "looking": "The photos in Holiday come up as they are indexed",
        "not looked": "The photos in Holiday are not indexed yet",
        "no photos": "No photos found in Holiday",
        "not drawn": "Draw, and your photos appear here",
        "searching": "Searching",
    }


def test_a_whole_drive_has_a_name_too():
    assert message(State(Path("/"), opening=True))[0] == "Opening /"


def test_the_welcome_offers_the_picture_library_only_where_there_is_one(qtbot, tmp_path):
    from PySide6.QtWidgets import QLabel, QPushButton

    with_library, without = Welcome(tmp_path), Welcome(None)
    qtbot.addWidget(with_library)
    qtbot.addWidget(without)
    assert len(with_library.findChildren(QPushButton)) == 2
    assert len(without.findChildren(QPushButton)) == 1
    assert PRIVACY in [label.text() for label in without.findChildren(QLabel)]
    with qtbot.waitSignal(with_library.pictures):
        with_library.findChildren(QPushButton)[1].click()
