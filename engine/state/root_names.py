"""Photo folders that go by other paths than before: renamed, mounted elsewhere, written in other letters."""

from __future__ import annotations

import time

from engine.folders.folder import Found
from engine.state.database import Database
from engine.state.photo_rows import FOUND
from engine.state.whereabouts import UNDER_WAY

_SAMPLES = 16
_UNENDED = f"UPDATE roots SET unended = coalesce({UNDER_WAY}, (SELECT max(rowid) FROM photos)) WHERE id = ?"
_MERGE = (
    "UPDATE OR IGNORE photos SET root = ?, missing_since = coalesce(missing_since, ?),"
    " missed_after = coalesce(missed_after, (SELECT max(rowid) FROM photos)) WHERE root = ?"
)


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
        """Return some photos of a folder, each with its number on the disk; none where it gave no numbers.

        Where it gave none no more photos are looked through for one.
        """
        query = (
            f"SELECT * FROM (SELECT {FOUND} FROM photos WHERE root = (SELECT id FROM roots WHERE path = ?)"
            " AND missing_since IS NULL LIMIT ?) WHERE ctime IS NOT NULL AND inode != 0"
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
        the other does not have, as missing until a look at it has ended, and what is left out of it, if no
        photos of the other are known: else photos would leave the search that nobody left out.
        """
        with self._db.change() as db:
            ids = dict(db.execute("SELECT path, id FROM roots WHERE path IN (?, ?)", (before, now)))
            root, other = ids.get(before), ids.get(now)
            if root is None:  # another process did it meanwhile
                return
            db.execute("DELETE FROM former_roots WHERE path = ?", (now,))
            if other is None:
                db.execute("UPDATE roots SET path = ? WHERE id = ?", (now, root))
            else:
                is_new = not db.execute("SELECT 1 FROM photos WHERE root = ?", (other,)).fetchone()
                db.execute(_UNENDED, (other,))
                db.execute(_MERGE, (other, int(time.time()), root))
                if is_new:
                    db.execute("UPDATE excludes SET root = ? WHERE root = ?", (other, root))
                db.execute("UPDATE former_roots SET root = ? WHERE root = ?", (other, root))
                for table in ("photos", "skipped", "in_flight", "excludes"):
                    db.execute(f"DELETE FROM {table} WHERE root = ?", (root,))
                db.execute("DELETE FROM roots WHERE id = ?", (root,))
            db.execute("REPLACE INTO former_roots VALUES (?, ?)", (before, root if other is None else other))
