import threading

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.folder.session import Session
from app.threads.background import Task, Worker, sentence
from app.threads.ending import end_together
from engine.errors import FolderError


@pytest.fixture
def start(qtbot):
    """Starts workers over a generator function; ends them when the test does."""
    workers = []

    def started(make) -> Worker:
        worker = Worker(make)
        workers.append(worker)
        worker.start()
        return worker

    yield started
    for worker in workers:
        worker.cancel()
        worker.wait()


def test_a_worker_hands_over_steps_and_the_result(start, qtbot):
    go, seen = threading.Event(), []

    def steps():
        go.wait()
        yield "one"
        return "all"

    worker = start(steps)
    worker.progressed.connect(seen.append)
    worker.done.connect(seen.append)
    with qtbot.waitSignal(worker.finished):
        go.set()
    assert seen == ["one", "all"]


def test_a_failure_is_told_in_the_engines_own_sentence(start, qtbot):
    go = threading.Event()

    def steps():
        go.wait()
        yield 1
        raise FolderError("The folder is gone.")

    worker = start(steps)
    with qtbot.waitSignal(worker.failed) as failed:
        go.set()
    assert failed.args == ["The folder is gone."]


def test_cancel_runs_the_generators_finally_and_reports_no_result(start, qtbot):
    begun, ended = threading.Event(), threading.Event()

    def steps():
        try:
            while True:
                begun.set()
                yield 1
        finally:
            ended.set()

    generator = steps()  # held here, so that only close() can end it
    worker = start(lambda: generator)
    qtbot.waitUntil(begun.is_set)
    with qtbot.assertNotEmitted(worker.done), qtbot.waitSignal(worker.cancelled):
        worker.cancel()
    assert worker.wait()
    assert ended.is_set()


def test_a_held_worker_takes_no_step_until_it_is_let_go_on(qtbot):
    taken = []

    def steps():
        for number in range(3):
            taken.append(number)
            yield number

    worker = Worker(steps)
    worker.hold(True)
    worker.start()
    assert not worker.wait(0.05)
    assert taken == []
    worker.hold(False)
    assert worker.wait()
    assert taken == [0, 1, 2]


def test_a_held_worker_can_be_cancelled(qtbot):
    worker = Worker(lambda: (number for number in range(3)))
    worker.hold(True)
    worker.start()
    worker.cancel()
    assert worker.wait()


def test_steps_that_follow_each_other_closely_are_not_all_reported(start, qtbot):
    go, reported = threading.Event(), []

    def steps():
        go.wait()
        yield from range(10_000)

    worker = start(steps)
    worker.progressed.connect(reported.append)
    with qtbot.waitSignal(worker.done):
        go.set()
    assert 1 <= len(reported) < 1000


def test_a_task_holds_its_result_or_its_error(qtbot):
    good, bad = Task(lambda: 7), Task(lambda: int("x"))
    for task in (good, bad):
        with qtbot.waitSignal(task.finished):
            task.start()
        task.wait()
    assert (good.result, good.error) == (7, None)
    assert bad.result is None
    assert bad.error is not None
    assert "ValueError" in bad.error


@pytest.mark.parametrize("make", [lambda: Task(lambda: 7), lambda: Worker(lambda: iter(()))])
def test_work_for_which_the_system_gives_no_thread_fails_and_is_not_waited_for(no_thread, make, qtbot):
    work = make()
    with qtbot.waitSignal(work.finished):
        work.start()
    assert work.wait()
    assert "no thread here" in str(work.error)


def test_what_comes_of_a_task_is_handed_over_in_the_thread_that_began_it(qtbot):
    owner, told, here = QObject(), [], threading.current_thread
    good = Task(here, owner).begin(lambda thread: told.append((thread is here(), here())), print)
    bad = Task(lambda: int("x"), owner).begin(print, lambda why: told.append(("ValueError" in why, here())))
    with qtbot.waitSignals([good.destroyed, bad.destroyed]):
        assert told == []
    assert sorted(told, key=str) == [(False, here()), (True, here())]


def test_a_task_whose_owner_is_gone_hands_over_nothing(qtbot):
    owner, may, told = QObject(), threading.Event(), []
    task = Task(may.wait, owner).begin(told.append, told.append)
    shiboken6.delete(owner)
    may.set()
    assert task.wait(60)
    QApplication.processEvents()
    assert told == []


def test_who_began_a_task_for_which_there_is_no_thread_is_told(no_thread, qtbot):
    owner, told = QObject(), []
    Task(int, owner).begin(print, told.append)
    assert told == []
    qtbot.waitUntil(lambda: len(told) == 1)
    assert "no thread here" in told[0]


def test_what_nobody_foresaw_is_logged_and_still_one_sentence(caplog):
    text = sentence(RuntimeError("odd"))
    assert "\n" not in text
    assert "odd" in caplog.text


def test_indexing_that_hangs_is_left_behind_and_what_is_sound_ends(qtbot, tiny_encoder):
    session, hangs, may = Session(lambda: tiny_encoder), threading.Event(), threading.Event()
    qtbot.waitUntil(lambda: session.encoder is not None)

    def steps():
        hangs.set()
        may.wait(60)  # without this limit a stop that waits without end would hang the tests too
        yield

    session.indexing._worker = worker = Worker(steps, session.indexing)
    worker.start()
    assert hangs.wait(60)
    end_together(session.stop)
    ended = worker.wait(0), session.searcher.wait(0)
    may.set()
    assert (ended, worker.wait(60)) == ((False, True), True)


def test_all_threads_are_told_to_end_before_any_is_waited_for(qtbot, tiny_encoder, monkeypatch):
    session, told = Session(lambda: tiny_encoder), []
    qtbot.waitUntil(lambda: session.encoder is not None)
    monkeypatch.setattr(session.indexing, "stop", lambda: told.append(session.searcher._stopped) or True)
    session.stop()
    assert told == [True]
