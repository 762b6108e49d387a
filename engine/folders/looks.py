"""Photos that lie beside a drawing, looked at on the disk: each by one thread, and not at every search."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from engine.folders.patience import ANSWERS_S, ask

Met = Callable[[os.stat_result], Iterable[Path]]
"""Returns what else a file is called, by what the system tells of it."""

_KEPT_S = 1.0  # while a pen moves, the same photos are asked for several times in it
_SILENT_S = 60.0  # a thread is left behind for each time that a silent drive is asked
_MOST = 1024  # from which on those that are due are dropped


class Look:
    """What the disk says of one photo. Where its drive is silent, this is filled when it answers.

    Attributes:
        is_heard: whether the drive has answered.
        details: what the system tells; None where nothing is there, or was heard.
        names: what it may be called besides as it is written: where links lead, and as of `Met`.
    """

    def __init__(self, photo: Path, met: Met) -> None:
        """Look at it; waits for `ANSWERS_S` at most."""
        self.is_heard, self._is_whole = False, False
        self.details: os.stat_result | None = None
        self.names: tuple[Path, ...] = ()
        with suppress(TimeoutError):
            ask(lambda: self._fill(photo, met), within_s=ANSWERS_S, name="look at a photo")
        self._since = time.monotonic()

    @property
    def is_due(self) -> bool:
        """Whether it is so old that the disk is to be asked anew."""
        return time.monotonic() - self._since > (_KEPT_S if self._is_whole else _SILENT_S)

    def _fill(self, photo: Path, met: Met) -> None:
        with suppress(OSError):
            self.details = os.stat(photo)
        self.is_heard = True
        self.names = Path(os.path.realpath(photo.parent), photo.name), Path(os.path.realpath(photo))
        if self.details is not None:
            self.names = *self.names, *met(self.details)
        self._is_whole = True


class Looks:
    """Looks at photos, and keeps for a moment what came of it. From any thread."""

    def __init__(self, met: Met = lambda _: ()) -> None:
        """Take what finds more names of a file."""
        self._met, self._kept = met, dict[Path, Look]()

    def at(self, photo: Path) -> Look:
        """Return what the disk says of a photo, or said a moment ago."""
        look = self._kept.get(photo)
        if look is None or look.is_due:
            if len(self._kept) >= _MOST:
                self._kept = {path: one for path, one in self._kept.copy().items() if not one.is_due}
            look = self._kept[photo] = Look(photo, self._met)
        return look

    def names(self, photo: Path) -> Iterator[Path]:
        """Yield what a photo or a folder may be called: as it is written, where links lead, and what is met.

        Names of photos hold links inside their folder as they are. Only what is asked for beyond the first
        looks at the disk; where that does not answer, nothing follows.
        """
        written = Path(os.path.abspath(photo))
        yield written
        yield from (name for name in self.at(photo).names if name != written)
