"""Photos beside a drawing are looked at by one thread each, and not at every search."""

import os
import threading
import time
from types import SimpleNamespace

import pytest

from engine.errors import ImageError
from engine.folders import looks, patience
from engine.folders.looks import Look, Looks
from engine.search import examples
from engine.search.query import Query

from ..conftest import assert_ended, refreshed
from ..conftest import photos_in as files_in


def test_a_photo_from_elsewhere_is_asked_for_once_by_two_searches(library, photos_in, asked):
    refreshed(library)
    stranger = photos_in(1) / "000.png"
    asked.clear()
    for _ in range(2):
        library.search(Query(like=(stranger,)), 3)
        library.search(Query(like=(stranger,), unlike=(stranger,)), 3)
    assert asked == ["look at a photo", "read a photo"]


def test_the_catalog_is_not_searched_again_for_the_names_of_the_same_file(library, photos_in, monkeypatch):
    refreshed(library)
    monkeypatch.setattr(looks, "_KEPT_S", -1.0)
    searched, whereabouts = [], library._catalog.whereabouts
    monkeypatch.setattr(whereabouts, "alike", lambda details: searched.append(details) or [])
    stranger = photos_in(1) / "000.png"
    for _ in range(2):
        library.search(Query(like=(stranger,)), 3)
    assert len(searched) == 1


def test_files_of_a_drive_that_numbers_none_are_not_taken_for_each_other(library, photo_folder, monkeypatch):
    refreshed(library)
    with library._catalog._db.change() as db:
        db.execute("UPDATE photos SET inode = 0")
    told = os.stat(next(photo_folder.glob("*.png")))
    nameless = SimpleNamespace(**{name: getattr(told, name) for name in dir(told) if name.startswith("st_")})
    nameless.st_ino = 0
    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", lambda path: nameless)
        met = library._loader._paths_of(nameless)
    assert met == []


def test_a_silent_drive_is_not_asked_again_at_the_next_search(library, photos_in, mute, asked):
    refreshed(library)
    stranger = photos_in(1) / "000.png"
    mute(stranger)
    asked.clear()
    for _ in range(2):
        with pytest.raises(ImageError, match="cannot be read"):
            library.search(Query(like=(stranger,)), 3)
    assert asked == ["look at a photo"]


def test_a_silent_drive_is_not_waited_for_again(tmp_path, mute, monkeypatch):
    waited, awaiting = [], patience.awaiting

    def noted(answers, **how):
        waited.append(len(answers))
        return awaiting(answers, **how)

    monkeypatch.setattr(patience, "awaiting", noted)
    mute(tmp_path)
    seen = Looks()
    for _ in range(2):
        seen.to([tmp_path / "a.png"])
    assert waited == [1, 0]


def test_what_a_drive_says_late_is_taken_in_and_leaves_no_thread(tmp_path, monkeypatch):
    (tmp_path / "a.png").touch()
    monkeypatch.setattr(patience, "ANSWERS_S", 0.0)
    monkeypatch.setattr(looks, "_KEPT_S", 60.0)
    gate, before = threading.Event(), set(threading.enumerate())
    seen = Looks(lambda _: gate.wait(20) and [tmp_path / "met.png"])
    [look] = seen.to([tmp_path / "a.png"])
    assert tmp_path / "met.png" not in look.names
    gate.set()
    assert_ended(before)
    assert (look.is_heard, look.names[-1]) == (True, tmp_path / "met.png")
    assert seen.to([tmp_path / "a.png"]) == [look]


def test_no_more_are_kept_than_there_is_use_for(tmp_path, monkeypatch):
    monkeypatch.setattr(looks, "_MOST", 3)
    seen = Looks()
    for number in range(5):
        seen.to([tmp_path / str(number)])
    assert len(seen._kept) == 3


def test_photos_of_a_slow_drive_are_looked_at_and_read_together(library, photos_in, monkeypatch):
    monkeypatch.setattr(patience, "ANSWERS_S", 60.0)
    looked, read = (threading.Barrier(3, timeout=30) for _ in range(2))
    fill, open_photo = Look._fill, examples.open_photo

    def look(self, *given):
        looked.wait()  # raises where one is asked after the other
        fill(self, *given)

    def opened(path, *, side):
        read.wait()
        return open_photo(path, side=side)

    monkeypatch.setattr(Look, "_fill", look)
    monkeypatch.setattr(examples, "open_photo", opened)
    one, two, three = files_in(photos_in(3))
    assert len(library.search(Query(like=(one, two), unlike=(three,)), 3)) == 3


def test_a_drive_that_hangs_while_a_photo_is_read_is_not_asked_again_at_the_next_search(
    library, photos_in, monkeypatch
):
    gate, read = threading.Event(), []
    monkeypatch.setattr(library._examples._read, "_within_s", 0.2)
    monkeypatch.setattr(examples, "open_photo", lambda path, *, side: read.append(path) or gate.wait(20))
    strangers = files_in(photos_in(2))
    for _ in range(2):
        with pytest.raises(ImageError, match="cannot be read"):
            library.search(Query(like=tuple(strangers)), 3)
    gate.set()
    assert sorted(read) == strangers


def test_photos_that_take_long_together_are_waited_for_as_long_as_one_comes_after_the_other(
    library, photos_in, monkeypatch
):
    reading, at_once, most = threading.Lock(), [], []
    monkeypatch.setattr(library._examples._read, "_within_s", 0.8)
    monkeypatch.setattr(library._examples._read, "_at_once", 3)

    def opened(path, *, side, open_photo=examples.open_photo):
        at_once.append(path)
        most.append(len(at_once))
        with reading:
            time.sleep(0.2)
            at_once.remove(path)
        return open_photo(path, side=side)

    monkeypatch.setattr(examples, "open_photo", opened)
    assert len(library.search(Query(like=tuple(files_in(photos_in(6)))), 3)) == 3
    assert (len(most), max(most)) == (6, 3)


def test_photos_that_no_thread_came_to_while_a_drive_hung_are_read_at_the_next_search(
    library, photos_in, monkeypatch
):
    gate, read = threading.Event(), []
    monkeypatch.setattr(library._examples._read, "_within_s", 0.2)
    monkeypatch.setattr(library._examples._read, "_at_once", 1)
    monkeypatch.setattr(examples, "open_photo", lambda path, *, side: read.append(path) or gate.wait(20))
    strangers = files_in(photos_in(3))
    for count in (2, 3):
        with pytest.raises(ImageError, match="cannot be read"):
            library.search(Query(like=tuple(strangers)), 3)
        assert read == strangers[:count]
    gate.set()
