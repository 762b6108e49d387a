from dataclasses import replace
from pathlib import Path

from app.folder.state import FolderState, Phase, ShownFolder
from app.photos.placeholders import Welcome, message
from app.words import phrases

READY = FolderState((ShownFolder(Path("/home/me/Holiday")),), Phase.CURRENT, photos=40)


def test_photos_found_need_no_words():
    assert message(READY, drawn=True, hits=40) is None


def test_every_other_state_says_what_is_going_on():
    none = replace(READY, photos=0)
    cases = {
        "These photos cannot be searched now": (replace(READY, phase=Phase.FAILED), True, 40),
        "Opening Holiday": (replace(READY, phase=Phase.OPENING), True, 40),
        "The photos in Holiday come up as they are indexed": (replace(none, phase=Phase.INDEXING), True, 0),
        "The photos in Holiday are not indexed yet": (replace(none, phase=Phase.STOPPED), True, 0),
        "No photos found in Holiday": (none, True, 0),
        "The photos in Holiday come up in a moment": (READY, False, None),
        "Searching": (READY, True, None),
    }
    for title, (state, drawn, hits) in cases.items():
        assert message(state, drawn=drawn, hits=hits)[0] == title
    assert message(READY, drawn=False, hits=40) is None
    assert message(none, drawn=True, hits=3) is None, "photos of other machines are shown"
    assert message(READY, drawn=False, hits=0, narrowed=True)[0] == "No photos here"
    assert message(READY, drawn=True, hits=0, narrowed=True)[0] == "No photos here"
    for drawn in (False, True):
        assert "switched on" in message(READY, drawn=drawn, hits=0)[1]
        indexing = replace(READY, phase=Phase.INDEXING)
        assert "as they are indexed" in message(indexing, drawn=drawn, hits=0)[0]
    paused = replace(none, phase=Phase.PAUSED)
    assert "come up" in message(paused, drawn=True, hits=None)[0]


def test_a_whole_drive_has_a_name_too():
    drive = FolderState((ShownFolder(Path("/")),), Phase.OPENING)
    assert message(drive, drawn=False, hits=None)[0] == "Opening /"


def test_the_welcome_offers_the_picture_library_only_where_there_is_one(qtbot, tmp_path):
    from PySide6.QtWidgets import QLabel, QPushButton

    with_library, without = Welcome(tmp_path), Welcome(None)
    qtbot.addWidget(with_library)
    qtbot.addWidget(without)
    assert len(with_library.findChildren(QPushButton)) == 2
    assert len(without.findChildren(QPushButton)) == 1
    assert phrases.privacy() in [label.text() for label in without.findChildren(QLabel)]
    with qtbot.waitSignal(with_library.picture_library):
        with_library.findChildren(QPushButton)[1].click()
