"""Where contents are and were: renames that nobody was told of are found again, and names of one file."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from engine.folders.folder import facts_of
from engine.folders.names import local_path, name_in
from engine.state.database import Database

_AT_ONCE = 200  # photos of one query
_VALUES = 500  # contents of one query
_ROOTS = "SELECT id, path, 0 FROM roots UNION ALL SELECT root, path, 1 FROM former_roots"
_FILE = "size, mtime, ctime, inode"
_KNOWN = (  # in this order, each photo is found by the table's key
    "WITH asked (root, path) AS (VALUES {}) SELECT photos.root, photos.path, missing_since IS NULL, away,"
    f" content, missed_after, unended IS NOT NULL, {_FILE}"
    " FROM asked CROSS JOIN photos USING (root, path) JOIN roots ON roots.id = photos.root"
)
_THERE = (
    f"SELECT content, root, roots.path, photos.path, photos.rowid, {_FILE}"
    " FROM photos JOIN roots ON roots.id = root"
    " WHERE content IN (VALUES {}) AND missing_since IS NULL ORDER BY photos.rowid DESC"
)


@dataclass(frozen=True)
class Places:
    """Where photos lie now.

    Attributes:
        now: the paths now of those that were moved, by the paths before.
        gone: the paths of those that are not there any more, nor anywhere else.
    """

    now: Mapping[Path, Path] = field(default_factory=dict)
    gone: frozenset[Path] = frozenset()


class _Lost(NamedTuple):
    """A photo that is missing, or whose folder is away."""

    root: int
    content: int
    after: int | None  # the newest row before the look that missed it
    may_come: bool  # that look came to no end yet
    file: tuple[int | None, ...]  # size, times and number on the disk
    is_away: bool


class _Copy(NamedTuple):
    """A photo that is there."""

    path: Path
    root: int
    row: int
    file: tuple[int | None, ...]

    def came_after(self, lost: _Lost) -> bool:
        return lost.after is not None and self.row > lost.after

    def may_be(self, lost: _Lost) -> bool:
        """Return whether a photo may be this one now; of a folder that is away, only the same file is."""
        if lost.is_away:
            return self.root != lost.root and self.file == lost.file and all(self.file)
        return not lost.may_come or self.came_after(lost)

    def distance(self, path: Path, lost: _Lost) -> tuple[bool, bool, bool]:
        """Return what is least for the copy that a photo, missing at a path, most likely is now."""
        return not self.came_after(lost), self.path.name != path.name, self.root != lost.root


class Whereabouts:
    """Folders and names of photos, by what they contain; every method raises CatalogError as the catalog.

    A look notes what is gone before it reads what came, and may be paused, cancelled or killed in between; an
    older copy may then be all that is known of a photo that was moved. So the catalog keeps which folders
    were looked at without coming to the end, and the newest row before that. What came later is where a
    missing photo went; an older copy stands for it only once a look has come to its end.
    """

    def __init__(self, database: Database) -> None:
        """Take the catalog's file."""
        self._db = database

    def newest(self) -> int:
        """Return the row of the photo that came last, for `begin_look`; 0 if there is none."""
        return self._db.all("SELECT max(rowid) FROM photos")[0][0] or 0

    def unended(self) -> set[int]:
        """Return the folders that were looked at without coming to the end."""
        return {root for (root,) in self._db.all("SELECT id FROM roots WHERE unended IS NOT NULL")}

    def begin_look(self, roots: Collection[int], newest: int) -> None:
        """Note that folders are looked at, and which row was the newest then; not where a look goes on."""
        with self._db.change() as db:
            rows = [(newest, root) for root in roots]
            db.executemany("UPDATE roots SET unended = ? WHERE id = ? AND unended IS NULL", rows)

    def end_look(self, roots: Collection[int]) -> None:
        """Note that the look at these folders came to its end."""
        with self._db.change() as db:
            query = "UPDATE roots SET unended = NULL WHERE id = ? AND unended IS NOT NULL"
            db.executemany(query, [(root,) for root in roots])

    def find(self, paths: Iterable[Path], within: Collection[Path] | None = None) -> Places:
        """Return where the photos lie that are missing at these paths, or whose folder is elsewhere now.

        Of several files with the content of one, those that came since it was missed are taken first, then
        that of the same name, then one of the same folder, then the newest. Left out is what is there, what
        is not known, and what may still be found elsewhere. Of a folder that is away, as without its drive,
        only a photo is found that is the same file elsewhere. Who writes is not waited for.

        Args:
            paths: absolute.
            within: the photo folders where they may lie now; None for all that are known.
        """
        missing, now = self._look_up(dict.fromkeys(paths))
        there: dict[int, list[_Copy]] = {}
        contents = {lost.content for lost in missing.values()}
        for content, root, folder, name, row, *file in self._rows(_THERE, [(one,) for one in contents]):
            home = Path(os.fsdecode(folder))
            if within is None or home in within:
                there.setdefault(content, []).append(_Copy(local_path(home, name), root, row, tuple(file)))
        gone = set[Path]()
        for path, lost in missing.items():
            copies = [one for one in there.get(lost.content, []) if one.may_be(lost)]
            if copies:
                now[path] = min(copies, key=lambda one: one.distance(path, lost)).path
            elif not lost.may_come and not lost.is_away:
                gone.add(path)
        return Places(now, frozenset(gone))

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

    def _look_up(self, paths: Iterable[Path]) -> tuple[dict[Path, _Lost], dict[Path, Path]]:
        """Return those that are known and not there any more, and those whose folder was renamed."""
        roots = [(root, Path(os.fsdecode(path)), old) for root, path, old in self._db.all_beside(_ROOTS)]
        home = {root: folder for root, folder, old in roots if not old}
        named = dict[tuple[int, bytes], list[tuple[Path, bool]]]()
        for path in paths:
            for root, folder, old in roots:
                if (name := name_in(folder, path)) is not None:
                    named.setdefault((root, name), []).append((path, bool(old)))
        missing, there, now = dict[Path, _Lost](), set[Path](), dict[Path, Path]()
        for root, name, is_there, is_away, content, after, may_come, *file in self._rows(_KNOWN, list(named)):
            for path, is_old in named[root, name]:
                if is_there and is_old:
                    now[path] = local_path(home[root], name)
                elif not is_there or is_away:
                    away = bool(is_there and is_away)
                    missing[path] = _Lost(root, content, after, bool(may_come), tuple(file), away)
                else:
                    there.add(path)
        missing = {path: lost for path, lost in missing.items() if path not in there and path not in now}
        return missing, {path: one for path, one in now.items() if path not in there}

    def _rows(self, query: str, values: Sequence[tuple[object, ...]]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows for these values, some at a time."""
        for start in range(0, len(values), _AT_ONCE):
            some = values[start : start + _AT_ONCE]
            gaps = ", ".join(f"({', '.join('?' * len(one))})" for one in some)
            yield from self._db.all_beside(query.format(gaps), *(each for one in some for each in one))
