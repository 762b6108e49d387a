"""What the window knows of a shared collection, without a window: what is asked for, and how often."""

import os
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject

from app.collection.asker import Fetched, Looked, Target
from app.collection.chosen import ChosenCollection
from app.collection.search import SharedCollection
from engine.elsewhere import Place, Record, address
from engine.search.query import Query

LAID = Place("anna", "/photos/one.png", b"before" * 2)


@pytest.fixture
def collection(qapp, monkeypatch):
    """A collection whose store is asked for photos by `asked`, and never answers by itself."""
    owner = QObject()
    made = SharedCollection(ChosenCollection(), owner)
    made._target = Target("somewhere", "model", 4)
    made.asked = []
    monkeypatch.setattr(made._asker, "fetch", made.asked.append)
    yield made
    made.stop()


@pytest.mark.parametrize("is_there", [True, False])
def test_a_photo_that_changed_or_went_since_it_was_laid_there_is_asked_for_once(collection, qtbot, is_there):
    query = Query(like=(address(LAID),))
    assert collection.prepare(query).like == ()
    vector = np.eye(4, dtype=np.float32)[0]
    record = Record("anna", LAID.path, b"now", 0, "model", vector) if is_there else None
    collection._asked = "by the drawing alone"
    with qtbot.waitSignal(collection.gathered, timeout=50, raising=False):
        collection._take(Fetched(collection._target, LAID, record))
    prepared = collection.prepare(query)
    assert [(one.path, one.vector.tolist()) for one in prepared.like] == [(address(LAID), vector.tolist())][
        :is_there
    ]
    assert collection.asked == [LAID]
    assert (collection._asked is None) == is_there


def test_the_window_asks_no_disk_where_a_collection_is_looked_at(collection, monkeypatch):
    def fail(*_, **__):
        raise AssertionError("a drive that does not answer would hold the window up")

    collection.within = lambda: (Path("/mnt/nas/photos"),)
    with monkeypatch.context() as patched:
        for name in ("stat", "lstat"):
            patched.setattr(os, name, fail)
        where = collection._where(Query())
    assert where.folders == ("/mnt/nas/photos",)


def test_a_photo_that_does_not_count_is_said_once(collection):
    said = []
    collection.said.connect(said.append)
    for _ in range(2):
        collection.prepare(Query(like=(address(LAID),)))
    assert said == ["Without the shared collection, one.png of another machine does not count."]


def test_once_it_answers_again_what_was_said_is_over(collection):
    over = []
    collection.over.connect(over.append)
    for trouble in ("It does not answer.", ""):
        collection._take(Looked(collection._target, trouble=trouble))
    assert over == ["It does not answer."]


def test_photos_of_a_collection_that_is_switched_off_are_to_leave(collection, monkeypatch, state_folder):
    monkeypatch.setattr(collection, "_forget", lambda: True)
    heard = []
    collection.turned.connect(lambda: heard.append("turned"))
    collection.choose(ChosenCollection(address="elsewhere"))
    assert heard == ["turned"]
