"""What is to come onto the paper or beside it is read in threads, and comes in the order of asking."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from app.drawing.canvas import Canvas
from app.drawing.pen_up import PenUp
from app.drawing.reading import Read, Reading
from app.drawing.waiting import ReadingSign
from app.words.engine_sentences import as_sentence, in_own_language
from engine.errors import EngineError

Result = TypeVar("Result")


@dataclass(frozen=True, eq=False)
class _Asked:
    read: Read[Any]
    then: Callable[[Any], None]
    failed: Callable[[str], None]


class Turns(QObject):
    """One queue for a paper, whoever asks: what is read slowly holds up what was asked for after it."""

    busy = Signal(bool)
    """Something is being read (True), or nothing any more."""
    _read = Signal(object)

    def __init__(self, canvas: Canvas) -> None:
        """Serve this paper; a sign over it says while something is read."""
        super().__init__(canvas)
        self._waiting = deque[_Asked]()
        self._readings: dict[Reading[Any], _Asked] = {}  # one that is wanted, and those that were given up
        self._pen_up = PenUp(canvas)
        self._ended = False
        self._read.connect(self._take, Qt.ConnectionType.QueuedConnection)
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
            reading.end()
        self._pen_up.forget()

    def _go_on(self) -> None:
        """Read what was asked for next, once nothing else is read."""
        if all(reading.given_up for reading in self._readings):
            if self._waiting:
                asked = self._waiting.popleft()
                reading = Reading(asked.read, self._read.emit)
                self._readings[reading] = asked
                reading.start()
            self.busy.emit(not all(reading.given_up for reading in self._readings))

    def _take(self, reading: Reading[Any]) -> None:
        """Hand over what was read, if it is still wanted."""
        asked = self._readings.pop(reading)
        if not reading.given_up:
            try:
                result = reading.outcome()
            except EngineError as error:
                reason = as_sentence(in_own_language(str(error)))
                self._pen_up.do(lambda: asked.failed(reason))
            else:
                self._pen_up.do(lambda: asked.then(result))
        self._go_on()
