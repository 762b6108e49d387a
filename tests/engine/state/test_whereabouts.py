"""Where photos lie now, by what they contain, whoever was told of it."""

import os
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.folders.folder import Found
from engine.state.whereabouts import Places

from ..conftest import photo, refreshed


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


def test_very_many_are_looked_up_while_another_thread_writes(library, photo_folder, places):
    refreshed(library)
    old = next(photo_folder.glob("*.png"))
    old.rename(photo_folder / "older" / "new name.png")
    refreshed(library)
    begun, may = threading.Event(), threading.Event()

    def write():
        with library._catalog._db.change():
            begun.set()
            may.wait(60)

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


def test_what_the_root_of_a_drive_and_a_folder_in_it_hold_is_in_one_place(catalog):
    drive, folder = catalog.add_root(b"/"), catalog.add_root(b"/x")
    [content] = catalog.store(drive, "tiny", [photo(b"a")], [])
    catalog.mark_missing(drive, [b"a"])
    for root, name in ((drive, b"x/b"), (folder, b"b")):
        catalog.store(root, "tiny", [photo(name)], [])
    assert catalog.whereabouts.former_places([content]) == {content: (b"/", b"a")}
