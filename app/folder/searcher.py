"""Search while the pen moves: one thread, and of the queries that wait only the latest."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from app.threads.background import Background, sentence
from app.threads.ending import END_S, left_s
from engine.library import Answer, Hit, Library, Query
from engine.search.far_photos import NO_MATCHES, FarMatches, FarNewest
from engine.search.ordering import Order
from engine.search.spread import Spread
from engine.search.strength import Strength

FIRST = 80
"""How many photos come at once: more than most look through, few enough to rank while the pen moves."""

PAGE = 400
"""How many more come each time somebody looks on."""


@dataclass(frozen=True, eq=False)
class Found:
    """What was found for one query, as far as it was taken at once.

    Attributes:
        hits: the first ones, best first.
        strength: how well they match, None when that cannot be said.
        stamp: what the query was asked with.
        answer: for the searcher, which takes more of it.
        varied: whether different guesses come first, not the best.
        by_photos: whether photos were laid beside the drawing, and the best come first in any case.
        newest_first: whether the best come by date.
        newest: whether nothing was searched for, and all photos come by date.
        spread: where photos lie in time and by folder, and what matches among them.
        query: what was asked.
        joined: whether photos of a shared collection are among them.
    """

    hits: tuple[Hit, ...]
    strength: Strength | None
    stamp: int
    answer: Answer
    varied: bool = False
    by_photos: bool = False
    newest_first: bool = False
    newest: bool = False
    spread: Spread = field(default_factory=Spread)
    query: Query = field(default_factory=Query)
    joined: bool = False


@dataclass(frozen=True, eq=False)
class _Question:
    ticket: int
    library: Library
    query: Query
    stamp: int
    best_first: bool
    newest_first: bool
    far: FarMatches
    listed: FarNewest | None


class Searcher(Background):
    """Answers the newest query; one that waits is replaced by a newer one.

    A search that does not end, as on a drive that hangs, is left behind with its thread.

    Answers come in the order of asking, each as soon as it is found, so that results follow a stroke that
    never pauses. `forget` makes every query asked so far outdated: its answer, or failure, is dropped.
    More of an answer is taken while no query waits.

    Attributes:
        best_first: whether the best matches come first, rather than different guesses.
        newest_first: whether the best matches come by date.
    """

    answered = Signal(object)
    """What was `Found` for the newest answered query."""
    extended = Signal(object, list)
    """A `Found`, and its next hits, best first; none at its end."""
    failed = Signal(str)
    """Why a query was not answered, as one sentence."""
    _found = Signal(int, object)
    _taken = Signal(int, object, list)
    _lost = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wake = threading.Condition()
        self._busy = threading.Lock()  # held during a search; another one for each thread
        self._waiting: _Question | None = None
        self._page: tuple[int, Found] | None = None  # wanted, with the ticket of its time
        self._ticket = self._outdated = 0
        self._stopped = False
        self.best_first = self.newest_first = False
        self._found.connect(self._deliver)
        self._taken.connect(self._deliver_page)
        self._lost.connect(self._deliver_failure)

    def ask(
        self,
        library: Library,
        query: Query,
        *,
        stamp: int = 0,
        far: FarMatches = NO_MATCHES,
        listed: FarNewest | None = None,
    ) -> None:
        """Search for this next, instead of what may still wait.

        Args:
            library: where.
            query: what for; for nothing, all photos come, newest first.
            stamp: anything, to know the answer by.
            far: what a shared collection found, to be ranked among the library's.
            listed: the newest of them, for a query that is for nothing.
        """
        with self._wake:
            self._ticket += 1
            self._page = None
            order = self.best_first, self.newest_first
            self._waiting = _Question(self._ticket, library, query, stamp, *order, far, listed)
            self._wake.notify_all()

    def extend(self, found: Found) -> None:
        """Take the next hits of this answer, unless a query is asked before it is their turn."""
        with self._wake:
            if self._waiting is None:
                self._page = self._ticket, found
                self._wake.notify_all()

    def forget(self) -> None:
        """Drop the waiting query, and the answer of the one being searched for."""
        with self._wake:
            self._waiting = self._page = None
            self._ticket += 1
            self._outdated = self._ticket

    def settle(self) -> None:
        """Forget everything and return once no library is in use any more, but by what hangs."""
        self.forget()
        if self._stopped:
            return
        if self._busy.acquire(timeout=END_S):
            self._busy.release()
            return
        with self._wake:
            self._busy = threading.Lock()
            self._wake.notify_all()
        self.start()

    def leave(self) -> None:
        """Let the thread end; returns at once."""
        with self._wake:
            self._stopped = True
            self._waiting = self._page = None
            self._wake.notify_all()

    def stop(self) -> None:
        """End the thread; a search that hangs is left behind."""
        self.leave()
        self.wait(left_s())

    def work(self) -> None:
        """Answer until stopped; runs in the thread."""
        busy = self._busy
        while (task := self._next(busy)) is not None:
            ticket = task.ticket if isinstance(task, _Question) else task[0]
            try:
                self._do(ticket, task)
            finally:
                busy.release()

    def _do(self, ticket: int, task: _Question | tuple[int, Found]) -> None:
        with suppress(RuntimeError):  # the window is gone
            try:
                if isinstance(task, _Question):
                    self._found.emit(ticket, _answer(task))
                else:
                    self._taken.emit(ticket, task[1], task[1].answer.take(PAGE))
            except Exception as error:  # an answer must not end the search thread
                self._lost.emit(ticket, sentence(error))

    def _next(self, busy: threading.Lock) -> _Question | tuple[int, Found] | None:
        """Wait for a question or a page and take it, with `busy` held; None when stopped or left behind."""

        def is_called() -> bool:
            has_work = self._waiting is not None or self._page is not None
            return self._stopped or busy is not self._busy or has_work

        with self._wake:
            self._wake.wait_for(is_called)
            if self._stopped or busy is not self._busy:
                return None
            task = self._waiting or self._page
            if task is self._waiting:
                self._waiting = None
            else:
                self._page = None
            busy.acquire()
            return task

    def _deliver(self, ticket: int, found: Found) -> None:
        if ticket > self._outdated:
            self.answered.emit(found)

    def _deliver_page(self, ticket: int, found: Found, hits: list[Hit]) -> None:
        if ticket >= self._outdated:
            self.extended.emit(found, hits)

    def _deliver_failure(self, ticket: int, reason: str) -> None:
        if ticket > self._outdated:
            self.failed.emit(reason)


def _answer(question: _Question) -> Found:
    """Search."""
    library, query = question.library, question.query
    if query.is_empty:
        answer = library.newest(query, group=True, far=question.listed)
        hits = tuple(answer.take(FIRST))
        return Found(
            hits,
            None,
            question.stamp,
            answer,
            newest=True,
            spread=answer.spread,
            query=query,
            joined=answer.is_joined,
        )
    by_photos, newest_first = bool(query.like), question.newest_first
    varied = not question.best_first and not by_photos and not newest_first
    order = Order.NEWEST if newest_first else Order.of(diverse=varied, rerank=True)
    answer = library.rank(query, order=order, group=True, far=question.far)
    hits = tuple(answer.take(FIRST))
    return Found(
        hits,
        answer.strength,
        question.stamp,
        answer,
        varied,
        by_photos,
        newest_first,
        spread=answer.spread,
        query=query,
        joined=answer.is_joined,
    )
