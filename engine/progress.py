"""How far a refresh has come, and how often it says so."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Phase = Literal["scan", "encode", "dates", "graph"]

TICK_S = 0.1


@dataclass(frozen=True)
class Progress:
    """How far a refresh has come; `total` is 0 while it is not known."""

    phase: Phase
    done: int
    total: int
    skipped: int


def ticks() -> Callable[[], bool]:
    """Return a function that says yes about ten times a second."""
    last = time.monotonic()

    def due() -> bool:
        nonlocal last
        now = time.monotonic()
        if now - last < TICK_S:
            return False
        last = now
        return True

    return due
