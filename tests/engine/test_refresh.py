import os
import shutil
import threading

import numpy as np
import pytest

from engine import decoder as decoder_module
from engine import refresh as refresh_module
from engine.drawing import Stroke
from engine.encoder import Encoder
from engine.errors import CatalogError, FolderError

LINE = Stroke.through([(0.2, 0.2), (0.8, 0.8)])


def drained(work):
    """Return the progress a refresh told, and its report."""
    steps = []
    while True:
        try:
            steps.append(next(work))
        except StopIteration as end:
            return steps, end.value


def refreshed(library):
    return drained(library.refresh())[1]


def test_broken_files_are_skipped_with_a_reason_and_not_tried_again(library, photo_folder, monkeypatch):
    (photo_folder / "broken.jpg").write_bytes(b"no photo")
    (photo_folder / "empty.png").touch()
    report = refreshed(library)
    assert [(one.path.name, one.reason) for one in report.skipped] == [
        ("broken.jpg", "it is not a picture this program can read."),
        ("empty.png", "the file is empty."),
    ]
    opened = []
    monkeypatch.setattr("engine.decoder.open_photo", lambda path, side: opened.append(path))
    again = refreshed(library)
    assert (again.skipped, again.photos, opened) == (report.skipped, 12, [])


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
    monkeypatch.setattr("engine.photos.heic_readable", lambda: False)
    assert [one.path.name for one in refreshed(library).skipped] == ["phone.heic"]
    tried = []
    monkeypatch.setattr(refresh_module, "reader_version", lambda: "a later one")
    monkeypatch.setattr("engine.decoder.refuse_at_sight", tried.append)
    refreshed(library)
    assert tried == [photo_folder / "phone.heic"]


def test_a_file_that_could_not_be_opened_is_tried_again(library, photo_folder, draw_picture, monkeypatch):
    draw_picture("cross", "gold").save(photo_folder / "locked.png")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("engine.decoder.open_photo", denied)
        assert [one.reason for one in refreshed(library).skipped] == ["it cannot be read: permission denied."]
    report = refreshed(library)
    assert (report.photos, report.skipped) == (13, ())


def test_a_photo_the_model_makes_nothing_of_is_skipped(photo_folder, open_library, encoder, monkeypatch):
    def spoiled(images):
        vectors = np.ones((len(images), encoder.dim), np.float32)
        vectors[0] = np.nan
        return vectors

    monkeypatch.setattr(encoder, "embed_photos", spoiled)
    report = refreshed(open_library(photo_folder))
    assert report.skipped
    assert report.photos + len(report.skipped) == 12
    assert {one.reason for one in report.skipped} == {"the model makes nothing of it."}


@pytest.fixture
def useless(make_model, tmp_path, monkeypatch):
    """A second model, which makes nothing of any photo, with a record of how many it was given at a time."""
    encoder, batches = Encoder(make_model(tmp_path / "useless.onnx", model_id="useless", dim=16)), []

    def spoiled(images):
        batches.append(len(images))
        return np.full((len(images), 16), np.nan, np.float32)

    monkeypatch.setattr(encoder, "embed_photos", spoiled)
    encoder.batches = batches
    return encoder


def test_what_one_model_makes_nothing_of_another_keeps(library, photo_folder, open_library, encoder, useless):
    encoder.batches.clear()
    second = open_library(photo_folder, useless)
    for _ in range(2):
        report = refreshed(second)
        assert (report.photos, len(report.skipped), sum(useless.batches)) == (0, 12, 12)
    report = refreshed(open_library(photo_folder))
    assert (report.photos, report.added, report.skipped, encoder.batches) == (12, 0, (), [])


def test_what_one_model_makes_nothing_of_another_tries(photo_folder, open_library, useless):
    refreshed(open_library(photo_folder, useless))
    report = refreshed(open_library(photo_folder))
    assert (report.photos, report.skipped) == (12, ())


def test_a_photo_a_second_model_cannot_open_just_then_keeps_its_vector(
    library, photo_folder, open_library, encoder, useless, monkeypatch
):
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("engine.decoder.open_photo", denied)
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


@pytest.mark.parametrize("hanging", [("000.png",), ("000.png", "003.png", "007.png")])
def test_photos_whose_reading_does_not_end_are_left_out_for_this_time(
    hanging, photos_in, open_library, monkeypatch
):
    over, opened = threading.Event(), decoder_module.open_photo

    def slow(path, side):
        if path.name in hanging and not over.is_set():
            over.wait(60)
        return opened(path, side=side)

    monkeypatch.setattr(decoder_module, "open_photo", slow)
    monkeypatch.setattr(refresh_module, "_HANGS_S", 1.0)
    library = open_library(photos_in(10))
    report = refreshed(library)
    over.set()
    assert [(one.path.name, one.reason) for one in report.skipped] == [
        (name, "reading it takes too long.") for name in hanging
    ]
    assert report.photos == 10 - len(hanging)
    assert refreshed(library).photos == 10


def test_a_folder_that_does_not_answer_is_not_waited_for_photo_by_photo(photos_in, open_library, monkeypatch):
    over = threading.Event()
    library = open_library(photos_in(20))
    with monkeypatch.context() as patch:
        patch.setattr(decoder_module, "open_photo", lambda *_, **__: over.wait(60))
        patch.setattr(refresh_module, "_HANGS_S", 0.3)
        with pytest.raises(FolderError, match="does not answer"):
            refreshed(library)
    over.set()
    report = refreshed(library)
    assert (report.photos, report.skipped) == (20, ())


def test_progress_ends_every_phase_and_never_falls(photos_in, open_library):
    steps, _ = drained(open_library(photos_in(40)).refresh())
    scan, encode = ([one for one in steps if one.phase == phase] for phase in ("scan", "encode"))
    assert (scan[-1].done, scan[-1].total) == (40, 40)
    assert (encode[-1].done, encode[-1].total) == (40, 40)
    assert [one.done for one in encode] == sorted(one.done for one in encode)


def test_photos_are_encoded_newest_first(photos_in, open_library, monkeypatch):
    folder = photos_in(5)
    for number, name in enumerate(["002.png", "000.png", "004.png", "001.png", "003.png"]):
        os.utime(folder / name, (10_000 - number, 10_000 - number))
    order = []
    put = refresh_module.Decoder.put
    monkeypatch.setattr(
        refresh_module.Decoder, "put", lambda self, found: order.extend(found) or put(self, found)
    )
    refreshed(open_library(folder))
    assert [found.name for found in order] == [b"002.png", b"000.png", b"004.png", b"001.png", b"003.png"]


def test_batches_are_bounded(photos_in, open_library, encoder):
    refreshed(open_library(photos_in(70)))
    assert sum(encoder.batches) == 70
    assert max(encoder.batches) <= 16


def test_what_is_encoded_can_be_found_before_the_refresh_ends(photos_in, open_library, monkeypatch):
    monkeypatch.setattr(refresh_module, "_ticks", lambda: lambda: True)
    library = open_library(photos_in(60))
    work, counts = library.refresh(), set()
    for _ in work:
        assert len(library.search([LINE], 100)) == library.photo_count
        counts.add(library.photo_count)
    assert len(counts) > 2


def test_closing_the_refresh_midway_loses_and_repeats_nothing(photos_in, open_library, encoder, monkeypatch):
    monkeypatch.setattr(refresh_module, "_ticks", lambda: lambda: True)
    folder = photos_in(60)
    library, threads = open_library(folder), threading.active_count()
    work = library.refresh()
    while library.photo_count < 20:
        next(work)
    work.close()
    done = library.photo_count
    assert 20 <= done < 60
    assert sum(encoder.batches) == done
    assert threading.active_count() == threads
    assert open_library(folder).photo_count == done
    report = refreshed(library)
    assert (report.photos, report.added, report.skipped) == (60, 60 - done, ())
    assert sum(encoder.batches) == 60


def test_an_error_of_the_model_ends_the_refresh_and_keeps_what_is_done(
    photos_in, open_library, encoder, monkeypatch
):
    library, embed = open_library(photos_in(40)), encoder.embed_photos

    def failing(images):
        if library.photo_count:
            raise RuntimeError("out of memory")
        return embed(images)

    monkeypatch.setattr(encoder, "embed_photos", failing)
    with pytest.raises(RuntimeError):
        refreshed(library)
    assert library.photo_count > 0
    monkeypatch.setattr(encoder, "embed_photos", embed)
    assert refreshed(library).photos == 40


def test_searching_from_other_threads_during_a_refresh_never_fails(photos_in, open_library):
    library, failures, stop = open_library(photos_in(80)), [], threading.Event()

    def search() -> None:
        while not stop.is_set():
            hits = library.search([LINE], 10)
            if [hit.score for hit in hits] != sorted((hit.score for hit in hits), reverse=True):
                failures.append(hits)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        assert refreshed(library).photos == 80
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []


def test_another_model_starts_anew_and_leaves_the_first_ones_vectors(
    library, photo_folder, open_library, encoder, make_model, tmp_path
):
    other = Encoder(make_model(tmp_path / "other.onnx", model_id="other", dim=16))
    second = open_library(photo_folder, other)
    assert second.photo_count == 0
    assert refreshed(second).photos == 12
    assert library.search([LINE], 3) != second.search([LINE], 3)
    encoder.batches.clear()
    assert refreshed(open_library(photo_folder)).added == 0
    assert encoder.batches == []


def test_a_large_library_keeps_its_graph_and_rebuilds_a_damaged_one(
    photos_in, open_library, monkeypatch, state_folder
):
    monkeypatch.setattr("engine.library.GRAPH_FROM", 50)
    folder = photos_in(60)
    library = open_library(folder)
    steps, _ = drained(library.refresh())
    assert (steps[-1].phase, steps[-1].done, steps[-1].total) == ("graph", 60, 60)
    expected = library.search([LINE], 20)
    again = open_library(folder)
    assert "graph" not in {one.phase for one in drained(again.refresh())[0]}
    [file] = (state_folder / "graphs").glob("*.hnsw")
    file.write_bytes(file.read_bytes()[:-1] + b"\xff")
    damaged = open_library(folder)
    found = damaged.search([LINE], 20)
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], abs=1e-5)
    assert "graph" in {one.phase for one in drained(damaged.refresh())[0]}


def test_what_another_library_indexed_meanwhile_is_taken_over(photo_folder, open_library, encoder):
    first, second = open_library(photo_folder), open_library(photo_folder)
    refreshed(first)
    encoder.batches.clear()
    report = refreshed(second)
    assert (report.photos, report.added, report.elsewhere, encoder.batches) == (12, 0, 12, [])
    assert report.changed
    assert not refreshed(second).changed


def test_what_another_library_dropped_meanwhile_is_not_found_any_more(library, photo_folder, open_library):
    second, gone = open_library(photo_folder), next(photo_folder.glob("*.png"))
    gone.unlink()
    report = refreshed(library)
    assert (report.removed, report.elsewhere) == (1, 0)
    report = refreshed(second)
    assert (report.photos, report.removed, report.elsewhere, report.changed) == (11, 0, 1, True)
    assert gone not in [hit.path for hit in second.search([LINE], 100)]


def test_two_refreshes_at_once_are_refused(photo_folder, open_library):
    first, second = open_library(photo_folder), open_library(photo_folder)
    work = first.refresh()
    next(work)
    with pytest.raises(CatalogError, match="already"):
        refreshed(second)
    work.close()
    assert refreshed(second).photos == 12


def test_the_photo_folder_is_only_read(photo_folder, open_library):
    before = {path: path.stat().st_mtime_ns for path in (photo_folder, *photo_folder.rglob("*"))}
    refreshed(open_library(photo_folder))
    assert {path: path.stat().st_mtime_ns for path in (photo_folder, *photo_folder.rglob("*"))} == before


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
