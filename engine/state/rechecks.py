"""Which photos were read again at the person's wish: reading all of them need not be done at one go."""

from __future__ import annotations

import time
from collections.abc import Iterable
from sqlite3 import Connection

from engine.days import DAY_S
from engine.state.database import Database

_KEPT_S = 7 * DAY_S  # since it last went on: what is asked for later is another recheck


class Rechecks:
    """The rechecks of photo folders that have not come to their end. Raises CatalogError as the catalog."""

    def __init__(self, db: Database) -> None:
        """Take the catalog's file."""
        self._db = db

    def begin(self, root: int) -> set[bytes]:
        """Begin to read all photos of a folder again, or go on; return the names of those that were read."""
        now = int(time.time())
        with self._db.change() as db:
            _drop_overdue(db, now)
            _note_time(db, root, now)
            return {name for (name,) in db.execute("SELECT path FROM reread WHERE root = ?", (root,))}

    def note(self, root: int, names: Iterable[bytes]) -> None:
        """Note that these photos were read."""
        with self._db.change() as db:
            _note_time(db, root, int(time.time()))
            db.executemany("INSERT OR IGNORE INTO reread VALUES (?, ?)", [(root, name) for name in names])

    def end(self, roots: Iterable[int]) -> None:
        """Note that all photos of these folders were read."""
        with self._db.change() as db:
            db.executemany("DELETE FROM rechecks WHERE root = ?", [(root,) for root in roots])

    def drop_overdue(self) -> None:
        """Drop those that nobody went on with for a week."""
        with self._db.change() as db:
            _drop_overdue(db, int(time.time()))


def _drop_overdue(db: Connection, now: int) -> None:
    db.execute("DELETE FROM rechecks WHERE abs(last - ?) >= ?", (now, _KEPT_S))


def _note_time(db: Connection, root: int, now: int) -> None:
    query = "INSERT INTO rechecks VALUES (?, ?) ON CONFLICT (root) DO UPDATE SET last = excluded.last"
    db.execute(query, (root, now))
