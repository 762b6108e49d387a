"""The folders of the window's library, in a file that the terminal reads too."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError
from engine.paths import data_dir
from engine.whole_files import replacing

_NAME = "library.json"
_UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
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
    except _UNREADABLE as error:
        _log.warning("The folders of the library cannot be read: %s", error)
        return None


def read_chosen_strictly() -> ChosenFolders | None:
    """Return the same, None only where nothing was chosen.

    Raises:
        EngineError: there is no data folder, or the file is damaged.
    """
    try:
        return _read()
    except _UNREADABLE as error:
        raise EngineError(f"{data_dir() / _NAME} cannot be read: give FOLDER.") from error


def keep_chosen(chosen: ChosenFolders) -> None:
    """Remember this; where the disk does not take it, the log says so.

    Raises:
        EngineError: there is no data folder.
    """
    file = data_dir() / _NAME
    words = {"folders": [str(one) for one in chosen.folders], "off": sorted(str(one) for one in chosen.off)}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as new:
            new.write_text(json.dumps(words, indent=1), encoding="utf-8")
    except OSError as error:
        _log.warning("The folders of the library are not remembered: %s", error)


def _read() -> ChosenFolders | None:
    """Return what was chosen last, None where nothing was; raises one of `_UNREADABLE`."""
    try:
        words = json.loads((data_dir() / _NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    folders = _paths(words["folders"])
    return ChosenFolders(folders, frozenset(_paths(words.get("off", []))).intersection(folders))


def _paths(names: Iterable[object]) -> tuple[Path, ...]:
    if not isinstance(names, list):
        raise TypeError("no list")
    return tuple(Path(name) for name in names if isinstance(name, str) and name)
