"""What the window asks of folders that are not there now: nothing that could keep it waiting."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from app.desktop import desktop
from app.folder.state import Phase, ShownFolder

from ..conftest import no_longer_busy

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
        window.session.state = replace(window.session.state, folders=(folder,), phase=Phase.CURRENT)
        window.folders.choose()
        window.folders._show_folder(tmp_path)
        qtbot.waitUntil(lambda: opened == [tmp_path])
    assert begun[0] == str(tmp_path)
    assert begun[1] != str(tmp_path)
    assert opened == [tmp_path]
    assert said == [f"The folder {tmp_path} is not there now."]


def test_a_folder_that_is_not_opened_for_want_of_a_thread_is_told_of(window, tmp_path, qtbot, no_thread):
    with qtbot.waitSignal(window.folders.said) as told:
        window.folders._show_folder(tmp_path)
    assert "no thread here" in told.args[0]


@pytest.mark.parametrize("phase", [Phase.OPENING, Phase.FAILED])
def test_a_dialog_does_not_begin_at_a_folder_of_which_it_is_not_known_whether_it_answers(
    window, tmp_path, monkeypatch, phase
):
    begun = []
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *given: begun.append(given[2]) or "")
    window.session.state = replace(window.session.state, folders=(ShownFolder(tmp_path),), phase=phase)
    window.folders.choose()
    window.folders.choose_another()
    assert len(begun) == 2
    assert str(tmp_path) not in begun


def test_a_folder_given_through_a_link_is_not_begun_at_while_it_is_away(
    make_window, photo_folder, qtbot, tmp_path, monkeypatch
):
    begun, link = [], tmp_path / "link"
    link.symlink_to(photo_folder, target_is_directory=True)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *given: begun.append(given[2]) or "")
    window = make_window(folder=link)
    qtbot.waitUntil(lambda: window.session.library is not None and no_longer_busy(window))
    window.folders.choose()
    photo_folder.rename(tmp_path / "unplugged")
    window.session.retry()
    qtbot.waitUntil(lambda: no_longer_busy(window) and bool(window.session.state.away))
    window.folders.choose()
    assert [place in (str(photo_folder), str(link)) for place in begun] == [True, False]


def test_a_folder_on_a_drive_that_is_searched_whole_is_told_by_the_drive(window):
    drive = Path("/")
    window.session.state = replace(window.session.state, folders=(ShownFolder(drive),))
    window.folders.add(drive / "photos")
    assert window.notice.sentence == f"The photos in photos are searched already: it lies in {drive}."


def test_names_with_signs_of_the_sentences_own_are_told_as_they_are(window):
    above = Path("/photos/100%1 {0}")
    window.session.state = replace(window.session.state, folders=(ShownFolder(above),))
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
