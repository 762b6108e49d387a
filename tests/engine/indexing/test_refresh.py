import os
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from engine.effort import Effort
from engine.encoding.encoder import Encoder
from engine.errors import CatalogError
from engine.indexing import handfuls
from engine.indexing import refresh as refresh_module

from ..conftest import LINE, assert_ended, drained, needs_graph, refreshed, spoil_first_vector


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
    request = refresh_module.Decoder.request
    monkeypatch.setattr(
        refresh_module.Decoder, "request", lambda self, found: order.extend(found) or request(self, found)
    )
    refreshed(open_library(folder))
    assert [found.name for found in order] == [b"002.png", b"000.png", b"004.png", b"001.png", b"003.png"]


def test_photos_are_read_half_as_large_again_as_the_network_sees_them(
    photo_folder, open_library, encoder, monkeypatch
):
    sizes, embed = [], encoder.embed_photos
    monkeypatch.setattr(
        encoder, "embed_photos", lambda images: sizes.extend(one.size for one in images) or embed(images)
    )
    refreshed(open_library(photo_folder))
    assert {min(size) for size in sizes} == {48}  # of 80; the network sees 32


def test_batches_are_bounded(photos_in, open_library, encoder):
    refreshed(open_library(photos_in(70)))
    assert sum(encoder.batches) == 70
    assert max(encoder.batches) <= 16


@pytest.mark.parametrize(
    ("seconds_each", "batches"),
    [(0.028, [2, 5, 5, 4, *(5, 5, 4), 5, 5]), (5.0, [2, *[1] * 38]), (0.0, [2, 14, 16, 8])],
)
def test_a_slow_encoder_gets_smaller_batches_and_handfuls(
    photos_in, open_library, encoder, monkeypatch, seconds_each, batches
):
    now, embed = [1000.0], encoder.embed_photos

    def timed(images):
        now[0] += seconds_each * len(images)
        return embed(images)

    monkeypatch.setattr(encoder, "embed_photos", timed)
    monkeypatch.setattr(handfuls, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(refresh_module, "TICK_S", 30.0)  # patience for a batch that is decoded whole
    refreshed(open_library(photos_in(40)))
    assert encoder.batches == batches


def test_a_batch_grows_again_once_the_encoder_is_fast(photos_in, open_library, encoder, monkeypatch):
    now, embed = [1000.0], encoder.embed_photos

    def timed(images):
        now[0] += 0 if encoder.batches else 0.125 * len(images)
        return embed(images)

    monkeypatch.setattr(encoder, "embed_photos", timed)
    monkeypatch.setattr(handfuls, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(refresh_module, "TICK_S", 30.0)
    refreshed(open_library(photos_in(40)))
    assert encoder.batches == [2, 1, 13, 16, 8]


def test_what_is_encoded_can_be_found_before_the_refresh_ends(photos_in, open_library, monkeypatch):
    monkeypatch.setattr(refresh_module, "ticks", lambda: lambda: True)
    library = open_library(photos_in(60))
    work, counts = library.refresh(), set()
    for _ in work:
        assert len(library.search([LINE], 100)) == library.photo_count
        counts.add(library.photo_count)
    assert len(counts) > 2


def test_closing_the_refresh_midway_loses_and_repeats_nothing(photos_in, open_library, encoder, monkeypatch):
    monkeypatch.setattr(refresh_module, "ticks", lambda: lambda: True)
    folder = photos_in(60)
    library, before = open_library(folder), set(threading.enumerate())
    work = library.refresh()
    while library.photo_count < 20:
        next(work)
    work.close()
    done = library.photo_count
    assert 20 <= done < 60
    assert sum(encoder.batches) == done
    assert_ended(before)
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


@needs_graph
def test_a_large_library_keeps_its_graph_and_rebuilds_a_damaged_one(
    photos_in, open_library, monkeypatch, state_folder
):
    monkeypatch.setattr("engine.indexing.loading.GRAPH_FROM", 50)
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


def test_a_vector_made_anew_takes_the_place_of_one_that_the_disk_did_not_give(
    library, photo_folder, state_folder, monkeypatch
):
    monkeypatch.setattr("engine.vector_index.recent_rows._FEW", 0)  # none is known from before it was spoilt
    refreshed(library)
    content = min(photo.content for photo in library.photos())
    spoil_first_vector(state_folder)
    index = library._gallery.index
    index.remove([content])
    index.add([content], np.ones((1, index.dim), np.float32))
    assert not index.vectors_of([content]).any()
    library._catalog.drop_vectors("tiny", [content])
    refreshed(library)
    assert np.linalg.norm(index.vectors_of([content])) == pytest.approx(1)


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


def test_a_gentle_refresh_rests_after_each_batch_for_as_long_as_it_took(photos_in, open_library, monkeypatch):
    rests, gentle = [], [True]
    monkeypatch.setattr(refresh_module, "time", SimpleNamespace(monotonic=time.monotonic, sleep=rests.append))
    library = open_library(photos_in(40))
    work = library.refresh(effort=lambda: Effort.GENTLE if gentle[0] else Effort.FULL)
    while library.photo_count == 0:
        next(work)
    rested = len(rests)
    assert rested > 0
    assert all(0 < rest <= 0.5 for rest in rests)
    gentle[0] = False
    assert drained(work)[1].photos == 40
    assert len(rests) == rested
