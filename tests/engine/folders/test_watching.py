"""A watched folder tells of what a walk would see, and of nothing else; on the real file system."""

import itertools
import os
import stat
import threading
from types import SimpleNamespace

import pytest
from watchdog.events import DirCreatedEvent, DirDeletedEvent, DirModifiedEvent, FileDeletedEvent

from engine.folders import hidden, observed_tree
from engine.folders.excludes import Excludes
from engine.folders.observed_tree import ObservedTree
from engine.folders.scope import Change, Scope


@pytest.mark.parametrize("place", ["three.png", "older/three.jpg"])
def test_a_photo_that_comes_is_told(watch, folder, place):
    told = watch(folder)
    (folder / place).write_bytes(b"a photo")
    assert told.next().folder == folder


def test_a_photo_that_goes_or_is_renamed_is_told(watch, folder):
    told = watch(folder)
    (folder / "one.png").rename(folder / "older" / "first.png")
    told.next()
    (folder / "older" / "two.png").unlink()
    told.next()


def test_many_photos_at_once_are_told_in_few_words(watch, folder):
    told = watch(folder)
    for number in range(300):
        (folder / f"{number}.png").write_bytes(b"a photo")
    told.next()
    (folder / "last.png").write_bytes(b"a photo")
    told.next()
    assert told.changes.qsize() < 50


def test_a_burst_without_end_is_told_all_the_same(watch, folder):
    told, over = watch(folder), threading.Event()

    def go_on():
        for number in range(10**6):
            (folder / f"{number % 50}.png").write_bytes(b"a photo")
            if over.wait(0.02):
                return

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        told.next()
        told.next()
    finally:
        over.set()
        writer.join()


@pytest.mark.parametrize("kind", ["inotify", "polling"], indirect=True)
def test_what_is_in_a_new_folder_is_told_and_what_comes_there_later(watch, folder):
    told = watch(folder)
    new = folder / "new" / "deep"
    new.mkdir(parents=True)
    (new / "a.png").write_bytes(b"a photo")
    told.next()
    (new / "b.png").write_bytes(b"a photo")
    told.next()


@pytest.mark.parametrize("kind", ["inotify", "polling"], indirect=True)
def test_a_folder_moved_in_is_watched_and_one_moved_out_no_more(watch, folder, tmp_path):
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    told = watch(folder)
    outside.rename(folder / "inside")
    told.next()
    (folder / "inside" / "deep" / "a.png").write_bytes(b"a photo")
    told.next()
    (folder / "inside").rename(outside)
    told.next()
    with told.nothing(folder):
        (outside / "deep" / "b.png").write_bytes(b"a photo")


def test_a_folder_keeps_being_watched_under_another_name(watch, folder):
    told = watch(folder, "/hidden/")
    (folder / "older").rename(folder / "newer")
    told.next()
    (folder / "newer" / "a.png").write_bytes(b"a photo")
    told.next()


def test_reading_hidden_and_left_out_places_and_other_files_are_not_told(watch, folder):
    for name in (".hidden", "@eaDir", "left out"):
        (folder / name).mkdir()
    told = watch(folder, "left out/", "*.gif")
    with told.nothing(folder):
        for name in (".hidden/a.png", "@eaDir/a.png", "left out/a.png", "a.gif", "notes.txt", ".b.png"):
            (folder / name).write_bytes(b"something")
        (folder / ".hidden" / "deep").mkdir()
        (folder / "one.png").read_bytes()
        (folder / "older" / "two.png").read_bytes()
        os.listdir(folder / "older")


def test_a_folder_that_is_closed_by_a_file_in_it_is_told_and_watched_no_more(watch, folder, kind):
    told = watch(folder)
    (folder / "older" / ".nomedia").write_bytes(b"")
    told.next()
    if kind != "observer":  # which cannot know
        with told.nothing(folder):
            (folder / "older" / "a.png").write_bytes(b"a photo")
    (folder / "older" / ".nomedia").unlink()
    told.next()
    (folder / "older" / "b.png").write_bytes(b"a photo")
    told.next()


@pytest.mark.parametrize("kind", ["observer"], indirect=True)
def test_a_watch_that_the_system_ended_is_told_and_begun_anew(watch, folder):
    told = watch(folder)
    [emitter] = told.watch._events._observer.emitters
    emitter.stop()
    emitter.join()
    assert told.next() == Change(folder)
    with told.nothing(folder):
        pass
    (folder / "three.png").write_bytes(b"a photo")
    told.next()


@pytest.mark.parametrize("kind", ["observer"], indirect=True)
def test_of_very_much_at_once_the_system_may_not_tell_everything(watch, folder, monkeypatch):
    monkeypatch.setattr(observed_tree, "_MANY", 5)
    monkeypatch.setattr(observed_tree, "_AT_ONCE_S", 600.0)
    told = watch(folder)
    (folder / "older" / "three.png").write_bytes(b"a photo")
    assert told.next().scope == Scope.of(["older"])
    for number in range(10):
        (folder / "older" / f"{number}.png").write_bytes(b"a photo")
    assert any(told.next() == Change(folder) for _ in range(4))  # a slow system tells of some before


class Listener:
    """Notes what it is told."""

    def __init__(self):
        self.told = []

    def photo_changed(self, path, *, is_whole):
        self.told.append("photo")

    def folders_changed(self, name):
        self.told.append("folder")

    def changes_missed(self):
        self.told.append("all")


def test_what_happens_in_folders_that_the_system_hides_is_not_told(tmp_path, monkeypatch):
    monkeypatch.setattr(hidden, "_FIELD", "st_mode")
    monkeypatch.setattr(hidden, "_BIT", stat.S_ISVTX)  # in place of what other systems hide by
    (tmp_path / "Library" / "deep").mkdir(parents=True)
    (tmp_path / "Library").chmod(0o1755)
    tree = ObservedTree(tmp_path, Excludes(), listener := Listener())
    for name in ("Library/deep/a.png", "Library/a.png", "a.png"):
        tree.on_any_event(FileDeletedEvent(str(tmp_path / name)))
    assert listener.told == ["photo"]


def test_a_folder_that_the_system_hides_no_more_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr(hidden, "_FIELD", "st_mode")
    monkeypatch.setattr(hidden, "_BIT", stat.S_ISVTX)
    (folder := tmp_path / "Library").mkdir()
    folder.chmod(0o1755)
    tree = ObservedTree(tmp_path, Excludes(), listener := Listener())
    for _ in range(2):
        tree.on_any_event(DirModifiedEvent(str(folder)))
    tree.on_any_event(DirCreatedEvent(str(tmp_path / "other")))  # what is known of folders may be wrong
    folder.chmod(0o755)
    for _ in range(2):
        tree.on_any_event(DirModifiedEvent(str(folder)))
    tree.on_any_event(FileDeletedEvent(str(folder / "a.png")))
    assert listener.told == ["folder", "folder", "photo"]  # the other one, and this


@pytest.mark.parametrize(("apart_s", "missed"), [(0.9, False), (0.001, True)])
def test_many_changes_one_after_another_are_not_many_at_once(tmp_path, monkeypatch, apart_s, missed):
    clock = itertools.count(0, apart_s)
    monkeypatch.setattr(observed_tree, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    tree = ObservedTree(tmp_path, Excludes(), Listener())
    for _ in range(400):
        tree.on_any_event(FileDeletedEvent(str(tmp_path / "a.png")))
    assert (tree.take_missed(), tree.take_missed()) == (missed, False)


def test_a_tree_whose_root_went_has_ended(tmp_path):
    tree = ObservedTree(tmp_path, Excludes(), listener := Listener())
    tree.on_any_event(DirDeletedEvent(str(tmp_path)))
    assert (listener.told, tree.has_ended) == (["all"], True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Holiday 2019", "folder"), ("2019.07", "folder"), ("one.png", "photo"), ("left out", "")],
)
def test_where_the_system_calls_each_thing_removed_a_file_it_may_have_been_a_folder(
    tmp_path, monkeypatch, name, expected
):
    monkeypatch.setattr(observed_tree, "_KNOWS_WHAT_WENT", False)
    tree = ObservedTree(tmp_path, Excludes(["left out/"], folder=tmp_path.name), listener := Listener())
    tree.on_any_event(FileDeletedEvent(str(tmp_path / name)))
    assert listener.told == [expected][: bool(expected)]
