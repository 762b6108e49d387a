"""Drives that do not answer end the reading of no other drive's photos."""

import queue
import threading
from pathlib import Path
from unittest.mock import Mock

import pytest
from PIL import Image
from PySide6.QtCore import QObject

from app.photos.reading import crew, full_picture, thumbnails
from app.photos.reading.full_picture import FullPictures
from app.photos.reading.thumbnails import Thumbnails
from engine.pictures.facts import facts_of

HANGING = [Path("/hanging/1.png"), Path("/hanging/2.png")]


@pytest.fixture
def hanging(monkeypatch):
    """A drive that does not answer before the test says so; gives what waits for it, and the word."""
    answers, asked = threading.Event(), []

    def wait(path):
        if path in HANGING:
            asked.append(path)
            answers.wait(60)

    def opened(path, *, side):
        wait(path)
        return Image.new("RGB", (8, 8))

    for module in (thumbnails, full_picture):
        monkeypatch.setattr(module, "open_photo", opened)
    monkeypatch.setattr("app.threads.ending.END_S", 0.01)
    monkeypatch.setattr(full_picture, "facts_of", lambda path: wait(path) or facts_of(path))
    monkeypatch.setattr(crew, "_HANGS_S", 0.05)
    monkeypatch.setattr(crew, "_LOOK_EVERY", 20)
    yield asked, answers
    answers.set()


@pytest.fixture
def photo(tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def test_thumbnails_of_other_drives_are_made_while_one_hangs(hanging, photo, qtbot):
    (asked, answers), made = hanging, Thumbnails(64)
    first = list(made._decoders.threads)
    for path in HANGING:
        made.get(path)
    qtbot.waitUntil(lambda: len(asked) == 2)
    qtbot.waitUntil(lambda: made.get(photo) is not None)
    qtbot.waitUntil(lambda: not set(first) & set(made._decoders.threads))
    answers.set()
    qtbot.waitUntil(lambda: made.get(HANGING[0]) is not None)
    qtbot.waitUntil(lambda: not any(thread.is_alive() for thread in first))
    made.stop()


def test_photos_of_other_drives_are_shown_while_one_hangs(hanging, photo, qtbot):
    (asked, _), full = hanging, FullPictures()
    for count, path in enumerate(HANGING, 1):
        full.want(path)
        qtbot.waitUntil(lambda count=count: len(asked) == count)
    full.want(photo)
    qtbot.waitUntil(lambda: full.get(photo) is not None and bool(full.get(photo).levels))
    full.stop()


def test_what_is_known_to_be_away_is_not_read(hanging, qtbot):
    small = Thumbnails(64)
    small.away.folders = (HANGING[0].parent,)
    with qtbot.waitSignal(small.ready):
        small.get(HANGING[0])
    assert small.is_broken(HANGING[0])
    full = FullPictures(away=small.away)
    with qtbot.waitSignal(full.told):
        full.want(HANGING[1])
    assert full.get(HANGING[1]).reason == "2.png is offline: its folder is not there now."
    assert not full.get(HANGING[1]).is_gone  # of which only its drive could tell
    assert hanging[0] == []
    small.stop()
    full.stop()


def test_what_was_away_is_read_once_it_is_back(grid, hits, qtbot):
    model, path = grid.hits_model, hits[0].path
    model.set_away([path.parent])
    grid.show_hits(hits[:1], from_top=True)
    qtbot.waitUntil(lambda: grid.thumbnails.is_broken(path))
    model.set_away([])
    qtbot.waitUntil(lambda: grid.thumbnails.get(path) is not None)


def test_a_thread_that_came_back_is_not_counted_among_those_left_behind(monkeypatch, qtbot):
    monkeypatch.setattr(crew, "_HANGS_S", 0.05)
    monkeypatch.setattr(crew, "_LOOK_EVERY", 20)
    monkeypatch.setattr(crew, "_MOST_LEFT", 1)
    tasks, parent = queue.Queue(), QObject()
    made = crew.Crew(1, tasks.get, lambda task: task(), name="crew", parent=parent)
    for _ in range(2):
        answers, done, (thread,) = threading.Event(), threading.Event(), made.threads
        tasks.put(answers.wait)
        tasks.put(done.set)
        made.watch()
        qtbot.waitUntil(done.is_set)
        answers.set()
        thread.join(60)
    tasks.put(None)
    made.stop()


def test_threads_that_the_system_did_not_give_are_there_once_it_does(monkeypatch, qtbot, no_thread):
    monkeypatch.setattr(crew, "_LOOK_EVERY", 20)
    tasks, done, parent = queue.Queue(), threading.Event(), QObject()
    made = crew.Crew(2, tasks.get, lambda task: task(), name="crew", parent=parent)
    tasks.put(done.set)
    assert made.threads == []
    no_thread.undo()
    qtbot.waitUntil(done.is_set)
    qtbot.waitUntil(lambda: len(made.threads) == 2)
    for _ in made.threads:
        tasks.put(None)
    made.stop()


def test_a_thread_that_hangs_is_replaced_though_the_system_gave_none_at_first(monkeypatch, qtbot):
    monkeypatch.setattr(crew, "_HANGS_S", 0.0)
    tasks, begun, parent = queue.Queue(), threading.Event(), QObject()
    answers, done = threading.Event(), threading.Event()
    made = crew.Crew(1, tasks.get, lambda task: task(), name="crew", parent=parent)
    (hung,) = made.threads
    tasks.put(lambda: begun.set() or answers.wait(60))
    tasks.put(done.set)
    assert begun.wait(60)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", Mock(side_effect=RuntimeError("no thread here")))
        made._replace()
    assert made.threads == [hung]
    made._replace()
    assert done.wait(60)
    answers.set()
    hung.join(60)
    assert not hung.is_alive()
    tasks.put(None)
    made.stop()
