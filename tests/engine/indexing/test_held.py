"""Work that is held, as while the pen draws: nothing new is read or encoded, and nothing hangs for it."""

import threading
import time
from types import SimpleNamespace

import pytest

from engine.effort import Effort
from engine.folders.folder import Found
from engine.indexing import decoder as decoder_module
from engine.indexing import handfuls as handfuls_module
from engine.indexing import refresh as refresh_module
from engine.indexing.dating import look_up_dates
from engine.indexing.decoder import THREADS, Decoder
from engine.indexing.handfuls import Handfuls

from ..conftest import assert_ended, drained, needs_graph, refreshed


class Held:
    """Says whether all is held, and counts how often that was asked."""

    def __init__(self, on):
        self.on, self.asked = on, 0

    def __call__(self):
        self.asked += 1
        return self.on

    def effort(self):
        return Effort.NONE if self() else Effort.FULL

    def wait_until_asked(self):
        """Wait until each thread has asked again and again, and so had time to go on."""
        until, enough = time.monotonic() + 30, self.asked + 5 * THREADS
        while self.asked < enough:
            assert time.monotonic() < until
            time.sleep(0.01)


@pytest.fixture
def opened(monkeypatch):
    """What was decoded; whether all is held is asked often."""
    names, original = [], decoder_module.open_photo
    monkeypatch.setattr(decoder_module, "_LOOK_S", 0.01)
    monkeypatch.setattr(
        decoder_module, "open_photo", lambda path, side: names.append(path.name) or original(path, side=side)
    )
    return names


def decoder_of(folder, held, **more):
    decoder = Decoder(folder, side=32, known=lambda _: False, is_held=held, **more)
    decoder.request(Found(path.name.encode(), 1, 1) for path in sorted(folder.iterdir()))
    return decoder


def read_all(decoder, count):
    read = []
    while len(read) < count:
        read += decoder.take(count, within_s=30)
    return read


def test_while_all_is_held_no_photo_is_begun_and_none_counts_as_hanging(photos_in, opened, monkeypatch):
    held, folder, hashed, original = Held(True), photos_in(6), [], decoder_module.content_hash
    monkeypatch.setattr(
        decoder_module, "content_hash", lambda path, **how: hashed.append(path) or original(path, **how)
    )
    decoder = decoder_of(folder, held)
    held.wait_until_asked()
    assert (hashed, decoder.is_reading(), decoder.leave_reading()) == ([], False, [])
    held.on = False
    assert [one.error for one in read_all(decoder, 6)] == [None] * 6
    decoder.close()


@pytest.mark.parametrize("closes", [False, True])
def test_a_photo_that_is_hashed_when_all_is_held_is_not_decoded_before_it_goes_on(
    photos_in, opened, monkeypatch, closes
):
    held, hashed, before = Held(False), decoder_module.content_hash, set(threading.enumerate())

    def hold_then(path, on_piece):
        held.on = True
        return hashed(path, on_piece=on_piece)

    monkeypatch.setattr(decoder_module, "content_hash", hold_then)
    decoder = decoder_of(photos_in(1), held)
    until = time.monotonic() + 30
    while not held.on:
        assert time.monotonic() < until
        time.sleep(0.01)
    held.wait_until_asked()
    assert (opened, decoder.is_reading()) == ([], False)
    if closes:
        decoder.close()
        assert_ended(before)
        assert opened == []
        return
    held.on = False
    [read] = read_all(decoder, 1)
    assert (read.error, len(opened)) == (None, 1)
    decoder.close()


def test_a_decoder_that_is_held_is_closed_at_once(photos_in, monkeypatch):
    monkeypatch.setattr(decoder_module, "_LOOK_S", 30.0)
    monkeypatch.setattr(decoder_module, "_FAREWELL_S", 10.0)
    held, before = Held(True), set(threading.enumerate())
    decoder = decoder_of(photos_in(THREADS), held)
    until = time.monotonic() + 10
    while held.asked < THREADS:
        assert time.monotonic() < until
        time.sleep(0.01)
    decoder.close()
    assert set(threading.enumerate()) <= before


def test_a_refresh_that_is_held_stops_after_the_handful_at_work_and_loses_nothing_by_being_closed(
    photos_in, open_library, encoder, opened, monkeypatch
):
    held, embed, before = Held(False), encoder.embed_photos, set(threading.enumerate())

    def hold_then(images):
        held.on = not encoder.batches
        return embed(images)

    monkeypatch.setattr(encoder, "embed_photos", hold_then)
    library = open_library(photos_in(40))
    work = library.refresh(effort=held.effort)
    while not held.on:
        next(work)
    assert len(encoder.batches) == 1
    work.close()
    assert_ended(before)
    assert refreshed(library).photos == 40


def test_a_refresh_that_is_driven_while_it_is_held_gives_no_photo_up(
    photos_in, open_library, opened, monkeypatch
):
    monkeypatch.setattr(refresh_module, "HANGS_S", 0.05)
    monkeypatch.setattr(refresh_module, "TICK_S", 0.01)
    monkeypatch.setattr("engine.indexing.overdue.TICK_S", 0.01)
    monkeypatch.setattr(refresh_module, "ticks", lambda: lambda: True)
    held, library = Held(True), open_library(photos_in(10))
    work = library.refresh(effort=held.effort)
    for _ in range(40):
        next(work)
    assert opened == []
    held.on = False
    report = drained(work)[1]
    assert (report.photos, report.skipped) == (10, ())


def test_dates_are_looked_up_once_nothing_is_held_any_more(library, monkeypatch):
    held, dated = Held(True), []
    monkeypatch.setattr(decoder_module, "_LOOK_S", 0.01)
    monkeypatch.setattr(decoder_module, "date_of", lambda path: dated.append(path.name))
    monkeypatch.setattr("engine.indexing.dating._HANGS_S", 0.05)
    monkeypatch.setattr("engine.indexing.dating.TICK_S", 0.01)
    catalog, gallery = library._catalog, library._gallery
    about = (library.folder / "seagreen circle.png").stat()
    found = Found(b"seagreen circle.png", about.st_size, about.st_mtime_ns)
    monkeypatch.setattr(catalog, "photos_without_date", lambda root: {1: [found]})
    work = look_up_dates(library.folder, 1, catalog=catalog, gallery=gallery, is_held=held)
    for _ in range(20):
        assert next(work) == (0, 1)
    assert dated == []
    held.on = False
    assert drained(work)[0][-1] == (1, 1)
    assert dated == ["seagreen circle.png"]


def test_a_gentle_refresh_does_not_rest_for_the_time_that_it_was_held(
    photos_in, open_library, encoder, monkeypatch
):
    held, now, rests = Held(False), [0.0], []
    encode, embed = Handfuls.encode, encoder.embed_photos
    clock = SimpleNamespace(monotonic=lambda: now[0], sleep=rests.append)

    def hold(self, images):
        held.on = True
        return encode(self, images)

    def slowly(images):
        now[0] += 0.1 * len(images)
        return embed(images)

    monkeypatch.setattr(Handfuls, "encode", hold)
    monkeypatch.setattr(encoder, "embed_photos", slowly)
    monkeypatch.setattr(refresh_module, "time", clock)
    monkeypatch.setattr(handfuls_module, "time", clock)
    for _ in open_library(photos_in(2)).refresh(effort=lambda: Effort.NONE if held() else Effort.GENTLE):
        if held.on:
            now[0] += 10
            held.on = False
    assert sum(rests) == pytest.approx(0.2)


@needs_graph
def test_a_graph_that_is_built_yields_at_each_step_while_it_is_held(photo_folder, open_library, monkeypatch):
    monkeypatch.setattr("engine.indexing.loading.GRAPH_FROM", 4)
    monkeypatch.setattr("engine.vector_index.graph._CHUNK", 4)
    monkeypatch.setattr("engine.library.ticks", lambda: lambda: False)
    library = open_library(photo_folder)
    steps, _ = drained(
        library.refresh(effort=lambda: Effort.NONE if library.photo_count == 12 else Effort.FULL)
    )
    assert [one.done for one in steps if one.total == 12 and one.phase == "graph"] == [0, 4, 8, 12]
