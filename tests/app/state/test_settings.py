from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from app.state.settings import Settings
from engine.errors import EngineError
from engine.sketches.drawing import PEN_WIDTH


def test_what_is_remembered_lies_in_the_programs_own_folder(state_folder):
    settings = Settings()
    settings.recent = [(Path("/photos/Été 50%"), Path("/scans")), (Path("/one"),)]
    settings.pen_width = 0.03
    settings.appearance = "dark"
    settings.language = "de"
    settings.best_first = True
    settings.geometry = QByteArray(b"\x01\x02")
    settings.save()
    assert (state_folder / "settings.ini").is_file()
    again = Settings()
    assert again.recent == [(Path("/photos/Été 50%"), Path("/scans")), (Path("/one"),)]
    assert again.pen_width == 0.03
    assert again.appearance == "dark"
    assert again.language == "de"
    assert again.best_first
    assert again.geometry == b"\x01\x02"


def test_a_new_person_has_defaults():
    settings = Settings()
    assert settings.folder is None
    assert settings.pen_width == PEN_WIDTH
    assert settings.appearance == "system"
    assert settings.language == "system"
    assert not settings.best_first
    assert settings.geometry.isEmpty()


@pytest.mark.parametrize(
    "text", ["pen_width=thick", "pen_width=-3", "pen_width=nan", "\x00\xff[[", "folder="]
)
def test_a_spoilt_file_reads_as_defaults(state_folder, text):
    (state_folder / "settings.ini").write_text(
        f"[General]\n{text}\nappearance=pink\nlanguage=xx\n", encoding="utf-8"
    )
    settings = Settings()
    assert settings.pen_width == PEN_WIDTH
    assert settings.appearance == "system"
    assert settings.language == "system"
    assert settings.folder is None


@pytest.mark.parametrize("text", ["perhaps", "", "@Invalid()", "0"])
def test_a_spoilt_yes_or_no_reads_as_its_default(state_folder, text):
    defaults = {
        "pen_pressure": True, "best_first": False, "gentle": False, "keep_drawings": True,
        "follow_first": False, "newest_first": False,
    }  # fmt: skip
    spoilt = "".join(f"{name}={text}\n" for name in defaults)
    (state_folder / "settings.ini").write_text(f"[General]\n{spoilt}", encoding="utf-8")
    assert {name: getattr(Settings(), name) for name in defaults} == defaults


def test_what_is_on_or_off_is_remembered(state_folder):
    settings = Settings()
    settings.pen_pressure, settings.gentle = False, True
    settings.save()
    again = Settings()
    assert (again.pen_pressure, again.gentle, again.best_first) == (False, True, False)


def test_without_a_place_for_it_there_is_one_sentence(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("FFMLN_DATA_DIR", str(tmp_path / "file" / "state"))
    with pytest.raises(EngineError, match="data folder"):
        Settings()


def test_folders_of_a_version_that_knew_one_at_a_time_are_taken_over(state_folder):
    words = '[General]\nfolder=/photos\nrecent="[\\"/photos\\", \\"/scans\\"]"\n'
    (state_folder / "settings.ini").write_text(words, encoding="utf-8")
    settings = Settings()
    assert settings.folder == Path("/photos")
    assert settings.recent == [(Path("/photos"),), (Path("/scans"),)]
