"""Dialogs that ask for files and folders: where they begin."""

import os
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QFileDialog

from app.collection.chosen import ChosenCollection
from app.collection.dialog import CollectionDialog
from app.dialogs import choosing
from app.dialogs.choosing import choose_file, choose_files, choose_new_file
from app.folder.state import FolderState, Phase, ShownFolder
from app.library.library import LibraryFolders

HOME = os.path.expanduser("~")


@pytest.fixture
def begun(monkeypatch):
    """Where dialogs began; each chooses the file that is given before."""
    places, chosen = [], [""]

    def ask(window, title, place, *_):
        places.append(place)
        return chosen[-1], ""

    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, ask)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *given: ([ask(*given)[0]], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *given: ask(*given)[0])
    monkeypatch.setattr(choosing._Last, "folder", "")
    return places, chosen


@pytest.fixture
def hung(monkeypatch, tmp_path):
    """A folder whose drive does not answer."""
    may, look, folder = threading.Event(), os.path.isdir, str(tmp_path / "hung")

    def wait(path):
        if str(path) == folder:
            may.wait(60)
        return look(path)

    os.mkdir(folder)
    monkeypatch.setattr(os.path, "isdir", wait)
    yield folder
    may.set()


def test_the_folder_of_shared_thumbnails_is_begun_at_only_where_it_answers(qtbot, tmp_path, begun, hung):
    dialog = CollectionDialog(ChosenCollection("http://host:1", hung, ""), lambda: None)
    qtbot.addWidget(dialog)
    dialog._choose()
    assert dialog.thumbnails.text() == hung
    for place in (str(tmp_path), str(tmp_path / "none"), ""):
        dialog.thumbnails.setText(place)
        dialog._choose()
    assert begun[0] == [HOME, str(tmp_path), HOME, HOME]


def test_files_are_asked_for_where_one_was_chosen_last_if_that_answers(tmp_path, begun, hung):
    places, chosen = begun
    chosen.append(str(tmp_path / "a.svg"))
    assert choose_file(None, "Open", "*") == tmp_path / "a.svg"
    chosen.append(os.path.join(hung, "b.svg"))
    assert len(choose_files(None, "Open", "*")) == 1
    choose_new_file(None, "Save", name="sketch.svg", kinds="*")
    assert places == [HOME, str(tmp_path), os.path.join(HOME, "sketch.svg")]


def test_a_photo_folder_is_asked_for_from_the_open_one_on_only_where_that_answers(tmp_path, begun, hung):
    for folder in (tmp_path, Path(hung)):
        state = FolderState(folders=(ShownFolder(folder),), phase=Phase.CURRENT)
        LibraryFolders._ask(SimpleNamespace(_session=SimpleNamespace(state=state), _window=None), "Open")
    assert begun[0] == [str(tmp_path), HOME]


def test_a_dialog_begins_at_home_where_no_thread_can_ask_the_drive(tmp_path, begun, no_thread):
    places, chosen = begun
    chosen.append(str(tmp_path / "a.svg"))
    for _ in range(2):
        assert choose_file(None, "Open", "*") == tmp_path / "a.svg"
    assert places == [HOME, HOME]
