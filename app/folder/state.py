"""What is known of the open folders at one moment: one immutable value, which every bar and page renders."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from engine.library import Progress


class Phase(Enum):
    """What is going on with the open folder."""

    NONE = auto()
    """No folder was chosen yet."""
    OPENING = auto()
    """Its library is not there yet."""
    FAILED = auto()
    """It could not be opened, or there is no model."""
    INDEXING = auto()
    """New photos are looked for and encoded; what is indexed can be searched."""
    PAUSED = auto()
    """Indexing stands still at the person's wish."""
    WAITING = auto()
    """Another window or terminal is indexing; once that ends, this one goes on."""
    STOPPED = auto()
    """Indexing ended before its end; what is indexed can be searched."""
    OFFLINE = auto()
    """The folder is not there now; what was indexed can be searched."""
    CURRENT = auto()
    """The folder was looked through to its end."""


@dataclass(frozen=True)
class ShownFolder:
    """One of the open folders.

    Attributes:
        folder: absolute; links resolved once it is open.
        photos: how many of its photos can be found now.
        offline: it was not there, or empty as without its drive, when last looked at.
        trouble: why it could not be read then, as one sentence; empty if it could.
        progress: where indexing is in it; None where it is not at work.
    """

    folder: Path
    photos: int = 0
    offline: bool = False
    trouble: str = ""
    progress: Progress | None = None

    @property
    def name(self) -> str:
        """What people call it; a whole drive goes by its path."""
        return self.folder.name or str(self.folder)


@dataclass(frozen=True)
class FolderState:
    """The open folders at one moment.

    Attributes:
        folders: each of them, in the order they were given.
        phase: what is going on with them.
        photos: how many can be found now.
        skipped: how many files are left out.
        progress: where indexing is; None before its first word, and while nothing is indexed.
        seconds_left: how long indexing will take; None while that is anyone's guess.
        trouble: why opening, indexing or searching failed, as one sentence; empty once it is tried again.
        obstacle: why most of what is left out is, as one sentence, once the folders were looked through.
    """

    folders: tuple[ShownFolder, ...] = ()
    phase: Phase = Phase.NONE
    photos: int = 0
    skipped: int = 0
    progress: Progress | None = None
    seconds_left: float | None = None
    trouble: str = ""
    obstacle: str = ""

    @property
    def folder(self) -> Path | None:
        """The first one; None before one was chosen."""
        return self.folders[0].folder if self.folders else None

    @property
    def name(self) -> str:
        """What people call the folders, one after another."""
        return ", ".join(one.name for one in self.folders)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Which folders these are."""
        return tuple(one.folder for one in self.folders)

    @property
    def away(self) -> tuple[ShownFolder, ...]:
        """Those that were not there, or could not be read, when last looked at."""
        return tuple(one for one in self.folders if one.offline or one.trouble)

    @property
    def is_indexing(self) -> bool:
        """Whether photos are being indexed, standing still included."""
        return self.phase in (Phase.INDEXING, Phase.PAUSED)

    @property
    def is_open(self) -> bool:
        """Whether there is a library to search."""
        return self.phase not in (Phase.NONE, Phase.OPENING, Phase.FAILED)
