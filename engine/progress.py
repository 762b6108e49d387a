"""How far a refresh has come, and how often it says so."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, cast

T = TypeVar("T")

Phase = Literal["scan", "encode", "dates", "graph"]

TICK_S = 0.1
_ORDER: tuple[Phase, ...] = ("scan", "encode", "dates", "graph")


@dataclass(frozen=True)
class Progress:
    """How far a refresh has come; `total` is 0 while it is not known.

    Attributes:
        phase: what is being done; with several folders, what is furthest from the end.
        done: photos, in this phase.
        total: of how many.
        skipped: files left out so far.
        folders: how far each folder that is at work has come, where there are several.
    """

    phase: Phase
    done: int
    total: int
    skipped: int
    folders: tuple[tuple[Path, Progress], ...] = ()

    @classmethod
    def of(cls, folders: Collection[tuple[Path, Progress]]) -> Progress:
        """Return how far several folders, at least one, have come together."""
        steps = [step for _, step in folders]
        phase = min((step.phase for step in steps), key=_ORDER.index)
        there = [step for step in steps if step.phase == phase]
        done, total = sum(step.done for step in there), sum(step.total for step in there)
        return cls(phase, done, total, sum(step.skipped for step in steps), tuple(folders))


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


def while_waiting(
    steps: Generator[None, None, T], told: Progress, tells: Callable[[], bool] = lambda: True
) -> Generator[Progress, None, T]:
    """Return what this returns; yields how far the work is each time that it yields, unless told not to."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast(T, end.value)
        if tells():
            yield told
