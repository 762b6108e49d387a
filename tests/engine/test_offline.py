"""A folder that is not there, or empty as without its drive, and one that was really emptied."""

import shutil
import threading
import time

from engine.folders import folder as folder_module
from engine.folders.patience import to_the_end
from engine.indexing import decoder as decoder_module
from engine.indexing import scan as scan_module

from .conftest import LINE, refreshed


def test_a_few_photos_that_were_really_deleted_are_dropped(library, photo_folder):
    shutil.rmtree(photo_folder)
    photo_folder.mkdir()
    assert refreshed(library).removed == 12
    assert not library.offline


def test_a_folder_of_few_photos_found_empty_is_not_offline(photos_in, open_library):
    few = scan_module.MANY - 1
    folder = photos_in(few)
    refreshed(open_library(folder))
    for path in folder.iterdir():
        path.unlink()
    library = open_library(folder)
    assert not library.offline
    assert refreshed(library).removed == few
    assert not library.offline


def test_a_folder_that_disappeared_is_offline_and_still_searchable(library, photo_folder, open_library):
    away = photo_folder.rename(photo_folder.with_name("away"))
    report = refreshed(library)
    assert (library.offline, report.photos, report.removed) == (True, 12, 0)
    again = open_library(photo_folder)
    assert (again.offline, again.photo_count) == (True, 12)
    assert len(again.search([LINE], 100)) == 12
    away.rename(photo_folder)
    assert refreshed(again).photos == 12
    assert not again.offline


def test_an_empty_mount_point_is_offline_too(photos_in, open_library):
    folder = photos_in(scan_module.MANY)
    refreshed(open_library(folder))
    away = folder.rename(folder.with_name("away"))
    folder.mkdir()
    library = open_library(folder)
    assert library.offline
    assert (refreshed(library).photos, library.offline) == (scan_module.MANY, True)
    folder.rmdir()
    away.rename(folder)
    assert refreshed(library).photos == scan_module.MANY
    assert not library.offline


def test_a_drive_that_goes_during_the_walk_deletes_nothing(library, photo_folder, monkeypatch):
    walk = scan_module.walk

    def interrupted(root, excludes, heard):
        yield next(iter(walk(root, excludes)))
        photo_folder.rename(photo_folder.with_name("away"))

    monkeypatch.setattr(scan_module, "walk", interrupted)
    assert (refreshed(library).photos, library.offline) == (12, True)


def test_a_drive_that_goes_while_its_photos_are_read_is_offline_and_skips_nothing(
    photos_in, open_library, monkeypatch
):
    folder = photos_in(60)
    away, read = folder.with_name("away"), decoder_module.open_photo

    def interrupted(path, side):
        picture = read(path, side=side)
        if folder.exists() and path.name.endswith("25.png"):
            folder.rename(away)
        return picture

    monkeypatch.setattr(decoder_module, "open_photo", interrupted)
    library = open_library(folder)
    report = refreshed(library)
    assert (library.offline, report.skipped) == (True, ())
    assert report.photos < 60
    away.rename(folder)
    monkeypatch.setattr(decoder_module, "open_photo", read)
    report = refreshed(library)
    assert (library.offline, report.photos, report.skipped) == (False, 60, ())


def test_a_folder_of_very_many_files_on_a_slow_drive_is_listed_to_its_end(photos_in, catalog, monkeypatch):
    folder, told = photos_in(60), folder_module.TOLD
    monkeypatch.setattr(scan_module, "HANGS_S", 0.6)
    monkeypatch.setattr(folder_module, "TOLD", lambda details: time.sleep(0.025) or told(details))
    listings = [one for one in scan_module.Scan(folder, catalog.add_root(b"/photos"), catalog).walk() if one]
    assert [len(one.photos) for one in listings] == [60]


def test_a_drive_that_does_not_say_whether_the_folder_is_there_is_gone(photos_in, catalog, monkeypatch):
    over = threading.Event()
    scan = scan_module.Scan(photos_in(1), catalog.add_root(b"/photos"), catalog)
    list(scan.walk())
    assert not to_the_end(scan.has_left())
    monkeypatch.setattr("engine.folders.patience.ANSWERS_S", 0.1)
    monkeypatch.setattr(scan_module, "identity", lambda _: over.wait(60))
    assert to_the_end(scan.has_left())
    over.set()
