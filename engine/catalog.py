"""The catalog: one SQLite file that is the truth about which photos are known and what their vectors are."""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import CatalogError, NewerCatalogError
from engine.folder import Found
from engine.lock import is_busy, sole_writer

Vector = NDArray[np.float32]

CATALOG_NAME = "catalog.sqlite3"
_APPLICATION_ID = 0x46464D4C  # "FFML"
_VERSION = 1
_BYTES = 4  # of a float32
_PATIENCE_S = 10.0  # how long to wait for another process to finish writing a batch
_AGAIN_S = 0.02  # between two tries

_SCHEMA = """
CREATE TABLE about (identity TEXT NOT NULL);
CREATE TABLE roots (id INTEGER PRIMARY KEY AUTOINCREMENT, path BLOB NOT NULL UNIQUE);
CREATE TABLE contents (id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE);
CREATE TABLE vectors (
    content INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    model TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (content, model));
CREATE TABLE photos (
    root INTEGER NOT NULL REFERENCES roots (id), path BLOB NOT NULL,
    size INTEGER NOT NULL, mtime INTEGER NOT NULL,
    content INTEGER NOT NULL REFERENCES contents (id), PRIMARY KEY (root, path));
CREATE INDEX photos_by_content ON photos (content);
CREATE TABLE skipped (
    root INTEGER NOT NULL REFERENCES roots (id), path BLOB NOT NULL,
    size INTEGER NOT NULL, mtime INTEGER NOT NULL,
    reason TEXT NOT NULL, reader TEXT NOT NULL, PRIMARY KEY (root, path));
CREATE TABLE in_flight (
    root INTEGER NOT NULL REFERENCES roots (id), path BLOB NOT NULL,
    alone INTEGER NOT NULL, crashes INTEGER NOT NULL, PRIMARY KEY (root, path));
"""


@dataclass(frozen=True)
class Entry:
    """A photo as the catalog knows it; `content` is the number of what the file contains."""

    size: int
    mtime_ns: int
    content: int


@dataclass(frozen=True)
class Refusal:
    """A file or folder that was left out.

    Attributes:
        found: what was seen; size and time of a folder are 0.
        reason: one sentence.
        reader: what read it (`photos.reader_version`), with the model where that refused it: unless file or
            reader change, another try is in vain. Empty where another try may succeed.
    """

    found: Found
    reason: str
    reader: str


@dataclass(frozen=True, eq=False)
class Read:
    """A photo that was read: its content's hash, and its vector unless the catalog has it already."""

    found: Found
    digest: bytes
    vector: Vector | None


class Catalog:
    """What is known about all photo folders. Safe to call from several threads.

    Every method raises CatalogError if the file cannot be read or written. A process that is killed leaves
    the last finished call's state.
    """

    def __init__(self, folder: Path) -> None:
        """Open the catalog in this folder, or make it.

        Raises:
            CatalogError: the file there is no catalog, or cannot be opened or written; it is not touched.
            NewerCatalogError: a newer version of the program made it; it is not touched.
        """
        self.path = folder / CATALOG_NAME
        self._lock = threading.RLock()
        with self._trouble():
            if self.path.exists() and not self.path.is_file():
                raise CatalogError(f"The catalog {self.path} cannot be used: it is not a file.")
            self._db = sqlite3.connect(
                self.path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise
        self.identity = str(self._all("SELECT identity FROM about")[0][0])

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    def root(self, path: bytes) -> int | None:
        """Return the number of a photo folder, None if it is not known."""
        rows = self._all("SELECT id FROM roots WHERE path = ?", path)
        return int(rows[0][0]) if rows else None

    def add_root(self, path: bytes) -> int:
        """Return the number of a photo folder, new or known."""
        with self._change() as db:
            db.execute("INSERT OR IGNORE INTO roots (path) VALUES (?)", (path,))
            return int(db.execute("SELECT id FROM roots WHERE path = ?", (path,)).fetchone()[0])

    def photos(self, root: int) -> dict[bytes, Entry]:
        """Return the photos known in a folder, by relative name."""
        rows = self._all("SELECT path, size, mtime, content FROM photos WHERE root = ?", root)
        return {name: Entry(size, mtime, content) for name, size, mtime, content in rows}

    def refusals(self, root: int) -> dict[bytes, Refusal]:
        """Return what is left out in a folder, by relative name."""
        rows = self._all("SELECT path, size, mtime, reason, reader FROM skipped WHERE root = ?", root)
        return {row[0]: Refusal(Found(*row[:3]), row[3], row[4]) for row in rows}

    def encoded_contents(self, model: str, dim: int) -> dict[bytes, int]:
        """Return hash and number of each content that has a vector of this model, in whatever folder."""
        query = (
            "SELECT hash, id FROM contents JOIN vectors ON content = id"
            " WHERE model = ? AND length(vector) = ?"
        )
        return dict(self._all(query, model, dim * _BYTES))

    def vectors(self, root: int, model: str, dim: int) -> dict[int, Vector]:
        """Return the vectors of this model for the contents of a folder, by content number."""
        rows = self._all(
            "SELECT content, vector FROM vectors WHERE model = ? AND length(vector) = ?"
            " AND content IN (SELECT content FROM photos WHERE root = ?)",
            model,
            dim * _BYTES,
            root,
        )
        return {content: np.frombuffer(vector, "<f4") for content, vector in rows}

    def vector(self, content: int, model: str) -> Vector | None:
        """Return the vector of one content, None if this model has not encoded it."""
        rows = self._all("SELECT vector FROM vectors WHERE content = ? AND model = ?", content, model)
        return np.frombuffer(rows[0][0], "<f4") if rows else None

    def store(self, root: int, model: str, read: Sequence[Read], refused: Sequence[Refusal]) -> list[int]:
        """Record a batch at once, and that none of it is in flight any more.

        A photo that is refused stays known while its file is the same: another model may have its vector.

        Returns:
            The content number of each photo in `read`.
        """
        with self._change() as db:
            contents = [self._store_photo(root, model, photo) for photo in read]
            for refusal in refused:
                found = refusal.found
                row = (root, found.name, found.size, found.mtime_ns, refusal.reason, refusal.reader)
                db.execute("REPLACE INTO skipped VALUES (?, ?, ?, ?, ?, ?)", row)
                db.execute(
                    "DELETE FROM photos WHERE root = ? AND path = ? AND (size != ? OR mtime != ?)", row[:4]
                )
            names = [(root, photo.found.name) for photo in read]
            names += [(root, refusal.found.name) for refusal in refused]
            db.executemany("DELETE FROM in_flight WHERE root = ? AND path = ?", names)
        return contents

    def drop_vectors(self, model: str, contents: Iterable[int]) -> None:
        """Drop what this model made of some contents, so that the next refresh encodes them anew."""
        with self._change() as db:
            rows = [(model, content) for content in contents]
            db.executemany("DELETE FROM vectors WHERE model = ? AND content = ?", rows)

    def drop_refusals(self, root: int, names: Iterable[bytes]) -> None:
        """Drop refusals of a folder."""
        with self._change() as db:
            rows = [(root, name) for name in names]
            db.executemany("DELETE FROM skipped WHERE root = ? AND path = ?", rows)

    def forget(self, root: int, names: Iterable[bytes]) -> None:
        """Drop photos and refusals of a folder; their vectors stay until `drop_unused_contents`."""
        rows = [(root, name) for name in names]
        with self._change() as db:
            for table in ("photos", "skipped", "in_flight"):
                db.executemany(f"DELETE FROM {table} WHERE root = ? AND path = ?", rows)

    def drop_unused_contents(self) -> None:
        """Drop the contents no photo has any more, with their vectors."""
        with self._change() as db:
            db.execute("DELETE FROM contents WHERE id NOT IN (SELECT content FROM photos)")

    def begin(self, root: int, names: Iterable[bytes], *, alone: bool = False) -> None:
        """Note the files about to be read, so that one that kills the process can be told afterwards."""
        rows = [(root, name, alone) for name in names]
        with self._change() as db:
            db.executemany(
                "INSERT INTO in_flight VALUES (?, ?, ?, 0)"
                " ON CONFLICT (root, path) DO UPDATE SET alone = excluded.alone",
                rows,
            )

    def end(self, root: int, names: Iterable[bytes]) -> None:
        """Note that these files are not being read any more, and did no harm."""
        with self._change() as db:
            rows = [(root, name) for name in names]
            db.executemany("DELETE FROM in_flight WHERE root = ? AND path = ?", rows)

    def suspects(self, root: int) -> Mapping[bytes, int]:
        """Return the files in flight when the process last died, each with its crashes while read alone.

        To be called once, before the first `begin`.
        """
        with self._change() as db:
            db.execute("UPDATE in_flight SET crashes = crashes + alone, alone = 0 WHERE root = ?", (root,))
            return dict(db.execute("SELECT path, crashes FROM in_flight WHERE root = ?", (root,)))

    def sole_writer(self) -> AbstractContextManager[None]:
        """Hold the right to index, among all who use this catalog; raises as `engine.lock.sole_writer`."""
        return sole_writer(self.path.with_name("indexing.lock"))

    def _store_photo(self, root: int, model: str, photo: Read) -> int:
        self._db.execute("INSERT OR IGNORE INTO contents (hash) VALUES (?)", (photo.digest,))
        row = self._db.execute("SELECT id FROM contents WHERE hash = ?", (photo.digest,)).fetchone()
        content, found = int(row[0]), photo.found
        if photo.vector is not None:
            vector = photo.vector.astype("<f4").tobytes()
            self._db.execute("REPLACE INTO vectors VALUES (?, ?, ?)", (content, model, vector))
        entry = (root, found.name, found.size, found.mtime_ns, content)
        self._db.execute("REPLACE INTO photos VALUES (?, ?, ?, ?, ?)", entry)
        self._db.execute("DELETE FROM skipped WHERE root = ? AND path = ?", (root, found.name))
        return content

    def _prepare(self) -> None:
        """Refuse a file that is not ours before anything is written; make the tables in a new one."""
        if not self._db.execute("SELECT 1 FROM sqlite_master").fetchone():
            self._make_tables()
        if self._db.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION_ID:
            raise CatalogError(_broken(self.path))
        if self._db.execute("PRAGMA user_version").fetchone()[0] > _VERSION:
            raise NewerCatalogError(
                f"The catalog {self.path} was made by a newer version of this program: please update."
            )
        self._write_ahead()
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA foreign_keys = ON")

    def _write_ahead(self) -> None:
        """Let readers and a writer not wait for each other; SQLite refuses at once while another writes."""
        deadline = time.monotonic() + _PATIENCE_S
        while self._db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise
                time.sleep(_AGAIN_S)

    def _make_tables(self) -> None:
        with self._change() as db:
            if db.execute("SELECT 1 FROM sqlite_master").fetchone():  # another process was faster
                return
            for statement in _SCHEMA.split(";")[:-1]:
                db.execute(statement)
            db.execute("INSERT INTO about VALUES (?)", (uuid.uuid4().hex,))
            db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {_VERSION}")

    def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock, self._trouble():
            return self._db.execute(query, values).fetchall()

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """Run a transaction: all of it happens, or nothing."""
        with self._lock, self._trouble():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise CatalogError(f"The catalog {self.path} cannot be used: {error}.") from error
        except sqlite3.ProgrammingError as error:  # the library was closed meanwhile
            raise CatalogError("The photo library is closed.") from error
        except sqlite3.DatabaseError as error:
            raise CatalogError(_broken(self.path)) from error


def _broken(path: Path) -> str:
    return f"{path} is damaged or not a catalog of this program: move it away, and photos are indexed again."
