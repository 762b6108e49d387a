"""Where contents are and were: renames that nobody was told of are found again, and names of one file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from engine.folders.file_facts import facts_of
from engine.folders.names import local_path, name_in
from engine.state.database import Database

_AT_ONCE = 200  # photos of one query
_VALUES = 500  # contents of one query
_KNOWN = (  # in this order, each photo is found by the table's key
    "WITH asked (root, path) AS (VALUES {}) SELECT root, path, content, missing_since IS NULL"
    " FROM asked CROSS JOIN photos USING (root, path)"
)
_THERE = (
    "SELECT content, root, roots.path, photos.path FROM photos JOIN roots ON roots.id = root"
    " WHERE content IN (VALUES {}) AND missing_since IS NULL ORDER BY photos.rowid DESC"
)


class Whereabouts:
    """Folders and names of photos, by what they contain; every method raises CatalogError as the catalog."""

    def __init__(self, database: Database) -> None:
        """Take the catalog's file."""
        self._db = database

    def now(self, paths: Iterable[Path]) -> dict[Path, Path]:
        """Return where the photos lie that are missing at these paths, by the paths before.

        Of several files with the content of one, that of the same name is taken, then one of the same
        folder, then the newest. Left out is what is there, what is not known, and what is nowhere else. Who
        writes is not waited for.
        """
        missing = self._missing(dict.fromkeys(paths))
        there: dict[int, list[tuple[Path, int]]] = {}
        contents = {content for _, content in missing.values()}
        for content, root, folder, name in self._rows(_THERE, [(one,) for one in contents]):
            there.setdefault(content, []).append((local_path(Path(os.fsdecode(folder)), name), root))
        places = {}
        for path, (home, content) in missing.items():
            if found := there.get(content):
                places[path] = min(found, key=lambda one: (one[0].name != path.name, one[1] != home))[0]
        return places

    def lost(self, contents: Sequence[int]) -> dict[int, tuple[bytes, bytes]]:
        """Return where contents were last missed, folder and name, of those that are in one place now."""
        lost: dict[int, tuple[bytes, bytes]] = {}
        for start in range(0, len(contents), _VALUES):
            listed = ",".join(map(str, contents[start : start + _VALUES]))
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
        for start in range(0, len(contents), _VALUES):
            listed = ",".join(map(str, contents[start : start + _VALUES]))
            query = (
                "SELECT content, roots.path, here.path, here.rowid > (SELECT coalesce(max(rowid), 0)"
                " FROM photos WHERE content = here.content AND missing_since IS NOT NULL)"
                " FROM photos AS here JOIN roots ON roots.id = root"
                f" WHERE content IN ({listed}) AND missing_since IS NULL ORDER BY here.rowid"
            )
            for content, folder, name, is_later in self._db.all(query):
                kept.setdefault(content, []).append((folder, name, bool(is_later)))
        return kept

    def alike(self, details: os.stat_result) -> list[tuple[bytes, bytes]]:
        """Return folder and name of the photos of a file's size, time and number, on whichever disk.

        A walk on Windows is told no numbers, and keeps 0. Who writes is not waited for.
        """
        size, mtime, _, inode = facts_of(details)
        query = (
            "SELECT roots.path, photos.path FROM photos JOIN roots ON roots.id = root"
            " WHERE size = ? AND mtime = ? AND inode IN (?, 0) AND missing_since IS NULL"
        )
        return [(folder, name) for folder, name in self._db.all_beside(query, size, mtime, inode)]

    def _missing(self, paths: Iterable[Path]) -> dict[Path, tuple[int, int]]:
        """Return folder and content of those that are known and in no folder there any more."""
        rows = self._db.all_beside("SELECT id, path FROM roots")
        roots = {root: Path(os.fsdecode(folder)) for root, folder in rows}
        named = {
            (root, name): path
            for path in paths
            for root, folder in roots.items()
            if (name := name_in(folder, path)) is not None
        }
        missing: dict[Path, tuple[int, int]] = {}
        there = set()
        for root, name, content, is_there in self._rows(_KNOWN, list(named)):
            path = named[root, name]
            if is_there:
                there.add(path)
            missing[path] = root, content
        return {path: one for path, one in missing.items() if path not in there}

    def _rows(self, query: str, values: Sequence[tuple[object, ...]]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows for these values, some at a time."""
        for start in range(0, len(values), _AT_ONCE):
            some = values[start : start + _AT_ONCE]
            gaps = ", ".join(f"({', '.join('?' * len(one))})" for one in some)
            yield from self._db.all_beside(query.format(gaps), *(each for one in some for each in one))
