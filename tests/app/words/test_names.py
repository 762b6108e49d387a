from pathlib import Path

import pytest

from app.photos.folders import FolderButton
from app.words.names import name_of, short_place


def test_what_lies_in_the_persons_home_is_shown_from_there(monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("os.path.expanduser", lambda _: "/home/anna")
    assert short_place(Path("/home/anna")) == "~"
    assert short_place(Path("/home/anna/Pictures/2020")) == str(Path("~/Pictures/2020"))


@pytest.mark.parametrize(
    ("platform", "home"), [("linux", "/home/ann"), ("linux", "/"), ("win32", "/home/anna")]
)
def test_other_places_are_shown_whole(monkeypatch, platform, home):
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("os.path.expanduser", lambda _: home)
    assert short_place(Path("/home/anna/Pictures")) == str(Path("/home/anna/Pictures"))


def test_a_whole_drive_goes_by_its_path(qtbot):
    assert name_of(Path("/home/anna/Pictures")) == "Pictures"
    assert name_of(Path("/")) == str(Path("/"))
    button = FolderButton()
    qtbot.addWidget(button)
    button.choose([Path("/")])
    assert button.text().startswith(str(Path("/")))
