"""How photos lie in the catalog's tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from sqlite3 import Connection

import numpy as np

from engine.folders.folder import UNKNOWN, Found
from engine.pictures.dates import NO_DATE
from engine.state.database import Database
from engine.state.encoded import join_columns, rows_of, to_numbers
from engine.state.records import Entry, Read, Refusal
from engine.unit_vectors import Numbers

FOUND = "path, size, mtime, ctime, inode"
"""The columns that say what was found in the folder."""

FACTS = ("size", "mtime", "ctime", "inode")
"""The same without the name."""

RESTATE = """
UPDATE photos SET size = ?, mtime = ?, ctime = ?, inode = ?, missing_since = NULL,
    rowid = CASE WHEN missing_since IS NULL THEN rowid ELSE (SELECT max(rowid) + 1 FROM photos) END
WHERE root = ? AND path = ?"""
"""Says that a photo is there, with these facts. Rows ascend in the order of coming, and of coming back."""

_DIRECTLY = " AND path >= ? AND path < ? AND instr(substr(path, ? + 1), X'2F') = 0"
"""The condition for photos directly in a folder within the photo folder; its values by `_span`."""

_JOINED = 500_000  # rows in one text: far below the longest that SQLite makes


def _span(folder: bytes) -> tuple[bytes, bytes, int]:
    """Return between which names all that lies below a folder stands, and how long what they share is."""
    return (folder + b"/", folder + b"0", len(folder) + 1) if folder else (b"", b"\xff" * 4096, 0)


def row_of(found: Found) -> tuple[bytes, int, int, int | None, int | None]:
    """Return the values of the columns `FOUND`."""
    return found.name, found.size, found.mtime_ns, found.ctime_ns, found.inode


def read_entries(
    db: Database, condition: str, root: int, *values: object, folder: bytes | None = None
) -> dict[bytes, Entry]:
    """Return photos of a photo folder, by name.

    Args:
        db: the catalog's file.
        condition: what they meet.
        root: the photo folder.
        values: of the condition.
        folder: only those directly in this folder within it; None for all.
    """
    if folder is not None:
        condition, values = condition + _DIRECTLY, (*values, *_span(folder))
    query = (
        f"SELECT {FOUND}, content, remark, taken FROM photos JOIN contents ON id = content"
        f" WHERE root = ? AND {condition}"
    )
    rows = db.all(query, root, *values)
    return {row[0]: Entry(Found._make(row[:5]), *row[5:]) for row in rows}


def store_photo(db: Connection, root: int, photo: Read) -> int:
    """Record a photo that is there, which is not left out any more; return the number of its content."""
    db.execute("INSERT OR IGNORE INTO contents (hash) VALUES (?)", (photo.digest,))
    row = db.execute("SELECT id FROM contents WHERE hash = ?", (photo.digest,)).fetchone()
    content = int(row[0])
    if photo.taken is not None:
        db.execute("UPDATE contents SET taken = ? WHERE id = ?", (photo.taken, content))
    remark = photo.remark
    if photo.vector is None:  # what is known already was not looked at again
        query = "SELECT max(remark) FROM photos WHERE content = ?"
        remark = db.execute(query, (content,)).fetchone()[0] or ""
    same = "SELECT rowid FROM photos WHERE root = ? AND path = ? AND content = ? AND missing_since IS NULL"
    place = db.execute(same, (root, photo.found.name, content)).fetchone() or (None,)  # it has been there
    db.execute(
        f"REPLACE INTO photos (rowid, root, {FOUND}, content, remark) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*place, root, *row_of(photo.found), content, remark),
    )
    db.execute("DELETE FROM skipped WHERE root = ? AND path = ?", (root, photo.found.name))
    return content


def store_refusal(db: Connection, root: int, refusal: Refusal) -> None:
    """Record a file that is left out; a photo stays known while its file is the same."""
    db.execute(
        f"REPLACE INTO skipped (root, {FOUND}, reason, reader) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (root, *row_of(refusal.found), refusal.reason, refusal.reader),
    )
    db.execute(
        "DELETE FROM photos WHERE root = ? AND path = ? AND (size != ? OR mtime != ?)",
        (root, *row_of(refusal.found)[:3]),
    )


def read_columns(
    db: Database, root: int, facts: Sequence[str] = ("mtime",)
) -> tuple[list[bytes], Numbers, Numbers]:
    """Return of n photos of a folder, those that are not missing, names, contents and facts.

    SQLite joins them into a few long texts, which are taken apart much quicker than rows are made. Names
    hold no zero byte.

    Args:
        db: the catalog's file.
        root: the folder.
        facts: columns of numbers.

    Returns:
        n relative names; (n,) the numbers of what they contain; (f, n) these facts,
        `engine.folders.folder.UNKNOWN` for what is not known.
    """
    columns = ("content", *(f"coalesce({fact}, {UNKNOWN})" for fact in facts))
    query = (
        f"SELECT CAST(group_concat(CAST(path AS TEXT), char(0)) AS BLOB), {join_columns(*columns)}"
        " FROM photos WHERE rowid BETWEEN ? AND ? AND +root = ? AND missing_since IS NULL"
    )
    names, parts = list[bytes](), [np.empty((len(columns), 0), np.int64)]
    last = db.all("SELECT max(rowid) FROM photos")[0][0] or 0
    for first in range(0, last + 1, _JOINED):
        joined, *texts = db.all(query, first, first + _JOINED - 1, root)[0]
        if joined is not None:
            names += joined.split(b"\0")
            parts.append(np.stack([to_numbers(text) for text in texts]))
    numbers = np.concatenate(parts, axis=1)
    return names, numbers[0], numbers[1:]


def read_taken(db: Database) -> Callable[[Numbers], Numbers]:
    """Return what gives (n,) the dates of (n,) contents, `NO_DATE` where none is known."""
    query = f"SELECT {join_columns('id', f'coalesce(taken, {NO_DATE})')} FROM contents"
    known, taken = map(to_numbers, db.all_beside(query)[0])

    def dates(contents: Numbers) -> Numbers:
        rows, there = rows_of(contents, known)
        return np.where(there, taken[rows], NO_DATE) if len(known) else np.full(len(contents), NO_DATE)

    return dates
