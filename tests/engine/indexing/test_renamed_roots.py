"""Library folders that go by another path than before keep what is known of them."""

import os
import shutil
from pathlib import Path

import pytest

from engine.errors import FolderError
from engine.indexing.decoder import Decoder
from engine.inventory import known_folders
from engine.upkeep import Upkeep

from ..conftest import photo, refreshed


@pytest.fixture
def read(monkeypatch) -> list[bytes]:
    """The names of the photos that were read."""
    names, request = list[bytes](), Decoder.request

    def noted(decoder, photos):
        names.extend(one.name for one in photos)
        request(decoder, photos)

    monkeypatch.setattr(Decoder, "request", noted)
    return names


@pytest.fixture
def before(library, photo_folder) -> Path:
    """A folder that was indexed, with a rule of its own."""
    refreshed(library)
    library.close()
    with Upkeep(photo_folder) as upkeep:
        upkeep.exclude(["*.tmp"])
    return photo_folder


def photos_of(folder: Path) -> set[Path]:
    return {one for one in folder.rglob("*") if one.is_file()}


@pytest.mark.parametrize("leaves", ["nothing", "an empty folder", "a folder of the library"])
def test_a_renamed_folder_is_known_by_its_new_path_and_nothing_is_read_again(
    before, read, open_library, leaves
):
    photos, names = photos_of(before), read.copy()
    now = before.rename(before.with_name("now"))
    if leaves == "an empty folder":
        before.mkdir()
    library = open_library([before, now] if leaves == "a folder of the library" else [now])
    assert library.photo_count == 12
    assert (refreshed(library).changed, read) == (False, names)
    assert library.places_now(photos) == {one: now / one.relative_to(before) for one in photos}
    assert list(library.excludes(now).patterns)[-1:] == ["*.tmp"]
    assert known_folders() == [now]


def test_photos_that_were_moved_after_their_folder_was_renamed_are_followed(before, open_library):
    old = next(before.glob("*.png"))
    now = before.rename(before.with_name("now"))
    library = open_library([now])
    (now / old.name).rename(now / "older" / "moved.png")
    refreshed(library)
    assert library.places_now([old]) == {old: now / "older" / "moved.png"}
    again = now.rename(before.with_name("again"))
    library = open_library([again])
    assert library.places_now([old]) == {old: again / "older" / "moved.png"}


def test_another_folder_at_the_path_before_is_another_folder(before, open_library, photos_in):
    now = before.rename(before.with_name("now"))
    open_library([now])
    photos_in(2).rename(before)
    gone = (before / "000.png").rename(before / next(now.glob("*.png")).name)
    library = open_library([before, now])
    assert refreshed(library).photos == 14
    assert library.places_now(photos_of(before)) == {}
    gone.unlink()
    refreshed(library)
    assert library.places_now([gone]) == {}


def test_an_empty_folder_at_the_path_before_keeps_nobody_from_following_until_it_is_filled(
    before, open_library, photos_in
):
    old = next(before.glob("*.png"))
    now = before.rename(before.with_name("now"))
    open_library([now])
    before.mkdir()
    library = open_library([before, now])
    refreshed(library)
    assert library.places_now([old]) == {old: now / old.name}
    before.rmdir()
    photos_in(2).rename(before)
    refreshed(library)
    assert library.places_now([old]) == {}


def test_a_folder_that_was_renamed_can_be_searched_by_its_path_before_while_its_drive_is_away(
    before, read, open_library
):
    now, away = before.with_name("now"), before.with_name("away")
    before.rename(now)
    refreshed(open_library([now]))
    names = read.copy()
    with pytest.raises(FolderError, match="no folder"):
        open_library([before])
    now.rename(away)
    both, library = open_library([now, before]), open_library([before])
    assert (both.photo_count, library.photo_count, library.offline) == (12, 12, True)
    away.rename(before)
    refreshed(library)
    assert (library.offline, library.photo_count, read, known_folders()) == (False, 12, names, [before])


def test_a_copy_of_a_folder_whose_drive_is_away_is_another_folder(before, open_library):
    shutil.copytree(before, copy := before.with_name("copy"))
    away = before.rename(before.with_name("away"))
    library = open_library([copy])
    refreshed(library)
    assert library.places_now([before / one.relative_to(away) for one in photos_of(away)]) == {}
    away.rename(before)
    assert open_library([before]).photo_count == 12


def test_a_folder_of_the_same_files_beside_one_that_is_there_is_another_folder(before, open_library):
    shutil.copytree(before, linked := before.with_name("linked"), copy_function=os.link)
    refreshed(open_library([before]))
    refreshed(open_library([linked]))
    assert known_folders() == [linked, before]


def test_a_folder_that_was_renamed_is_known_by_all_its_paths_once_it_is_one_with_another(catalog):
    paths = [b"/first", b"/second", b"/third"]
    catalog.store(catalog.add_root(paths[0]), "tiny", [photo(b"a"), photo(b"b", b"two")], [])
    catalog.root_names.rename(*paths[:2])
    catalog.store(catalog.add_root(paths[2]), "tiny", [photo(b"a")], [])
    catalog.root_names.rename(*paths[1:])
    places = catalog.whereabouts.find([Path("/first/a"), Path("/second/a"), Path("/first/b")])
    assert places.now == {Path("/first/a"): Path("/third/a"), Path("/second/a"): Path("/third/a")}
    assert places.gone == {Path("/first/b")}


def test_a_folder_that_was_indexed_anew_by_its_new_path_is_one_again(before, read, open_library, photos_in):
    now = before.with_name("now")
    shutil.copytree(before, now)
    first = open_library([now])
    refreshed(first)
    old, gone = sorted(before.glob("*.png"))[:2]
    with first._catalog._db.change() as db:  # as if it were the one folder
        facts = {one: os.stat(now / one.relative_to(before)) for one in photos_of(before)}
        for one, stat in facts.items():
            values = stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, os.fsencode(one.relative_to(before))
            db.execute("UPDATE photos SET mtime = ?, ctime = ?, inode = ? WHERE path = ?", values)
        db.execute("DELETE FROM photos WHERE path = ? AND root = 2", (os.fsencode(gone.name),))
    (now / gone.name).rename(now / "moved.png")
    shutil.rmtree(before)
    library = open_library([now])
    refreshed(library)
    assert known_folders() == [now]
    assert library.places_now([old, gone]) == {old: now / old.name, gone: now / "moved.png"}
    assert list(library.excludes(now).patterns)[-1:] == ["*.tmp"]


def test_what_is_forgotten_of_a_renamed_folder_is_known_by_no_path(before, open_library):
    now = before.rename(before.with_name("now"))
    open_library([now]).close()
    with Upkeep(now) as upkeep:
        upkeep.forget()
    with pytest.raises(FolderError, match="no folder"):
        open_library([before])
    assert known_folders() == []


@pytest.mark.parametrize("leaves", ["nothing", "an empty folder"])
def test_photos_of_a_folder_that_was_moved_into_another_one_are_followed(
    photos_in, photo_folder, open_library, leaves
):
    moved = photos_in(25, "moved")
    library = open_library([photo_folder, moved])
    refreshed(library)
    photo = next(moved.iterdir())
    shutil.copy2(photo, photo_folder / "copy.png")  # is no reason to follow while a drive is away
    moved.rename(photo_folder.with_name("away"))
    refreshed(library)
    assert library.places_now([photo]) == {}
    photo_folder.with_name("away").rename(now := photo_folder / "moved")
    if leaves == "an empty folder":
        moved.mkdir()
    refreshed(library)
    assert library.places_now([photo]) == {photo: now / photo.name}
