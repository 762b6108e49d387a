"""Catalogs as earlier versions of the program wrote them, made of present ones."""

import shutil
import sqlite3
import zlib
from contextlib import closing

import numpy as np

from engine.state.row_forms import FORMS, HALVES
from engine.state.vectors import VectorFile, file_name

VECTORS_OF_VERSION_4 = """
CREATE TABLE vectors (content INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    model TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (content, model));
"""
VERSION_1 = """
CREATE TABLE about (identity TEXT NOT NULL);
CREATE TABLE roots (id INTEGER PRIMARY KEY AUTOINCREMENT, path BLOB NOT NULL UNIQUE);
CREATE TABLE contents (id INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE);
CREATE TABLE vectors (content INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    model TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (content, model));
CREATE TABLE photos (root INTEGER NOT NULL REFERENCES roots (id), path BLOB NOT NULL, size INTEGER NOT NULL,
    mtime INTEGER NOT NULL, content INTEGER NOT NULL REFERENCES contents (id), PRIMARY KEY (root, path));
CREATE INDEX photos_by_content ON photos (content);
CREATE TABLE skipped (root INTEGER NOT NULL REFERENCES roots (id), path BLOB NOT NULL, size INTEGER NOT NULL,
    mtime INTEGER NOT NULL, reason TEXT NOT NULL, reader TEXT NOT NULL, PRIMARY KEY (root, path));
CREATE TABLE in_flight (root INTEGER NOT NULL REFERENCES roots (id), path BLOB NOT NULL,
    alone INTEGER NOT NULL, crashes INTEGER NOT NULL, PRIMARY KEY (root, path));
INSERT INTO about VALUES ('f00d');
PRAGMA application_id = 1179012428;
PRAGMA user_version = 1;
PRAGMA journal_mode = WAL;
"""
"""The tables of version 1, as programs out there have written them."""
TABLES_OF_VERSION_2 = {
    *("about", "roots", "contents", "vectors", "photos", "skipped", "in_flight"),
    *("models", "excludes", "settings", "sqlite_sequence"),
}


def stored_vectors(db, folder):
    """Return (content, model, vector) of all that a catalog names, by its table and files alone."""
    query = "SELECT id, model, dim, generation, form FROM vector_files"
    found = []
    for number, model, dim, *kept in db.execute(query).fetchall():
        path, form = folder / file_name(model, dim, *kept), FORMS[kept[-1]]
        vectors = form.to_vectors(np.fromfile(path, form.type).reshape(-1, dim))
        rows = db.execute("SELECT content, slot FROM vectors WHERE file = ?", (number,)).fetchall()
        found += [(content, model, vectors[slot]) for content, slot in rows]
    return found


def as_version_9(path):
    """Rewrite a catalog as the ninth version of it, which kept all vectors in half precision."""
    with closing(sqlite3.connect(path)) as db:
        query = "SELECT id, model, dim, generation, form FROM vector_files"
        for number, model, dim, made, ending in db.execute(query).fetchall():
            before, form = path.parent / "vectors" / file_name(model, dim, made, ending), FORMS[ending]
            rows = HALVES.to_rows(form.to_vectors(np.fromfile(before, form.type).reshape(-1, dim)))
            before.unlink()
            after = before.with_suffix(f".{HALVES.ending}")
            after.write_bytes(rows.tobytes())
            checks = [(zlib.crc32(row), number, slot) for slot, row in enumerate(rows)]
            db.executemany("UPDATE vectors SET crc = ? WHERE file = ? AND slot = ?", checks)
            seal = VectorFile(after, dim).state
            db.execute("UPDATE vector_files SET seal = ? WHERE id = ?", (seal, number))
        db.commit()
        db.executescript("ALTER TABLE vector_files DROP COLUMN form; PRAGMA user_version = 9;")


def as_version_5(path):
    """Rewrite a catalog as the fifth version of it, which looked through all photos for a few."""
    as_version_9(path)
    with closing(sqlite3.connect(path)) as db:
        for name in ("photos_missing", "photos_remarked", "contents_undated"):
            db.execute(f"DROP INDEX {name}")
        for name in ("stamps", "reread", "rechecks", "former_roots"):
            db.execute(f"DROP TABLE {name}")
        columns = "unended", "away", "missed_after", "seal"
        for table, column in zip(("roots", "roots", "photos", "vector_files"), columns, strict=True):
            db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.execute("PRAGMA user_version = 5")


def as_version_4(path):
    """Rewrite a catalog as the fourth version of it, which held the vectors itself."""
    with closing(sqlite3.connect(path)) as db:
        rows = [
            (content, model, vector.astype("<f4").tobytes())
            for content, model, vector in stored_vectors(db, path.parent / "vectors")
        ]
    as_version_5(path)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"DROP TABLE vectors; DROP TABLE vector_files; {VECTORS_OF_VERSION_4}")
        db.executemany("INSERT INTO vectors VALUES (?, ?, ?)", rows)
        db.execute("PRAGMA user_version = 4")
        db.commit()
    shutil.rmtree(path.parent / "vectors", ignore_errors=True)


def as_version_2(path):
    """Rewrite a catalog as the second version of it, which kept no dates."""
    as_version_4(path)
    with closing(sqlite3.connect(path)) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if name not in TABLES_OF_VERSION_2:
                db.execute(f"DROP TABLE {name}")
        db.executescript("ALTER TABLE contents DROP COLUMN taken; PRAGMA user_version = 2;")


def as_version_1(path):
    """Rewrite a catalog as the first version of it, that of the program's 0.1, would have been written."""
    tables = {
        "roots": "id, path",
        "contents": "id, hash",
        "vectors": "content, model, vector",
        "photos": "root, path, size, mtime, content",
        "skipped": "root, path, size, mtime, reason, reader",
    }
    as_version_4(path)
    with closing(sqlite3.connect(path)) as db:
        rows = {name: db.execute(f"SELECT {what} FROM {name}").fetchall() for name, what in tables.items()}
    for file in path.parent.glob(path.name + "*"):
        file.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.executescript(VERSION_1)
        for name, values in rows.items():
            if values:
                places = ", ".join("?" * len(values[0]))
                db.executemany(f"INSERT INTO {name} VALUES ({places})", values)
        db.commit()
