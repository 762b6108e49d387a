import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import CatalogError, FolderError, ImageError
from engine.preprocess import render_strokes
from engine.search.ordering import Order
from engine.search.query import Query
from engine.search.ranking import Ranked
from engine.sketches.drawing import Stroke
from engine.state.catalog import CATALOG_NAME
from engine.upkeep import Upkeep

from .conftest import LINE, refreshed, spoil_first_vector


def paths(hits):
    return [hit.path for hit in hits]


def test_a_first_refresh_makes_every_photo_searchable(photo_folder, open_library):
    library = open_library(photo_folder)
    assert library.search([LINE]) == []
    report = refreshed(library)
    assert (report.photos, report.added, report.moved, report.removed, report.skipped) == (12, 12, 0, 0, ())
    assert library.photo_count == 12
    files = {path for path in photo_folder.rglob("*.*") if path.is_file()}
    assert set(paths(library.search([LINE], 100))) == files


def test_hits_come_best_first_with_cosines(library, encoder, draw_picture):
    query = draw_picture("circle", "black")
    hits = library.search(query, 5)
    assert len(hits) == 5
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    photo = encoder.embed_photos([Image.open(hits[0].path)])[0]
    assert scores[0] == pytest.approx(float(photo @ encoder.embed_sketches([query])[0]), abs=0.02)


def test_an_empty_drawing_finds_nothing(library):
    assert library.search([]) == []
    assert library.search([Stroke.through([(0, 0), (1, 1)], eraser=True)]) == []


def test_a_sketch_the_encoder_has_no_vector_for_finds_nothing(
    pale_photos, open_library, light_encoder, draw_picture
):
    library, dark = open_library(pale_photos, light_encoder), draw_picture("circle", "black")
    assert refreshed(library).photos == 3
    assert np.isnan(light_encoder.embed_sketches([dark])).all()
    assert library.search(dark, 3) == library.search(dark, 3, order=Order.RERANKED) == []


@pytest.mark.parametrize(("number", "shown"), [(np.nan, -1.0), (1.0000002, 1.0), (-1.0000002, -1.0)])
def test_a_score_that_is_no_cosine_is_shown_as_the_nearest_one_and_nan_as_the_worst(
    library, monkeypatch, number, shown
):
    answer = library.rank([LINE])
    monkeypatch.setattr(answer._ranking, "take", lambda count: [Ranked((b"a.jpg",), number)])
    assert [hit.score for hit in answer.take(1)] == [shown]


def test_strokes_and_their_picture_find_the_same(library):
    assert library.search([LINE], 5) == library.search(render_strokes([LINE]), 5)


def test_k_is_at_least_one(library):
    with pytest.raises(ValueError, match="at least 1"):
        library.search([LINE], 0)


def test_a_second_refresh_encodes_nothing(library, encoder):
    encoder.batches.clear()
    report = refreshed(library)
    assert encoder.batches == []
    assert (report.photos, report.added) == (12, 0)


def test_a_library_opened_again_searches_before_any_refresh(library, photo_folder, open_library):
    expected = library.search([LINE], 100)
    assert open_library(photo_folder).search([LINE], 100) == expected


@pytest.mark.parametrize("spelling", ["{0}/", "{0}/older/..", "{0}/./"])
def test_a_folder_is_one_library_however_it_is_spelled(library, photo_folder, open_library, spelling):
    assert open_library(spelling.format(photo_folder)).photo_count == 12


def test_a_link_and_a_relative_path_lead_to_the_same_library(
    library, photo_folder, open_library, tmp_path, monkeypatch
):
    (tmp_path / "link").symlink_to(photo_folder, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    for spelling in (tmp_path / "link", "photos", "link/"):
        again = open_library(spelling)
        assert (again.photo_count, again.folder) == (12, photo_folder)


def test_photos_behind_a_link_are_known_by_the_names_they_are_found_under(
    library, photo_folder, tmp_path, encoder
):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for photo in sorted((photo_folder / "older").iterdir()):
        photo.rename(elsewhere / photo.name)
    (photo_folder / "trip").symlink_to(elsewhere, target_is_directory=True)
    refreshed(library)
    there = {photo_folder / "trip" / photo.name for photo in elsewhere.iterdir()}
    for within in ("trip", photo_folder / "trip"):
        assert set(paths(library.search(Query([LINE], within=(Path(within),)), 100))) == there
    one = next(iter(there))
    assert paths(library.search(Query([LINE], unlike=(one,)), 100))[-1] == one
    assert library.note_found([LINE], [one]) is not None
    elsewhere.rename(tmp_path / "away")
    encoder.batches.clear()
    assert library.search(Query(like=(one,)), 1)
    assert encoder.batches == []


def test_a_moved_photo_keeps_its_vector(library, photo_folder, encoder):
    old = next(photo_folder.glob("*.png"))
    (photo_folder / "new place").mkdir()
    new = old.rename(photo_folder / "new place" / "renamed.png")
    encoder.batches.clear()
    report = refreshed(library)
    assert (report.photos, report.added, report.moved, report.removed) == (12, 0, 1, 0)
    assert encoder.batches == []
    found = paths(library.search([LINE], 100))
    assert new in found
    assert old not in found


def test_a_renamed_library_folder_needs_no_encoding(library, photo_folder, encoder, open_library):
    moved = photo_folder.rename(photo_folder.with_name("moved"))
    encoder.batches.clear()
    report = refreshed(open_library(moved))
    assert (report.photos, report.added) == (12, 0)
    assert encoder.batches == []


def test_copies_share_a_vector_and_are_all_found(library, photo_folder, encoder):
    original = next(photo_folder.glob("*.jpg"))
    copies = [photo_folder / f"copy {number}.jpg" for number in range(3)]
    for copy in copies:
        shutil.copy(original, copy)
    encoder.batches.clear()
    assert refreshed(library).added == 3
    assert encoder.batches == []
    scores = {hit.path: hit.score for hit in library.search([LINE], 100)}
    assert len({scores[path] for path in (original, *copies)}) == 1


def test_copies_that_arrive_together_are_encoded_once(photo_folder, open_library, encoder):
    for path in list(photo_folder.glob("*.*")):
        shutil.copy(path, photo_folder / "older" / f"copy of {path.name}")
    report = refreshed(open_library(photo_folder))
    assert report.photos == 21
    assert sum(encoder.batches) < 21
    assert report.photos == len(set(paths(open_library(photo_folder).search([LINE], 100))))


def test_a_changed_photo_gets_its_new_vector(library, photo_folder, encoder, draw_picture):
    path = next(photo_folder.glob("*.png"))
    before = {hit.path: hit.score for hit in library.search([LINE], 100)}
    draw_picture("cross", "black", (40, 200)).save(path)
    encoder.batches.clear()
    report = refreshed(library)
    assert (report.photos, report.added, report.removed) == (12, 1, 0)
    assert encoder.batches == [1]
    after = {hit.path: hit.score for hit in library.search([LINE], 100)}
    assert [name for name in before if before[name] != after[name]] == [path]


def test_a_photo_that_was_only_touched_is_nothing_new(library, photo_folder, encoder):
    os.utime(next(photo_folder.glob("*.png")), (10_000, 10_000))
    encoder.batches.clear()
    report = refreshed(library)
    assert (report.photos, report.added, report.moved, report.changed) == (12, 0, 0, False)
    assert encoder.batches == []


def test_a_deleted_photo_is_not_found_any_more(library, photo_folder):
    gone = next(photo_folder.glob("*.png"))
    gone.unlink()
    report = refreshed(library)
    assert (report.photos, report.removed) == (11, 1)
    assert gone not in paths(library.search([LINE], 100))


def test_the_vector_of_a_deleted_photo_leaves_the_catalog_when_it_is_due(library, photo_folder, state_folder):
    with Upkeep(photo_folder) as upkeep:
        upkeep.keep_days = 0
    next(photo_folder.glob("*.png")).unlink()
    refreshed(library)
    with closing(sqlite3.connect(state_folder / CATALOG_NAME)) as db:
        tables = ("photos", "contents", "vectors")
        assert [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables] == [11] * 3


def test_one_of_two_copies_may_go(library, photo_folder):
    original = next(photo_folder.glob("*.png"))
    copy = shutil.copy(original, photo_folder / "copy.png")
    refreshed(library)
    original.unlink()
    report = refreshed(library)
    assert (report.removed, report.moved) == (0, 1)  # the copy came later: it is where the photo is now
    assert copy in paths(library.search([LINE], 100))


def test_an_empty_folder_has_no_photos(tmp_path, open_library):
    (tmp_path / "empty").mkdir()
    library = open_library(tmp_path / "empty")
    report = refreshed(library)
    assert (report.photos, report.skipped, library.offline) == (0, (), False)
    assert library.search([LINE]) == []


def test_a_sub_folder_that_cannot_be_listed_keeps_its_photos(library, photo_folder, unreadable):
    unreadable("older")
    report = refreshed(library)
    assert (report.photos, report.removed) == (12, 0)
    assert [(one.path, one.reason) for one in report.skipped] == [
        (photo_folder / "older", "the folder cannot be listed: permission denied.")
    ]
    unreadable()
    assert refreshed(library).skipped == ()


def test_a_folder_that_cannot_be_read_is_an_error(photo_folder, open_library, unreadable):
    library = open_library(photo_folder)
    unreadable("photos")
    with pytest.raises(FolderError, match="cannot be read: permission denied"):
        open_library(photo_folder)
    with pytest.raises(FolderError, match="cannot be read: permission denied"):
        refreshed(library)


def test_an_unknown_folder_that_is_not_there_is_an_error(tmp_path, open_library):
    with pytest.raises(FolderError, match="There is no folder"):
        open_library(tmp_path / "absent")


def test_a_file_is_no_folder(tmp_path, open_library):
    (tmp_path / "file").touch()
    with pytest.raises(FolderError, match="not a folder"):
        open_library(tmp_path / "file")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a name be any bytes")
def test_a_name_that_is_no_text_is_indexed_and_found(photo_folder, open_library):
    source, name = next(photo_folder.glob("*.png")), os.fsencode(photo_folder) + b"/caf\xe9 100%_.png"
    os.rename(source, name)
    library = open_library(photo_folder)
    refreshed(library)
    assert name in [os.fsencode(path) for path in paths(library.search([LINE], 100))]


def test_a_catalog_that_is_no_database_is_told(photo_folder, open_library, state_folder):
    (state_folder / "catalog.sqlite3").write_bytes(b"these are words" * 500)
    with pytest.raises(CatalogError, match="move it away"):
        open_library(photo_folder)


@pytest.mark.parametrize("number", [0, None])
def test_a_vector_that_cannot_be_compared_is_made_anew(
    library, photo_folder, open_library, encoder, number, tmp_path, state_folder
):
    spoil_first_vector(state_folder, number)
    encoder.batches.clear()
    copies = open_library(shutil.copytree(photo_folder, tmp_path / "copies"))
    refreshed(copies)
    assert (refreshed(copies).photos, encoder.batches) == (12, [1])
    encoder.batches.clear()
    spoil_first_vector(state_folder, number)
    again = open_library(photo_folder)
    assert again.photo_count == 11
    assert (refreshed(again).photos, encoder.batches) == (12, [1])


def test_a_photo_behind_a_link_is_known_by_its_real_path(photo_folder, open_library, encoder, tmp_path):
    (photo_folder / "older").rename(tmp_path / "elsewhere")
    (photo_folder / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    library = open_library(photo_folder)
    refreshed(library)
    real = next((tmp_path / "elsewhere").iterdir())
    met = photo_folder / "link" / real.name
    encoder.batches.clear()
    assert library.search(Query(like=(real,)), 1)[0].path == met
    assert library.search(Query([LINE], unlike=(real,)), 100)[-1].path == met
    assert encoder.batches == []
    assert library.note_found([LINE], [real]) is not None
    shutil.copy(real, tmp_path / "copy.png")  # another file, though it is like it in everything
    library.search(Query(like=(tmp_path / "copy.png",)), 1)
    assert encoder.batches == [1]


def test_a_photo_laid_beside_the_drawing_is_searched_by_its_vector_when_it_is_renamed_or_gone(
    library, photo_folder, open_library
):
    refreshed(library)
    laid, gone = (library.search([LINE], 2)[n].path for n in range(2))
    query = Query(like=(laid,), unlike=(gone,))
    before = library.search(query, 100)
    laid.rename(laid.with_name(f"renamed{laid.suffix}"))
    gone.unlink()
    refreshed(library)
    for one in (library, open_library(photo_folder)):
        found = one.search(query, 100)
        assert found[0].path.stem == "renamed"
        assert [hit.path for hit in found[1:]] == [hit.path for hit in before if hit.path not in (laid, gone)]
    with pytest.raises(ImageError, match="cannot be used as a photo"):
        library.search(Query(like=(photo_folder / "strange.png",)), 1)
