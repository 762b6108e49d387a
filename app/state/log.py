"""What went wrong, for whoever looks into it: one small file beside the program's state."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from engine.paths import data_dir
from engine.visible import OneLine

LOG = "ffmln.log"
_ROOMS = ("app", "engine")
_MOST_BYTES = 500_000

_log = logging.getLogger(__name__)


@contextmanager
def say_warnings() -> Iterator[None]:
    """Meanwhile, say warnings and errors on the terminal, each in one line."""
    terminal = logging.StreamHandler()
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(OneLine("ffmln: %(message)s"))
    rooms = [logging.getLogger(name) for name in _ROOMS]
    for room in rooms:
        room.addHandler(terminal)
    try:
        yield
    finally:
        for room in rooms:
            room.removeHandler(terminal)


def log_file() -> Path:
    """Return where it lies, whether or not anything was noted yet.

    Raises:
        EngineError: there is no place for the program's state.
    """
    return data_dir() / LOG


@contextmanager
def keep_log() -> Iterator[None]:
    """Meanwhile, write what the program notes, and errors nobody caught, to a file that stays small.

    Warnings and errors go to the terminal too.

    Raises:
        EngineError: there is no place for the program's state.
    """
    file = RotatingFileHandler(
        log_file(),
        maxBytes=_MOST_BYTES,
        backupCount=1,
        encoding="utf-8",
        errors="backslashreplace",
        delay=True,
    )
    file.setFormatter(OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    rooms = [logging.getLogger(name) for name in _ROOMS]
    levels, hooks = [room.level for room in rooms], (sys.excepthook, threading.excepthook)

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _log.error("unforeseen", exc_info=(kind, error, trace))
        if hooks[0] is not sys.__excepthook__:  # that one would only print it again
            hooks[0](kind, error, trace)

    def uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None:
            _log.error("unforeseen", exc_info=told.exc_value)

    for room in rooms:
        room.setLevel(logging.INFO)
        room.addHandler(file)
    sys.excepthook, threading.excepthook = uncaught, uncaught_in_thread
    try:
        with say_warnings():
            yield
    finally:
        sys.excepthook, threading.excepthook = hooks
        for room, level in zip(rooms, levels, strict=True):
            room.setLevel(level)
            room.removeHandler(file)
        file.close()
