"""A folder looked at now and then: what changed is noticed, at little cost."""

import os
from pathlib import Path

import pytest

from engine.folders import folder as folder_module
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
    push(path.parent)


def push(folder: Path) -> None:
    """Let a folder's time tell of what was just done in it."""
    later = folder.stat().st_mtime + 1
    os.utime(folder, (later, later))


def test_nothing_new_is_no_change(polled):
    assert not polled.look()


def test_a_drive_that_was_silent_counts_as_changed_once_it_answers(polled, monkeypatch):
    monkeypatch.setattr(polling.patience, "ANSWERS_S", 0.0)
    assert [polled.look(), polled.look()] == [True, False]  # one that is always slow counts once


def test_a_folder_in_which_nothing_happened_is_not_listed(polled, folder, monkeypatch):
    listed = []
    monkeypatch.setattr(
        polling,
        "visit_folder",
        lambda root, name, *more, **also: listed.append(name) or visit_folder(root, name, *more, **also),
    )
    write(folder / "older" / "new.png")
    assert polled.look()
    assert listed == ["older"]
    assert not polled.look()
    assert listed == ["older", "older"]  # once more, as its time may be coarse
    assert not polled.look()
    assert listed == ["older", "older"]


def test_a_photo_that_comes_while_the_time_of_its_folder_stays_is_seen_by_the_next_look(polled, folder):
    write(folder / "older" / "new.png")
    assert polled.look()
    times = (folder / "older").stat()
    (folder / "older" / "newer.png").write_bytes(b"a photo")
    os.utime(folder / "older", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert polled.look()
    assert not polled.look()


def test_the_folder_itself_is_seen_to_go_and_to_come_back(polled, folder):
    folder.rename(folder.with_name("away"))
    assert polled.look()
    assert not polled.look()
    folder.with_name("away").rename(folder)
    assert polled.look()
    write(folder / "older" / "new.png")
    assert polled.look()


def test_a_folder_that_was_not_there_is_seen_to_come(folder):
    polled = Polled(folder / "later", Excludes())
    polled.start()
    assert not polled.look()
    (folder / "later").mkdir()
    assert polled.look()


def test_what_a_walk_would_not_see_is_no_change(polled, folder):
    write(folder / "notes.txt")
    (folder / ".hidden").mkdir()
    push(folder)
    write(folder / ".hidden" / "a.png")
    assert not polled.look()


def test_folders_that_come_and_go_are_taken_in_and_let_go(polled, folder):
    (folder / "new" / "deep").mkdir(parents=True)
    push(folder)
    assert polled.look()
    write(folder / "new" / "deep" / "a.png")
    assert polled.look()
    (folder / "new").rename(folder / "newer")
    push(folder)
    assert polled.look()
    assert not polled.look()
    write(folder / "newer" / "deep" / "b.png")
    assert polled.look()


def test_folders_that_change_places_are_both_followed(polled, folder):
    (folder / "other").mkdir()
    (folder / "older" / "deep").mkdir()
    for changed in (folder / "older", folder):
        push(changed)
    assert polled.look()
    (folder / "other").rename(folder / "between")
    (folder / "older").rename(folder / "other")
    (folder / "between").rename(folder / "older")
    push(folder)
    assert polled.look()
    assert set(polled._times) == {"", "older", "other", "other/deep"}
    for name in ("older", "other/deep"):
        write(folder / name / "new.png")
        assert polled.look()


def test_a_link_back_takes_nothing_in_twice(polled, folder):
    (folder / "older" / "back").symlink_to(folder)
    push(folder / "older")
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


def test_files_that_the_disk_numbers_anew_are_no_change(polled, monkeypatch):
    told = folder_module.TOLD
    monkeypatch.setattr(folder_module, "TOLD", lambda details: (*told(details)[:-1], 7))
    polled._next_deep = 0.0
    assert not polled.look()


def test_a_slow_drive_is_asked_less_often(polled, monkeypatch):
    assert not polled.look()
    assert polled.interval_s == polling._LEAST_S
    now = iter(range(1000, 20000))  # before and after, and around each of two folders
    monkeypatch.setattr(polling.time, "monotonic", lambda: next(now) / 10)
    polled._next_deep = 1e9
    polled.look()
    assert polled.interval_s == pytest.approx(0.5 / polling._SHARE)
