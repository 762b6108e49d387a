"""What the person chose about the photo folders, kept in the catalog, so that window and terminal agree."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.folders.excludes import Excludes
from engine.state.database import Database
from engine.state.defaults import KEEP_DAYS, THUMBNAIL_MB


class Choices:
    """Reads and writes them; every method raises CatalogError if the catalog cannot be read or written."""

    def __init__(self, database: Database) -> None:
        """Take the catalog's file."""
        self._db = database

    @property
    def keep_days(self) -> int:
        """For how many days what disappeared is remembered; 0 forgets it with the next refresh."""
        return self._number("keep_days", KEEP_DAYS)

    @keep_days.setter
    def keep_days(self, days: int) -> None:
        self._set_number("keep_days", days)

    @property
    def thumbnail_mb(self) -> int:
        """How many megabytes of thumbnails are kept at most; 0 keeps none."""
        return self._number("thumbnail_mb", THUMBNAIL_MB)

    @thumbnail_mb.setter
    def thumbnail_mb(self, megabytes: int) -> None:
        self._set_number("thumbnail_mb", megabytes)

    def _number(self, name: str, otherwise: int) -> int:
        rows = self._db.all("SELECT value FROM settings WHERE name = ?", name)
        return int(rows[0][0]) if rows else otherwise

    def _set_number(self, name: str, value: int) -> None:
        with self._db.change() as db:
            db.execute("REPLACE INTO settings VALUES (?, ?)", (name, value))

    def excludes(self, root: int | None) -> list[str]:
        """Return the patterns of what is left out of a folder; for None, of every folder."""
        query = "SELECT pattern FROM excludes WHERE root IS ? ORDER BY place"
        return [
            pattern if isinstance(pattern, str) else os.fsdecode(pattern)
            for (pattern,) in self._db.all(query, root)
        ]

    def excludes_in(self, folder: Path, root: int | None) -> Excludes:
        """Return what is left out of a folder, by the patterns for it and for every folder."""
        here = [] if root is None else self.excludes(root)
        return Excludes([*self.excludes(None), *here], folder=folder.name)

    def exclude(self, root: int | None, patterns: Sequence[str]) -> None:
        """Replace the patterns of what is left out of a folder; for None, of every folder."""
        self.change_excludes(root, lambda _: patterns)

    def change_excludes(self, root: int | None, change: Callable[[list[str]], Sequence[str]]) -> None:
        """Replace them by what is made of them; nobody chooses others in between."""
        with self._db.change() as db:
            patterns = change(self.excludes(root))
            db.execute("DELETE FROM excludes WHERE root IS ?", (root,))
            rows = [(root, place, _encode(pattern)) for place, pattern in enumerate(patterns)]
            db.executemany("INSERT INTO excludes VALUES (?, ?, ?)", rows)


def _encode(pattern: str) -> str | bytes:
    """Return a pattern as it is kept: one that is no text, as names in old folders may be, as its bytes."""
    try:
        pattern.encode()
    except UnicodeEncodeError:
        return os.fsencode(pattern)
    return pattern
