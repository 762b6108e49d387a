"""Search while the pen moves: one thread, and of the queries that wait only the latest."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from PySide6.QtCore import QObject, QThread, Signal

from app.folder.worker import sentence
from engine.library import Library, Query

HITS = 80
"""How many photos are shown: more than anyone looks through, few enough to rank and paint at once."""


@dataclass(frozen=True, eq=False)
class _Question:
    ticket: int
    library: Library
    query: Query


class Searcher(QThread):
    """Answers the newest query; one that waits is replaced by a newer one.

    Answers come in the order of asking, each as soon as it is found, so that results follow a stroke that
    never pauses. `forget` makes every query asked so far outdated: its answer, or failure, is dropped.
    """

    answered = Signal(list)
    """The hits of the newest answered query."""
    failed = Signal(str)
    """Why a query was not answered, as one sentence."""
    _found = Signal(int, list)
    _lost = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wake = threading.Condition()
        self._busy = threading.Lock()  # held during a search, so that a library can be closed safely
        self._waiting: _Question | None = None
        self._ticket = self._outdated = 0
        self._stopped = False
        self._found.connect(self._deliver)
        self._lost.connect(self._deliver_failure)

    def ask(self, library: Library, query: Query) -> None:
        """Search for this next, instead of what may still wait."""
        with self._wake:
            self._ticket += 1
            self._waiting = _Question(self._ticket, library, query)
            self._wake.notify_all()

    def forget(self) -> None:
        """Drop the waiting query, and the answer of the one being searched for."""
        with self._wake:
            self._waiting = None
            self._outdated = self._ticket

    def settle(self) -> None:
        """Forget everything and return once no library is in use any more."""
        self.forget()
        with self._busy:
            pass

    def stop(self) -> None:
        """End the thread and wait for it."""
        with self._wake:
            self._stopped = True
            self._waiting = None
            self._wake.notify_all()
        self.wait()

    def run(self) -> None:
        """Answer until stopped; runs in the thread."""
        while (question := self._next()) is not None:
            try:
                hits = question.library.search(question.query, k=HITS, rerank=True, group=True)
            except Exception as error:  # an answer must not end the search thread
                self._lost.emit(question.ticket, sentence(error))
            else:
                self._found.emit(question.ticket, hits)
            finally:
                self._busy.release()

    def _next(self) -> _Question | None:
        """Wait for a question and take it, with `_busy` held; None when stopped."""
        with self._wake:
            self._wake.wait_for(lambda: self._stopped or self._waiting is not None)
            question, self._waiting = self._waiting, None
            if self._stopped or question is None:
                return None
            self._busy.acquire()
            return question

    def _deliver(self, ticket: int, hits: list[object]) -> None:
        if ticket > self._outdated:
            self.answered.emit(hits)

    def _deliver_failure(self, ticket: int, reason: str) -> None:
        if ticket > self._outdated:
            self.failed.emit(reason)
