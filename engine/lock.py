"""The right to index: one holder among all processes, taken back by the system from a killed one.

The lock is SQLite's own, on a file beside the catalog: the same on every system, and nothing to clean up.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import BusyCatalogError, CatalogError

_TURN_S = 0.3  # how long to ask for it: two that ask at once would otherwise both be refused


@contextmanager
def sole_writer(path: Path) -> Iterator[None]:
    """Hold the right that this file stands for.

    Raises:
        BusyCatalogError: another process, or another library in this one, holds it.
        CatalogError: the file cannot be used.
    """
    try:
        lock = _lock_file(path)
    except (OSError, sqlite3.Error) as error:
        if is_busy(error):
            raise BusyCatalogError(
                "This program is indexing photos already, in another window or terminal: let it finish."
            ) from error
        raise CatalogError(f"The lock file {path} cannot be used: {error}.") from error
    try:
        yield
    finally:
        lock.close()


def is_busy(error: Exception) -> bool:
    """Return whether SQLite refused because another connection has the file now."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _lock_file(path: Path) -> sqlite3.Connection:
    """Return a connection that holds this file; a damaged one is emptied first, since it keeps nothing."""
    try:
        return _hold(path)
    except sqlite3.DatabaseError as error:
        if is_busy(error):
            raise
        os.truncate(path, 0)
        return _hold(path)


def _hold(path: Path) -> sqlite3.Connection:
    lock = sqlite3.connect(path, timeout=_TURN_S, isolation_level=None, check_same_thread=False)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except BaseException:
        lock.close()
        raise
    return lock
