"""A folder looked at now and then: what changed is noticed, at little cost."""

import os
from pathlib import Path

import pytest

from engine.folders import polling
from engine.folders.excludes import Excludes
from engine.folders.folder import visit_folder
from engine.folders.polling import Polled


@pytest.fixture
def polled(folder):
    one = Polled(folder, Excludes())
    one.start()
    return one


def write(path: Path) -> None:
    """Write a file into a folder whose time tells of it, however coarse the disk's clock is."""
    path.write_bytes(b"a photo")
    later = path.parent.stat().st_mtime + 1
    os.utime(path.parent, (later, later))


def test_nothing_new_is_no_change(polled):
    assert not polled.look()


def test_a_folder_in_which_nothing_happened_is_not_listed(polled, folder, monkeypatch):
    listed = []
    monkeypatch.setattr(
        polling,
        "visit_folder",
        lambda root, name, *more: listed.append(name) or visit_folder(root, name, *more),
    )
    write(folder / "older" / "new.png")
    assert polled.look()
    assert listed == ["older"]
    assert not polled.look()


def test_what_a_walk_would_not_see_is_no_change(polled, folder):
    write(folder / "notes.txt")
    (folder / ".hidden").mkdir()
    write(folder / ".hidden" / "a.png")
    assert not polled.look()


def test_folders_that_come_and_go_are_taken_in_and_let_go(polled, folder):
    (folder / "new" / "deep").mkdir(parents=True)
    assert polled.look()
    write(folder / "new" / "deep" / "a.png")
    assert polled.look()
    (folder / "new").rename(folder / "newer")
    assert polled.look()
    assert not polled.look()
    write(folder / "newer" / "deep" / "b.png")
    assert polled.look()


def test_folders_that_change_places_are_both_followed(polled, folder):
    (folder / "other").mkdir()
    (folder / "older" / "deep").mkdir()
    assert polled.look()
    (folder / "other").rename(folder / "between")
    (folder / "older").rename(folder / "other")
    (folder / "between").rename(folder / "older")
    assert polled.look()
    assert set(polled._times) == {"", "older", "other", "other/deep"}
    for name in ("older", "other/deep"):
        write(folder / name / "new.png")
        assert polled.look()


def test_a_link_back_takes_nothing_in_twice(polled, folder):
    (folder / "older" / "back").symlink_to(folder)
    assert polled.look()
    assert set(polled._times) == {"", "older"}


def test_a_photo_changed_in_its_place_is_seen_by_the_look_at_every_file(polled, folder, monkeypatch):
    times = folder.stat()
    (folder / "one.png").write_bytes(b"something else")
    os.utime(folder, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert not polled.look()
    polled._next_deep = 0.0
    assert polled.look()
    assert not polled.look()


def test_a_slow_drive_is_asked_less_often(polled, monkeypatch):
    assert not polled.look()
    assert polled.interval_s == polling._LEAST_S
    now = iter(range(1000, 20000, 5))
    monkeypatch.setattr(polling.time, "monotonic", lambda: next(now) / 10)
    polled._next_deep = 1e9
    polled.look()
    assert polled.interval_s == pytest.approx(0.5 / polling._SHARE)
