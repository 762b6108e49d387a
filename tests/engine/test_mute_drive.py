"""A drive that answers nothing: nobody waits for it without end."""

import pytest

from engine.collection.sharing import Shared, share
from engine.collection.stores import open_store
from engine.errors import FolderError
from engine.inventory import take_inventory
from engine.search.query import Query
from engine.upkeep import Upkeep

from .conftest import drained, photos_in, refreshed


def test_a_folder_whose_drive_is_mute_is_away_for_all_who_ask(
    photo_folder, open_library, mute, tmp_path, encoder
):
    refreshed(open_library(photo_folder))
    store = open_store(str(tmp_path / "shared"), encoder.model_id, encoder.dim)
    mute(photo_folder)
    library = open_library(photo_folder)
    assert (library.offline, library.photo_count) == (True, 12)
    assert [(one.path, one.offline) for one in take_inventory().folders] == [(photo_folder, True)]
    with Upkeep(photo_folder) as upkeep:
        assert upkeep.is_known
    assert drained(share(photo_folder, store, "desk"))[1] == Shared(12, 12, 0)
    store.close()


def test_a_link_that_was_mute_when_it_was_opened_does_not_become_a_folder_of_its_own(
    photo_folder, open_library, mute, tmp_path, monkeypatch
):
    (tmp_path / "link").symlink_to(photo_folder)
    refreshed(open_library(photo_folder))
    monkeypatch.setattr("engine.library.distinct", list)  # as it is written
    with pytest.raises(FolderError, match="does not answer"):
        open_library([tmp_path / "link"])
    assert [one.path for one in take_inventory().folders] == [photo_folder]


def test_a_link_to_a_mute_drive_leads_to_what_is_known_of_it(photo_folder, open_library, mute, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "other")
    (tmp_path / "other").symlink_to("photos")
    photo = photos_in(photo_folder)[0]
    refreshed(open_library(photo_folder))
    mute(photo_folder)
    library = open_library(tmp_path / "link")
    assert ([one.folder for one in library.folders], library.offline) == ([photo_folder], True)
    like = tmp_path / "link" / photo.relative_to(photo_folder)
    assert library.search(Query(like=(like,)), 1)[0].path == photo
