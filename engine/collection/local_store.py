"""A collection in a folder: SQLite keeps the records, and the gallery of the desktop searches them."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import cast

import numpy as np

from engine.collection.store import (
    EVERYWHERE,
    MOST_HOSTS,
    Held,
    StoreMatch,
    Where,
    check_records,
    no_collection,
    other_encoder,
)
from engine.elsewhere import Record
from engine.errors import StoreError, cause
from engine.search.gallery import Gallery, GalleryPhoto
from engine.search.narrowing import Narrowing
from engine.state.records import Vector
from engine.state.sqlite_file import write_ahead
from engine.vector_index.index import VectorIndex, usable

_PATIENCE_S = 10.0  # how long to wait for another process to finish writing a batch
_PAGE = 16_384  # bytes: a vector fits several times, where on 4096 it takes a page more
_RECORDS = """
CREATE TABLE records (
    host TEXT NOT NULL, path BLOB NOT NULL, digest BLOB NOT NULL, taken INTEGER NOT NULL,
    PRIMARY KEY (host, path)) WITHOUT ROWID
"""
_BY_DIGEST = "CREATE INDEX records_by_digest ON records (digest)"
_VECTORS = "CREATE TABLE vectors (digest BLOB NOT NULL PRIMARY KEY, vector BLOB NOT NULL)"


class LocalStore:
    """A `Store` in a folder of this machine, a file for each model.

    It is read when it is opened: what another process changes meanwhile is seen by the next one opened. Files
    of one content, on however many machines, share one vector, which goes with the last of them. Those whose
    vector is damaged are found by nobody until one of them is sent again.
    """

    def __init__(self, folder: str, model: str, dim: int, *, make: bool = True) -> None:
        """Open the collection in this folder, or make it.

        Raises:
            StoreError: it cannot be opened, or is not there and not to be made.
        """
        self.model, self.dim, self._address = model, dim, folder
        name = hashlib.sha256(f"{model}\0{dim}".encode()).hexdigest()[:16]
        self._lock = threading.RLock()
        self._gallery, self._contents = Gallery(VectorIndex(dim)), dict[bytes, int]()
        self._digests, self._hosts = list[bytes](), set[str]()  # hosts that have left count too
        self._spoilt: dict[bytes, int] = {}  # dates of files whose vectors are damaged, by key
        with self._trouble():
            place = Path(os.path.expanduser(folder))
            if not make and not (place / f"{name}.sqlite3").is_file():
                others = place.is_dir() and any(place.glob("*.sqlite3"))
                raise other_encoder(folder, model=model, other="unknown") if others else no_collection(folder)
            place.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                place / f"{name}.sqlite3",
                timeout=_PATIENCE_S,
                isolation_level=None,
                check_same_thread=False,
            )
            self._db.text_factory = partial(str, encoding="utf-8", errors="replace")  # of a damaged name
            self._db.execute(f"PRAGMA page_size = {_PAGE}")  # of a file that is new
            write_ahead(self._db)
            self._prepare()
            with self._at_once("DEFERRED"):  # else the tables may be of two moments
                vectors = dict(self._db.execute("SELECT digest, vector FROM vectors"))
                rows = self._db.execute("SELECT host, path, digest, taken FROM records").fetchall()
        whole = _usable(vectors, dim)
        legible = [row for row in rows if _is_legible(*row)]
        self._show(
            [
                self._photo(host, path, digest, taken, whole[digest])
                for host, path, digest, taken in legible
                if digest in whole
            ]
        )
        self._hosts.update(row[0] for row in legible)
        self._spoilt = {
            _key(host, path): taken for host, path, digest, taken in legible if digest not in whole
        }

    def upsert(self, records: Sequence[Record]) -> None:
        """See `Store`."""
        check_records(self, records)
        latest = {(record.host, record.path): record for record in records}.values()
        with self._trouble(), self._lock:
            with self._at_once():
                left = self._digests_of((one.host, _bytes(one.path)) for one in latest)
                self._db.executemany(
                    "REPLACE INTO records VALUES (?, ?, ?, ?)",
                    [(one.host, _bytes(one.path), one.digest, one.taken) for one in latest],
                )
                self._db.executemany(
                    "REPLACE INTO vectors VALUES (?, ?)",  # the one that is there may be damaged
                    [(one.digest, one.vector.astype("<f4").tobytes()) for one in latest],
                )
                self._drop_vectors(left)
            for one in latest:
                self._spoilt.pop(_key(one.host, _bytes(one.path)), None)
            self._show(
                [self._photo(one.host, _bytes(one.path), one.digest, one.taken, one.vector) for one in latest]
            )

    def delete(self, host: str, paths: Iterable[str]) -> None:
        """See `Store`."""
        rows = [(host, _bytes(path)) for path in paths]
        with self._trouble(), self._lock:
            with self._at_once():
                left = self._digests_of(rows)
                self._db.executemany("DELETE FROM records WHERE host = ? AND path = ?", rows)
                self._drop_vectors(left)
            for row in rows:
                self._spoilt.pop(_key(*row), None)
            self._gallery.drop([_key(*row) for row in rows])

    def search(self, vector: Vector, k: int, where: Where = EVERYWHERE) -> list[StoreMatch]:
        """See `Store`."""
        found = self._gallery.rank(vector, narrowed=self._narrowing(where)).take(k)
        scores = {one.names[0]: one.score for one in found}
        return [StoreMatch(record, scores[name]) for name, record in self._records(list(scores)).items()]

    def newest(self, k: int, where: Where = EVERYWHERE, after: Record | None = None) -> list[Record]:
        """See `Store`; within a second they come by machine and path."""
        roster = self._gallery.roster()
        kept = np.zeros(len(roster.names), np.bool_)
        kept[roster.select(self._narrowing(where)).rows] = True
        if after is not None:
            kept &= roster.following(_key(after.host, _bytes(after.path)), after.taken)
        rows = roster.newest[kept[roster.newest]]
        return list(self._records([roster.names[row] for row in rows[:k].tolist()]).values())

    def fetch(self, host: str, path: str) -> Record | None:
        """See `Store`."""
        key = _key(host, _bytes(path))
        content, vector = self._gallery.content(key), self._gallery.vector(key)
        return None if content is None or vector is None else self._record(key, content, vector)

    def hosts(self) -> list[str]:
        """See `Store`."""
        with self._trouble(), self._lock:
            query = "SELECT DISTINCT host FROM records WHERE typeof(host) = 'text' ORDER BY host LIMIT ?"
            rows = self._db.execute(query, (MOST_HOSTS,))  # of a damaged file a host may be anything
            return [host for (host,) in rows]

    def count(self, where: Where = EVERYWHERE) -> int:
        """See `Store`."""
        return len(self._names(where))

    def iter_held(self, where: Where) -> Iterator[Held]:
        """See `Store`."""
        for key in self._names(where):
            content = self._gallery.content(key)
            if content is not None:
                yield Held(_text(key.partition(b"/")[2]), self._digests[content], self._gallery.date_of(key))
        narrowing = self._narrowing(where)
        for key, taken in self._spoilt.items():
            if narrowing.looks_at(key, taken):
                yield Held(_text(key.partition(b"/")[2]), b"", taken)

    def close(self) -> None:
        """See `Store`."""
        self._db.close()

    def _prepare(self) -> None:
        """Make the tables, or take over that of an older version, which kept a vector with each record."""
        if self._is_ready():
            return
        with self._at_once():
            if self._is_ready():  # another process was faster
                return
            old = bool(self._columns())
            if old:
                self._db.execute("ALTER TABLE records RENAME TO older")
            for statement in (_RECORDS, _BY_DIGEST, _VECTORS):
                self._db.execute(statement)
            if old:
                self._db.execute("INSERT OR IGNORE INTO vectors SELECT digest, vector FROM older")
                self._db.execute("INSERT INTO records SELECT host, path, digest, taken FROM older")
                self._db.execute("DROP TABLE older")
        if old:
            with suppress(sqlite3.Error):  # another process reads it, or the disk is full: it stays as large
                self._db.execute("VACUUM")

    def _columns(self) -> set[str]:
        return {name for (name,) in self._db.execute("SELECT name FROM pragma_table_info('records')")}

    def _is_ready(self) -> bool:
        columns = self._columns()
        return bool(columns) and "vector" not in columns

    def _digests_of(self, rows: Iterable[tuple[str, bytes]]) -> set[bytes]:
        """Return what these files contain by now."""
        which = "SELECT digest FROM records WHERE host = ? AND path = ?"
        return {digest for row in rows for (digest,) in self._db.execute(which, row)}

    def _drop_vectors(self, digests: Iterable[bytes]) -> None:
        """Let go of the vectors of these contents that no file is left of."""
        self._db.executemany(
            "DELETE FROM vectors WHERE digest = ?1 AND NOT EXISTS (SELECT 1 FROM records WHERE digest = ?1)",
            [(digest,) for digest in digests],
        )

    @contextmanager
    def _at_once(self, how: str = "IMMEDIATE") -> Generator[None, None, None]:
        """Do all of it or nothing; "DEFERRED" to read only, which keeps nobody from writing."""
        self._db.execute(f"BEGIN {how}")
        with self._db:
            yield

    def _photo(self, host: str, path: bytes, digest: bytes, taken: int, vector: Vector) -> GalleryPhoto:
        self._hosts.add(host)
        content = self._contents.setdefault(digest, len(self._contents))
        if content == len(self._digests):
            self._digests.append(digest)
        return GalleryPhoto(_key(host, path), content, vector, taken)

    def _show(self, photos: Sequence[GalleryPhoto]) -> None:
        """Let these be found."""
        if photos:
            self._gallery.put(photos)

    def _names(self, where: Where) -> list[bytes]:
        roster = self._gallery.roster()
        return [roster.names[row] for row in roster.select(self._narrowing(where)).rows.tolist()]

    def _records(self, keys: Sequence[bytes]) -> dict[bytes, Record]:
        """Return the records of these, in their order, by key; none for what has just gone."""
        known = [(key, self._gallery.content(key)) for key in keys]
        there = [(key, content) for key, content in known if content is not None]
        vectors = self._gallery.index.vectors_of([content for _, content in there])
        return {
            key: self._record(key, content, row) for (key, content), row in zip(there, vectors, strict=True)
        }

    def _record(self, key: bytes, content: int, vector: Vector) -> Record:
        host, _, path = key.partition(b"/")
        taken = self._gallery.date_of(key)
        return Record(host.decode(), _text(path), self._digests[content], taken, self.model, vector)

    def _narrowing(self, where: Where) -> Narrowing:
        """Return the same for the gallery, where a name is host, "/", and path."""
        if not where.folders:
            prefixes = tuple(_key(host, b"") for host in where.hosts)
        else:
            hosts = where.hosts or self._hosts
            folders = [_bytes(prefix) for prefix in where.prefixes]
            prefixes = tuple(_key(host, folder) for host in hosts for folder in folders)
            prefixes = prefixes or (b"\0/",)  # no host, so nothing
        return Narrowing(prefixes, where.first, where.end)

    @contextmanager
    def _trouble(self) -> Generator[None, None, None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            reason = cause(error) if isinstance(error, OSError) and error.strerror else str(error)
            raise StoreError(f"The collection at {self._address} cannot be used: {reason}.") from error


def _key(host: str, path: bytes) -> bytes:
    return host.encode() + b"/" + path


def _usable(kept: Mapping[bytes, object], dim: int) -> dict[bytes, Vector]:
    """Return the vectors of what is kept, without those that a damaged disk or file made something else."""
    rows = {
        digest: np.frombuffer(row, "<f4")
        for digest, row in kept.items()
        if isinstance(row, bytes) and len(row) == 4 * dim
    }
    sound = usable(np.array(list(rows.values()), np.float32).reshape(-1, dim))
    return {digest: row for (digest, row), good in zip(rows.items(), sound.tolist(), strict=True) if good}


def _is_legible(host: object, path: object, digest: object, taken: object) -> bool:
    """Return whether a row may be a record's; one of a damaged file may hold anything."""
    parts = (host, str), (path, bytes), (digest, bytes), (taken, int)
    try:
        return all(isinstance(part, kind) for part, kind in parts) and bool(_text(cast(bytes, path)))
    except UnicodeDecodeError:
        return False


def _bytes(path: str) -> bytes:
    """Return a path as bytes; what is no text, as file names may be on any system, survives."""
    return path.encode("utf-8", "surrogatepass")


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogatepass")
