"""Where photos lie now, by what they contain, whoever was told of it."""

import os
import shutil
import threading
from types import SimpleNamespace

import pytest

from ..conftest import refreshed


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
