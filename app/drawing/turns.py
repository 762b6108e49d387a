"""What is to come onto the paper or beside it is read in threads, and comes in the order of asking."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.drawing.canvas import Canvas
from app.drawing.pen_up import PenUp
from app.drawing.waiting import ReadingSign
from app.threads.background import Result, Task
from app.threads.ending import left_s
from app.words.engine_sentences import as_sentence, in_own_language
from engine.errors import EngineError
from engine.pictures.photos import refusal

_log = logging.getLogger(__name__)

Read = Callable[[Callable[[], bool]], Result]
"""Reads something, asking now and then whether nobody wants it any more."""


class Reading(Task[Result]):
    """Something being read in a thread of its own, so that neither pen nor window waits.

    Attributes:
        given_up: nobody wants it any more.
    """

    def __init__(self, read: Read[Result], parent: QObject) -> None:
        """Take what reads the file."""
        super().__init__(lambda: read(lambda: self.given_up), parent)
        self.given_up = False

    def fail(self, error: Exception) -> None:
        """Keep why it cannot be read."""
        if not isinstance(error, EngineError):
            _log.error("unforeseen", exc_info=error)
            error = refusal(error)
        self.error = as_sentence(in_own_language(str(error)))


@dataclass(frozen=True, eq=False)
class _Asked:
    read: Read[Any]
    then: Callable[[Any], None]
    failed: Callable[[str], None]


class Turns(QObject):
    """One queue for a paper, whoever asks: what is read slowly holds up what was asked for after it."""

    busy = Signal(bool)
    """Something is being read (True), or nothing any more."""

    def __init__(self, canvas: Canvas) -> None:
        """Serve this paper; a sign over it says while something is read."""
        super().__init__(canvas)
        self._waiting = deque[_Asked]()
        self._readings = list[Reading[Any]]()  # one that is wanted, and those that were given up
        self._pen_up = PenUp(canvas)
        self._ended = False
        ReadingSign.over(canvas).follow(self.busy, self.give_up)

    @classmethod
    def on(cls, canvas: Canvas) -> Turns:
        """Return the queue of this paper."""
        return canvas.findChild(cls) or cls(canvas)

    def begin(
        self, read: Read[Result], then: Callable[[Result], None], failed: Callable[[str], None]
    ) -> None:
        """Read something, once what was asked for before is there.

        Args:
            read: reads it, in a thread.
            then: is called with what was read, while the pen is up.
            failed: is called with the reason, as one sentence, where it could not be read; while the pen is
                up too, as its next movement lets go of what was said.
        """
        self._waiting.append(_Asked(read, then, failed))
        self._go_on()

    def do(self, deed: Callable[[], None]) -> None:
        """Do what needs no reading now, or once the pen is up."""
        self._pen_up.do(deed)

    def give_up(self) -> None:
        """Want nothing of what is being read."""
        self._waiting.clear()
        for reading in self._readings:
            reading.given_up = True
        self.busy.emit(False)

    def stop(self) -> None:
        """Give up what is being read; a thread that hangs, as on a drive that is away, is left behind."""
        if self._ended:
            return
        self._ended = True
        self.give_up()
        for reading in self._readings:
            reading.wait(left_s())
        self._pen_up.forget()

    def _go_on(self) -> None:
        """Read what was asked for next, once nothing else is read."""
        if all(reading.given_up for reading in self._readings):
            if self._waiting:
                asked = self._waiting.popleft()
                reading = Reading(asked.read, self)
                self._readings.append(reading)
                take = partial(self._take, reading)
                reading.begin(partial(take, asked.then), partial(take, asked.failed))
            self.busy.emit(not all(reading.given_up for reading in self._readings))

    def _take(self, reading: Reading[Any], hand_over: Callable[[Any], None], outcome: Any) -> None:
        """Hand over what was read, or why it was not, if it is still wanted."""
        self._readings.remove(reading)
        if not reading.given_up:
            self._pen_up.do(partial(hand_over, outcome))
        self._go_on()
