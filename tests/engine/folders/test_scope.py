"""What a refresh of some places makes of a library is what a whole one would: after any change of files."""

import os
import shutil

import pytest

from engine.folders.excludes import Excludes
from engine.folders.folder import visits
from engine.folders.scope import EVERYTHING, MOST, NOTHING, Scope, listings
from engine.upkeep import Upkeep

from ..conftest import drained, refreshed

SEEDS = [*range(8), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(8, 30))]


def places(folder, excludes):
    """Return what a walk finds, by the folder it is found in."""
    return {visit.name: (visit.identity, visit.listing) for visit in visits(folder, excludes)}


def state(library):
    """Return all that is known of a library's folders."""
    catalog, numbers = library._catalog, [root.number for root in library._roots]
    roster = library._gallery.roster()
    return (
        [catalog.photos(number) for number in numbers],
        [set(catalog.missing(number)) for number in numbers],
        [set(catalog.refusals(number)) for number in numbers],
        list(zip(roster.names, roster.contents.tolist(), roster.taken.tolist(), strict=True)),
    )


@pytest.mark.skipif(os.name == "nt", reason="links to folders take rights there")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_look_at_what_changed_leaves_nothing_for_a_whole_one(
    photo_folder, open_library, encoder, hand, seed
):
    with Upkeep(photo_folder) as upkeep:
        refreshed(library := open_library(photo_folder))
        upkeep.exclude(["left out*"])
    refreshed(library)
    hand, excludes = hand(seed), library.excludes(photo_folder)
    for _ in range(3):
        before = places(photo_folder, excludes)
        for _ in range(hand.random.randrange(1, 6)):
            hand.act()
        after = places(photo_folder, excludes)
        touched = [name for name in before | after if before.get(name) != after.get(name)]
        drained(library.refresh(only={photo_folder: Scope.of(touched)}))
        partly, _ = state(library), encoder.batches.clear()
        report = refreshed(library)
        assert (report.changed, encoder.batches, state(library)) == (False, [], partly)


def test_one_folder_of_several_is_looked_at_in_places(photo_folder, open_library, tmp_path, encoder):
    other = shutil.copytree(photo_folder, tmp_path / "other")
    library = open_library([photo_folder, other])
    refreshed(library)
    encoder.batches.clear()
    for folder in (photo_folder, other):
        shutil.copy(folder / "seagreen circle.png", folder / "new.png")
        (folder / "older" / "seagreen square.png").unlink(missing_ok=True)
        next((folder / "older").iterdir()).unlink()
    report = drained(library.refresh(only={other: Scope.of([""])}))[1]
    assert (report.added, report.removed, [one.photos for one in library.folders]) == (1, 0, [12, 13])
    report = drained(library.refresh(only={other: Scope.of(["older"])}))[1]
    assert (report.added, report.removed) == (0, 12 - [one.photos for one in library.folders][1] + 1)
    assert encoder.batches == []


def test_only_what_was_told_of_is_looked_at(library, photo_folder, monkeypatch):
    asked = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: asked.append(os.fspath(path)) or scandir(path))
    drained(library.refresh(only={photo_folder: Scope.of([""])}))
    assert set(asked) == {str(photo_folder)}


def test_before_everything_was_seen_a_look_at_places_is_a_whole_one(photo_folder, open_library):
    library = open_library(photo_folder)
    assert drained(library.refresh(only={photo_folder: NOTHING}))[1].photos == 12


def test_a_look_that_was_broken_off_is_followed_by_a_whole_one(library, photo_folder):
    shutil.copy(photo_folder / "seagreen circle.png", photo_folder / "new.png")
    work = library.refresh(only={photo_folder: Scope.of([""])})
    next(work)
    work.close()
    assert drained(library.refresh(only={photo_folder: Scope.of(["older"])}))[1].photos == 13


def test_a_folder_without_its_drive_loses_nothing_by_a_look_at_places(photos_in, open_library):
    folder = photos_in(25)
    library = open_library(folder)
    refreshed(library)
    for photo in folder.iterdir():
        photo.unlink()
    report = drained(library.refresh(only={folder: Scope.of(["", "older"])}))[1]
    assert (report.photos, report.removed, library.offline) == (25, 0, True)


def test_below_a_folder_that_cannot_be_listed_nothing_is_known(photo_folder, monkeypatch):
    scandir = os.scandir

    def refuse(path):
        if os.fspath(path).endswith("older"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = list(listings(photo_folder, Excludes(), [os.path.join("older", "deep")]))
    assert [(one.name, one.trouble) for one in found] == [(b"older", "permission denied")]


@pytest.mark.skipif(os.name == "nt", reason="links to folders take rights there")
def test_a_folder_of_several_names_is_found_by_the_first_as_in_a_walk(photo_folder):
    (photo_folder / "a").symlink_to("older", target_is_directory=True)
    (photo_folder / "older" / "loop").symlink_to(photo_folder, target_is_directory=True)
    names = ["older", "a", os.path.join("older", "loop"), os.path.join("a", "loop")]
    assert [one.name for one in listings(photo_folder, Excludes(), names)] == [b"a"]


def test_what_lies_below_a_closed_folder_is_not_found(photo_folder):
    deep = os.path.join("older", "deep")
    (photo_folder / deep).mkdir()
    shutil.copy(photo_folder / "seagreen circle.png", photo_folder / deep)
    assert [len(one.photos) for one in listings(photo_folder, Excludes(), [deep])] == [1]
    (photo_folder / "older" / ".nomedia").touch()
    assert list(listings(photo_folder, Excludes(), [deep])) == []


def test_very_many_places_are_everything():
    assert Scope.of(map(str, range(MOST + 1))) == EVERYTHING
    assert Scope.of(["a"]) | Scope.of(["b"]) == Scope.of(["a", "b"])
    assert Scope.of(["a"]) | EVERYTHING == EVERYTHING
    assert NOTHING | Scope.of(["a"]) == Scope.of(["a"])
