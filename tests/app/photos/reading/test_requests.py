"""Requests for small pictures, and how what was read of the disk is handed over."""

import threading
from contextlib import closing
from pathlib import Path
from unittest.mock import Mock

import pytest
from PIL import Image

from app.photos.reading import thumbnails as module
from app.photos.reading.requests import Requests
from app.photos.reading.thumbnails import Thumbnails
from engine.library import Library

PATHS = [Path(f"/{number}.png") for number in range(4)]


def test_of_requests_that_come_together_the_last_is_taken_first_by_one_that_waits():
    requests, taken = Requests(), []
    waiting = threading.Thread(target=lambda: taken.append(requests.take(kept=True)))
    waiting.start()
    with requests.together():
        for path in PATHS:
            requests.push(path, first=True)
            waiting.join(0.01)
        assert not taken
    waiting.join(10)
    assert taken == PATHS[-1:]


def test_who_reads_photos_is_not_woken_for_pictures_of_the_disk():
    requests = Requests()
    requests._read_came.notify_all = woken = Mock()
    requests.push(PATHS[0])
    assert requests.take(kept=True, waits=False) == PATHS[0]
    assert not woken.called
    requests.pass_on(PATHS[0])
    assert woken.call_count == 1
    assert requests.take(kept=True, waits=False) is None
    assert requests.take(kept=False, waits=False) == PATHS[0]


@pytest.fixture
def kept(photo_folder, tiny_encoder):
    """The photos of a folder whose small pictures are kept."""
    with closing(Library(photo_folder, tiny_encoder)) as library:
        for _ in library.refresh():
            pass
        return [hit.path for hit in library.newest().take(20)]


def test_pictures_of_the_disk_are_handed_over_together(kept, qtbot, monkeypatch):
    monkeypatch.setattr(module, "_FRAME_S", 60)
    thumbnails, handed = Thumbnails(32), []
    thumbnails._made.connect(lambda made: handed.append(len(made)))
    try:
        thumbnails.ask_for(kept)
        qtbot.waitUntil(lambda: handed and all(thumbnails.get(path) is not None for path in kept))
        assert handed == [len(kept)]
        assert not thumbnails._requests.at_work()
    finally:
        thumbnails.stop()


def test_a_picture_that_takes_long_keeps_none_before_it_back(kept, qtbot, monkeypatch):
    monkeypatch.setattr(module, "_FRAME_S", 0)
    monkeypatch.setattr(module, "reduce", lambda *_: Image.new("RGB", (8, 8)))
    thumbnails, handed = Thumbnails(32), []
    thumbnails._made.connect(lambda made: handed.append(len(made)))
    try:
        thumbnails.ask_for(kept)
        qtbot.waitUntil(lambda: all(thumbnails.get(path) is not None for path in kept))
        assert handed == [1] * len(kept)
    finally:
        thumbnails.stop()
