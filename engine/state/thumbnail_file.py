"""The file that keeps thumbnails, by content. It is a cache: damaged, it is begun anew or done without."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

from engine.days import DAY_S
from engine.lock import is_busy
from engine.state.in_place import identity
from engine.state.sqlite_file import make_tables, pragma

FILE_NAME = "thumbnails.sqlite3"

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_VERSION = 1
_PAGE = 4096  # bytes; a picture takes two or three pages of its own, larger ones would lie half empty
_PATIENCE_S = 2.0  # how long to wait for another process that writes
_AGAIN_S = 0.02  # between two tries
_NOTED = 500  # pictures that were looked at, after which that is written down
_AT_ONCE = 100  # rows of one deletion: a full disk has no room for the log of a large one
_GIVEN_BACK = 500  # pages at a time
_ROOM = 0.98  # of the limit: what is left once something had to go, so that it need not go each time
_TABLES = """
CREATE TABLE entries (
    digest BLOB PRIMARY KEY, used INTEGER NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX entries_by_use ON entries (used);
CREATE TABLE pictures (digest BLOB NOT NULL UNIQUE, picture BLOB NOT NULL);
"""


class ThumbnailFile:
    """Pictures by the hash of their photo's content, safe to use from several threads and processes.

    No method raises for what is wrong with the file or the disk: a picture is then not there, or not kept,
    and the first such trouble is written to the log. Reading waits for no writer.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder where the file lies; it is opened, or made, when it is first of use."""
        self.path = folder / FILE_NAME
        self._reader = _Connection(self.path)
        self._writer = _Connection(self.path, begin="BEGIN IMMEDIATE")
        self._looked_at: set[bytes] = set()

    def close(self) -> None:
        """Write down what was looked at, and let go of the file."""
        if self._looked_at:
            self._writer.work(self._note_use)
        self._reader.close()
        self._writer.close()

    def get(self, digest: bytes) -> bytes | None:
        """Return a picture, None if it is not kept or does not lie there as it was written."""
        found = self._reader.work(lambda db: _find(db, digest), in_transaction=False)
        if found is None:
            return None
        used, checksum, picture = found
        if zlib.crc32(picture) != checksum:
            self.drop([digest])
            return None
        if used != _today():
            self._looked_at.add(digest)
            if len(self._looked_at) >= _NOTED:
                self._writer.work(self._note_use)
        return bytes(picture)

    def put(self, pictures: Mapping[bytes, bytes], *, limit: int, seen: bool) -> None:
        """Keep pictures; what was not in use for longest makes room.

        Args:
            pictures: by hash; those that are kept already are replaced.
            limit: bytes that the file may have; 0 keeps nothing.
            seen: somebody looks at them. Others make no room at the cost of what was in use today.
        """
        if not pictures or limit <= 0:
            return

        def write(db: sqlite3.Connection) -> None:
            fit = dict(pictures)
            while fit and _size(db) + sum(map(len, fit.values())) > limit:
                if not _drop_oldest(db, todays=seen):
                    fit.popitem()
            rows = [(digest, _today(), zlib.crc32(picture)) for digest, picture in fit.items()]
            db.executemany("REPLACE INTO entries VALUES (?, ?, ?)", rows)
            db.executemany("REPLACE INTO pictures VALUES (?, ?)", fit.items())

        self._writer.work(write)

    def drop(self, digests: Iterable[bytes]) -> None:
        """Keep these no more."""
        rows = [(digest,) for digest in digests]
        self._writer.work(lambda db: _drop(db, rows))

    def keep_only(self, digests: Collection[bytes]) -> None:
        """Keep no others than these, and give their room back to the disk."""

        def others(db: sqlite3.Connection) -> list[tuple[bytes]]:
            return [row for row in db.execute("SELECT digest FROM entries") if row[0] not in digests]

        if self.path.exists():
            rows = self._reader.work(others) or []
            portions = (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
            self._in_portions(lambda db: _drop(db, next(portions, ())))

    def shrink(self, limit: int) -> None:
        """Keep so many bytes at most, from now on, and give the others back to the disk."""

        def shrink(db: sqlite3.Connection) -> int:
            return _drop_oldest(db, todays=True) if _size(db) > limit * _ROOM else 0

        if self.path.exists():
            self._in_portions(shrink)

    @property
    def count(self) -> int:
        """How many pictures are kept."""
        if not self.path.exists():
            return 0
        rows = self._reader.work(lambda db: db.execute("SELECT count(*) FROM entries").fetchone())
        return 0 if rows is None else int(rows[0])

    @property
    def bytes(self) -> int:
        """How much of the disk they take."""
        total = 0
        for name in _files(self.path):
            with suppress(OSError):
                total += name.stat().st_size
        return total

    def _in_portions(self, drop: Callable[[sqlite3.Connection], int]) -> None:
        """Drop pictures until none are to be dropped, or that fails; each portion's room is given back."""
        dropped: int | None = 1
        while dropped:
            dropped = self._writer.work(drop)
            self._writer.work(_give_back, in_transaction=False)

    def _note_use(self, db: sqlite3.Connection) -> None:
        looked_at, self._looked_at = self._looked_at, set()
        rows = [(_today(), digest) for digest in looked_at]
        db.executemany("UPDATE entries SET used = ? WHERE digest = ?", rows)


class _Connection:
    """One connection, for one thread at a time; opened late, and opened anew where the file is damaged."""

    def __init__(self, path: Path, *, begin: str = "BEGIN") -> None:
        self._path, self._begin, self._lock = path, begin, threading.Lock()
        self._file: tuple[int, int] | None = None
        self._db: sqlite3.Connection | None = None
        self._given_up = self._told = False

    def work(self, deed: Callable[[sqlite3.Connection], _T], *, in_transaction: bool = True) -> _T | None:
        """Do something with the file, wholly or not at all; return None where that cannot be."""
        with self._lock:
            for _ in range(2):
                if self._given_up:
                    return None
                try:
                    return self._try(deed, in_transaction=in_transaction)
                except (sqlite3.OperationalError, OSError) as error:  # locked, full, not to be written
                    self._tell(error)
                    return None
                except sqlite3.Error as error:
                    self._tell(error)
                    self._begin_anew()
            self._given_up = True
            return None

    def close(self) -> None:
        with self._lock:
            self._given_up = True
            self._let_go()

    def _try(self, deed: Callable[[sqlite3.Connection], _T], *, in_transaction: bool) -> _T:
        if self._file != identity(self._path):  # begun anew by another connection or process
            self._let_go()
        if self._db is None:
            self._db = _open_in_turn(self._path)
            self._file = identity(self._path)
        db = self._db
        if not in_transaction:
            return deed(db)
        try:
            db.execute(self._begin)
            result = deed(db)
            db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                if db.in_transaction:
                    db.execute("ROLLBACK")
            raise
        return result

    def _begin_anew(self) -> None:
        self._let_go()
        for name in _files(self._path):
            with suppress(OSError):
                name.unlink()

    def _let_go(self) -> None:
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None

    def _tell(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            _log.warning("thumbnails are not kept: %s: %s", self._path, error)


def _open_in_turn(path: Path) -> sqlite3.Connection:
    """Open the file, or make it; SQLite refuses some of that at once while another does the same."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return _open(path)
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_S)


def _open(path: Path) -> sqlite3.Connection:
    """Open the file; one of another version counts as damaged."""
    db = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        if not db.execute("SELECT 1 FROM sqlite_master").fetchone():
            _make(db)
        if pragma(db, "user_version") != _VERSION:
            raise sqlite3.DatabaseError("another version of this program made it")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA secure_delete = ON")  # what is forgotten does not lie in empty pages
    except BaseException:
        db.close()
        raise
    return db


def _make(db: sqlite3.Connection) -> None:
    db.execute(f"PRAGMA page_size = {_PAGE}")
    db.execute("PRAGMA auto_vacuum = INCREMENTAL")
    db.execute("PRAGMA journal_mode = WAL")
    make_tables(db, _TABLES, version=_VERSION)


def _find(db: sqlite3.Connection, digest: bytes) -> tuple[int, int, bytes] | None:
    query = "SELECT used, checksum, picture FROM entries JOIN pictures USING (digest) WHERE digest = ?"
    found: tuple[int, int, bytes] | None = db.execute(query, (digest,)).fetchone()
    return found


def _size(db: sqlite3.Connection) -> int:
    """Return the bytes of the pages in use."""
    return (pragma(db, "page_count") - pragma(db, "freelist_count")) * _PAGE


def _drop(db: sqlite3.Connection, rows: Collection[tuple[bytes]]) -> int:
    for table in ("entries", "pictures"):
        db.executemany(f"DELETE FROM {table} WHERE digest = ?", rows)
    return len(rows)


def _drop_oldest(db: sqlite3.Connection, *, todays: bool) -> int:
    """Drop some of those last in use, perhaps of today's too; return how many.

    Those of a day to come, as where the clock was ahead for a while, go first.
    """
    rows: list[tuple[bytes]] = []
    for days in ("> ?", "< ?", "= ?")[: 2 + todays]:
        query = f"SELECT digest FROM entries WHERE used {days} ORDER BY used LIMIT {_AT_ONCE}"
        rows = rows or db.execute(query, (_today(),)).fetchall()
    return _drop(db, rows)


def _give_back(db: sqlite3.Connection) -> None:
    """Give empty pages back to the disk, some at a time, so that the log stays small."""
    empty = pragma(db, "freelist_count")
    while True:
        db.executescript(f"PRAGMA incremental_vacuum({_GIVEN_BACK})")  # `execute` would do one page alone
        with closing(db.execute("PRAGMA wal_checkpoint(TRUNCATE)")) as done:
            done.fetchall()
        before, empty = empty, pragma(db, "freelist_count")
        if not empty or empty >= before:
            return


def _files(path: Path) -> list[Path]:
    return [path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))]


def _today() -> int:
    """Return the day, counted from 1970."""
    return int(time.time()) // DAY_S
