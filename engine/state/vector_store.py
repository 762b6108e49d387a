"""The vectors of all encoders: rows in flat files, and the table that says which row is whose."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import numpy as np

from engine.errors import CatalogError, cause
from engine.pictures.dates import day_now, likely, resolve_all
from engine.state.database import Database
from engine.state.encoded import Encoded, join_columns, rows_of, to_numbers
from engine.state.known import Known
from engine.state.photo_rows import FACTS, read_columns, read_taken
from engine.state.records import Vector
from engine.state.row_forms import FORMS, WHOLE_NUMBERS
from engine.state.vectors import VectorFile, file_name
from engine.unit_vectors import Numbers, Space

STATE = "SELECT total_changes(), data_version FROM pragma_data_version"
"""What is another as soon as anything in the catalog was changed: by this process, by others."""

_log = logging.getLogger(__name__)
_HASHED = "SELECT hash, id FROM contents JOIN vectors ON content = id WHERE file = ? AND slot < ?"
_PACKED_FROM = 4_096  # rows that nobody names, and a quarter of all, from which on a file is packed
_AT_ONCE = 4_096
_KEPT_TO = 200_000  # photos of a folder whose columns stay in memory from look to look, at 110 bytes each


class VectorStore:
    """Vectors by content and model. Safe to call from several threads; raises CatalogError as the catalog.

    Rows are written before the transaction that names them is committed: a process that is killed leaves
    rows that nobody names, and no name without its row. A row that is not there or damaged all the same
    counts as not encoded.
    """

    def __init__(self, db: Database) -> None:
        """Take the catalog's file."""
        self._db, self._folder = db, db.vector_folder
        self._files = dict(db.loose)
        self._lock = threading.Lock()
        self._known: dict[int, tuple[tuple[object, ...], Known]] = {}  # by folder, with what it was true for

    def append(self, db: Connection, model: str, vectors: Mapping[int, Vector]) -> None:
        """Record vectors by content, within a transaction of the catalog."""
        if not vectors:
            return
        rows = np.stack(list(vectors.values()))
        space = Space(model, rows.shape[1])
        query = "SELECT id, generation, form, rows, seal FROM vector_files WHERE model = ? AND dim = ?"
        found = db.execute(query, space).fetchone()
        if found is None:
            fresh = "INSERT INTO vector_files (model, dim, generation, form) VALUES (?, ?, 1, ?)"
            db.execute(fresh, (*space, WHOLE_NUMBERS.ending))
            found = db.execute(query, space).fetchone()
        number, generation, form, before, seal = found
        file = self._file(space, generation, form)
        is_sealed = not before or seal == file.state
        try:
            self._folder.mkdir(exist_ok=True)
            first, checks = file.append(rows, before)
        except OSError as error:
            raise CatalogError(f"The vectors in {self._folder} cannot be written: {cause(error)}.") from error
        change = "UPDATE vector_files SET rows = ?, seal = ? WHERE id = ?"
        db.execute(change, (first + len(rows), file.state if is_sealed else None, number))
        db.executemany(
            "REPLACE INTO vectors (content, file, slot, crc) VALUES (?, ?, ?, ?)",
            [
                (content, number, first + place, check)
                for place, (content, check) in enumerate(zip(vectors, checks, strict=True))
            ],
        )

    def hashes(self, space: Space) -> dict[bytes, int]:
        """Return hash and number of each content that has a vector of this space, in whatever folder."""
        return dict(self._all(space, _HASHED))

    def content(self, digest: bytes, space: Space) -> int | None:
        """Return the number of a content by its hash, None if it has no vector of this space."""
        rows = self._all(space, f"{_HASHED} AND hash = ?", digest)
        return int(rows[0][1]) if rows else None

    def contents(self, space: Space, among: Iterable[int] | None = None) -> set[int]:
        """Return the numbers of the contents that have a vector of this space, of these or of all."""
        query = "SELECT group_concat(content) FROM vectors WHERE file = ? AND slot < ?"
        if among is None:
            return set(to_numbers(self._all(space, query)[0][0]).tolist())
        wanted, there = sorted(set(among)), set[int]()
        for start in range(0, len(wanted), _AT_ONCE):
            listed = ",".join(map(str, wanted[start : start + _AT_ONCE]))
            [(found,)] = self._all(space, f"{query} AND content IN ({listed})")
            there.update(to_numbers(found).tolist())
        return there

    def photos_encoded(self, root: int, space: Space, *, checked: bool = True) -> Encoded:
        """Return the photos of a folder that have a vector of this space, and are not missing.

        Args:
            root: the folder.
            space: whose vectors.
            checked: whether their CRC-32 are wanted; else those are 0.
        """
        number, file = self._newest(space) or self._none(space)
        columns = ("content", "slot", "crc")[: 2 + checked]
        query = f"SELECT {join_columns(*columns)} FROM vectors WHERE file = ?"
        with ThreadPoolExecutor(2) as threads:  # SQLite keeps a processor busy with each
            rows_read, taken = (
                threads.submit(self._db.all_beside, query, number),
                threads.submit(read_taken, self._db),
            )
            names, contents, (mtimes,) = read_columns(self._db, root)
        length = len(file)
        if not self._is_newest(file, space):  # it was packed meanwhile
            return self.photos_encoded(root, space, checked=checked)
        encoded, slots, *found = map(to_numbers, rows_read.result()[0])
        checks = found[0] if found else np.zeros_like(slots)
        rows, there = rows_of(contents, encoded)
        there &= slots[rows] < length if len(slots) else False
        if lost := int(np.count_nonzero(slots >= length)):
            _log.warning("%d vectors are not there any more and are made anew: %s", lost, file.path)
        told = taken.result()(contents)
        dates, by_camera = resolve_all(told, mtimes), likely(told)
        if not len(slots):
            slots = checks = np.zeros(1, np.int64)
        return Encoded(names, contents, dates, by_camera, slots[rows], checks[rows], file).only(there)

    def photos_there(self, root: int, space: Space) -> Known:
        """Return the photos of a folder that are not missing, and which of them have a vector of this space.

        While nothing changes, the day neither, it is the same object, of a folder that is not very large.
        """
        state = *self._db.all(STATE)[0], space, day_now()
        number, file = self._newest(space) or self._none(space)
        state = *state, number, file, len(file)
        kept = self._known.get(root)
        if kept is not None and kept[0] == state:
            return kept[1]
        self._known.pop(root, None)
        known = self._read_known(root, number, file)
        if not self._is_newest(file, space):  # it was packed meanwhile
            return self.photos_there(root, space)
        if len(known.names) <= _KEPT_TO:
            self._known[root] = state, known
        return known

    def _read_known(self, root: int, number: int, file: VectorFile) -> Known:
        names, contents, facts = read_columns(self._db, root, FACTS)
        query = f"SELECT {join_columns('content')} FROM vectors WHERE file = ? AND slot < ?"
        encoded = to_numbers(self._db.all(query, number, len(file))[0][0])
        told = read_taken(self._db)(contents)
        dates = resolve_all(told, facts[FACTS.index("mtime")])
        return Known(names, facts, contents, dates, rows_of(contents, encoded)[1], likely(told))

    def reading(
        self, space: Space
    ) -> tuple[VectorFile, Callable[[Sequence[int]], tuple[VectorFile, Numbers]]]:
        """Return the file of this space now, and `find` for it, for `engine.vector_index.rows.FileRows`."""
        _, file = self._newest(space) or self._none(space)
        return file, partial(self.find, space)

    def find(self, space: Space, contents: Sequence[int]) -> tuple[VectorFile, Numbers]:
        """Return the file of this space, and (n,) the slots of n contents there.

        Raises:
            CatalogError: one of them has none.
        """
        found, slots = self._newest(space), dict[int, tuple[int, int]]()
        while found is not None:
            slots = self._slots(found[0], contents)
            before, found = found, self._newest(space)
            if found is None or found[1].path == before[1].path:  # else it was packed meanwhile
                break
        if found is None or len(slots) < len(set(contents)):
            raise CatalogError(f"The catalog {self._db.path} did not keep what was indexed: start again.")
        return found[1], np.array([slots[content][0] for content in contents], np.int64)

    def vector(self, content: int, model: str) -> Vector | None:
        """Return the vector of one content, None if this model has not encoded it, NaN if it is damaged."""
        query = (
            "SELECT dim, generation, form, slot, crc FROM vectors JOIN vector_files ON id = file"
            " WHERE content = ? AND model = ?"
        )
        rows = self._db.all(query, content, model)
        if not rows:
            return None
        dim, generation, form, slot, check = rows[0]
        file, slots = self._file(Space(model, dim), generation, form), np.array([slot], np.int64)
        if file.sound(slots, [check])[0]:
            return np.asarray(file.take(slots)[0], np.float32)
        is_damaged = self._db.all(query, content, model) == rows  # else it was packed meanwhile
        return np.full(dim, np.nan, np.float32) if is_damaged else self.vector(content, model)

    def drop(self, model: str, contents: Iterable[int]) -> None:
        """Drop what this model made of some contents."""
        query = (
            "DELETE FROM vectors WHERE content = ? AND file IN (SELECT id FROM vector_files WHERE model = ?)"
        )
        with self._db.change() as db:
            db.executemany(query, [(content, model) for content in contents])

    def are_kept(self, db: Connection, model: str, contents: Iterable[int]) -> bool:
        """Return whether the disk has the vectors of these contents, whole, by a connection of its own."""
        wanted = set(contents)
        for number, dim, generation, form in db.execute(
            "SELECT id, dim, generation, form FROM vector_files WHERE model = ?", (model,)
        ).fetchall():
            file = VectorFile(self._folder / file_name(model, dim, generation, form), dim)
            rows = [
                (content, *row)
                for content in wanted
                for row in db.execute(
                    "SELECT slot, crc FROM vectors WHERE content = ? AND file = ?", (content, number)
                )
            ]
            if rows:
                numbers, slots, checks = np.array(rows, np.int64).T
                wanted.difference_update(numbers[file.sound(slots, checks.tolist())].tolist())
        return not wanted

    def pack(self, *, at_once: bool = False) -> None:
        """Write files anew of which much is not named any more or a row cannot be read; delete those unnamed.

        To be called by the one who may index. A file that another process reads is deleted when it can be;
        none before the disk has what names another in its place.

        Args:
            at_once: of which anything is not named, as where a person has photos forgotten; then nothing of
                what was dropped is left in the catalog's log either.
        """
        query = "SELECT id, model, dim, generation, form FROM vector_files"
        for number, model, dim, generation, form in self._db.all(query):
            file = self._file(Space(model, dim), generation, form)
            used = int(self._db.all("SELECT count(*) FROM vectors WHERE file = ?", number)[0][0])
            unnamed = len(file) - used
            if unnamed >= (1 if at_once else max(_PACKED_FROM, len(file) // 4)) or file.is_damaged:
                with suppress(OSError):  # the disk is full: another time
                    self._pack(number, file, self._folder / file_name(model, dim, generation + 1, form))
        named = {file_name(*row[1:]) for row in self._db.all(query)}
        written = (path for ending in FORMS for path in self._folder.glob(f"*.{ending}"))
        others = [path for path in written if path.name not in named]
        is_kept = self._db.empty_log() if at_once or others else False
        for path in others if is_kept else ():  # else a power cut could bring back what names them
            with suppress(OSError):
                path.unlink()
        with self._lock:
            self._files = {name: file for name, file in self._files.items() if name in named}

    def _pack(self, number: int, before: VectorFile, path: Path) -> None:
        """Write what is named of a file, row by row as it is, to the path of its next generation."""
        rows = self._db.all("SELECT content, slot FROM vectors WHERE file = ? ORDER BY slot", number)
        named = np.array(rows, np.int64).reshape(-1, 2)
        path = path if rows else path.with_suffix(f".{WHOLE_NUMBERS.ending}")  # nothing has another form yet
        path.write_bytes(b"")  # a process that was killed may have left a part
        after, there = VectorFile(path, before.dim), np.ones(len(named), np.bool_)
        with after.appending() as append:  # before the catalog is locked: bad sectors take half a minute each
            for start in range(0, len(named), _AT_ONCE):
                part = slice(start, start + _AT_ONCE)
                found, there[part] = before.read(named[part, 1])
                append(found[there[part]])
        kept, lost = named[there, 0].tolist(), named[~there, 0].tolist()
        if lost:
            _log.warning("%d vectors cannot be read and are made anew: %s", len(lost), before.path)
        with self._db.change() as db:
            db.executemany(
                "DELETE FROM vectors WHERE content = ? AND file = ?", ((one, number) for one in lost)
            )
            db.executemany(
                "UPDATE vectors SET slot = ? WHERE content = ? AND file = ?",
                ((slot, content, number) for slot, content in enumerate(kept)),
            )
            seal = db.execute("SELECT seal FROM vector_files WHERE id = ?", (number,)).fetchone()[0]
            db.execute(
                "UPDATE vector_files SET generation = generation + 1, form = ?, rows = ?, seal = ?"
                " WHERE id = ?",
                (after.form.ending, len(kept), after.state if seal == before.state else None, number),
            )

    def _newest(self, space: Space) -> tuple[int, VectorFile] | None:
        query = "SELECT id, generation, form FROM vector_files WHERE model = ? AND dim = ?"
        rows = self._db.all(query, *space)
        return (rows[0][0], self._file(space, *rows[0][1:])) if rows else None

    def _is_newest(self, file: VectorFile, space: Space) -> bool:
        return (self._newest(space) or self._none(space))[1] is file

    def _all(self, space: Space, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return all rows of a query of a file, and of slots below its length, anew if that was packed."""
        while True:
            number, file = self._newest(space) or self._none(space)
            rows = self._db.all(query, number, len(file), *values)
            if self._is_newest(file, space):
                return rows

    def _none(self, space: Space) -> tuple[int, VectorFile]:
        return 0, self._file(Space("", space.dim), 0, WHOLE_NUMBERS.ending)

    def _slots(self, number: int, contents: Sequence[int]) -> dict[int, tuple[int, int]]:
        found = dict[int, tuple[int, int]]()
        for start in range(0, len(contents), _AT_ONCE):
            listed = ",".join(map(str, contents[start : start + _AT_ONCE]))
            query = f"SELECT content, slot, crc FROM vectors WHERE file = ? AND content IN ({listed})"
            found |= {content: (slot, check) for content, slot, check in self._db.all(query, number)}
        return found

    def _file(self, space: Space, generation: int, form: str) -> VectorFile:
        name = file_name(*space, generation, form)
        with self._lock:
            if name not in self._files:
                self._files[name] = VectorFile(self._folder / name, space.dim)
            return self._files[name]
