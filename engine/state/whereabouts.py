"""Where contents are and were: renames that nobody was told of are found again, and names of one file."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from engine.folders.file_facts import facts_of
from engine.folders.names import local_path, relative_name
from engine.state.database import Database
from engine.state.photo_rows import FOUND, row_of
from engine.state.records import Entry

_AT_ONCE = 200  # photos of one query
_VALUES = 500  # contents of one query
UNDER_WAY = "max(unended, -1 - unended)"
"""The newest row before a look that came to no end; kept as less than 0 where only `Whereabouts.wait` is."""

_ROOTS = "SELECT id, path, 0 FROM roots UNION ALL SELECT root, path, 1 FROM former_roots"
_FILE = "size, mtime, ctime, inode"
_KNOWN = (  # in this order, each photo is found by the table's key
    "WITH asked (root, path) AS (VALUES {}) SELECT photos.root, photos.path, missing_since IS NULL, away,"
    f" content, missed_after, unended IS NOT NULL, {_FILE}"
    " FROM asked CROSS JOIN photos USING (root, path) JOIN roots ON roots.id = photos.root"
)
_THERE = (
    f"SELECT content, root, roots.path, photos.path, photos.rowid, away, {_FILE}"
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
    is_away: bool
    file: tuple[int | None, ...]

    def came_after(self, lost: _Lost) -> bool:
        return lost.after is not None and self.row > lost.after

    def may_be(self, lost: _Lost) -> bool:
        """Return whether a photo may be this one now; of a folder that is away, only the same file is."""
        if lost.is_away:
            return not self.is_away and self.root != lost.root and self.file == lost.file and all(self.file)
        return not lost.may_come or self.came_after(lost)

    def distance(self, path: Path, lost: _Lost) -> tuple[bool, ...]:
        """Return what is least for the copy that a photo, missing at a path, most likely is now."""
        return self.is_away, not self.came_after(lost), self.path.name != path.name, self.root != lost.root


class _Folders:
    """The photo folders that the catalog has, by the paths that they have and had.

    Attributes:
        library: the numbers of those that are open.
        now: the paths that they have, by number.
    """

    def __init__(self, rows: Iterable[tuple[int, bytes, int]], library: Collection[int]) -> None:
        """Take the folders: number, path, and whether it had that path before."""
        self.library, self.now = library, dict[int, Path]()
        self._by_path = dict[str, list[tuple[int, bool]]]()
        for root, path, is_old in rows:
            folder = os.fsdecode(path)
            self._by_path.setdefault(os.path.normcase(folder), []).append((root, bool(is_old)))
            if not is_old:
                self.now[root] = Path(folder)

    def above(self, path: Path) -> Iterator[tuple[int, bytes, bool]]:
        """Yield those that a path lies in: number, the path's name there, whether by a path it had before."""
        whole = folder = str(path)
        while (above := os.path.dirname(folder)) != folder:
            folder = above
            for root, is_old in self._by_path.get(os.path.normcase(folder), ()):
                yield root, relative_name(whole[len(folder) :].lstrip(os.sep)), is_old

    def are_around(self, path: Path) -> bool:
        """Return whether a path lies in a folder of the library."""
        return any(root in self.library for root, _, _ in self.above(path))


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

    def roots_unfinished(self) -> set[int]:
        """Return the folders that were looked at without coming to the end."""
        return {root for (root,) in self._db.all("SELECT id FROM roots WHERE unended IS NOT NULL")}

    def waiting(self) -> set[int]:
        """Return those of `roots_unfinished` that nobody has begun to look at since `wait`."""
        return {root for (root,) in self._db.all("SELECT id FROM roots WHERE unended < 0")}

    def begin_look(self, roots: Collection[int], newest: int) -> None:
        """Note that folders are looked at, and which row was the newest then; not where a look goes on."""
        with self._db.change() as db:
            rows = [(newest, root) for root in roots]
            query = f"UPDATE roots SET unended = coalesce({UNDER_WAY}, ?) WHERE id = ?"
            db.executemany(f"{query} AND (unended IS NULL OR unended < 0)", rows)

    def wait(self, roots: Collection[int]) -> None:
        """Note that a look at these folders came to its end, but for files that are to be read later."""
        with self._db.change() as db:
            query = "UPDATE roots SET unended = -1 - unended WHERE id = ? AND unended >= 0"
            db.executemany(query, [(root,) for root in roots])

    def end_look(self, roots: Collection[int]) -> None:
        """Note that the look at these folders came to its end."""
        with self._db.change() as db:
            query = "UPDATE roots SET unended = NULL WHERE id = ? AND unended IS NOT NULL"
            db.executemany(query, [(root,) for root in roots])

    def note_moved(self, root: int, photos: Sequence[Entry]) -> None:
        """Record that photos of a folder are there, whose contents are known from other places."""
        if not photos:
            return
        query = f"REPLACE INTO photos (root, {FOUND}, content, remark) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        with self._db.change() as db:
            db.executemany(query, [(root, *row_of(one.found), one.content, one.remark) for one in photos])
            names = [(root, one.found.name) for one in photos]
            db.executemany("DELETE FROM skipped WHERE root = ? AND path = ?", names)

    def find(
        self, paths: Iterable[Path], library: Collection[int] = (), *, everywhere: bool = True
    ) -> Places:
        """Return where the photos lie that are missing at these paths, or whose folder is elsewhere now.

        Of several files with the content of one, those whose folder is there are taken first, then those that
        came since it was missed, then that of the same name, then one of the same folder, then the newest.
        Left out is what is there, what is not known, and what may still be found elsewhere. Of a folder that
        is away, as without its drive, only a photo is found that is the same file elsewhere, and there. Who
        writes is not waited for.

        Folders of the library are looked at again and again, others that the catalog has, around or inside
        them, perhaps never: of a place in a folder of the library, that folder alone is asked if it knows it.

        Args:
            paths: absolute.
            library: the numbers of the library's folders.
            everywhere: whether they may lie in any folder now, or in those of the library alone.
        """
        folders = _Folders(self._db.all_beside(_ROOTS), library)
        missing, now = self._look_up(dict.fromkeys(paths), folders)
        there: dict[int, list[_Copy]] = {}
        contents = {lost.content for lost in missing.values()}
        for content, root, folder, name, row, away, *file in self._rows(_THERE, [(one,) for one in contents]):
            place = local_path(Path(os.fsdecode(folder)), name)
            if root in library or (everywhere and not folders.are_around(place)):
                there.setdefault(content, []).append(_Copy(place, root, row, bool(away), tuple(file)))
        gone = set[Path]()
        for path, lost in missing.items():
            every = there.get(lost.content, [])
            if any(one.path == path and not one.is_away for one in every):  # it came back just now
                continue
            copies = [one for one in every if one.path != path and one.may_be(lost)]
            if copies:
                now[path] = min(copies, key=lambda one: one.distance(path, lost)).path
            elif not lost.may_come and not lost.is_away:
                gone.add(path)
        return Places(now, frozenset(gone))

    def former_places(self, contents: Sequence[int]) -> dict[int, tuple[bytes, bytes]]:
        """Return where contents were last missed, folder and name, of those that are in one place now."""
        lost: dict[int, tuple[bytes, bytes]] = {}
        for start in range(0, len(contents), _VALUES):
            listed = ",".join(map(str, contents[start : start + _VALUES]))
            query = (
                "SELECT content, roots.path, gone.path FROM photos AS gone JOIN roots ON roots.id = root"
                f" WHERE content IN ({listed}) AND missing_since IS NOT NULL AND (SELECT count(DISTINCT"
                " rtrim(replace(CAST(roots.path AS TEXT), ?, '/'), '/')"  # a drive's ends in one
                " || '/' || photos.path)"  # two folders may have it
                " FROM photos JOIN roots ON roots.id = root"
                " WHERE content = gone.content AND missing_since IS NULL) = 1"
                " ORDER BY missing_since, gone.path"
            )
            lost.update((content, (folder, name)) for content, folder, name in self._db.all(query, os.sep))
        return lost

    def present_places(self, contents: Sequence[int]) -> dict[int, list[tuple[bytes, bytes, bool]]]:
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

    def _look_up(
        self, paths: Iterable[Path], folders: _Folders
    ) -> tuple[dict[Path, _Lost], dict[Path, Path]]:
        """Return those that are known and not there any more, and those whose folder was renamed."""
        named = dict[tuple[int, bytes], list[tuple[Path, bool]]]()
        for path in paths:
            for root, name, is_old in folders.above(path):
                named.setdefault((root, name), []).append((path, is_old))
        known = dict[Path, list[tuple[int, Path | None, _Lost | None]]]()
        for root, name, is_there, is_away, content, after, may_come, *file in self._rows(_KNOWN, list(named)):
            away = bool(is_there and is_away)
            lost = _Lost(root, content, after, bool(may_come), tuple(file), away)
            for path, is_old in named[root, name]:
                place = local_path(folders.now[root], name) if is_there and is_old else None
                is_lost = place is None and (away or not is_there)
                known.setdefault(path, []).append((root, place, lost if is_lost else None))
        missing, now = dict[Path, _Lost](), dict[Path, Path]()
        for path, every in known.items():
            told = [one for one in every if one[0] in folders.library] or every
            places = [place for _, place, _ in told if place is not None]
            losses = [lost for _, _, lost in told if lost is not None]
            if len(places) + len(losses) < len(told):  # it is there
                continue
            if places:
                now[path] = places[-1]
            else:
                missing[path] = losses[-1]
        return missing, now

    def _rows(self, query: str, values: Sequence[tuple[object, ...]]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows for these values, some at a time."""
        for start in range(0, len(values), _AT_ONCE):
            some = values[start : start + _AT_ONCE]
            gaps = ", ".join(f"({', '.join('?' * len(one))})" for one in some)
            yield from self._db.all_beside(query.format(gaps), *(each for one in some for each in one))
