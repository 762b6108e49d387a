"""One library of several folders: what is found, how each folder is, what one does not do to the others."""

import os
import shutil
import threading
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from engine.errors import FolderError
from engine.folders.names import local_path, relative_name
from engine.indexing.roots import common_folder, distinct, make_roots
from engine.inventory import take_inventory
from engine.search.narrowing import Narrowing
from engine.search.places import Known
from engine.search.query import Query

from .conftest import LINE, drained, refreshed


@pytest.fixture
def folders(photos_in, tmp_path) -> list[Path]:
    """Three folders, far from each other."""
    photos = sorted(photos_in(15).iterdir())
    made = [tmp_path / f"drive {number}" / "photos" for number in range(3)]
    for folder, first, end in zip(made, (0, 5, 12), (5, 12, 15), strict=True):
        folder.mkdir(parents=True)
        for photo in photos[first:end]:
            shutil.move(photo, folder)
    return made


def found(library, **how):
    return [hit.path for hit in library.search(Query([LINE], **how), 99)]


def counts(library):
    return [one.photos for one in library.folders]


def test_several_folders_are_one_library(folders, open_library):
    library = open_library(folders)
    report = refreshed(library)
    assert (report.photos, report.added, counts(library)) == (15, 15, [5, 7, 3])
    assert sorted(found(library)) == sorted(path for folder in folders for path in folder.iterdir())
    again = open_library(folders)
    assert counts(again) == [5, 7, 3]
    assert found(again) == found(library)


def test_what_was_indexed_alone_costs_nothing_together(folders, open_library, encoder):
    for folder in folders[:2]:
        refreshed(open_library(folder))
    encoder.batches.clear()
    library = open_library(folders)
    assert counts(library) == [5, 7, 0]
    report = refreshed(library)
    assert (report.added, report.elsewhere, sum(encoder.batches)) == (3, 0, 3)


def test_scores_are_those_of_each_folder_alone(folders, open_library):
    together = open_library(folders)
    refreshed(together)
    alone = [hit for folder in folders for hit in open_library(folder).search([LINE], 99)]
    scores = {hit.path: hit.score for hit in alone}
    hits = together.search([LINE], 99)
    assert [hit.score for hit in hits] == pytest.approx(sorted(scores.values(), reverse=True), abs=1e-6)
    assert all(hit.score == pytest.approx(scores[hit.path], abs=1e-6) for hit in hits)


def test_a_query_looks_into_some_of_the_folders(folders, open_library):
    library = open_library(folders)
    refreshed(library)
    assert sorted(found(library, within=(folders[1],))) == sorted(folders[1].iterdir())
    assert len(found(library, within=(folders[0], folders[2]))) == 8
    assert found(library, since=date(2100, 1, 1)) == []


def test_a_folder_that_goes_stays_searchable_and_the_others_go_on(folders, open_library, photos_in):
    library = open_library(folders)
    refreshed(library)
    away = folders[0].with_name("away")
    folders[0].rename(away)
    next(folders[1].iterdir()).unlink()
    report = refreshed(library)
    assert (report.photos, report.removed) == (14, 1)
    assert [one.offline for one in library.folders] == [True, False, False]
    assert not library.offline
    away.rename(folders[0])
    report = refreshed(library)
    assert [one.offline for one in library.folders] == [False, False, False]
    assert (report.photos, report.changed) == (14, False)


def test_a_folder_found_empty_does_not_lose_its_photos(photos_in, tmp_path, open_library):
    many, few = photos_in(25), tmp_path / "few"
    few.mkdir()
    shutil.copy(many / "000.png", few)
    library = open_library([many, few])
    refreshed(library)
    for photo in many.iterdir():
        photo.unlink()
    assert refreshed(library).photos == 26
    assert [one.offline for one in library.folders] == [True, False]


def test_one_that_is_not_known_and_not_there_is_told_and_comes_by_itself(folders, open_library):
    absent = folders[0].with_name("later")
    library = open_library([absent, *folders[1:]])
    assert [one.trouble for one in library.folders] == [f"There is no folder {absent}.", "", ""]
    assert refreshed(library).photos == 10
    folders[0].rename(absent)
    assert refreshed(library).photos == 15
    assert [one.trouble for one in library.folders] == ["", "", ""]


def test_where_none_can_be_opened_the_first_reason_is_told(tmp_path, encoder, open_library):
    with pytest.raises(FolderError, match=r"There is no folder .*one\."):
        open_library([tmp_path / "one", tmp_path / "two"])
    with pytest.raises(ValueError, match="needs a folder"):
        open_library([])


def test_only_some_folders_are_looked_at_on_request(folders, open_library):
    library = open_library(folders)
    refreshed(library)
    for folder in folders:
        next(folder.iterdir()).unlink()
    report = drained(library.refresh(only={folders[1]}))[1]
    assert (report.removed, counts(library)) == (1, [5, 6, 3])


def test_each_folder_says_how_far_it_is(folders, open_library):
    steps, _ = drained(open_library(folders).refresh())
    encoding = [step for step in steps if step.phase == "encode" and step.folders]
    assert encoding[-1].skipped == 0
    told = {folder: step.total for one in encoding for folder, step in one.folders if step.phase == "encode"}
    assert told == dict(zip(folders, (5, 7, 3), strict=True))


def test_a_folder_within_another_comes_with_that(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert distinct([inner, tmp_path / "a", tmp_path / "link"]) == [tmp_path / "a"]
    (tmp_path / "ab").mkdir()
    assert distinct([tmp_path / "a", tmp_path / "ab"]) == [tmp_path / "a", tmp_path / "ab"]


def test_folders_of_several_drives_go_by_their_whole_paths(folders, open_library, monkeypatch):
    """As on Windows, where nothing is above C: and D:."""

    def refuse(paths):
        raise ValueError("Paths don't have the same drive")

    monkeypatch.setattr(os.path, "commonpath", refuse)
    library = open_library(folders)
    refreshed(library)
    assert library.folder == Path()
    assert sorted(found(library)) == sorted(path for folder in folders for path in folder.iterdir())
    assert sorted(found(library, within=(folders[2],))) == sorted(folders[2].iterdir())
    photo = next(folders[1].iterdir())
    assert library.search(Query(like=(photo,)), 1)[0].path == photo


def test_the_nearest_folder_above_them_is_found(tmp_path):
    paths = [tmp_path / "a" / "one", tmp_path / "a" / "two"]
    assert common_folder(paths) == tmp_path / "a"
    assert [root.prefix for root in make_roots(paths, tmp_path / "a")] == [b"one/", b"two/"]
    assert [root.prefix for root in make_roots(paths[:1], paths[0])] == [b""]
    assert make_roots([Path("/")], Path("/"))[0].prefix == b""


@pytest.mark.parametrize("above", [Path("/"), Path("/home")])
def test_names_lead_back_to_their_files_from_any_folder_above(above):
    path = Path("/home/me/photos/x.jpg")
    assert local_path(above, relative_name(str(path.relative_to(above)))) == path
    assert Narrowing.of(Query(within=(above,)), Known(above)).prefixes == (b"",)


@pytest.fixture
def hanging(monkeypatch):
    """Lets a folder answer nothing, until the test ends."""
    gate, scandir, silent = threading.Event(), os.scandir, list[str]()

    def ask(path):
        if os.fspath(path) in silent:
            gate.wait()
        return scandir(path)

    monkeypatch.setattr(os, "scandir", ask)
    yield lambda folder: silent.append(str(folder))
    gate.set()


def test_a_folder_that_does_not_answer_when_it_is_listed_stops_no_other(
    folders, open_library, hanging, monkeypatch
):
    monkeypatch.setattr("engine.indexing.scan.HANGS_S", 1.0)
    (folders[0] / "deep").mkdir()
    library = open_library(folders)
    hanging(folders[0] / "deep")
    report = refreshed(library)
    assert counts(library) == [0, 7, 3]
    sentence = f"The folder {folders[0]} does not answer: check its drive or network."
    assert ([one.trouble for one in library.folders], report.added) == ([sentence, "", ""], 10)


def test_a_folder_that_does_not_answer_at_all_is_offline_and_can_be_searched(
    folders, open_library, hanging, monkeypatch
):
    refreshed(open_library(folders))
    monkeypatch.setattr("engine.folders.patience.ANSWERS_S", 1.0)
    hanging(folders[0])
    library = open_library(folders)
    assert [one.offline for one in library.folders] == [True, False, False]
    assert len(found(library)) == 15


def test_a_refresh_can_be_stopped_while_a_folder_does_not_answer(folders, open_library, hanging, monkeypatch):
    library = open_library(folders)
    refreshed(library)
    monkeypatch.setattr("engine.folders.patience.ANSWERS_S", 1.0)
    hanging(folders[0])
    with closing(library.refresh()) as work:
        assert next(work).phase == "scan"
        assert not library.folders[0].offline  # nobody has waited for that
        while not library.folders[0].offline:
            next(work)


def test_each_folder_is_known_for_itself_afterwards(folders, open_library):
    refreshed(open_library(folders))
    assert {(one.path, one.photos) for one in take_inventory().folders} == set(
        zip(folders, (5, 7, 3), strict=True)
    )
