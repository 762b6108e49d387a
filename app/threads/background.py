"""Work off the GUI thread: one function, or one generator that reports as it goes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any, Generic, Self, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from app.words.engine_sentences import in_own_language
from engine.errors import EngineError

_log = logging.getLogger(__name__)
_REPORT_EVERY = 0.1  # seconds

Result = TypeVar("Result")


def sentence(error: Exception) -> str:
    """Return what to tell the person; what the engine did not foresee goes to the log as well."""
    if isinstance(error, EngineError):
        return in_own_language(str(error))
    _log.error("unforeseen", exc_info=error)
    text = QCoreApplication.translate("background", "Something unexpected happened: %1")
    return text.replace("%1", f"{type(error).__name__}: {error}")


class Background(QObject):
    """Runs `work` in a thread that need not end: one that stands on a drive which hangs is left behind.

    That ends with the process, as no thread of Qt's may.
    """

    finished = Signal()
    """The thread has ended."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin a thread; one that was left behind keeps nothing from beginning another.

        Where the system gives none, the work has failed, see `fail`, and `finished` comes all the same.
        """
        thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # a thread takes memory
            self.fail(MemoryError(*error.args))
            QTimer.singleShot(0, self, self.finished.emit)
        else:
            self._thread = thread

    def wait(self, within_s: float | None = None) -> bool:
        """Wait for the thread's end, so long at most; return whether it has ended."""
        thread = self._thread
        if thread is not None:
            thread.join(None if within_s is None else max(0.0, within_s))
        return thread is None or not thread.is_alive()

    def work(self) -> None:
        """Do the work; runs in the thread."""

    def fail(self, error: Exception) -> None:
        """Note why the work could not be done; what nobody can be told of is raised."""
        raise error

    def _run(self) -> None:
        with suppress(RuntimeError):  # the window is gone
            self.work()
            self.finished.emit()


class Task(Background, Generic[Result]):
    """Runs one function, as on what waits for a drive, and hands over what came of it; see `begin`.

    Attributes:
        result: what the function returned, None before and after a failure.
        error: why it failed, as one sentence.
    """

    def __init__(self, function: Callable[[], Result], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._function = function
        self.result: Result | None = None
        self.error: str | None = None

    def begin(
        self, then: Callable[[Result], object], failed: Callable[[str], object] = lambda _: None
    ) -> Self:
        """Begin the thread; come back to this one when it has ended, unless the parent is gone by then.

        Args:
            then: is called with the result, from the event loop.
            failed: is called instead with the reason why there is none, as one sentence.
        """
        self._then, self._failed = then, failed
        self.finished.connect(self._hand_over)
        self.start()
        return self

    def work(self) -> None:
        """Call the function; runs in the thread."""
        try:
            self.result = self._function()
        except Exception as error:  # the last line before the thread's end: nothing may get lost
            self.fail(error)
        finally:
            del self._function  # which may hold this task, and so all that it brought

    def fail(self, error: Exception) -> None:
        """Keep why it failed."""
        self.error = sentence(error)

    def _hand_over(self) -> None:
        then, failed = self._then, self._failed
        del self._then, self._failed  # which hold the parent: it must not go in the midst of its child's end
        self.deleteLater()
        if self.error is not None:
            failed(self.error)
        else:
            then(self.result)  # type: ignore[arg-type]  # None is a result too


class Worker(Background):
    """Drains one generator; ends with `done`, `failed` or, after a cancel, `cancelled`.

    Attributes:
        error: what the generator raised, once `failed` is emitted.
    """

    progressed = Signal(object)
    """A yielded value: the newest one, about ten times a second."""
    done = Signal(object)
    """The generator's result."""
    failed = Signal(str)
    """Why the generator raised, as one sentence."""
    cancelled = Signal()

    def __init__(
        self, make: Callable[[], Generator[object, None, object]], parent: QObject | None = None
    ) -> None:
        """Take a function that returns the generator; it is called in the thread."""
        super().__init__(parent)
        self.error: Exception | None = None
        self._make = make
        self._cancelled = False
        self._is_held = False
        self._changed = threading.Condition()
        self._reported = 0.0

    def cancel(self) -> None:
        """Close the generator at its next step, so that its `finally` runs; returns at once."""
        with self._changed:
            self._cancelled = True
            self._changed.notify_all()

    def hold(self, held: bool) -> None:
        """Stand still at the next step, or go on."""
        with self._changed:
            self._is_held = held
            self._changed.notify_all()

    def work(self) -> None:
        """Drain the generator; runs in the thread."""
        try:
            self._drain(self._make())
        except Exception as error:  # as in Task
            self.fail(error)

    def fail(self, error: Exception) -> None:
        """Keep why it failed, and tell it."""
        self.error = error
        self.failed.emit(sentence(error))

    def _drain(self, steps: Generator[object, None, Any]) -> None:
        try:
            while self._may_go_on():
                self._report(next(steps))
            self.cancelled.emit()
        except StopIteration as end:
            self.done.emit(end.value)
        finally:
            steps.close()

    def _may_go_on(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._cancelled or not self._is_held)
            return not self._cancelled

    def _report(self, step: object) -> None:
        now = time.monotonic()
        if now - self._reported >= _REPORT_EVERY:
            self._reported = now
            self.progressed.emit(step)
