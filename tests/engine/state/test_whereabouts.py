"""Where photos lie now, by what they contain, whoever was told of it."""

import os
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.folders.folder import Found
from engine.folders.scope import Scope
from engine.folders.settling import Settling
from engine.state.whereabouts import Places

from ..conftest import photo, refreshed


@pytest.fixture
def places(library, photo_folder):
    """What is known of some paths in the folder, by names."""

    def now(*names):
        places = library.places_now([photo_folder / name for name in names])
        return {one.name: str(there.relative_to(photo_folder)) for one, there in places.items()}

    return now


def test_a_photo_is_found_again_where_it_was_moved_though_nobody_was_told(library, photo_folder, places):
    refreshed(library)
    old = next(photo_folder.glob("*.png"))
    new = old.rename(photo_folder / "older" / "new name.png")
    work = library.refresh()
    while not any(one.name.endswith(b"new name.png") for one in library.photos()):
        next(work)
    work.close()
    assert places(old.name, new.name, "none.png") == {old.name: "older/new name.png"}
    new.rename(old)
    refreshed(library)
    assert places(old.name, "older/new name.png") == {"new name.png": old.name}


def test_of_several_copies_that_of_the_same_name_and_then_of_the_same_folder_is_taken(
    library, photo_folder, photos_in, open_library, places
):
    old = next(photo_folder.glob("*.png"))
    beside = photos_in(2)
    shutil.copy(old, beside / "a.png")
    refreshed(open_library(beside))
    shutil.copy(old, photo_folder / "b.png")
    refreshed(library)
    assert places(old.name) == {}
    same = old.rename(photo_folder / "older" / old.name)
    refreshed(library)
    assert places(old.name) == {old.name: f"older/{old.name}"}
    same.unlink()
    refreshed(library)
    assert places(old.name) == {old.name: "b.png"}
    (photo_folder / "b.png").unlink()
    refreshed(library)
    assert library.places_now([old]) == {old: beside / "a.png"}


@pytest.mark.parametrize("open_one", ["inner", "outer"])
def test_what_a_folder_that_is_not_open_says_of_the_open_one_does_not_count(
    photo_folder, open_library, open_one
):
    inner = photo_folder / "older"
    moved, gone = sorted(inner.iterdir())[:2]
    twin = inner / "twin.png"
    shutil.copy(gone, twin)
    for folder in (photo_folder, inner):
        refreshed(open_library(folder))
    library = open_library(inner if open_one == "inner" else photo_folder)
    now = moved.rename(inner / "now.png")
    gone.unlink()
    twin.unlink()
    refreshed(library)
    assert library.places_now([moved, gone]) == {moved: now}
    assert library.places_here([moved, gone, twin]) == Places({moved: now}, frozenset([gone, twin]))


def test_what_only_a_folder_that_is_not_open_knows_is_followed_into_the_open_one(photo_folder, open_library):
    outer, inner = open_library(photo_folder), photo_folder / "older"
    old = next(inner.iterdir())
    refreshed(outer)
    now = old.rename(inner / "now.png")
    refreshed(outer)
    library = open_library(inner)
    refreshed(library)
    assert library.places_now([old]) == {old: now}


def test_of_two_folders_that_are_away_none_is_followed_to_the_other_and_what_is_there_is_taken_first(
    photos_in, photo_folder, open_library
):
    there, one, other = photo_folder, photos_in(25, "one"), photo_folder.with_name("other")
    shutil.copytree(one, other, copy_function=os.link)
    name = next(one.iterdir()).name
    shutil.copy(one / name, old := there / name)
    library = open_library([there, one, other])
    refreshed(library)
    for folder in (one, other):
        folder.rename(folder.with_name(f"{folder.name} away"))
    shutil.copy(old, there / "copy.png")
    refreshed(library)
    assert library.places_now([one / name, other / name]) == {}
    old.unlink()
    refreshed(library)
    assert library.places_now([old]) == {old: there / "copy.png"}  # not that of the same name


def test_nothing_is_followed_to_where_it_was(catalog, monkeypatch):
    root, inner, path = catalog.add_root(b"/photos"), catalog.add_root(b"/photos/inner"), "/photos/inner/a"
    catalog.store(root, "tiny", [photo(b"inner/a")], [])
    catalog.store(inner, "tiny", [photo(b"a")], [])
    catalog.mark_missing(root, [b"inner/a"])
    catalog.root_names.note_away(inner, True)
    whereabouts, look_up = catalog.whereabouts, catalog.whereabouts._look_up
    assert whereabouts.find([Path(path)]).now == {}

    def it_comes_back(*arguments):
        missing = look_up(*arguments)
        catalog.restate(root, [Found(b"inner/a", 10, 20)])
        return missing

    monkeypatch.setattr(whereabouts, "_look_up", it_comes_back)
    assert whereabouts.find([Path(path)]) == Places()


def stopped(library, **how):
    """Look at the folders until it is noted what is gone, before anything that came is read."""
    work, before = library.refresh(**how), len(library.photos())
    while len(library.photos()) == before:
        next(work)
    work.close()


@pytest.mark.parametrize("is_another_window", [False, True], ids=["paused", "killed"])
def test_a_photo_that_was_moved_is_no_older_copy_though_the_look_was_ended_in_its_midst(
    library, photo_folder, open_library, places, is_another_window
):
    old = next(photo_folder.glob("*.png"))
    shutil.copy(old, photo_folder / "older" / old.name)
    refreshed(library)
    old.rename(photo_folder / "now.png")
    stopped(library)
    assert places(old.name) == {}
    if is_another_window:
        library.close()
        library = open_library(photo_folder)
    refreshed(library)
    assert library.places_now([old]) == {old: photo_folder / "now.png"}  # not that of the same name


def test_an_earlier_version_may_have_ended_in_the_midst_of_a_look(
    library, photo_folder, open_library, as_version_5
):
    old, gone = sorted(photo_folder.glob("*.png"))[:2]
    for one in (old, gone):
        shutil.copy(one, photo_folder / f"copy of {one.name}")
    refreshed(library)
    gone.unlink()
    now = old.rename(photo_folder / "now.png")
    stopped(library)
    path = library._catalog.path
    library.close()
    as_version_5(path)
    library = open_library(photo_folder)
    assert library.places_now([old, gone]) == {}
    refreshed(library)
    assert library.places_now([old, gone]) == {old: now, gone: photo_folder / f"copy of {gone.name}"}


def test_where_a_photo_is_back_it_came_since(library, photo_folder):
    one, other = photo_folder / "older", photo_folder / "other"
    for before, after in ((one, other), (other, one)):
        before.rename(after)  # which leaves the files in it as they are
        refreshed(library)
    old = next(one.iterdir())
    shutil.copy(old, photo_folder)
    refreshed(library)
    one.rename(other)
    refreshed(library)
    assert library.places_now([old]) == {old: other / old.name}


def test_what_was_left_in_another_folder_is_waited_for_and_no_longer(photo_folder, photos_in, open_library):
    old, other = next(photo_folder.glob("*.png")), photos_in(1)
    shutil.copy(old, copy := photo_folder / "copy.png")
    library = open_library([photo_folder, other])
    refreshed(library)
    shutil.copyfile(old, new := other / "new.png")
    old.unlink()
    refreshed(library, settling=Settling())
    assert library.places_now([old]) == {}
    new.unlink()
    refreshed(library, only=[other])
    assert library.places_now([old]) == {old: copy}


def test_a_look_at_some_places_ends_no_look_of_another_process(library, photo_folder, open_library, places):
    old = next(photo_folder.glob("*.png"))
    shutil.copy(old, photo_folder / "copy.png")
    refreshed(library)
    old.rename(photo_folder / "now.png")
    stopped(open_library(photo_folder))  # as if that were killed
    refreshed(library, only={photo_folder: Scope.of(["older"])})
    assert places(old.name) == {}
    refreshed(library)
    assert places(old.name) == {old.name: "now.png"}


def test_a_look_elsewhere_does_not_end_the_wait_for_what_was_left(photo_folder, photos_in, open_library):
    old, other = next(photo_folder.glob("*.png")), photos_in(1)
    shutil.copy(old, photo_folder / "copy.png")
    library, settling = open_library([photo_folder, other]), Settling()
    refreshed(library)
    shutil.copyfile(old, new := photo_folder / "new.png")
    old.unlink()
    refreshed(library, settling=settling)
    for only in ({other: Scope.of([""])}, {photo_folder: Scope.of(["older"])}):
        refreshed(library, only=only, settling=settling)
        assert (library.places_now([old]), library.places_here([old]).gone) == ({}, frozenset())
    refreshed(library, only={photo_folder: Scope.of([""])})
    assert library.places_now([old]) == {old: new}


def test_a_look_of_another_process_at_another_folder_does_not_prolong_the_wait(
    photo_folder, photos_in, open_library
):
    old, library = next(photo_folder.glob("*.png")), open_library(photo_folder)
    refreshed(library)
    old.unlink()
    (photo_folder / "left.png").write_bytes(b"half")
    refreshed(library, settling=Settling())
    refreshed(open_library(photos_in(2)))
    refreshed(library, only={photo_folder: Scope.of([""])})
    assert library.places_here([old]).gone == {old}


def test_the_wait_for_what_was_left_ends_no_look_of_another_process(photo_folder, open_library):
    one, other = sorted(photo_folder.glob("*.png"))[:2]
    shutil.copy(one, photo_folder / "copy.png")
    library = open_library(photo_folder)
    refreshed(library)
    shutil.copyfile(other, left := photo_folder / "left.png")
    other.unlink()
    refreshed(library, settling=Settling())
    now = one.rename(photo_folder / "older" / "now.png")
    stopped(open_library(photo_folder))  # as if that were killed
    refreshed(library, only={photo_folder: Scope.of([""])})
    assert library.places_now([one, other]) == {other: left}
    refreshed(library)
    assert library.places_now([one, other]) == {one: now, other: left}


def test_an_older_copy_is_taken_once_a_look_has_found_nothing_else(library, photo_folder, places):
    old = next(photo_folder.glob("*.png"))
    shutil.copy(old, photo_folder / "copy.png")
    refreshed(library)
    old.unlink()
    refreshed(library, recheck=True)  # which reads the copy once more
    assert places(old.name) == {old.name: "copy.png"}
    assert library.places_here([old, photo_folder / "copy.png"]).now == {old: photo_folder / "copy.png"}


def test_what_is_read_again_in_the_midst_did_not_come_since(library, photo_folder, places):
    old = next(photo_folder.glob("*.png"))
    shutil.copy(old, photo_folder / "older" / old.name)
    refreshed(library)
    old.rename(photo_folder / "now.png")
    refreshed(library, recheck=True)
    assert places(old.name) == {old.name: "now.png"}


def test_a_photo_that_may_be_half_written_may_be_the_one_that_is_gone(library, photo_folder, places):
    old, settling = next(photo_folder.glob("*.png")), Settling()
    shutil.copy(old, photo_folder / "copy.png")
    refreshed(library)
    shutil.copyfile(old, photo_folder / "now.png")
    old.unlink()
    refreshed(library, settling=settling)
    assert (places(old.name), library.places_here([old]).gone) == ({}, frozenset())
    refreshed(library)
    assert places(old.name) == {old.name: "now.png"}


def test_what_is_gone_is_so_once_a_look_has_come_to_its_end(library, photo_folder):
    here, other = sorted(photo_folder.glob("*.png"))[:2]
    refreshed(library)
    here.unlink()
    stopped(library)
    assert library.places_here([here, other]) == Places()
    refreshed(library)
    assert library.places_here([here, other]) == Places({}, frozenset([here]))


def test_very_many_are_looked_up_while_another_thread_writes(library, photo_folder, places):
    refreshed(library)
    old = next(photo_folder.glob("*.png"))
    old.rename(photo_folder / "older" / "new name.png")
    refreshed(library)
    begun, may = threading.Event(), threading.Event()

    def write():
        with library._catalog._db.change():
            begun.set()
            may.wait(10)

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    found = places(*(f"{number}.png" for number in range(500)), old.name)
    library._catalog.whereabouts.alike(os.stat(photo_folder))
    is_writing = writer.is_alive()
    may.set()
    writer.join()
    assert (found, is_writing) == ({old.name: "older/new name.png"}, True)


@pytest.mark.parametrize(("kept", "told"), [(2**63 - 1, 2**64 - 1), (0, 7)], ids=["long", "windows"])
def test_a_file_is_found_by_whatever_number_the_disk_gives_it(library, photo_folder, kept, told):
    refreshed(library)
    with library._catalog._db.change() as db:
        db.execute("UPDATE photos SET inode = ?", (kept,))
    old = next(photo_folder.glob("*.png"))
    times = old.stat()
    details = SimpleNamespace(**{name: getattr(times, name) for name in dir(times) if name.startswith("st_")})
    details.st_ino = told
    assert library._catalog.whereabouts.alike(details) == [(os.fsencode(photo_folder), old.name.encode())]
    details.st_mtime_ns += 1
    assert library._catalog.whereabouts.alike(details) == []
