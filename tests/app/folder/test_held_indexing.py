"""Indexing that gives way to the pen: the threads that read ahead do so too."""

import threading

import pytest

from engine.indexing import decoder
from engine.indexing.decoder import THREADS

from ..conftest import Hand, count, no_longer_busy

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.fixture
def begun(monkeypatch):
    """What was begun to be decoded, the word that the first ones wait for, and the threads before."""
    names, original, may = [], decoder.open_photo, threading.Event()

    def slow(path, side):
        names.append(path.name)
        assert may.wait(30)
        return original(path, side=side)

    monkeypatch.setattr(decoder, "open_photo", slow)
    monkeypatch.setattr(decoder, "_LOOK_S", 0.01)
    yield names, may, set(threading.enumerate())
    may.set()


@pytest.fixture
def drawn_in(make_window, many_photos, begun, qtbot):
    """A window that was indexing when the pen came down, and the hand that holds it."""
    (names, may, _), window = begun, make_window(folder=many_photos)
    qtbot.waitUntil(lambda: len(names) == THREADS)
    hand = Hand(window.canvas)
    hand.press((0.2, 0.2))
    may.set()
    with qtbot.waitSignal(window.session.indexed, timeout=300, raising=False):
        hand.move((0.6, 0.6))
    return window, hand


def test_while_a_stroke_is_drawn_no_more_photos_are_read(drawn_in, begun, qtbot):
    window, hand = drawn_in
    assert len(begun[0]) == THREADS
    hand.release((0.6, 0.6))
    qtbot.waitUntil(lambda: no_longer_busy(window) and count(window) == 100)


def test_a_window_that_is_closed_while_a_stroke_is_drawn_leaves_no_thread_behind(drawn_in, begun, qtbot):
    window, _ = drawn_in
    window.close()
    assert window.session.library is None
    qtbot.waitUntil(lambda: not any("_work" in one.name for one in set(threading.enumerate()) - begun[2]))
