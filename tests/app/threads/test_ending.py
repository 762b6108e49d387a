"""How long the end of threads is waited for."""

import os
import threading
from itertools import count
from types import SimpleNamespace

import pytest

from app import __main__ as entry
from app.threads import ending

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_all_threads_have_the_same_moment_to_end_in(monkeypatch):
    monkeypatch.setattr(ending, "END_S", 5.0)
    clock, left = count(100, 4), list[float]()
    monkeypatch.setattr(ending, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    ending.end_together(*[lambda: left.append(ending.left_s())] * 2)
    assert (left, ending.left_s()) == ([1.0, 0.0], 5.0)


def test_what_one_raises_leaves_no_deadline_for_others():
    with pytest.raises(ZeroDivisionError):
        ending.end_together(lambda: 1 // 0)
    assert ending.left_s() == ending.END_S


@pytest.mark.parametrize("hangs", [True, False])
def test_the_process_ends_at_once_where_any_thread_hangs(hangs, monkeypatch):
    statuses, may = [], threading.Event()
    monkeypatch.setattr(os, "_exit", statuses.append)
    if hangs:
        threading.Thread(target=may.wait, args=(30,), daemon=True).start()
    else:
        monkeypatch.setattr(threading, "active_count", lambda: 1)  # the tests have threads of their own
    entry._end(3)
    may.set()
    assert statuses == [3] * hangs


def test_a_note_that_hangs_keeps_no_window_from_closing(indexed_window, qtbot, monkeypatch):
    hangs, may, teaching = threading.Event(), threading.Event(), indexed_window.teaching
    qtbot.waitUntil(lambda: teaching._task is None and not teaching._outdated)
    monkeypatch.setattr("app.threads.ending.END_S", 0.01)
    teaching._do(lambda: hangs.set() or may.wait(60))
    assert hangs.wait(60)
    teaching.stop()
    task = teaching._task
    hung = not task.wait(0)
    may.set()
    assert (hung, task.wait(60)) == (True, True)
