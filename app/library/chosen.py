"""The folders of the window's library, in a file that the terminal reads too."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.state.state_file import UNREADABLE, keep_json, read_json
from engine.errors import EngineError
from engine.paths import data_dir

_NAME = "library.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ChosenFolders:
    """The folders, in the person's order.

    Attributes:
        folders: absolute.
        off: those of them that are not searched.
    """

    folders: tuple[Path, ...] = ()
    off: frozenset[Path] = frozenset()

    @property
    def on(self) -> tuple[Path, ...]:
        """Those that are searched."""
        return tuple(one for one in self.folders if one not in self.off)


def read_chosen() -> ChosenFolders | None:
    """Return what was chosen last, None where nothing was, or the file is damaged.

    Raises:
        EngineError: there is no data folder.
    """
    try:
        return _read()
    except UNREADABLE as error:
        _log.warning("The folders of the library cannot be read: %s", error)
        return None


def read_chosen_strictly() -> ChosenFolders | None:
    """Return the same, None only where nothing was chosen.

    Raises:
        EngineError: there is no data folder, or the file is damaged.
    """
    try:
        return _read()
    except UNREADABLE as error:
        raise EngineError(f"{data_dir() / _NAME} cannot be read: give FOLDER.") from error


def keep_chosen(chosen: ChosenFolders) -> None:
    """Remember this; where the disk does not take it, the log says so.

    Raises:
        EngineError: there is no data folder.
    """
    words = {"folders": [str(one) for one in chosen.folders], "off": sorted(str(one) for one in chosen.off)}
    keep_json(_NAME, words, trouble="The folders of the library are not remembered")


def _read() -> ChosenFolders | None:
    """Return what was chosen last, None where nothing was; raises one of `UNREADABLE`."""
    words = read_json(_NAME)
    if words is None:
        return None
    folders = _paths(words["folders"])
    return ChosenFolders(folders, frozenset(_paths(words.get("off", []))).intersection(folders))


def _paths(names: Iterable[object]) -> tuple[Path, ...]:
    if not isinstance(names, list):
        raise TypeError("no list")
    return tuple(Path(name) for name in names if isinstance(name, str) and name)
