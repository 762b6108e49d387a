import threading

import pytest
from PySide6.QtWidgets import QApplication

from app.folder.searcher import Searcher
from engine.library import Library, Query
from engine.search.ordering import Order
from engine.sketches.drawing import Stroke


def line(x: float) -> Query:
    return Query((Stroke.through([(x, 0.1), (x, 0.9)]),))


class Gate(Library):
    """A real library that lets a test decide when a search may begin."""

    def __init__(self, folder, encoder) -> None:
        super().__init__(folder, encoder)
        self.may, self.asked = threading.Semaphore(0), []
        self.began, self.ended = threading.Event(), threading.Event()

    def rank(self, query, **how):
        self.asked.append(query)
        self.began.set()
        self.may.acquire()
        answer = super().rank(query, **how)
        self.ended.set()
        return answer


@pytest.fixture
def library(photo_folder, tiny_encoder):
    library = Gate(photo_folder, tiny_encoder)
    for _ in library.refresh():
        pass
    yield library
    library.close()


@pytest.fixture
def searcher(library, monkeypatch):
    monkeypatch.setattr("app.folder.searcher.END_S", 60.0)
    searcher = Searcher()
    searcher.start()
    yield searcher
    for _ in range(20):
        library.may.release()
    searcher.stop()


def test_the_answer_is_the_librarys(searcher, library, qtbot):
    library.may.release()
    with qtbot.waitSignal(searcher.answered) as answer:
        searcher.ask(library, line(0.5))
    (found,) = answer.args
    assert len(found.hits) == 12
    library.may.release()
    assert list(found.hits) == library.search(line(0.5), 80, order=Order.VARIED_RERANKED, group=True)


def test_of_the_queries_that_wait_only_the_latest_is_searched_for(searcher, library, qtbot):
    first, second, third = line(0.1), line(0.2), line(0.3)
    searcher.ask(library, first)
    assert library.began.wait(60)
    searcher.ask(library, second)
    searcher.ask(library, third)
    with qtbot.waitSignals([searcher.answered, searcher.answered]):
        library.may.release()
        library.may.release()
    assert library.asked == [first, third]


def test_each_answer_is_shown_while_a_stroke_goes_on(searcher, library, qtbot):
    searcher.ask(library, line(0.1))
    assert library.began.wait(60)
    searcher.ask(library, line(0.2))
    with qtbot.waitSignal(searcher.answered):  # though a newer query waits
        library.may.release()


def test_the_answer_to_a_forgotten_query_is_dropped(searcher, library, qtbot):
    answers = []
    searcher.answered.connect(answers.append)
    searcher.ask(library, line(0.1))
    assert library.began.wait(60)
    searcher.forget()
    library.may.release()
    searcher.settle()
    QApplication.processEvents()
    assert answers == []
    library.may.release()
    with qtbot.waitSignal(searcher.answered):
        searcher.ask(library, line(0.2))


def test_the_failure_of_a_forgotten_query_is_dropped(searcher, library, qtbot, monkeypatch):
    failures, begun, may = [], threading.Event(), threading.Event()

    def failing(*_: object, **__: object) -> None:
        begun.set()
        may.wait(60)
        raise ZeroDivisionError

    searcher.failed.connect(failures.append)
    monkeypatch.setattr(library, "rank", failing)
    searcher.ask(library, line(0.1))
    assert begun.wait(60)
    searcher.forget()
    may.set()
    searcher.settle()
    QApplication.processEvents()
    assert failures == []


def test_settling_waits_for_the_search_at_work(searcher, library):
    searcher.ask(library, line(0.1))
    assert library.began.wait(60)
    threading.Timer(0.1, library.may.release).start()
    searcher.settle()
    assert library.ended.is_set()


def test_a_search_that_fails_is_told_and_the_next_one_works(searcher, library, qtbot, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(library, "rank", lambda *_, **__: 1 / 0)
        with qtbot.waitSignal(searcher.failed):
            searcher.ask(library, line(0.1))
    library.may.release()
    with qtbot.waitSignal(searcher.answered):
        searcher.ask(library, line(0.2))


def test_an_answer_goes_on_page_by_page_to_its_end(searcher, library, qtbot, monkeypatch):
    monkeypatch.setattr("app.folder.searcher.FIRST", 5)
    monkeypatch.setattr("app.folder.searcher.PAGE", 4)
    library.may.release()
    with qtbot.waitSignal(searcher.answered) as answer:
        searcher.ask(library, line(0.5), stamp=7)
    (found,) = answer.args
    assert (len(found.hits), found.stamp) == (5, 7)
    everything = list(found.hits)
    for size in (4, 3, 0):
        with qtbot.waitSignal(searcher.extended) as page:
            searcher.extend(found)
        assert page.args[0] is found
        assert len(page.args[1]) == size
        everything += page.args[1]
    library.may.release()
    assert everything == library.search(line(0.5), 80, order=Order.VARIED_RERANKED, group=True)


def test_a_page_gives_way_to_a_newer_query(searcher, library, qtbot):
    pages = []
    searcher.extended.connect(lambda _, hits: pages.append(hits))
    library.may.release()
    with qtbot.waitSignal(searcher.answered) as answer:
        searcher.ask(library, line(0.5))
    library.began.clear()
    searcher.ask(library, line(0.1))
    assert library.began.wait(60)  # the thread is busy with it
    searcher.extend(answer.args[0])
    searcher.ask(library, line(0.2))
    searcher.extend(answer.args[0])
    assert searcher._page is None
    with qtbot.waitSignals([searcher.answered] * 2):
        library.may.release(2)
    library.may.release()
    with qtbot.waitSignal(searcher.answered):
        searcher.ask(library, line(0.3))
    assert pages == []


def test_a_page_of_a_forgotten_answer_is_dropped(searcher, library, qtbot):
    pages, taking, may = [], threading.Event(), threading.Event()
    searcher.extended.connect(lambda _, hits: pages.append(hits))
    library.may.release()
    with qtbot.waitSignal(searcher.answered) as answer:
        searcher.ask(library, line(0.5))

    def take(_: int) -> list:
        taking.set()
        may.wait(60)
        return []

    answer.args[0].answer.take = take
    searcher.extend(answer.args[0])
    assert taking.wait(60)
    searcher.forget()
    may.set()
    searcher.settle()
    QApplication.processEvents()
    assert pages == []


def test_best_first_is_the_plain_order(searcher, library, qtbot):
    searcher.best_first = True
    library.may.release()
    with qtbot.waitSignal(searcher.answered) as answer:
        searcher.ask(library, line(0.5))
    library.may.release()
    assert list(answer.args[0].hits) == library.search(line(0.5), 80, order=Order.RERANKED, group=True)


def test_a_search_that_hangs_is_left_behind_with_its_library_and_the_next_one_answers(
    searcher, library, photo_folder, tiny_encoder, qtbot, monkeypatch
):
    monkeypatch.setattr("app.folder.searcher.END_S", 0.1)
    searcher.ask(library, line(0.1))
    assert library.began.wait(60)
    searcher.settle()
    other = Gate(photo_folder, tiny_encoder)
    other.may.release()
    with qtbot.waitSignal(searcher.answered) as answer:
        searcher.ask(other, line(0.2), stamp=2)
    library.may.release()  # the drive answers by now
    other.may.release()
    with qtbot.waitSignal(searcher.answered) as later:
        searcher.ask(other, line(0.3), stamp=3)
    assert (answer.args[0].stamp, later.args[0].stamp, len(library.asked)) == (2, 3, 1)
    other.close()


def test_the_end_does_not_wait_for_a_search_that_hangs(library, qtbot, monkeypatch):
    """It comes though the search has not ended: that needs the gate, which opens after it."""
    searcher = Searcher()
    searcher.start()
    searcher.ask(library, line(0.1))
    assert library.began.wait(60)
    monkeypatch.setattr("app.threads.ending.END_S", 0.05)
    searcher.stop()
    searcher.settle()  # as the library is closed then
    assert not searcher.wait(0)
    library.may.release()
    assert searcher.wait(60)
