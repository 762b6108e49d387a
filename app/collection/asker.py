"""Speaks with the collection's store in a thread of its own: it may be slow, or not answer at all."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.threads.ending import left_s
from engine.collection.shared import best_contents
from engine.collection.store import Store, StoreMatch, Where
from engine.collection.stores import open_store
from engine.elsewhere import Place, Record
from engine.errors import EngineError, StoreError

_log = logging.getLogger(__name__)
_COUNT_EVERY = 30.0  # seconds, while it is searched


@dataclass(frozen=True)
class Target:
    """Which collection is meant: its address, and what its vectors are by."""

    address: str
    model: str
    dim: int


@dataclass(frozen=True)
class Looked:
    """How a collection is: what it holds, or why it cannot be searched, as the engine says it."""

    target: Target
    photos: int = 0
    hosts: int = 0
    trouble: str = ""


@dataclass(frozen=True, eq=False)
class Matched:
    """What a collection gave for a question, and how many photos it looked through."""

    target: Target
    key: object
    matches: list[StoreMatch]
    among: int


@dataclass(frozen=True, eq=False)
class Fetched:
    """The record that there is now of a photo asked for, None where there is none."""

    target: Target
    asked: Place
    record: Record | None


@dataclass(frozen=True, eq=False)
class Question:
    """What is searched for.

    Attributes:
        vector: (dim,).
        where: which records are looked at.
        count: how many contents are wanted, whatever number of machines have them.
        key: anything, to know the answer by.
    """

    vector: NDArray[np.float32]
    where: Where
    count: int
    key: object


@dataclass(frozen=True, eq=False)
class Page:
    """The next of the newest photos.

    Attributes:
        where: which records are looked at.
        count: how many are wanted.
        after: the record that they follow, None to begin.
        key: anything, to know the answer by.
    """

    where: Where
    count: int
    after: Record | None
    key: object


@dataclass(frozen=True, eq=False)
class Listed:
    """What a collection gave for a `Page`: none where there are no more."""

    target: Target
    page: Page
    records: list[Record]


def look(target: Target) -> Looked:
    """Return how a collection is; nothing is made there."""
    try:
        store = open_store(target.address, target.model, target.dim, make=False)
        try:
            return _count(target, store)
        finally:
            store.close()
    except Exception as error:
        return Looked(target, trouble=_why(error))


class _Line:
    """What one thread has to itself."""

    def __init__(self) -> None:
        self.store: Store | None = None
        self.is_busy = False
        self.target: Target | None = None  # of what it is at, or was last
        self.counted = 0.0
        self.among: tuple[Where, float, int] | None = None  # what was looked through last, since when


class Asker:
    """One thread and one store. A question that waits is replaced by a newer one.

    A thread that is busy while it is turned to another collection is left behind, as it may hang.
    """

    def __init__(self, deliver: Callable[[object], None]) -> None:
        """Take what `Looked`, `Matched` and the like go to, from the thread, which a target starts."""
        self._deliver = deliver
        self._wake = threading.Condition()
        self._target: Target | None = None
        self._opens = self._stopped = False
        self._question: Question | Page | None = None
        self._fetches: list[Place] = []
        self._line = _Line()
        self._thread: threading.Thread | None = None

    def turn_to(self, target: Target | None) -> None:
        """Speak with this collection from now on, or with none; also to begin anew with the same one.

        Where the system gives no thread, that is delivered as its trouble, and the next call tries again.
        """
        trouble = ""
        with self._wake:
            self._target, self._opens = target, True
            self._question, self._fetches = None, []
            is_stuck = self._line.is_busy and self._line.target != target
            if target is not None and (self._thread is None or is_stuck):
                trouble = self._begin()
            self._wake.notify_all()
        if target is not None and trouble:
            self._deliver(Looked(target, trouble=trouble))

    def _begin(self) -> str:
        """Leave the thread behind for a new one; return why there is none."""
        line = _Line()
        thread = threading.Thread(target=self._run, args=(line,), name="collection", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # a thread takes memory
            return _why(error)
        self._line, self._thread = line, thread
        return ""

    def ask(self, question: Question | Page) -> None:
        """Search for this next, or list it, instead of what may still wait."""
        with self._wake:
            self._question = question
            self._wake.notify_all()

    def fetch(self, place: Place) -> None:
        """Get the record of a photo."""
        with self._wake:
            if place not in self._fetches:
                self._fetches.append(place)
            self._wake.notify_all()

    def stop(self) -> None:
        """End the thread, unless it hangs: then it is left behind."""
        with self._wake:
            self._stopped, self._target = True, None
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join(left_s())

    def _run(self, line: _Line) -> None:
        while (task := self._next(line)) is not None:
            target, work = task
            if work is None:  # another collection, or the same anew
                _close(line)
            if target is None:
                continue
            try:
                self._work(line, target, work)
            except Exception as error:  # the store, or what it is made of
                _close(line)
                self._tell(line, Looked(target, trouble=_why(error)))
        _close(line)

    def _next(self, line: _Line) -> tuple[Target | None, Question | Page | Place | None] | None:
        """Wait for a search, a page, a record, or None for a first look; return None when stopped.

        Nothing is done here that may take long: whoever asks waits for this lock.
        """
        with self._wake:
            line.is_busy = False
            while True:
                if self._stopped or line is not self._line:
                    return None
                line.target = self._target
                if self._opens:
                    self._opens, line.is_busy = False, True
                    return self._target, None
                if self._target is not None and line.store is not None:
                    if self._question is not None:
                        question, self._question, line.is_busy = self._question, None, True
                        return self._target, question
                    if self._fetches:
                        line.is_busy = True
                        return self._target, self._fetches.pop(0)
                self._wake.wait()

    def _work(self, line: _Line, target: Target, work: Question | Page | Place | None) -> None:
        if line.store is None:
            line.store = open_store(target.address, target.model, target.dim, make=False)
        store = line.store
        if isinstance(work, Question):
            matches = best_contents(store, work.vector, work.count, work.where)
            among = _count_looked_at(line, store, work.where)
            self._tell(line, Matched(target, work.key, matches, among))
        elif isinstance(work, Page):
            self._tell(line, Listed(target, work, store.newest(work.count, work.where, work.after)))
        elif work is not None:
            self._tell(line, Fetched(target, work, store.fetch(work.host, work.path)))
        if work is None or time.monotonic() - line.counted > _COUNT_EVERY:
            line.counted = time.monotonic()
            self._tell(line, _count(target, store))

    def _tell(self, line: _Line, what: object) -> None:
        if line is self._line:
            with suppress(RuntimeError):  # the window is gone
                self._deliver(what)


def _count_looked_at(line: _Line, store: Store, where: Where) -> int:
    """Return how many photos a search looks at; counted now and then."""
    now, known = time.monotonic(), line.among
    if known is None or known[0] != where or now - known[1] > _COUNT_EVERY:
        known = line.among = where, now, store.count(where)
    return known[2]


def _close(line: _Line) -> None:
    store, line.store = line.store, None
    line.among = None
    if store is not None:
        with suppress(Exception):
            store.close()


def _count(target: Target, store: Store) -> Looked:
    return Looked(target, store.count(), len(store.hosts()))


def _why(error: Exception) -> str:
    if not isinstance(error, EngineError):
        _log.error("unforeseen", exc_info=error)
        error = StoreError(f"The collection cannot be used: {type(error).__name__}: {error}.")
    return str(error)
