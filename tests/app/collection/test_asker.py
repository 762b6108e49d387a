"""The thread that speaks with a collection never keeps the window waiting."""

import threading

import numpy as np
import pytest

from app.collection.asker import Asker, Question, Target
from engine.collection.store import Where


class HangingStore:
    """A store that takes long to let go of."""

    def __init__(self):
        self.may_end, self.ends = threading.Event(), threading.Event()

    def count(self):
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
