"""Which photos a refresh leaves out, why, and when they are tried again."""

import io
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from engine.encoding.encoder import Encoder
from engine.indexing import decoder
from engine.indexing import refresh as refresh_module
from engine.state.catalog import CATALOG_NAME, Catalog

from .conftest import LINE, drained, refreshed
from .earlier_catalogs import stored_vectors


def test_broken_files_are_skipped_with_a_reason_and_not_tried_again(library, photo_folder, monkeypatch):
    (photo_folder / "broken.jpg").write_bytes(b"no photo")
    (photo_folder / "empty.png").touch()
    report = refreshed(library)
    assert [(one.path.name, one.reason) for one in report.skipped] == [
        ("broken.jpg", "it is not a picture this program can read."),
        ("empty.png", "the file is empty."),
    ]
    assert library.skipped_count == 2
    opened = []
    monkeypatch.setattr("engine.indexing.decoder.open_photo", lambda path, side: opened.append(path))
    again = refreshed(library)
    assert (again.skipped, again.photos, opened) == (report.skipped, 12, [])


def test_progress_counts_the_files_and_folders_that_are_left_out(photo_folder, open_library, unreadable):
    (photo_folder / "broken.jpg").write_bytes(b"no photo")
    unreadable("older")
    library = open_library(photo_folder)
    told = [[(one.phase, one.skipped) for one in drained(library.refresh())[0]] for _ in range(2)]
    assert (told[0][0], told[0][-1]) == (("scan", 1), ("encode", 2))  # the folder is listed, then read
    assert told[1] == [("scan", 2)]


@pytest.mark.parametrize("told", [{"st_file_attributes": 0x501620}, {"st_flags": 0x40000000}])
def test_what_lies_in_the_cloud_alone_is_not_downloaded_and_what_goes_there_stays_to_be_found(
    library, photo_folder, draw_picture, monkeypatch, told
):
    looked, hashed, known = Path.stat, [], photo_folder / "seagreen circle.png"
    away, hash_of = {photo_folder / "new.png", photo_folder / "large.psb"}, decoder.content_hash
    draw_picture("square", "gold").save(photo_folder / "new.png")
    (photo_folder / "large.psb").write_bytes(b"8BPS")
    told = SimpleNamespace(**told, st_mode=0o100600, st_size=4)
    monkeypatch.setattr(Path, "stat", lambda path, **how: told if path in away else looked(path, **how))
    monkeypatch.setattr("engine.pictures.photos._start", lambda path, count: hashed.append(path) or b"8BPS")
    monkeypatch.setattr(
        decoder, "content_hash", lambda path, **more: hashed.append(path) or hash_of(path, **more)
    )
    reasons = {one.reason for one in refreshed(library).skipped}
    assert (reasons, hashed) == ({"it is in the cloud alone: download it first."}, [])
    away.remove(photo_folder / "large.psb")
    (photo_folder / "large.psb").unlink()
    away.add(known)
    known.chmod(0o600)  # its other time of change is another one
    report = refreshed(library)
    assert (report.photos, len(report.skipped), hashed) == (12, 2, [])
    assert known in [hit.path for hit in library.search([LINE], 100)]
    away.clear()
    assert (refreshed(library).photos, library.skipped_files()) == (13, [])


def test_a_photo_that_is_found_and_kills_the_program_once_it_has_changed_is_left_out(
    library, photo_folder, state_folder, draw_picture
):
    refreshed(library)
    name = "seagreen circle.png"
    draw_picture("square", "gold").save(photo_folder / name)
    with closing(sqlite3.connect(state_folder / CATALOG_NAME)) as db, db:
        db.execute(
            "INSERT INTO in_flight SELECT root, path, 0, 2 FROM photos WHERE path = ?", (name.encode(),)
        )
    report = refreshed(library)
    assert (report.photos, [one.path.name for one in report.skipped]) == (11, [name])
    assert name not in [hit.path.name for hit in library.search([LINE], 100)]


@pytest.mark.parametrize("name", ["nas", "linked.png"])
def test_what_the_disk_tells_nothing_of_stays_to_be_found_and_is_among_what_is_left_out(
    library, photo_folder, tmp_path, draw_picture, name
):
    (tmp_path / "drive").mkdir()
    draw_picture("circle", "gold").save(tmp_path / "drive" / "a.png")
    (photo_folder / name).symlink_to(tmp_path / "drive" / ("a.png" if "." in name else ""))
    assert refreshed(library).photos == 13
    (photo_folder / name).unlink()
    (photo_folder / name).symlink_to("x" * 300)  # asking of it is an error, as of a drive that is cut off
    for _ in range(2):
        report = refreshed(library)
        assert (report.photos, report.removed, [one.path.name for one in report.skipped]) == (13, 0, [name])
    assert "too long" in report.skipped[0].reason
    (photo_folder / name).unlink()
    report = refreshed(library)
    assert (report.photos, report.removed, report.skipped) == (12, 1, ())


def test_a_file_that_was_in_flight_and_is_gone_is_no_suspect_any_more(library, photo_folder, state_folder):
    catalog = Catalog(state_folder)
    root = catalog.root(os.fsencode(photo_folder))
    catalog.begin(root, [b"gone.png"])
    refreshed(library)
    assert catalog.suspects(root) == {}
    catalog.close()


def test_a_broken_file_that_was_repaired_is_found(library, photo_folder, draw_picture):
    (photo_folder / "broken.png").write_bytes(b"no photo")
    refreshed(library)
    draw_picture("circle", "gold").save(photo_folder / "broken.png")
    report = refreshed(library)
    assert (report.photos, report.skipped) == (13, ())


def test_a_broken_file_that_is_deleted_is_not_listed_any_more(library, photo_folder):
    (photo_folder / "broken.png").write_bytes(b"no photo")
    refreshed(library)
    (photo_folder / "broken.png").unlink()
    assert refreshed(library).skipped == ()


def test_a_refused_file_is_tried_again_by_another_version_of_the_reader(library, photo_folder, monkeypatch):
    (photo_folder / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0")
    monkeypatch.setattr("engine.pictures.formats.is_present", lambda extra: False)
    assert [one.path.name for one in refreshed(library).skipped] == ["phone.heic"]
    tried = []
    monkeypatch.setattr(refresh_module, "reader_version", lambda: "a later one")
    monkeypatch.setattr("engine.indexing.decoder.refuse_at_sight", tried.append)
    refreshed(library)
    assert tried == [photo_folder / "phone.heic"]


def test_a_file_that_could_not_be_opened_is_tried_again(library, photo_folder, draw_picture, monkeypatch):
    draw_picture("cross", "gold").save(photo_folder / "locked.png")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("engine.indexing.decoder.open_photo", denied)
        assert [one.reason for one in refreshed(library).skipped] == ["it cannot be read: permission denied."]
    report = refreshed(library)
    assert (report.photos, report.skipped) == (13, ())


def test_a_photo_whose_vector_is_nan_is_skipped_and_none_of_it_stored(
    pale_photos, open_library, light_encoder, draw_picture, state_folder
):
    draw_picture("circle", "black").save(pale_photos / "dark.png")
    library = open_library(pale_photos, light_encoder)
    report = refreshed(library)
    assert [(one.path.name, one.reason) for one in report.skipped] == [
        ("dark.png", "the encoder gave no usable vector for this photo.")
    ]
    assert (report.photos, report.added, library.photo_count) == (3, 3, 3)
    with closing(sqlite3.connect(state_folder / CATALOG_NAME)) as db:
        vectors = [vector for _, _, vector in stored_vectors(db, state_folder / "vectors")]
        assert len(vectors) == 3
        assert np.isfinite(vectors).all()
        assert db.execute("SELECT count(*) FROM photos").fetchone() == (3,)
        assert db.execute("SELECT count(*) FROM contents").fetchone() == (3,)


@pytest.fixture
def useless(make_model, tmp_path, monkeypatch):
    """A second model without a usable vector for any photo, with a record of how many it was given."""
    encoder, batches = Encoder(make_model(tmp_path / "useless.onnx", model_id="useless", dim=16)), []

    def spoiled(images):
        batches.append(len(images))
        return np.full((len(images), 16), np.nan, np.float32)

    monkeypatch.setattr(encoder, "embed_photos", spoiled)
    encoder.batches = batches
    return encoder


def test_a_photo_that_one_encoder_cannot_use_keeps_the_vector_of_another(
    library, photo_folder, open_library, encoder, useless
):
    encoder.batches.clear()
    second = open_library(photo_folder, useless)
    for _ in range(2):
        report = refreshed(second)
        assert (report.photos, len(report.skipped), sum(useless.batches)) == (0, 12, 12)
    report = refreshed(open_library(photo_folder))
    assert (report.photos, report.added, report.skipped, encoder.batches) == (12, 0, (), [])


def test_a_photo_that_one_encoder_cannot_use_is_tried_with_another(photo_folder, open_library, useless):
    refreshed(open_library(photo_folder, useless))
    report = refreshed(open_library(photo_folder))
    assert (report.photos, report.skipped) == (12, ())


def test_a_photo_a_second_model_cannot_open_just_then_keeps_its_vector(
    library, photo_folder, open_library, encoder, useless, monkeypatch
):
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("engine.indexing.decoder.open_photo", denied)
        assert len(refreshed(open_library(photo_folder, useless)).skipped) == 12
    encoder.batches.clear()
    report = refreshed(open_library(photo_folder))
    assert (report.photos, report.added, report.skipped, encoder.batches) == (12, 0, (), [])


def test_photos_in_a_closed_folder_do_not_count_for_a_model_that_never_saw_them(
    library, photo_folder, open_library, make_model, tmp_path, unreadable
):
    unreadable("older")
    other = open_library(photo_folder, Encoder(make_model(tmp_path / "other.onnx", model_id="other")))
    assert refreshed(other).photos == len(other.search([LINE], 100)) == 9


def test_a_photo_is_not_to_blame_for_what_stops_the_program_after_it_was_read(
    photos_in, open_library, encoder, state_folder, tmp_path, monkeypatch
):
    folder, state = photos_in(1), state_folder
    for number in range(4):
        left = tmp_path / f"state {number}"

        def killed(images, state=state, left=left):
            shutil.copytree(state, left)  # before any `finally` runs: what a killed process leaves
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(encoder, "embed_photos", killed)
            with pytest.raises(KeyboardInterrupt):
                refreshed(open_library(folder))
        state = left
        monkeypatch.setenv("FFMLN_DATA_DIR", str(state))
    report = refreshed(open_library(folder))
    assert (report.photos, report.skipped) == (1, ())


def test_a_file_read_in_part_is_found_and_told_of_with_its_copies_and_after_a_recheck(
    photo_folder, open_library, draw_picture
):
    whole = io.BytesIO()
    Image.effect_noise((400, 300), 90).convert("RGB").save(whole, "JPEG", quality=90)
    for name in ("cut.jpg", "older/copy of cut.jpg"):
        (photo_folder / name).write_bytes(whole.getvalue()[: len(whole.getvalue()) * 9 // 10])
    library = open_library(photo_folder)
    for recheck in (False, True, False):
        report = drained(library.refresh(recheck=recheck))[1]
        assert (report.photos, report.skipped) == (14, ())
        assert [odd.path.name for odd in report.odd] == ["cut.jpg", "copy of cut.jpg"]
        assert all("incomplete" in odd.reason for odd in report.odd)
    draw_picture("circle", "orange").save(photo_folder / "cut.jpg")
    assert [odd.path.name for odd in refreshed(library).odd] == ["copy of cut.jpg"]
