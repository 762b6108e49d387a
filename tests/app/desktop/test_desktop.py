"""What the desktop is asked to open."""

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl

from app.desktop import desktop

OWN = "/opt/ffmln/_internal"


@pytest.fixture
def seen(monkeypatch):
    """Where the loader would look for the libraries of each program that is opened."""
    paths = []

    def open_url(_: QUrl) -> bool:
        paths.append(os.environ.get("LD_LIBRARY_PATH"))
        return True

    monkeypatch.setattr("app.desktop.desktop.QDesktopServices.openUrl", open_url)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("LD_LIBRARY_PATH", OWN)
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    return paths


@pytest.mark.parametrize("before", ["/usr/local/lib", None])
def test_what_a_frozen_bundle_opens_loads_none_of_its_libraries(seen, monkeypatch, tmp_path, before):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    if before is not None:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    photo = tmp_path / "a.png"
    photo.touch()
    desktop.open_file(photo)
    desktop.open_folder(tmp_path)
    desktop.open_url(QUrl("https://example.org"))
    assert seen == [before] * 3
    assert os.environ["LD_LIBRARY_PATH"] == OWN


def test_a_checkout_leaves_the_library_path_as_the_person_set_it(seen, tmp_path):
    desktop.open_folder(tmp_path)
    assert seen == [OWN]


def test_only_one_place_hands_addresses_to_the_desktop():
    modules = Path(desktop.__file__).parents[1].rglob("*.py")
    assert [one.name for one in modules if "QDesktopServices" in one.read_text("utf-8")] == ["desktop.py"]


def test_the_picture_library_is_no_home_and_is_found_where_there_is_none(monkeypatch, tmp_path):
    monkeypatch.setattr("app.desktop.desktop.QStandardPaths.writableLocation", lambda _: str(tmp_path))
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    assert desktop.picture_library() is None

    def none():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", none)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert desktop.picture_library() == tmp_path
