"""Files read in a thread of their own, so that neither pen nor window waits."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from app.ending import left_s
from engine.errors import EngineError
from engine.pictures.photos import refusal

_log = logging.getLogger(__name__)

Result = TypeVar("Result")

Read = Callable[[Callable[[], bool]], Result]
"""Reads something, asking now and then whether nobody wants it any more."""


class Reading(Generic[Result]):
    """Something being read in a thread of its own.

    Attributes:
        given_up: nobody wants it any more.
        thread: reads it.
    """

    def __init__(self, read: Read[Result], done: Callable[[object], None]) -> None:
        """Take what reads the file, and whom to tell, in the thread, that it is read."""
        self._reads, self._done = read, done
        self._result: Result | None = None
        self._error: Exception | None = RuntimeError("it is not read yet")
        self.given_up = False
        self.thread = threading.Thread(target=self._read, daemon=True)

    def start(self) -> None:
        """Begin to read; where the system gives no thread, it cannot be read: a thread takes memory."""
        try:
            self.thread.start()
        except RuntimeError as error:
            self._fail(error, refusal(MemoryError()))
            self._done(self)

    def end(self) -> None:
        """Wait for its thread; one that hangs, as on a drive that is away, is left behind."""
        if self.thread.ident is not None:  # it was begun
            self.thread.join(left_s())

    def _read(self) -> None:
        try:
            self._result, self._error = self._reads(lambda: self.given_up), None
        except EngineError as error:  # raised again where it can be told
            self._error = error
        except Exception as error:
            self._fail(error, refusal(error))
        with suppress(RuntimeError):  # the window is gone
            self._done(self)

    def _fail(self, error: Exception, reason: EngineError) -> None:
        _log.error("unforeseen", exc_info=error)
        self._error = reason

    def outcome(self) -> Result:
        """Return what was read.

        Raises:
            EngineError: it could not be read.
        """
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]  # None is a result too
