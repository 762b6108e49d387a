"""The thread that speaks with a collection never keeps the window waiting."""

import queue
import threading

import numpy as np
import pytest

from app.collection.asker import Asker, Matched, Question, Target
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
        self.may_end.wait(10)


@pytest.fixture
def store(monkeypatch):
    made = HangingStore()
    monkeypatch.setattr("app.collection.asker.open_store", lambda *_, **__: made)
    yield made
    made.may_end.set()


def test_a_store_that_takes_long_to_close_holds_nobody_up(store):
    target, opened = Target("somewhere", "model", 4), threading.Event()
    asker = Asker(lambda _: opened.set())
    asker.turn_to(target)
    assert opened.wait(10)
    asker.turn_to(target)
    assert store.ends.wait(10)
    asked = threading.Thread(
        target=asker.ask, args=(Question(np.zeros(4, np.float32), Where(), 1, "key"),), daemon=True
    )
    asked.start()
    asked.join(5)
    assert not asked.is_alive()
    store.may_end.set()
    asker.stop()


def test_a_thread_that_the_system_does_not_give_once_is_tried_again(store, monkeypatch):
    target, opened = Target("somewhere", "model", 4), threading.Event()

    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    asker = Asker(lambda _: opened.set())
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", fail)
        with pytest.raises(RuntimeError):
            asker.turn_to(target)
    asker.turn_to(target)
    store.may_end.set()
    assert opened.wait(10)
    asker.stop()


def test_how_many_photos_a_search_looked_through_is_told_and_counted_now_and_then(store):
    counted, told = [], queue.Queue()
    store.count = lambda where=None: counted.append(where) or 7
    asker = Asker(told.put)
    asker.turn_to(Target("somewhere", "model", 4))
    folder = Where(folders=("/photos",))
    for where in (Where(), folder, folder):
        asker.ask(Question(np.zeros(4, np.float32), where, 1, "key"))
        while not isinstance(what := told.get(timeout=10), Matched):
            pass
        assert what.among == 7
    store.may_end.set()
    asker.stop()
    assert counted.count(Where()) == counted.count(folder) == 1


def test_a_collection_that_hangs_holds_up_no_other(store, monkeypatch):
    hangs, opened = Target("hangs", "model", 4), queue.Queue()
    may_open = threading.Event()

    def open_one(address, *_, **__):
        if address == hangs.address:
            may_open.wait(30)
        return store

    monkeypatch.setattr("app.collection.asker.open_store", open_one)
    asker = Asker(opened.put)
    asker.turn_to(hangs)
    hanging = asker._thread
    while not asker._line.is_busy:
        threading.Event().wait(0.01)
    asker.turn_to(Target("answers", "model", 4))
    assert opened.get(timeout=10).target.address == "answers"
    store.may_end.set()
    may_open.set()
    asker.stop()
    hanging.join(10)
    assert not hanging.is_alive()
    assert opened.empty()  # what was left behind tells nothing
