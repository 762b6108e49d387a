import os
import sys

import pytest

from engine.errors import EngineError
from engine.paths import data_dir


def test_the_state_folder_is_made_where_the_person_says(tmp_path, monkeypatch):
    monkeypatch.setenv("FFMLN_DATA_DIR", str(tmp_path / "deep" / "state"))
    assert data_dir() == tmp_path / "deep" / "state"
    assert data_dir().is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights otherwise")
def test_a_new_state_folder_is_for_its_person_alone_and_one_that_is_there_keeps_its_rights(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("FFMLN_DATA_DIR", str(tmp_path / "new"))
    assert data_dir().stat().st_mode & 0o777 == 0o700
    (tmp_path / "new").chmod(0o750)
    assert data_dir().stat().st_mode & 0o777 == 0o750


def test_a_state_folder_that_cannot_be_written_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("FFMLN_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)  # the superuser may write all
    with pytest.raises(EngineError, match=r"cannot be written to\.$"):
        data_dir()


def test_a_file_in_the_place_of_the_state_folder_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("FFMLN_DATA_DIR", str(tmp_path / "file"))
    with pytest.raises(EngineError, match=r"The data folder .*file cannot be created"):
        data_dir()
