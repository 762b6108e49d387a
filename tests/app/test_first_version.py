"""The program takes over the data folder that version 0.1 left, tables and all."""

import hashlib
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

TABLES = """
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
INSERT INTO about VALUES ('0123456789abcdef0123456789abcdef');
PRAGMA application_id = 0x46464D4C;
PRAGMA user_version = 1;
"""


def write_data_folder(state, folder, model, vectors):
    """Write what version 0.1 knew of these photos, each with a vector given here."""
    state.mkdir(exist_ok=True)
    with closing(sqlite3.connect(state / "catalog.sqlite3")) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(TABLES)
        db.execute("INSERT INTO roots VALUES (1, ?)", (os.fsencode(folder),))
        for number, (path, vector) in enumerate(vectors.items(), 1):
            digest, seen = hashlib.blake2b(path.read_bytes(), digest_size=16).digest(), path.stat()
            db.execute("INSERT INTO contents VALUES (?, ?)", (number, digest))
            db.execute("INSERT INTO vectors VALUES (?, ?, ?)", (number, model, vector.tobytes()))
            name = os.fsencode(path.relative_to(folder))
            db.execute(
                "INSERT INTO photos VALUES (1, ?, ?, ?, ?)", (name, seen.st_size, seen.st_mtime_ns, number)
            )
        db.commit()


def test_the_data_folder_of_the_first_version_answers_with_the_vectors_that_lie_in_it(
    run, photo_folder, state_folder, tiny_encoder, tmp_path
):
    photos = sorted(path for path in photo_folder.rglob("*") if path.is_file())
    rows = np.random.default_rng(0).standard_normal((len(photos), tiny_encoder.dim)).astype("<f4")
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    write_data_folder(state_folder, photo_folder, tiny_encoder.model_id, dict(zip(photos, rows, strict=True)))
    sketch = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(sketch).ellipse((40, 40, 160, 160), outline=0, width=5)
    sketch.save(tmp_path / "sketch.png")
    assert f"{photo_folder}: 12 photos" in run("status")[1]
    status, indexed, _ = run("index", photo_folder)
    assert (status, indexed.startswith("12 photos, nothing new, 0 skipped")) == (0, True), indexed
    words = ("--sketch", tmp_path / "sketch.png", "-k", 12, "--json")
    scores = {Path(hit["path"]): hit["score"] for hit in json.loads(run("search", photo_folder, *words)[1])}
    expected = rows @ tiny_encoder.embed_sketches([sketch])[0]
    assert [scores[path] for path in photos] == pytest.approx(expected.tolist(), abs=2e-3)
    assert f"{tiny_encoder.model_id}: 12 photos encoded" in run("status")[1]
