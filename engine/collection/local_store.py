"""A collection in a folder: SQLite keeps the records, and the gallery of the desktop searches them."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from engine.collection.store import (
    EVERYWHERE,
    MOST_HOSTS,
    Held,
    Record,
    StoreMatch,
    Where,
    check_records,
    no_collection,
    other_encoder,
)
from engine.errors import StoreError
from engine.search.gallery import Gallery, GalleryPhoto
from engine.search.narrowing import Narrowing
from engine.state.records import Vector
from engine.vector_index.index import VectorIndex

_PATIENCE_S = 10.0  # how long to wait for another process to finish writing a batch
_PAGE = 16_384  # bytes: a row with its vector fits several times, where on 4096 it takes a page more
_TABLE = """
CREATE TABLE IF NOT EXISTS records (
    host TEXT NOT NULL, path BLOB NOT NULL, digest BLOB NOT NULL, taken INTEGER NOT NULL,
    vector BLOB NOT NULL, PRIMARY KEY (host, path)) WITHOUT ROWID
"""


class LocalStore:
    """A `Store` in a folder of this machine, a file for each model.

    It is read when it is opened: what another process changes meanwhile is seen by the next one opened.
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
        with self._trouble():
            place = Path(folder).expanduser()
            if not make and not (place / f"{name}.sqlite3").is_file():
                others = place.is_dir() and any(place.glob("*.sqlite3"))
                raise other_encoder(folder, model, "unknown") if others else no_collection(folder)
            place.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                place / f"{name}.sqlite3",
                timeout=_PATIENCE_S,
                isolation_level=None,
                check_same_thread=False,
            )
            self._db.execute(f"PRAGMA page_size = {_PAGE}")  # of a file that is new
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute(_TABLE)
            rows = self._db.execute("SELECT host, path, digest, taken, vector FROM records").fetchall()
        self._show(
            [
                self._photo(host, path, digest, taken, np.frombuffer(vector, "<f4"))
                for host, path, digest, taken, vector in rows
            ]
        )

    def upsert(self, records: Sequence[Record]) -> None:
        """See `Store`."""
        check_records(self, records)
        latest = {(record.host, record.path): record for record in records}.values()
        with self._trouble(), self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            with self._db:
                self._db.executemany(
                    "REPLACE INTO records VALUES (?, ?, ?, ?, ?)",
                    [
                        (
                            one.host,
                            _bytes(one.path),
                            one.digest,
                            one.taken,
                            one.vector.astype("<f4").tobytes(),
                        )
                        for one in latest
                    ],
                )
            self._show(
                [self._photo(one.host, _bytes(one.path), one.digest, one.taken, one.vector) for one in latest]
            )

    def delete(self, host: str, paths: Iterable[str]) -> None:
        """See `Store`."""
        names = [_bytes(path) for path in paths]
        with self._trouble(), self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            with self._db:
                rows = [(host, name) for name in names]
                self._db.executemany("DELETE FROM records WHERE host = ? AND path = ?", rows)
            self._gallery.drop([_key(host, name) for name in names])

    def search(self, vector: Vector, k: int, where: Where = EVERYWHERE) -> list[StoreMatch]:
        """See `Store`."""
        found = self._gallery.rank(vector, narrowed=self._narrowing(where)).take(k)
        known = [(one, self._gallery.content(one.names[0])) for one in found]
        there = [(one, content) for one, content in known if content is not None]  # the rest has just gone
        vectors = self._gallery.index.vectors_of([content for _, content in there])
        return [
            StoreMatch(self._record(one.names[0], content, row), one.score)
            for (one, content), row in zip(there, vectors, strict=True)
        ]

    def fetch(self, host: str, path: str) -> Record | None:
        """See `Store`."""
        key = _key(host, _bytes(path))
        content, vector = self._gallery.content(key), self._gallery.vector(key)
        return None if content is None or vector is None else self._record(key, content, vector)

    def hosts(self) -> list[str]:
        """See `Store`."""
        with self._trouble(), self._lock:
            rows = self._db.execute("SELECT DISTINCT host FROM records ORDER BY host LIMIT ?", (MOST_HOSTS,))
            return [host for (host,) in rows]

    def count(self, where: Where = EVERYWHERE) -> int:
        """See `Store`."""
        return len(self._names(where))

    def held(self, where: Where) -> Iterator[Held]:
        """See `Store`."""
        for key in self._names(where):
            content = self._gallery.content(key)
            if content is not None:
                yield Held(_text(key.partition(b"/")[2]), self._digests[content], self._gallery.taken(key))

    def close(self) -> None:
        """See `Store`."""
        self._db.close()

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

    def _record(self, key: bytes, content: int, vector: Vector) -> Record:
        host, _, path = key.partition(b"/")
        taken = self._gallery.taken(key)
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
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise StoreError(f"The collection at {self._address} cannot be used: {reason}.") from error


def _key(host: str, path: bytes) -> bytes:
    return host.encode() + b"/" + path


def _bytes(path: str) -> bytes:
    """Return a path as bytes; what is no text, as file names may be on any system, survives."""
    return path.encode("utf-8", "surrogatepass")


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogatepass")
