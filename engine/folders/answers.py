"""What drives were asked, and what they said: silence is an answer too, and nobody asks again at once."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any, Generic, TypeVar

from engine.folders import patience

T = TypeVar("T")
Question = TypeVar("Question", bound=Hashable)
Answer = TypeVar("Answer", bound="Asked[Any]")

READ_S = 30.0
"""A file is read in so long at most; a longer wait is for a drive that hangs."""

READERS = 8
"""How many files are read at a time: a slow drive has the next ones waiting, and few are open."""

_LOOKERS = 1_024  # threads that ask at a time; a system has a few thousand of them
_TURNS = 2  # where all threads hang, others ask once: the rest may lie elsewhere
_SILENT_S = 60.0  # a thread is left behind for each time that a silent drive is asked


class Asked(Generic[T]):
    """Something that a drive is asked.

    Attributes:
        since: when, by the monotonic clock.
        answer: what comes of it; the drive is silent while that is not there.
        has_begun: whether it was asked; the others wait for a thread.
    """

    def __init__(self, work: Callable[[], T], *, kept_s: float = math.inf) -> None:
        """Take what asks, and how long what it gives holds; what it raises holds for nobody else."""
        self.since, self._work, self._kept_s = time.monotonic(), work, kept_s
        self.answer, self.has_begun = Future[T](), False

    def ask(self) -> None:
        """Ask, in this thread."""
        self.since, self.has_begun = time.monotonic(), True
        patience.fulfil(self.answer, self._work)

    @property
    def is_due(self) -> bool:
        """Whether it is to be asked anew."""
        if not self.has_begun:  # a thread will come to it
            return False
        if self.answer.done() and self.answer.exception() is not None:
            return True
        return time.monotonic() - self.since > (self._kept_s if self.answer.done() else _SILENT_S)


class Answers(Generic[Question, Answer]):
    """Asks drives, and keeps what was asked last. From any thread."""

    def __init__(
        self,
        ask: Callable[[Question], Answer],
        *,
        name: str,
        most: int,
        within_s: float | None = None,
        at_once: int = _LOOKERS,
    ) -> None:
        """Take what makes a question something to ask.

        Args:
            ask: makes it.
            name: of the threads that ask.
            most: how many are kept; all of one call are, until the next.
            within_s: how long without any answer is silence; as long as for a file or folder if left out.
            at_once: how many of one call are asked at a time.
        """
        self._ask, self._name, self._at_once = ask, name, at_once
        self._most, self._within_s = most, within_s
        self._kept, self._lock = OrderedDict[Question, Answer](), threading.Lock()

    def to(self, questions: Sequence[Question]) -> list[Answer]:
        """Return what was asked, once it is answered or taken for silence.

        That is where nothing at all was heard for a while, twice if some were not asked by then: what no
        thread came to is left.
        """
        new = OrderedDict[Question, Answer]()
        with self._lock:
            asked = [self._one(question, new) for question in questions]
            while len(self._kept) > max(self._most, len(questions)):
                self._kept.popitem(last=False)
        waiting = deque(new.values())
        within_s = patience.ANSWERS_S if self._within_s is None else self._within_s
        heard_of = time.monotonic() - within_s  # who was asked before that is not waited for again
        fresh = [one.answer for one in asked if not one.has_begun or one.since > heard_of]
        try:
            for _ in range(_TURNS):
                for _ in range(min(self._at_once, len(waiting))):
                    patience.begin(partial(_ask_all, waiting), name=self._name)
                patience.to_the_end(patience.awaiting(fresh, within_s=within_s, renewed=True))
                if not waiting:
                    break
        finally:
            waiting.clear()
            self._forget(new)
        return asked

    def _one(self, question: Question, new: OrderedDict[Question, Answer]) -> Answer:
        one = self._kept.get(question)
        if one is None or one.is_due:
            one = self._kept[question] = new[question] = self._ask(question)
        self._kept.move_to_end(question)
        return one

    def _forget(self, new: Mapping[Question, Answer]) -> None:
        """Let go of what no thread came to."""
        with self._lock:
            for question, one in new.items():
                if not one.has_begun and self._kept.get(question) is one:
                    del self._kept[question]


def _ask_all(waiting: deque[Answer]) -> None:
    """Ask all that wait, one after the other; other threads do the same."""
    with suppress(IndexError):  # none is left
        while True:
            waiting.popleft().ask()
