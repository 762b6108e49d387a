"""Library folders that go by another path than before keep what is known of them."""

import os
import shutil
from pathlib import Path

import pytest

from engine.errors import FolderError
from engine.folders.folder import Found
from engine.indexing import renamed_roots
from engine.indexing.decoder import Decoder
from engine.inventory import known_folders
from engine.state.records import Read
from engine.state.root_names import RootNames
from engine.state.whereabouts import Places
from engine.upkeep import Upkeep

from ..conftest import VECTOR, photo, refreshed


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


def test_a_folder_renamed_in_the_case_of_its_letters_alone_is_the_same(before, read, open_library):
    photos, names = photos_of(before), read.copy()
    now = before.rename(before.with_name("PHOTOS"))
    library = open_library([now])
    assert (refreshed(library).changed, read, known_folders()) == (False, names, [now])
    assert library.places_now(photos) == {one: now / one.relative_to(before) for one in photos}


def test_what_is_left_out_of_a_folder_stays_so_where_its_path_now_was_empty_before(before, open_library):
    now = before.with_name("now")
    now.mkdir()
    open_library([now])
    now.rmdir()
    before.rename(now)
    assert list(open_library([now]).excludes(now).patterns)[-1:] == ["*.tmp"]


@pytest.mark.parametrize("leaves", ["nothing", "an empty folder", "a folder of the library"])
@pytest.mark.parametrize("share", ["all", "few"])
def test_a_folder_whose_photos_were_moved_into_a_known_one_leaves_nothing_more_out_of_it(
    before, photos_in, open_library, leaves, share
):
    now, inner = photos_in(2), before / "older"
    photo = next(inner.iterdir())
    for one in before.glob("*.*") if share == "all" else []:
        one.rename(inner / one.name)
    for folder in (before, now):
        refreshed(open_library([folder]))
    inner.rename(now / "older")
    shutil.rmtree(before)
    if leaves != "nothing":
        before.mkdir()
    is_one = share == "all" and leaves != "a folder of the library"
    library = open_library([before, now] if leaves == "a folder of the library" else [now])
    refreshed(library)
    assert list(library.excludes(now).patterns) == []
    assert known_folders() == ([now] if is_one else [now, before])
    root, name = (
        library._catalog.root(os.fsencode(now if is_one else before)),
        b"older/" + photo.name.encode(),
    )
    assert library._catalog.content_named(root, name) is not None  # what is known of it stays where it was
    if is_one or leaves == "a folder of the library":
        assert library.places_now([photo]) == {photo: now / "older" / photo.name}


@pytest.mark.parametrize("step", [1, 10**9], ids=["kept", "coarse"])
def test_a_disk_without_times_of_change_proves_no_folder_to_be_the_same(
    before, open_library, monkeypatch, step
):
    catalog = open_library([before])._catalog

    def facts(details):
        return [details.st_size, time := details.st_mtime_ns // step * step, time, 7]

    with catalog._db.change() as db:
        db.execute("UPDATE photos SET mtime = mtime / ? * ?, inode = 7", (step, step))
        db.execute("UPDATE photos SET ctime = mtime")
    monkeypatch.setattr(renamed_roots, "facts_of", facts)
    now = before.rename(before.with_name("now"))
    open_library([now])
    assert known_folders() == ([now] if step == 1 else [before])  # of another one nothing is known yet


@pytest.mark.parametrize(("edited", "is_same"), [(1, True), (4, False)])
def test_a_folder_with_many_other_photos_by_the_names_of_some_is_another_folder(
    edited, is_same, before, open_library, photos_in
):
    others, now = photos_in(edited), before.rename(before.with_name("now"))
    for other, same in zip(sorted(others.iterdir()), sorted(photos_of(now)), strict=False):
        other.replace(same)
    open_library([now])
    assert known_folders() == ([now] if is_same else [before])


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
    paths = [Path("/first/a"), Path("/second/a"), Path("/first/b")]
    assert catalog.whereabouts.find(paths).gone == set()  # it may be found where nobody looked yet
    catalog.whereabouts.end_look(catalog.roots().values())
    places = catalog.whereabouts.find(paths)
    assert places.now == {Path("/first/a"): Path("/third/a"), Path("/second/a"): Path("/third/a")}
    assert places.gone == {Path("/first/b")}


def test_an_older_copy_of_what_two_folders_did_not_share_is_taken_once_a_look_has_ended(catalog):
    catalog.store(catalog.add_root(b"/first"), "tiny", [photo(b"a")], [])
    root = catalog.add_root(b"/second")
    catalog.store(root, "tiny", [photo(b"copy")], [])
    catalog.root_names.rename(b"/first", b"/second")
    old, find = Path("/first/a"), catalog.whereabouts.find
    assert find([old]) == Places()
    catalog.whereabouts.end_look([root])
    assert find([old]).now == {old: Path("/second/copy")}
    catalog.store(root, "tiny", [photo(b"came since")], [])
    assert find([old]).now == {old: Path("/second/came since")}


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
    assert list(library.excludes(now).patterns) == []


def test_each_folder_that_is_not_open_is_looked_for_once_and_by_few_photos(
    before, open_library, photos_in, monkeypatch
):
    folders = [before, photos_in(2), photos_in(3, "others")]
    for folder in folders:
        refreshed(open_library(folder))
    asked, samples = list[bytes](), RootNames.samples
    monkeypatch.setattr(RootNames, "samples", lambda names, path: asked.append(path) or samples(names, path))
    catalog = open_library(folders[1:])._catalog
    assert asked == [os.fsencode(before)]
    with catalog._db.change() as db:
        db.execute("UPDATE photos SET inode = 0 WHERE rowid <= 12")
    unnumbered = [Read(Found(b"%d" % number, 10, 20, 30, 0), b"one", VECTOR) for number in range(5)]
    last = Read(Found(b"zz", 10, 20, 30, 40), b"one", VECTOR)
    catalog.store(1, "tiny", [*unnumbered, last], [])
    assert samples(catalog.root_names, os.fsencode(before)) == []


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


def test_a_folder_that_another_process_has_just_renamed_in_the_catalog_stays_so(catalog):
    catalog.add_root(b"/before")
    for _ in range(2):
        catalog.root_names.rename(b"/before", b"/now")
    assert list(catalog.roots()) == [b"/now"]
