"""What waits for a thread is not taken for a silent drive."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from engine.folders.answers import Answers, Asked


def test_what_waits_for_a_thread_of_another_search_is_waited_for():
    answers = Answers(lambda _: Asked(lambda: time.sleep(0.1)), name="wait", most=9, within_s=0.3, at_once=1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(answers.to, range(6))
        time.sleep(0.35)  # longer than silence, and the last ones are not asked yet
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
