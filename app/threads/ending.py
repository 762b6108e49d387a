"""The end of threads: all that are told to end have half a second together, and what hangs is left behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar

END_S = 0.5
"""For so long the end of a thread is waited for."""

_until: ContextVar[float | None] = ContextVar("until", default=None)


def end_together(*ends: Callable[[], object]) -> None:
    """Call these, each of which waits for threads of its own: for `END_S` together, not each."""
    token = _until.set(time.monotonic() + END_S)
    try:
        for end in ends:
            end()
    finally:
        _until.reset(token)


def left_s() -> float:
    """Return for how many seconds the end of a thread may be waited for now."""
    until = _until.get()
    return END_S if until is None else max(0.0, until - time.monotonic())
