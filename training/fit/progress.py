"""How far a run has come: a bar on a terminal; else a line a minute, as the log of a job keeps it."""

from __future__ import annotations

import logging
import math
import sys
import time
from collections.abc import Mapping
from types import TracebackType

from tqdm import tqdm

_log = logging.getLogger(__name__)

_EVERY_S = 60.0


class Progress:
    """Tells of the steps of a run on stderr while it is entered."""

    def __init__(self, total: int, *, initial: int, shown: bool) -> None:
        """Begin at a step of so many; nothing is told unless it is `shown`."""
        on_terminal = sys.stderr.isatty()
        self._bar = tqdm(
            total=total, initial=initial, unit="step", smoothing=0.05, disable=not (shown and on_terminal)
        )
        self._in_lines = shown and not on_terminal
        self._total, self._initial, self._step = total, initial, initial
        self._began, self._told = time.monotonic(), -math.inf

    def __enter__(self) -> Progress:
        """Show the bar until the end."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the bar."""
        self._bar.close()

    def update(self) -> None:
        """Take note of a step."""
        self._step += 1
        self._bar.update()

    def tell(self, losses: Mapping[str, float]) -> None:
        """Show the mean losses of the last steps; in lines, a minute or more after the last line."""
        text = " ".join(f"{name} {value:.2f}" for name, value in losses.items())
        self._bar.set_postfix_str(text)
        now = time.monotonic()
        if not self._in_lines or (now - self._told < _EVERY_S and self._step < self._total):
            return
        self._told, gone = now, now - self._began
        left = gone / max(1, self._step - self._initial) * (self._total - self._step)
        so_far, to_go = tqdm.format_interval(gone), tqdm.format_interval(left)
        _log.info("step %d of %d, %s gone, about %s left: %s", self._step, self._total, so_far, to_go, text)
