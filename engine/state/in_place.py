"""Whether an open SQLite file is still the one of its name; SQLite goes on writing to what nobody finds."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from engine.state.sqlite_file import pragma

_SETTLED_S = 1.0  # within which another process has ended a checkpoint
_AGAIN_S = 0.02  # between two looks


class InPlace:
    """One file with a log beside it."""

    def __init__(self, path: Path) -> None:
        """Take the file as it is now."""
        self._path, self._log = path, path.with_name(path.name + "-wal")
        self._file, self._size = identity(path), 0

    def is_kept(self) -> bool:
        """Return whether it was not deleted, replaced or cut since, and its log neither."""
        now = identity(self._path)
        if now is None or now != self._file or not self._log.exists():
            return False
        try:
            size = self._path.stat().st_size
            if size < self._size and self._is_cut():  # else another process gave space back
                return False
        except OSError:  # it went just now
            return False
        self._size = size
        return True

    def _is_cut(self) -> bool:
        """Return whether the file is shorter than its own header says; pages may lie in the log besides.

        A checkpoint of another process writes the header first: where it seems cut, it is looked at again.
        """
        deadline = time.monotonic() + _SETTLED_S
        while not _is_whole(self._path):
            if time.monotonic() > deadline:
                return True
            time.sleep(_AGAIN_S)
        return False


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from all others, whatever its name; None where none can be asked."""
    try:
        details = os.stat(path)
    except OSError:
        return None
    return details.st_dev, details.st_ino


def _is_whole(path: Path) -> bool:
    """Return whether a file is as long as its header says, whatever its log holds.

    SQLite is asked: whoever else closes the file takes all locks on it from this process, see
    sqlite.org/howtocorrupt.html, section 2.2. As `immutable` it looks at no log, and refuses a file cut
    short.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            return pragma(db, "page_count") > 0
    except sqlite3.DatabaseError:
        return False
