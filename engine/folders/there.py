"""Whether files are where they were, asked of drives that may not answer."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from engine.folders.patience import ask
from engine.long_paths import is_too_long

T = TypeVar("T")

_LOOKS = 100  # files that a drive is asked for at a time: a slow one answers each time


def may_be_there(place: Path) -> bool:
    """Return whether a file is there, or its drive does not say, nor Windows of one with a long path."""
    try:
        os.lstat(place)
    except (FileNotFoundError, NotADirectoryError):
        return is_too_long(place)
    except OSError:
        return True
    return True


def those_there(places: Mapping[T, Path]) -> set[T]:
    """Return which of these files may be there.

    Raises:
        TimeoutError: their drive does not answer.
    """
    there, every = set[T](), list(places)
    for start in range(0, len(every), _LOOKS):
        some = {one: places[one] for one in every[start : start + _LOOKS]}
        there.update(ask(partial(_of_these, some), name="look for photos"))
    return there


def _of_these(places: Mapping[T, Path]) -> list[T]:
    return [one for one, place in places.items() if may_be_there(place)]


def is_away(folder: Path) -> bool:
    """Return whether a folder is empty, as one is without its drive, or cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except OSError:
        return True
