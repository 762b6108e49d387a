"""Photos that lie beside a drawing, looked at on the disk: each by one thread, and not at every search."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from engine.folders.answers import Answers, Asked
from engine.folders.patience import link_by_link

T = TypeVar("T")

Met = Callable[[os.stat_result], Iterable[Path]]
"""Returns what else a file is called, by what the system tells of it."""

_KEPT_S = 1.0  # while a pen moves, the same photos are asked for several times in it
_MOST = 1024


class Look(Asked[None]):
    """What the disk says of one photo. Where its drive is silent, this is filled as far as it answers.

    Attributes:
        is_heard: whether the drive has answered.
        details: what the system tells; None where nothing is there, or was heard.
        names: what it may be called besides as it is written: where links lead, and as of `Met`.
    """

    def __init__(self, photo: Path, met: Met) -> None:
        """Take the photo."""
        self.is_heard = False
        self.details: os.stat_result | None = None
        self.names: tuple[Path, ...] = ()
        super().__init__(partial(self._fill, photo, met), kept_s=_KEPT_S)

    @property
    def version(self) -> tuple[int, int] | None:
        """What is another one once the file has changed: its size and time; None where it is not there."""
        return None if self.details is None else (self.details.st_size, self.details.st_mtime_ns)

    def _fill(self, photo: Path, met: Met) -> None:
        for place in link_by_link(photo):  # one that leads to a silent drive may lie on another
            self.names = *self.names, place
        with suppress(OSError):
            self.details = os.stat(photo)
        self.is_heard = True
        self.names = *self.names, Path(os.path.realpath(photo.parent), photo.name)
        self.names = *self.names, Path(os.path.realpath(photo))
        if self.details is not None:
            self.names = *self.names, *met(self.details)


class Looks(Answers[Path, Look]):
    """Looks at photos, and keeps for a moment what came of it. From any thread."""

    def __init__(self, met: Met = lambda _: ()) -> None:
        """Take what finds more names of a file."""
        super().__init__(partial(Look, met=met), name="look at a photo", most=_MOST)

    def to(self, questions: Sequence[Path]) -> list[Look]:
        """Return what the disk says of photos, or said a moment ago; see `Answers`."""
        looks = super().to(questions)
        for look in looks:
            if look.answer.done():
                look.answer.result()  # raises what nobody foresaw
        return looks

    def names(self, photo: Path) -> Iterator[Path]:
        """Yield what a photo may be called; only what is asked for beyond the first looks at the disk."""
        yield Path(os.path.abspath(photo))
        yield from self.to([photo])[0].names

    def find(self, photos: Sequence[Path], known: Callable[[Path], T | None]) -> list[T | None]:
        """Return what is known of each photo by the first of its names that anything is known by.

        Names of photos hold links inside their folder as they are. The disk is asked about those alone of
        which nothing is known by the name that is written; where it does not answer, nothing more follows.
        """
        found = [known(Path(os.path.abspath(photo))) for photo in photos]
        unknown = [photo for photo, one in zip(photos, found, strict=True) if one is None]
        looks = iter(self.to(unknown))
        return [_first(known, next(looks).names) if one is None else one for one in found]


def _first(known: Callable[[Path], T | None], names: Iterable[Path]) -> T | None:
    return next((one for name in names if (one := known(name)) is not None), None)
