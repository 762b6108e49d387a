"""The thread that speaks with a collection never keeps the window waiting."""

import queue
import threading
from unittest.mock import Mock

import numpy as np
import pytest

from app.collection.asker import Asker, Looked, Matched, Question, Target
from engine.collection.store import Where


class HangingStore:
    """A store that takes long to let go of."""

    def __init__(self):
        self.may_end, self.ends = threading.Event(), threading.Event()

    def count(self, where=None):
        return 0

    def hosts(self):
        return []

    def search(self, vector, count, where):
        return []

    def close(self):
        self.ends.set()
        self.may_end.wait(60)


@pytest.fixture
def store(monkeypatch):
    made = HangingStore()
    monkeypatch.setattr("app.collection.asker.open_store", lambda *_, **__: made)
    yield made
    made.may_end.set()


class Hanging:
    """A collection that opens only when it may."""

    target = Target("hangs", "model", 4)

    def __init__(self):
        self.begun, self.may_open = threading.Event(), threading.Event()


@pytest.fixture
def hanging(store, monkeypatch):
    """The one that hangs; any other opens at once."""
    made = Hanging()

    def open_one(address, *_, **__):
        if address == made.target.address:
            made.begun.set()
            made.may_open.wait(60)
        return store

    monkeypatch.setattr("app.collection.asker.open_store", open_one)
    return made


def test_a_store_that_takes_long_to_close_holds_nobody_up(store):
    target, opened = Target("somewhere", "model", 4), threading.Event()
    asker = Asker(lambda _: opened.set())
    asker.turn_to(target)
    assert opened.wait(60)
    asker.turn_to(target)
    assert store.ends.wait(60)
    asked = threading.Thread(
        target=asker.ask, args=(Question(np.zeros(4, np.float32), Where(), 1, "key"),), daemon=True
    )
    asked.start()
    asked.join(60)
    assert not asked.is_alive()
    store.may_end.set()
    asker.stop()


def test_a_thread_that_the_system_does_not_give_once_is_told_of_and_tried_again(store, no_thread):
    target, told = Target("somewhere", "model", 4), queue.Queue()
    asker = Asker(told.put)
    asker.turn_to(target)
    assert told.get(timeout=60).trouble == "The collection cannot be used: RuntimeError: no thread here."
    no_thread.undo()
    asker.turn_to(target)
    store.may_end.set()
    assert told.get(timeout=60) == Looked(target)
    asker.stop()


def test_another_collection_is_reached_though_no_thread_came_while_one_hung(store, hanging, monkeypatch):
    answers, told = Target("answers", "model", 4), queue.Queue()
    asker = Asker(told.put)
    asker.turn_to(hanging.target)
    left = asker._thread
    assert hanging.begun.wait(60)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", Mock(side_effect=RuntimeError("no thread here")))
        asker.turn_to(answers)
    assert told.get(timeout=60).trouble
    asker.turn_to(answers)
    assert told.get(timeout=60) == Looked(answers)
    store.may_end.set()
    hanging.may_open.set()
    asker.stop()
    left.join(60)
    assert not left.is_alive()


def test_how_many_photos_a_search_looked_through_is_told_and_counted_now_and_then(store):
    counted, told = [], queue.Queue()
    store.count = lambda where=None: counted.append(where) or 7
    asker = Asker(told.put)
    asker.turn_to(Target("somewhere", "model", 4))
    folder = Where(folders=("/photos",))
    for where in (Where(), folder, folder):
        asker.ask(Question(np.zeros(4, np.float32), where, 1, "key"))
        while not isinstance(what := told.get(timeout=60), Matched):
            pass
        assert what.among == 7
    store.may_end.set()
    asker.stop()
    assert counted.count(Where()) == counted.count(folder) == 1


def test_a_collection_that_hangs_holds_up_no_other(store, hanging):
    opened = queue.Queue()
    asker = Asker(opened.put)
    asker.turn_to(hanging.target)
    left = asker._thread
    while not asker._line.is_busy:
        threading.Event().wait(0.01)
    asker.turn_to(Target("answers", "model", 4))
    assert opened.get(timeout=60).target.address == "answers"
    store.may_end.set()
    hanging.may_open.set()
    asker.stop()
    left.join(60)
    assert not left.is_alive()
    assert opened.empty()  # what was left behind tells nothing
