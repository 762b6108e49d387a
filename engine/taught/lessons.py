"""Drawings of which a person found the photo, kept in the data folder to learn from."""

from __future__ import annotations

import io
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import LessonsError
from engine.preprocess import as_clean, sketch_square
from engine.state.sqlite_file import make_tables, pragma

FILE_NAME = "lessons.sqlite3"

MOST = 300
"""How many drawings are kept; the oldest one goes first."""

_APPLICATION_ID = 0x46464D4D  # "FFMM"
_VERSION = 1
_PATIENCE_S = 5.0  # how long to wait for another process that writes
_SIDE = 256  # pixels of a drawing kept; the networks' inputs are smaller
_PHOTOS = 8  # of one drawing
_TABLES = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE lessons (number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, drawing BLOB NOT NULL);
CREATE TABLE found (
    lesson INTEGER NOT NULL REFERENCES lessons (number) ON DELETE CASCADE, place INTEGER NOT NULL,
    hash BLOB NOT NULL, PRIMARY KEY (lesson, place));
CREATE TABLE vectors (
    lesson INTEGER NOT NULL REFERENCES lessons (number) ON DELETE CASCADE, model TEXT NOT NULL,
    vector BLOB NOT NULL, PRIMARY KEY (lesson, model));
"""
_DRAWN = """
CREATE TABLE IF NOT EXISTS drawn (
    lesson INTEGER PRIMARY KEY REFERENCES lessons (number) ON DELETE CASCADE, state BLOB NOT NULL)
"""  # a later version's, which earlier ones pass over
_AT_ONCE = 500  # values of one query


@dataclass(frozen=True, eq=False)
class Lesson:
    """One drawing, and what it found.

    Attributes:
        number: grows with time.
        hashes: of the contents of the photos, the last one first.
        vector: (dim,) of the drawing, None where this model has not seen it.
    """

    number: int
    hashes: tuple[bytes, ...]
    vector: NDArray[np.float32] | None


class Lessons:
    """The file that holds them, safe to use from several threads and processes.

    It is made with the first lesson. Every method raises LessonsError if it cannot be read or written, or is
    not of this program; a change then has not happened.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder where the file lies."""
        self.path = folder / FILE_NAME

    @property
    def are_used(self) -> bool:
        """Whether the person lets the program learn; so it is until somebody says otherwise."""
        with self._reading() as db:
            row = db.execute("SELECT value FROM settings WHERE name = 'used'").fetchone() if db else None
        return row is None or bool(row[0])

    @are_used.setter
    def are_used(self, used: bool) -> None:
        with self._writing() as db:
            db.execute("REPLACE INTO settings VALUES ('used', ?)", (int(used),))

    def __len__(self) -> int:
        with self._reading() as db:
            return int(db.execute("SELECT count(*) FROM lessons").fetchone()[0]) if db else 0

    def put(self, drawing: Image.Image, hashes: Sequence[bytes], *, states: Sequence[bytes] = ()) -> int:
        """Keep a drawing as the newest lesson; return its number.

        The lesson of an earlier state of it goes, and what that found comes after what this found.

        Args:
            drawing: any picture of it.
            hashes: of the contents of the photos it found, the last one first.
            states: what it and its earlier states are known by, itself last, see `SavedSketch.states`.
        """
        png = _png(drawing)
        with self._writing() as db:
            earlier = _lessons_of(db, png, states)
            found = [*hashes, *(digest for number in reversed(earlier) for digest in _read_found(db, number))]
            rows = list(enumerate(dict.fromkeys(found)))[:_PHOTOS]
            db.executemany("DELETE FROM lessons WHERE number = ?", [(number,) for number in earlier])
            number = db.execute(
                "INSERT INTO lessons (at, drawing) VALUES (?, ?)", (int(time.time()), png)
            ).lastrowid
            db.executemany("INSERT INTO found VALUES (?, ?, ?)", [(number, *row) for row in rows])
            db.executemany("INSERT INTO drawn VALUES (?, ?)", [(number, state) for state in states[-1:]])
            db.execute(
                "DELETE FROM lessons WHERE number NOT IN (SELECT number FROM lessons ORDER BY number DESC"
                f" LIMIT {MOST})"
            )
        return int(number or 0)

    def refuse(self, drawing: Image.Image, hashes: Sequence[bytes], *, states: Sequence[bytes] = ()) -> None:
        """Let no lesson of a drawing or an earlier state of it say that it found these photos.

        A lesson that says nothing more goes. Arguments as of `put`.
        """
        if not self.path.exists():
            return
        png = _png(drawing)
        with self._writing() as db:
            for number in _lessons_of(db, png, states):
                rows = [(number, digest) for digest in hashes]
                db.executemany("DELETE FROM found WHERE lesson = ? AND hash = ?", rows)
                if not _read_found(db, number):
                    db.execute("DELETE FROM lessons WHERE number = ?", (number,))

    def all(self, model: str, dim: int) -> list[Lesson]:
        """Return the lessons, oldest first, with the vectors that a model gave them."""
        with self._reading() as db:
            if db is None:
                return []
            found: dict[int, list[bytes]] = {}
            for lesson, digest in db.execute("SELECT lesson, hash FROM found ORDER BY lesson, place"):
                found.setdefault(lesson, []).append(digest)
            rows = db.execute(
                "SELECT number, vector FROM lessons LEFT JOIN vectors ON lesson = number AND model = ?"
                " ORDER BY number",
                (model,),
            ).fetchall()
        return [Lesson(number, tuple(found.get(number, ())), _vector(data, dim)) for number, data in rows]

    def drawing(self, number: int) -> Image.Image | None:
        """Return the drawing of a lesson, as it is to be encoded; None if it is gone, or cannot be read."""
        query = "SELECT drawing FROM lessons WHERE number = ?"
        with self._reading() as db:
            row = db.execute(query, (number,)).fetchone() if db else None
        if row is None:
            return None
        try:
            picture = Image.open(io.BytesIO(row[0]), formats=["PNG"])
            picture.load()
        except (OSError, ValueError, Image.DecompressionBombError):
            return None
        return as_clean(picture, is_dark=True)

    def note_vectors(self, model: str, vectors: Mapping[int, NDArray[np.float32]]) -> None:
        """Keep what a model made of drawings, by lesson; those that are gone by now are passed over."""
        rows = [(number, model, vector.astype("<f2").tobytes()) for number, vector in vectors.items()]
        with self._writing() as db:
            known = {row[0] for row in db.execute("SELECT number FROM lessons")}
            db.executemany("REPLACE INTO vectors VALUES (?, ?, ?)", [row for row in rows if row[0] in known])

    def forget(self) -> None:
        """Forget all lessons, so that nothing of them is left in the file."""
        if not self.path.exists():
            return
        with self._writing() as db:
            db.execute("DELETE FROM lessons")
        with self._trouble(), closing(self._open()) as db:
            db.execute("VACUUM")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """Open the file; None where there is none yet."""
        if not self.path.exists():
            yield None
            return
        with self._trouble(), closing(self._open()) as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Run a transaction: all of it happens, or nothing."""
        with self._trouble(), closing(self._open()) as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute(_DRAWN)
            yield db  # closing without a commit takes all of it back
            db.execute("COMMIT")

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=_PATIENCE_S, isolation_level=None)
        try:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")
            if not pragma(db, "user_version"):
                make_tables(db, _TABLES, version=_VERSION, application_id=_APPLICATION_ID)
            if pragma(db, "application_id") != _APPLICATION_ID or pragma(db, "user_version") > _VERSION:
                raise sqlite3.DatabaseError("made by another program, or by a newer version of this one")
        except BaseException:
            db.close()
            raise
        return db

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise LessonsError(f"What was learned, {self.path}, cannot be used: {error}.") from error


def _lessons_of(db: sqlite3.Connection, png: bytes, states: Sequence[bytes]) -> list[int]:
    """Return the lessons of a drawing in one of these states, oldest first, or that look the same.

    The looks serve for lessons of which the state was not noted.
    """
    numbers = {row[0] for row in db.execute("SELECT number FROM lessons WHERE drawing = ?", (png,))}
    for start in range(0, len(states), _AT_ONCE):
        some = states[start : start + _AT_ONCE]
        gaps = ", ".join("?" * len(some))
        query = f"SELECT lesson FROM drawn WHERE state IN ({gaps})"
        numbers |= {row[0] for row in db.execute(query, some)}
    return sorted(numbers)


def _read_found(db: sqlite3.Connection, number: int) -> list[bytes]:
    """Return what a lesson found, the last one first."""
    query = "SELECT hash FROM found WHERE lesson = ? ORDER BY place"
    return [digest for (digest,) in db.execute(query, (number,))]


def _png(drawing: Image.Image) -> bytes:
    picture = sketch_square(drawing, _SIDE)  # as searches see it
    data = io.BytesIO()
    picture.save(data, "PNG", optimize=True)
    return data.getvalue()


def _vector(data: bytes | None, dim: int) -> NDArray[np.float32] | None:
    """Return a vector that was kept, None where there is none, or none that can be used."""
    if data is None or len(data) != 2 * dim:
        return None
    vector = np.frombuffer(data, "<f2").astype(np.float32)
    length = float(np.linalg.norm(vector))
    return vector / length if np.isfinite(length) and length > 0 else None
