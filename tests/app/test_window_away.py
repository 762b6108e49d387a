"""What the window asks of folders that are not there now: nothing that could keep it waiting."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from app import desktop
from app.folder.state import ShownFolder

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.fixture
def window(make_window):
    return make_window()


def test_a_folder_that_is_away_is_neither_opened_nor_begun_at_by_a_dialog(
    window, qtbot, tmp_path, monkeypatch
):
    begun, opened, said = [], [], []
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *given: begun.append(given[2]) or "")
    monkeypatch.setattr(desktop, "open_folder", opened.append)
    window.folders.said.connect(said.append)
    for folder in (ShownFolder(tmp_path), ShownFolder(tmp_path, offline=True)):
        window.session.state = replace(window.session.state, folder=tmp_path, folders=(folder,))
        window.folders.choose()
        window.folders._show_folder(tmp_path)
        qtbot.waitUntil(lambda: opened == [tmp_path])
    assert begun[0] == str(tmp_path)
    assert begun[1] != str(tmp_path)
    assert opened == [tmp_path]
    assert said == [f"The folder {tmp_path} is not there now."]


def test_a_folder_on_a_drive_that_is_searched_whole_is_told_by_the_drive(window):
    drive = Path("/")
    window.session.state = replace(window.session.state, folder=drive, folders=(ShownFolder(drive),))
    window.folders.add(drive / "photos")
    assert window.notice.sentence == f"The photos in photos are searched already: it lies in {drive}."


def test_names_with_signs_of_the_sentences_own_are_told_as_they_are(window):
    above = Path("/photos/100%1 {0}")
    window.session.state = replace(window.session.state, folder=above, folders=(ShownFolder(above),))
    window.folders.add(above / "50%2")
    sentence = "The photos in 50%2 are searched already: it lies in 100%1 {0}."
    assert window.notice.sentence == sentence


def test_a_folder_is_chosen_where_there_is_no_home(window, monkeypatch):
    def none():
        raise RuntimeError("Could not determine home directory.")

    begun = []
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *given: begun.append(given[2]) or "")
    monkeypatch.setattr(desktop, "picture_library", lambda: None)
    monkeypatch.setattr(Path, "home", none)
    window.folders.choose()
    assert len(begun) == 1
