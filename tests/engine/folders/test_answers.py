"""What waits for a thread is not taken for a silent drive."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from engine.folders import answers as module
from engine.folders.answers import Answers, Asked


def test_what_waits_for_a_thread_of_another_search_is_waited_for(monkeypatch):
    now, begun, may = [0.0], threading.Event(), threading.Event()
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    work = lambda: (begun.set(), may.wait(60))  # noqa: E731
    answers = Answers(lambda _: Asked(work), name="wait", most=9, within_s=60.0, at_once=1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(answers.to, range(6))
        assert begun.wait(60)
        now[0] = 61.0  # longer than silence, and the last ones are not asked yet
        threading.Timer(0.1, may.set).start()
        assert all(one.answer.done() for one in answers.to([4, 5]))
        assert all(one.answer.done() for one in first.result())


def test_others_are_asked_once_all_threads_hang():
    gate = threading.Event()
    answers = Answers(
        lambda name: Asked(lambda: gate.wait(20) if name == "silent" else None),
        name="ask",
        most=9,
        within_s=0.2,
        at_once=1,
    )
    silent, heard = answers.to(["silent", "heard"])
    assert (silent.answer.done(), heard.answer.done()) == (False, True)
    gate.set()


def test_what_no_thread_came_to_is_asked_the_next_time():
    gate, asked = threading.Event(), []
    answers = Answers(
        lambda name: Asked(lambda: asked.append(name) or gate.wait(20)),
        name="ask",
        most=9,
        within_s=0.1,
        at_once=1,
    )
    answers.to([1, 2, 3])
    assert asked == [1, 2]
    answers.to([3])
    assert asked == [1, 2, 3]
    gate.set()
