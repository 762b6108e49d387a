"""Photos whose reading takes long or does not end, and a refresh that is stopped meanwhile."""

import threading
import time

import pytest

from engine.errors import FolderError
from engine.indexing import decoder as decoder_module
from engine.indexing import refresh as refresh_module

from .conftest import refreshed


@pytest.mark.parametrize("hanging", [("000.png",), ("000.png", "003.png", "007.png")])
def test_photos_whose_reading_does_not_end_are_left_out_for_this_time(
    hanging, photos_in, open_library, monkeypatch
):
    over, hashed = threading.Event(), decoder_module.content_hash

    def slow(path, on_piece):
        if path.name in hanging and not over.is_set():
            over.wait(60)
        return hashed(path, on_piece=on_piece)

    monkeypatch.setattr(decoder_module, "content_hash", slow)
    library = open_library(photos_in(10))
    with monkeypatch.context() as patch:
        patch.setattr(refresh_module, "HANGS_S", 1.0)
        report = refreshed(library)
    over.set()
    assert [(one.path.name, one.reason) for one in report.skipped] == [
        (name, "reading it took too long; it is tried again with the next refresh.") for name in hanging
    ]
    assert report.photos == 10 - len(hanging)
    assert refreshed(library).photos == 10


def test_a_folder_that_does_not_answer_is_not_waited_for_photo_by_photo(photos_in, open_library, monkeypatch):
    over = threading.Event()
    library = open_library(photos_in(20))
    with monkeypatch.context() as patch:
        patch.setattr(decoder_module, "content_hash", lambda *_, **__: over.wait(60))
        patch.setattr(refresh_module, "HANGS_S", 0.3)
        with pytest.raises(FolderError, match="does not answer"):
            refreshed(library)
    over.set()
    report = refreshed(library)
    assert (report.photos, report.skipped) == (20, ())


def test_a_photo_that_takes_long_to_decode_is_found_whatever_the_drive_does(
    photos_in, open_library, monkeypatch
):
    opened, over, names = decoder_module.open_photo, threading.Event(), []
    hashed = decoder_module.content_hash

    def decode(path, side):
        names.append(path.name)
        time.sleep(2.0 * (path.name == "003.png"))
        return opened(path, side=side)

    def read(path, on_piece):
        over.wait(60 * (path.name == "005.png"))
        return hashed(path, on_piece=on_piece)

    monkeypatch.setattr(decoder_module, "open_photo", decode)
    monkeypatch.setattr(decoder_module, "content_hash", read)
    monkeypatch.setattr(refresh_module, "HANGS_S", 0.3)
    report = refreshed(open_library(photos_in(8)))
    over.set()
    assert (report.photos, [one.path.name for one in report.skipped]) == (7, ["005.png"])
    assert sorted(names) == sorted({*names} - {"005.png"})


def test_a_photo_whose_decoding_does_not_end_is_left_out_with_that_as_the_reason(
    photos_in, open_library, monkeypatch
):
    opened, over, names = decoder_module.open_photo, threading.Event(), []

    def decode(path, side):
        names.append(path.name)
        over.wait(60 * (path.name == "003.png"))
        return opened(path, side=side)

    monkeypatch.setattr(decoder_module, "open_photo", decode)
    monkeypatch.setattr("engine.indexing.overdue.DECODES_S", 0.5)
    library = open_library(photos_in(8))
    for _ in range(2):
        report = refreshed(library)
        assert report.photos == 7
        assert [one.reason for one in report.skipped] == ["decoding it took more than 20 minutes."]
    over.set()
    assert names.count("003.png") == 1


def test_a_drive_that_is_slow_and_goes_on_giving_is_waited_for(photos_in, open_library, monkeypatch):
    hashed = decoder_module.content_hash

    def slow(path, on_piece):
        for _ in range(12):
            time.sleep(0.1)
            on_piece(0)
        return hashed(path, on_piece=on_piece)

    monkeypatch.setattr(decoder_module, "content_hash", slow)
    monkeypatch.setattr(refresh_module, "HANGS_S", 0.6)
    report = refreshed(open_library(photos_in(2)))
    assert (report.photos, report.skipped) == (2, ())


def test_a_refresh_that_is_stopped_suspects_nothing_before_it_waits_for_threads(
    photos_in, open_library, monkeypatch
):
    """The process may end meanwhile, and that is no photo's doing."""
    library, over, in_flight = open_library(photos_in(3)), threading.Event(), []
    count, close = "SELECT count(*) FROM in_flight", decoder_module.Decoder.close

    def closed(decoder):
        in_flight.extend(library._catalog._db.all(count)[0])
        close(decoder)

    monkeypatch.setattr(decoder_module.Decoder, "close", closed)
    monkeypatch.setattr(decoder_module, "open_photo", lambda *_, **__: over.wait(60))
    work = library.refresh()
    next(step for step in work if step.phase == "encode")
    in_flight.extend(library._catalog._db.all(count)[0])
    work.close()
    over.set()
    assert in_flight == [3, 0]
