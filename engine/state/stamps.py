"""Stamps: what was made of a catalog and lies beside it is told to be of this catalog, as it is now."""

from __future__ import annotations

import uuid

from engine.state.database import Database

_KEPT = 256  # whoever bears an older one is made anew


class Stamps:
    """Stamps that the catalog gave out; every method raises CatalogError as the catalog.

    A catalog knows the stamps that it gave out itself, and so does each copy of it from then on; one that was
    copied before, and is restored later, does not. Numbers of contents are never given out twice, so what
    bears a stamp that the catalog knows means the same contents by the same numbers.
    """

    def __init__(self, database: Database) -> None:
        """Take the catalog's file."""
        self._db = database

    def new(self) -> str:
        """Give out a stamp for what is made of the catalog as it is now."""
        stamp = uuid.uuid4().hex
        with self._db.change() as db:
            db.execute("INSERT INTO stamps (stamp) VALUES (?)", (stamp,))
            db.execute("DELETE FROM stamps WHERE id <= (SELECT max(id) FROM stamps) - ?", (_KEPT,))
        return stamp

    def knows(self, stamp: str) -> bool:
        """Return whether this catalog, or the one that it is a copy of, gave out this stamp."""
        return bool(self._db.all("SELECT 1 FROM stamps WHERE stamp = ?", stamp))
