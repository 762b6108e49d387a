"""The SQLite file under the catalog: opened, checked to be ours, brought to the present form, and guarded."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from engine.errors import CatalogError, NewerCatalogError
from engine.state.in_place import InPlace
from engine.state.sqlite_file import pragma, run_all, write_ahead
from engine.state.takeover import DATES, FORMS, INDEXES, MOVES, RECHECKS, SEALS, move_vectors
from engine.state.vectors import VectorFile

VECTORS = "vectors"
"""The folder of the vectors, beside the file."""

_APPLICATION_ID = 0x46464D4C  # "FFML"
_PATIENCE_S = 10.0  # how long to wait for another process to finish writing a batch
_WORTH_GIVING = 4 << 20  # bytes; less is used again soon
_FULL_OR_CLOSED = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
)

_TABLES = """
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
_TO_VERSION_2 = """
ALTER TABLE photos ADD COLUMN ctime INTEGER;
ALTER TABLE photos ADD COLUMN inode INTEGER;
ALTER TABLE photos ADD COLUMN missing_since INTEGER;
ALTER TABLE photos ADD COLUMN remark TEXT NOT NULL DEFAULT '';
ALTER TABLE skipped ADD COLUMN ctime INTEGER;
ALTER TABLE skipped ADD COLUMN inode INTEGER;
ALTER TABLE contents ADD COLUMN unused_since INTEGER;
CREATE TABLE models (model TEXT PRIMARY KEY, used INTEGER NOT NULL);
CREATE TABLE excludes (
    root INTEGER REFERENCES roots (id), place INTEGER NOT NULL, pattern TEXT NOT NULL);
CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
INSERT INTO models SELECT DISTINCT model, CAST(strftime('%s', 'now') AS INTEGER) FROM vectors;
"""
_TO_VERSION_3 = """
ALTER TABLE contents ADD COLUMN taken INTEGER;
"""  # a date, or `dates.NO_DATE` where the file tells none; NULL: not looked at yet
_STEPS: tuple[str | Callable[[sqlite3.Connection, Path | None], dict[str, VectorFile]], ...] = (
    _TABLES,
    _TO_VERSION_2,
    _TO_VERSION_3,
    "",
    move_vectors,
    INDEXES,
    SEALS,
    MOVES,
    RECHECKS,
    FORMS,
    DATES,
)
"""What brings a file from each version to the next; an empty file has version 0."""


class Database:
    """One SQLite file, safe to use from several threads.

    Every method raises CatalogError if the file cannot be read or written. A process that is killed leaves
    the last finished change's state. Where the disk is full, or the file may only be read, it is opened to be
    read, and each change raises until the disk takes it.

    Attributes:
        path: the file.
        vector_folder: where the vectors lie that the file names.
        loose: what would lie there if the disk took it, by name.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, or make it; one of an older version is brought to the present form.

        Raises:
            CatalogError: the file is no catalog, or cannot be opened; it is not touched.
            NewerCatalogError: a newer version of the program made it; it is not touched.
        """
        self.path, self.vector_folder = path, path.parent / VECTORS
        self.loose: dict[str, VectorFile] = {}
        self._lock = threading.RLock()
        self._unwritable = ""
        with self._trouble():
            if path.exists() and not path.is_file():
                raise CatalogError(f"The catalog {path} cannot be used: it is not a file.")
            self._db = self._open()
        self._place = InPlace(path)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    def all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self._lock, self._trouble():
            return self._db.execute(query, values).fetchall()

    def all_beside(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the same by a connection of its own, beside which others go on."""
        if not self._unwritable:  # else what is open is a copy in memory
            with (
                suppress(sqlite3.Error),
                closing(sqlite3.connect(_address(self.path, "mode=ro"), uri=True)) as db,
            ):
                return db.execute(query, values).fetchall()
        return self.all(query, *values)

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Run a transaction: all of it happens, or nothing.

        Raises:
            CatalogError: also where the file on the disk is not the one that was opened any more, or a newer
                version of the program has brought it forward.
        """
        with self._lock, self._trouble():
            if self._unwritable:
                self._open_again()
            self._db.execute("BEGIN IMMEDIATE")
            try:
                _version(self._db, self.path)  # a newer program may have brought it forward meanwhile
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._check_in_place()

    @contextmanager
    def fresh(self) -> Iterator[sqlite3.Connection]:
        """Open the file anew, to see what the disk holds of it and not what this process remembers."""
        with self._lock, self._trouble():
            self._check_in_place()
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")
            with closing(
                sqlite3.connect(_address(self.path, "mode=rw"), uri=True, timeout=_PATIENCE_S)
            ) as db:
                yield db
            self._check_in_place()

    def give_back(self) -> None:
        """Give the disk what is empty of the file, if most is; by the one who may index, as it takes long."""
        with self._lock, self._trouble():
            pages, free, size = (
                pragma(self._db, one) for one in ("page_count", "freelist_count", "page_size")
            )
            if self._unwritable or free * size < _WORTH_GIVING or free < pages // 2:
                return
            with suppress(sqlite3.OperationalError, OSError):  # another process is reading: next time
                if shutil.disk_usage(self.path.parent).free > 4 * (pages - free) * size:
                    self._db.execute("VACUUM")
                    self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def empty_log(self) -> bool:
        """Move all that was changed into the file, flushed; return whether nothing is left in the log.

        Else another process reads or writes for long: changes may be lost with the power.
        """
        with self._lock, self._trouble():
            return not self._unwritable and not pragma(self._db, "wal_checkpoint(TRUNCATE)")

    def _check_in_place(self) -> None:
        if not self._place.is_kept():
            raise CatalogError(
                f"The catalog {self.path} was deleted, replaced or cut while it was in use: start again."
            )

    def _open(self) -> sqlite3.Connection:
        try:
            return self._prepare(sqlite3.connect(self.path, **_CONNECTION))
        except (sqlite3.OperationalError, OSError) as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            closed = isinstance(error, OSError) or code in _FULL_OR_CLOSED
            if not closed or not self.path.is_file() or not self.path.stat().st_size:
                raise
            self._unwritable = str(error)
            return self._prepare(_readable(self.path), write=False)

    def _open_again(self) -> None:
        """Take the file itself in place of the copy in memory, if the disk takes something by now."""
        if not self.loose:  # else others read vectors that are in memory alone
            with suppress(sqlite3.OperationalError, OSError):
                before, self._db = self._db, self._prepare(sqlite3.connect(self.path, **_CONNECTION))
                self._unwritable = ""
                before.close()
                return
        raise CatalogError(f"The catalog {self.path} cannot be written: {self._unwritable}.")

    def _prepare(self, db: sqlite3.Connection, *, write: bool = True) -> sqlite3.Connection:
        """Refuse a file that is not ours before anything is written; then bring it to the present form."""
        try:
            folder = self.vector_folder if write else None
            if write and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
                _advance(db, self.path, folder)
            if pragma(db, "application_id") != _APPLICATION_ID:
                raise CatalogError(_explain_damage(self.path))
            version = _version(db, self.path)
            if write:
                write_ahead(db)
                for choice in ("synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
                    db.execute(f"PRAGMA {choice}")  # the last, so that nothing forgotten lies in empty pages
            if version < len(_STEPS):
                self.loose = _advance(db, self.path, folder)  # in memory where the disk takes nothing
        except BaseException:
            db.close()
            raise
        return db

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise CatalogError(f"The catalog {self.path} cannot be used: {error}.") from error
        except sqlite3.ProgrammingError as error:  # the library was closed meanwhile
            raise CatalogError("The photo library is closed.") from error
        except sqlite3.DatabaseError as error:
            raise CatalogError(_explain_damage(self.path)) from error


_CONNECTION: dict[str, Any] = {"timeout": _PATIENCE_S, "isolation_level": None, "check_same_thread": False}


def _readable(path: Path) -> sqlite3.Connection:
    """Return a copy in memory of a file that cannot be written, with what its log holds."""
    copy: sqlite3.Connection = sqlite3.connect(":memory:", **_CONNECTION)
    log = path.with_name(path.name + "-wal")
    try:
        whole = not log.exists() or not log.stat().st_size
        source = sqlite3.connect(_address(path, "immutable=1" if whole else "mode=rw"), uri=True)
        with closing(source):
            source.execute("PRAGMA locking_mode = EXCLUSIVE")  # the log's index in memory, not on the disk
            source.backup(copy)
    except BaseException:
        copy.close()
        raise
    return copy


def _address(path: Path, how: str) -> str:
    return f"{path.absolute().as_uri()}?{how}"


def _version(db: sqlite3.Connection, path: Path) -> int:
    """Return the version of a file.

    Raises:
        NewerCatalogError: a newer version of the program made it, or brought it forward.
    """
    version = pragma(db, "user_version")
    if version > len(_STEPS):
        raise NewerCatalogError(
            f"The catalog {path} was made by a newer version of this program: please update."
        )
    return version


def _advance(db: sqlite3.Connection, path: Path, folder: Path | None) -> dict[str, VectorFile]:
    """Bring an empty file or one of an older version to the present form, wholly or not at all.

    Returns:
        The vectors that have no place in a folder, see `engine.state.takeover`.

    Raises:
        NewerCatalogError: as of `_version`.
    """
    loose: dict[str, VectorFile] = {}
    db.execute("BEGIN IMMEDIATE")
    try:
        version = _version(db, path)  # another process may have been faster
        for step in _STEPS[version:]:
            if callable(step):
                loose = step(db, folder)
            else:
                run_all(db, step)
        if not version:
            db.execute("INSERT INTO about VALUES (?)", (uuid.uuid4().hex,))
            db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {len(_STEPS)}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return loose


def _explain_damage(path: Path) -> str:
    return f"{path} is damaged or not a catalog of this program: move it away, and photos are indexed again."
