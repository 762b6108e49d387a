"""Photo folders that go by other paths than before: renamed, mounted elsewhere, written in other letters."""

from __future__ import annotations

import time

from engine.folders.folder import Found
from engine.state.database import Database
from engine.state.photo_rows import FOUND

_SAMPLES = 16
_MERGE = "UPDATE OR IGNORE photos SET root = ?, missing_since = coalesce(missing_since, ?) WHERE root = ?"


class RootNames:
    """Every method raises CatalogError as the catalog."""

    def __init__(self, database: Database) -> None:
        """Take the catalog's file."""
        self._db = database

    def former(self, root: int) -> list[bytes]:
        """Return the paths that a folder, by its number, went by before."""
        return [path for (path,) in self._db.all("SELECT path FROM former_roots WHERE root = ?", root)]

    def formerly(self, path: bytes) -> tuple[int, bytes] | None:
        """Return number and path of the folder that went by this path before; None if there is none."""
        query = "SELECT id, roots.path FROM former_roots JOIN roots ON id = root WHERE former_roots.path = ?"
        return next(iter(self._db.all(query, path)), None)

    def part_with(self, path: bytes) -> None:
        """Note that another folder goes by a path now, so that it leads to the one before no more."""
        if self.formerly(path) is not None:
            with self._db.change() as db:
                db.execute("DELETE FROM former_roots WHERE path = ?", (path,))

    def samples(self, path: bytes) -> list[Found]:
        """Return some photos of a folder, each with its number on the disk; none where it gave no numbers."""
        query = (
            f"SELECT {', '.join(f'photos.{one}' for one in FOUND.split(', '))} FROM photos"
            " JOIN roots ON roots.id = root WHERE roots.path = ? AND missing_since IS NULL"
            " AND ctime IS NOT NULL AND inode != 0 LIMIT ?"
        )
        return [Found._make(row) for row in self._db.all(query, path, _SAMPLES)]

    def note_away(self, root: int, is_away: bool) -> None:
        """Note whether a folder, by its number, was there when last looked at."""
        if self._db.all("SELECT 1 FROM roots WHERE id = ? AND away != ?", root, is_away):
            with self._db.change() as db:
                db.execute("UPDATE roots SET away = ? WHERE id = ?", (is_away, root))

    def rename(self, before: bytes, now: bytes) -> None:
        """Let a folder go by another path, with all that is known of it.

        Where that path is known too, one of the two is superfluous. Of the one before stay the photos that
        the other does not have, as missing, and what is left out of it, if nothing is left out of the other.
        """
        with self._db.change() as db:
            ids = dict(db.execute("SELECT path, id FROM roots WHERE path IN (?, ?)", (before, now)))
            root, other = ids[before], ids.get(now)
            db.execute("DELETE FROM former_roots WHERE path = ?", (now,))
            if other is None:
                db.execute("UPDATE roots SET path = ? WHERE id = ?", (now, root))
            else:
                db.execute(_MERGE, (other, int(time.time()), root))
                if not db.execute("SELECT 1 FROM excludes WHERE root = ?", (other,)).fetchone():
                    db.execute("UPDATE excludes SET root = ? WHERE root = ?", (other, root))
                db.execute("UPDATE former_roots SET root = ? WHERE root = ?", (other, root))
                for table in ("photos", "skipped", "in_flight", "excludes"):
                    db.execute(f"DELETE FROM {table} WHERE root = ?", (root,))
                db.execute("DELETE FROM roots WHERE id = ?", (root,))
            db.execute("REPLACE INTO former_roots VALUES (?, ?)", (before, root if other is None else other))
