"""Looks at folders that come to an end or to none, and what may still turn up until then."""

import shutil

import pytest

from engine.folders.scope import Scope
from engine.folders.settling import Settling
from engine.state.whereabouts import Places

from ..conftest import refreshed


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


def test_what_was_left_on_a_drive_that_is_gone_keeps_no_look_from_its_end(
    photo_folder, photos_in, open_library
):
    old, card = next(photo_folder.glob("*.png")), photos_in(1)
    shutil.copy(old, copy := photo_folder / "copy.png")
    library, settling = open_library([photo_folder, card]), Settling()
    refreshed(library)
    shutil.copyfile(old, card / "new.png")
    refreshed(library, settling=settling)
    card.rename(card.with_name("pulled"))
    old.unlink()
    refreshed(library, settling=settling)
    assert library.places_now([old]) == {old: copy}
