"""What lies in two known folders, one of them in the other, is one photo."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from engine.inventory import files
from engine.state.catalog import Catalog
from engine.upkeep import Upkeep

from .conftest import photos_in, refreshed


@pytest.fixture
def both(photo_folder, open_library, library):
    """The folder's own library, and the one of a folder in it."""
    refreshed(inner := open_library(photo_folder / "older"))
    return library, inner


def states():
    return sorted((one.path, one.state) for one in files())


def test_what_is_deleted_is_missing_in_both_and_told_of_and_forgotten_once(both, photo_folder):
    gone = next((photo_folder / "older").iterdir())
    every = photos_in(photo_folder)
    assert states() == [(one, "photo") for one in every]
    gone.unlink()
    refreshed(both[0])
    assert states() == [(one, "missing" if one == gone else "photo") for one in every]
    with Upkeep(photo_folder) as upkeep:
        assert upkeep.forget_missing() == 1
    assert len(states()) == 11
    assert refreshed(both[1]).changed
    assert both[1].photo_count == 2


def test_what_is_deleted_from_the_one_inside_is_missing_around_it(
    both, photo_folder, state_folder, monkeypatch
):
    next((photo_folder / "older").iterdir()).unlink()
    asked, names, refusals = [], Catalog.names, Catalog.refusals
    monkeypatch.setattr(Catalog, "names", lambda self, root: asked.append(root) or names(self, root))
    monkeypatch.setattr(Catalog, "refusals", lambda self, root: asked.append(root) or refusals(self, root))
    refreshed(both[1])
    assert 1 not in asked  # of the one around it, all that is known is much
    with closing(sqlite3.connect(state_folder / "catalog.sqlite3")) as db:
        assert db.execute("SELECT count(*) FROM photos WHERE missing_since IS NULL").fetchone() == (11 + 2,)


def test_what_is_left_out_of_one_stays_in_the_other(both, photo_folder):
    with Upkeep(photo_folder) as upkeep:
        upkeep.exclude(["older/"])
    assert refreshed(both[0]).removed == 3
    assert [state for _, state in states()] == ["photo"] * 12


def test_what_may_be_away_with_its_drive_stays(both, photo_folder):
    for photo in (gone := photos_in(photo_folder / "older")):
        photo.unlink()
    refreshed(both[0])
    assert [state for path, state in states() if path in gone] == ["photo"] * 3


def test_a_photo_that_comes_back_by_another_name_is_one_that_was_moved(both, photo_folder, tmp_path):
    photo = next((photo_folder / "older").iterdir())
    away = photo.rename(tmp_path / photo.name)
    for one in both:
        refreshed(one)
    now = away.rename(photo.with_name(f"now{photo.suffix}"))
    refreshed(both[1])
    assert refreshed(both[0]).renamed == ((photo, now),)


def test_an_older_copy_does_not_stand_for_what_moved_out_of_the_one_inside(both, photo_folder):
    photo = next((photo_folder / "older").iterdir())
    for name in ("backup", "sorted"):
        (photo_folder / name).mkdir()
    shutil.copy(photo, photo_folder / "backup" / photo.name)
    refreshed(both[0])
    now = photo.rename(photo_folder / "sorted" / f"b{photo.suffix}")
    for one in reversed(both):
        refreshed(one)
    assert both[0].places_now([photo]) == {photo: now}
