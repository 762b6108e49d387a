"""What drives were asked, and what they said: silence is an answer too, and nobody asks again at once."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from engine.folders import patience

T = TypeVar("T")
Question = TypeVar("Question", bound=Hashable)
Answer = TypeVar("Answer", bound="Asked[Any]")

READ_S = 30.0
"""A file is read in so long at most; a longer wait is for a drive that hangs."""

_SILENT_S = 60.0  # a thread is left behind for each time that a silent drive is asked


class Asked(Generic[T]):
    """Something that a drive was asked, in a thread of its own.

    Attributes:
        since: when, by the monotonic clock.
        answer: what comes of it; the drive is silent while that is not there.
    """

    def __init__(self, work: Callable[[], T], *, name: str, kept_s: float = math.inf) -> None:
        """Ask.

        Args:
            work: asks, in the thread.
            name: of the thread.
            kept_s: how long what it gives holds; what it raises holds for nobody else.
        """
        self.since, self._kept_s = time.monotonic(), kept_s
        self.answer = patience.begin(work, name=name)

    @property
    def is_due(self) -> bool:
        """Whether it is to be asked anew."""
        if self.answer.done() and self.answer.exception() is not None:
            return True
        return time.monotonic() - self.since > (self._kept_s if self.answer.done() else _SILENT_S)


class Answers(Generic[Question, Answer]):
    """Asks drives, and keeps what was asked last. From any thread."""

    def __init__(
        self, ask: Callable[[Question], Answer], *, most: int, within_s: float | None = None
    ) -> None:
        """Take what begins to ask.

        Args:
            ask: begins it.
            most: how many are kept; all of one call are, until the next.
            within_s: for how long an answer is waited for; as long as for a file or folder if left out.
        """
        self._ask, self._most, self._within_s = ask, most, within_s
        self._kept, self._lock = OrderedDict[Question, Answer](), threading.Lock()

    def to(self, questions: Sequence[Question]) -> list[Answer]:
        """Return what was asked, once it is answered or taken for silence; all drives are asked at once."""
        with self._lock:
            asked = [self._one(question) for question in questions]
            while len(self._kept) > max(self._most, len(questions)):
                self._kept.popitem(last=False)
        within_s = patience.ANSWERS_S if self._within_s is None else self._within_s
        heard_of = time.monotonic() - within_s  # who was asked before that is not waited for again
        fresh = [one.answer for one in asked if one.since > heard_of]
        patience.to_the_end(patience.awaiting(fresh, within_s=within_s))
        return asked

    def _one(self, question: Question) -> Answer:
        one = self._kept.get(question)
        if one is None or one.is_due:
            one = self._kept[question] = self._ask(question)
        self._kept.move_to_end(question)
        return one
