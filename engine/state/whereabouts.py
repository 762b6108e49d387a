"""Where contents are and were, and by which names one file was met."""

from __future__ import annotations

from collections.abc import Sequence

from engine.state.database import Database

_AT_ONCE = 500  # values of one query


class Whereabouts:
    """Folders and names of photos, by what they contain; every method raises CatalogError as the catalog."""

    def __init__(self, database: Database) -> None:
        """Take the catalog's file."""
        self._db = database

    def lost(self, contents: Sequence[int]) -> dict[int, tuple[bytes, bytes]]:
        """Return where contents were last missed, folder and name, of those that are in one place now."""
        lost: dict[int, tuple[bytes, bytes]] = {}
        for start in range(0, len(contents), _AT_ONCE):
            listed = ",".join(map(str, contents[start : start + _AT_ONCE]))
            query = (
                "SELECT content, roots.path, gone.path FROM photos AS gone JOIN roots ON roots.id = root"
                f" WHERE content IN ({listed}) AND missing_since IS NOT NULL AND (SELECT count(*)"
                " FROM photos WHERE content = gone.content AND missing_since IS NULL) = 1"
                " ORDER BY missing_since, gone.path"
            )
            lost.update((content, (folder, name)) for content, folder, name in self._db.all(query))
        return lost

    def kept(self, contents: Sequence[int]) -> dict[int, list[tuple[bytes, bytes, bool]]]:
        """Return where contents are, the newest last: folder, name, whether newer than what was missed."""
        kept: dict[int, list[tuple[bytes, bytes, bool]]] = {}
        for start in range(0, len(contents), _AT_ONCE):
            listed = ",".join(map(str, contents[start : start + _AT_ONCE]))
            query = (
                "SELECT content, roots.path, here.path, here.rowid > (SELECT coalesce(max(rowid), 0)"
                " FROM photos WHERE content = here.content AND missing_since IS NOT NULL)"
                " FROM photos AS here JOIN roots ON roots.id = root"
                f" WHERE content IN ({listed}) AND missing_since IS NULL ORDER BY here.rowid"
            )
            for content, folder, name, is_later in self._db.all(query):
                kept.setdefault(content, []).append((folder, name, bool(is_later)))
        return kept

    def alike(self, size: int, inode: int) -> list[tuple[bytes, bytes]]:
        """Return folder and name of the photos of this size and number on their disk, whichever that is."""
        query = (
            "SELECT roots.path, photos.path FROM photos JOIN roots ON roots.id = root"
            " WHERE inode = ? AND size = ? AND missing_since IS NULL"
        )
        return [(folder, name) for folder, name in self._db.all(query, inode, size)]
