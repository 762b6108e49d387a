"""Threads that read photos: one that is at a file for too long is left behind, and another goes on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer

from app.threads.ending import left_s

_log = logging.getLogger(__name__)
_Task = TypeVar("_Task")
_HANGS_S = 20.0  # at one file: its drive may never answer
_LOOK_EVERY = 5000  # milliseconds, while there is work
_MOST_LEFT = 16  # beyond that, whoever asks for more of that drive waits for it


class Crew(QObject):
    """Some threads that take tasks and do them. Lives in the GUI thread.

    Attributes:
        threads: those that are not left behind.
    """

    def __init__(
        self,
        count: int,
        take: Callable[[], _Task | None],
        work: Callable[[_Task], None],
        *,
        name: str,
        parent: QObject,
    ) -> None:
        """Start the threads; those that the system does not give are tried again.

        Args:
            count: how many there are.
            take: waits for a task; None ends the thread that called it.
            work: does it; called in the threads, as `take` is.
            name: of the threads.
            parent: its owner.
        """
        super().__init__(parent)

        def next_work() -> Callable[[], None] | None:
            task = take()
            return None if task is None else partial(work, task)

        self._next, self._name, self._count = next_work, name, count
        self.threads: list[threading.Thread] = []
        self._left: list[threading.Thread] = []  # behind, and not back yet
        self._begun: dict[threading.Thread, float] = {}  # when each took what it is at
        self._coming_back = threading.Lock()  # or being left behind: not both at once
        self._look = QTimer(self, interval=_LOOK_EVERY, singleShot=True)
        self._look.timeout.connect(self._replace)
        self._replace()

    def watch(self) -> None:
        """Note that there is something to do: whether it is done is looked at from now on."""
        if not self._look.isActive():
            self._look.start()

    def stop(self) -> None:
        """Wait for the threads, to which `take` must give nothing more; one that hangs is left behind."""
        self._look.stop()
        for thread in self.threads:
            thread.join(left_s())

    def _start(self) -> threading.Thread:
        thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        thread = threading.current_thread()
        while (work := self._next()) is not None:
            self._begun[thread] = time.monotonic()
            work()
            with self._coming_back:
                if self._begun.pop(thread, None) is None:  # another has taken its place
                    return

    def _replace(self) -> None:
        """Start a thread for each that hangs or lacks, and look again while any is at work, or lacks."""
        self._left = [thread for thread in self._left if thread.is_alive()]
        try:
            for place, thread in enumerate(self.threads):
                self._replace_if_it_hangs(place, thread)
            while len(self.threads) < self._count:
                self.threads.append(self._start())
        except RuntimeError as error:  # a thread takes memory
            _log.warning("no thread for %s: %s", self._name, error)
        if self._begun or len(self.threads) < self._count:
            self._look.start()

    def _replace_if_it_hangs(self, place: int, thread: threading.Thread) -> None:
        now = time.monotonic()
        with self._coming_back:
            hangs = now - self._begun.get(thread, now) > _HANGS_S
            if hangs and len(self._left) < _MOST_LEFT:
                self.threads[place] = self._start()
                del self._begun[thread]
                self._left.append(thread)
