"""Which photos a query looks at: those of some folders, of a span of time."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from engine.errors import FolderError
from engine.folder import relative_name
from engine.query import Query

_DAY_S = 86_400


def narrowing(query: Query, folder: Path, taken: Callable[[bytes], int]) -> Callable[[bytes], bool]:
    """Return what says by a photo's relative name whether the query looks at it.

    Args:
        query: names folders and days.
        folder: of the library, links resolved.
        taken: gives the moment a photo was taken, in seconds since 1970 by the clock on the wall there.

    Raises:
        FolderError: a folder of the query is not there, or not in the library's.
    """
    prefixes = tuple(_prefix(one, folder) for one in query.within)
    first = _seconds(query.since) if query.since is not None else None
    end = _seconds(query.until) + _DAY_S if query.until is not None else None

    def looks_at(name: bytes) -> bool:
        if prefixes and not name.startswith(prefixes):
            return False
        if first is None and end is None:
            return True
        moment = taken(name)
        return (first is None or moment >= first) and (end is None or moment < end)

    return looks_at


def _prefix(within: Path, folder: Path) -> bytes:
    """Return what the names of a folder's photos begin with.

    A relative one lies in the library's folder; in the working folder if there is none of that name.
    """
    path = Path(os.path.realpath(folder / within))
    if path.exists() and not path.is_dir():
        raise FolderError(f"{within} is not a folder.")
    if not path.is_dir() and within.is_dir():
        path = Path(os.path.realpath(within))
    if path == folder:
        return b""
    if not path.is_relative_to(folder):
        raise FolderError(f"The folder {within} does not lie in {folder}.")
    if folder.is_dir() and not path.is_dir():  # of a drive that is not there, what was indexed is known
        raise FolderError(f"There is no folder {path}.")
    return relative_name(str(path.relative_to(folder))) + b"/"


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
