"""Moves vectors out of a catalog up to version 4, into flat files; and what later versions have besides."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import numpy as np

from engine.pictures.dates import NO_DATE
from engine.state.row_forms import HALVES, to_half_precision
from engine.state.sqlite_file import run_all
from engine.state.vectors import LooseRows, VectorFile, file_name
from engine.whole_files import sync_folder

_AT_ONCE = 4096  # vectors in memory at a time

TABLES = """
CREATE TABLE vector_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, dim INTEGER NOT NULL,
    generation INTEGER NOT NULL, rows INTEGER NOT NULL DEFAULT 0, UNIQUE (model, dim));
CREATE TABLE vectors (
    content INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    file INTEGER NOT NULL REFERENCES vector_files (id),
    slot INTEGER NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (content, file)) WITHOUT ROWID;
"""

INDEXES = """
CREATE INDEX photos_missing ON photos (root) WHERE missing_since IS NOT NULL;
CREATE INDEX photos_remarked ON photos (root) WHERE remark != '';
CREATE INDEX contents_undated ON contents (id) WHERE taken IS NULL;
"""  # of version 6: few have it, and none of the others is looked through for them

SEALS = """
ALTER TABLE vector_files ADD COLUMN seal TEXT;
CREATE TABLE stamps (id INTEGER PRIMARY KEY AUTOINCREMENT, stamp TEXT NOT NULL UNIQUE);
"""  # of version 7: files beside the catalog are told to be those that it knows

MOVES = """
ALTER TABLE roots ADD COLUMN unended INTEGER;
UPDATE roots SET unended = (SELECT coalesce(max(rowid), 0) FROM photos);
ALTER TABLE roots ADD COLUMN away INTEGER NOT NULL DEFAULT 0;
ALTER TABLE photos ADD COLUMN missed_after INTEGER;
CREATE TABLE former_roots (
    path BLOB PRIMARY KEY, root INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE);
"""  # of version 8: what was known when a photo went, and by which paths folders were known

RECHECKS = """
CREATE TABLE rechecks (
    root INTEGER PRIMARY KEY REFERENCES roots (id) ON DELETE CASCADE, last INTEGER NOT NULL);
CREATE TABLE reread (
    root INTEGER NOT NULL REFERENCES rechecks (root) ON DELETE CASCADE, path BLOB NOT NULL,
    PRIMARY KEY (root, path)) WITHOUT ROWID;
"""  # of version 9: what was read again of folders of which all is to be

FORMS = """
ALTER TABLE vector_files ADD COLUMN form TEXT NOT NULL DEFAULT 'f16';
"""  # of version 10: how vectors are kept, see `engine.state.row_forms`; all were halves before

DATES = f"""
UPDATE contents SET taken = NULL WHERE taken = {NO_DATE};
"""  # of version 11: looked up once more, as earlier ones missed some and judged by the clock they had


def move_vectors(db: sqlite3.Connection, folder: Path | None) -> dict[str, VectorFile]:
    """Move the vectors, within a transaction: until it is committed, nothing names what was written.

    Args:
        db: the catalog.
        folder: where the files are to lie; None for memory, where the disk takes nothing.

    Returns:
        What lies in memory, by the name its file would have.

    Raises:
        OSError: the disk did not take it.
    """
    db.execute("ALTER TABLE vectors RENAME TO old_vectors")
    run_all(db, TABLES)
    loose: dict[str, VectorFile] = {}
    kinds = db.execute("SELECT DISTINCT model, length(vector) FROM old_vectors").fetchall()
    for model, length in kinds:
        dim = length // 4
        if length % 4 or not dim:
            continue
        name = file_name(model, dim, 1, HALVES.ending)
        row = "INSERT INTO vector_files (model, dim, generation) VALUES (?, ?, 1)"
        number = db.execute(row, (model, dim)).lastrowid
        if folder is None:
            loose[name] = LooseRows(dim)
            _move(db, model, length, number, loose[name])
        else:
            folder.mkdir(exist_ok=True)
            (folder / name).write_bytes(b"")  # a process that was killed may have left a part
            _move(db, model, length, number, VectorFile(folder / name, dim))
            sync_folder(folder)
    db.execute("DROP TABLE old_vectors")
    return loose


def _move(db: sqlite3.Connection, model: str, length: int, number: int | None, file: VectorFile) -> None:
    """Move the vectors of one model and length; those that cannot be compared are left to be made anew."""
    query = "SELECT content, vector FROM old_vectors WHERE model = ? AND length(vector) = ?"
    with closing(db.execute(query, (model, length))) as rows, file.appending() as append:
        slot = 0
        while batch := rows.fetchmany(_AT_ONCE):
            contents, blobs = zip(*batch, strict=True)
            vectors = to_half_precision(np.frombuffer(b"".join(blobs), "<f4").reshape(len(blobs), -1))
            squares = np.einsum("nd,nd->n", vectors, vectors, dtype=np.float32)
            good = (squares > np.finfo(np.float32).tiny) & (squares < np.inf)
            vectors = vectors[good]
            append(vectors)
            checks = [zlib.crc32(vector) for vector in vectors]
            kept = np.array(contents, np.int64)[good].tolist()
            slots = range(slot, slot + len(kept))
            owners = [number] * len(kept)
            db.executemany(
                "INSERT INTO vectors (content, file, slot, crc) VALUES (?, ?, ?, ?)",
                zip(kept, owners, slots, checks, strict=True),
            )
            slot += len(kept)
    db.execute("UPDATE vector_files SET rows = ? WHERE id = ?", (slot, number))
