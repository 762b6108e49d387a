"""Where photos lie by now, by what they contain: renames that nobody was told of are found again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.folders.names import local_path, name_in
from engine.state.database import Database

_KNOWN = "SELECT content, missing_since IS NULL FROM photos WHERE root = ? AND path = ?"
_THERE = (
    "SELECT root, roots.path, photos.path FROM photos JOIN roots ON roots.id = root"
    " WHERE content = ? AND missing_since IS NULL ORDER BY roots.path, photos.path"
)


class Whereabouts:
    """Reads them; raises CatalogError if the catalog cannot be read."""

    def __init__(self, database: Database) -> None:
        """Take the catalog's file."""
        self._db = database

    def now(self, paths: Iterable[Path]) -> dict[Path, Path]:
        """Return where the photos lie that are missing at these paths, by the paths before.

        Of several files with the content of one, that of the same name is taken, then one of the same
        folder. Left out is what is there, what is not known, and what is nowhere else.
        """
        rows = self._db.all("SELECT id, path FROM roots")
        roots = {root: Path(os.fsdecode(folder)) for root, folder in rows}
        places = {path: self._place(path, roots) for path in dict.fromkeys(paths)}
        return {path: now for path, now in places.items() if now is not None}

    def _place(self, path: Path, roots: Mapping[int, Path]) -> Path | None:
        known = self._known(path, roots)
        if any(is_there for is_there in known.values()):
            return None
        found = [
            (local_path(Path(os.fsdecode(folder)), name), root)
            for content, _ in known
            for root, folder, name in self._db.all(_THERE, content)
        ]
        homes = {root for _, root in known}
        found.sort(key=lambda one: (one[0].name != path.name, one[1] not in homes))
        return found[0][0] if found else None

    def _known(self, path: Path, roots: Mapping[int, Path]) -> dict[tuple[int, int], bool]:
        """Return what the catalog knows under a path: contents and folders, and whether each is there."""
        names = {root: name_in(folder, path) for root, folder in roots.items()}
        return {
            (content, root): bool(is_there)
            for root, name in names.items()
            if name is not None
            for content, is_there in self._db.all(_KNOWN, root, name)
        }
