"""Catalogs up to version 4, which held the vectors themselves, and of version 5, which lacked indexes."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from types import SimpleNamespace

import numpy as np
import pytest

from engine.state.catalog import CATALOG_NAME, Catalog
from engine.unit_vectors import Space

from ..conftest import LINE, VECTOR, alike, kept, only_file, photo, refreshed
from ..earlier_catalogs import stored_vectors

DIM = 512


@pytest.fixture
def old(tmp_path, as_version_4):
    """A catalog of version 4 with 300 vectors of one model, two of another, and two that are no vectors."""
    Catalog(tmp_path).close()
    as_version_4(tmp_path / CATALOG_NAME)
    rows = np.random.default_rng(0).standard_normal((300, DIM)).astype("<f4")
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    with closing(sqlite3.connect(tmp_path / CATALOG_NAME)) as db:
        db.execute("INSERT INTO roots VALUES (1, x'2f')")
        for number, row in enumerate(rows, 1):
            db.execute("INSERT INTO contents (id, hash) VALUES (?, ?)", (number, b"hash %d" % number))
            db.execute("INSERT INTO vectors VALUES (?, 'm', ?)", (number, row.tobytes()))
            db.execute(
                "INSERT INTO photos (root, path, size, mtime, content) VALUES (1, ?, 2, 3, ?)",
                (b"%d.jpg" % number, number),
            )
        for number in (1, 2):
            db.execute("INSERT INTO vectors VALUES (?, 'other', ?)", (number, rows[number, :7].tobytes()))
        db.execute("INSERT INTO vectors VALUES (3, 'other', ?)", (np.full(7, np.nan, "<f4").tobytes(),))
        db.execute("INSERT INTO vectors VALUES (4, 'other', x'010203')")
        db.commit()
    return tmp_path, rows


def version(folder):
    with closing(sqlite3.connect(folder / CATALOG_NAME)) as db:
        return db.execute("PRAGMA user_version").fetchone()[0]


def taken_over(library, rewrite, encoder, reopen):
    """Return the library of a catalog as an earlier version wrote it; it answers as before, and unread."""
    expected = library.search([LINE], 100)
    library.close()
    rewrite(library._catalog.path)
    encoder.batches.clear()
    again = reopen()
    assert alike(again.search([LINE], 100), expected, within=1e-3)
    assert encoder.batches == []
    return again


def check_taken_over(folder, rows):
    catalog = Catalog(folder)
    assert len(catalog.photos(1)) == 300
    assert set(catalog.vectors.hashes(Space("m", DIM)).values()) == set(range(1, 301))
    assert list(catalog.seals.find_spoiled(Space("m", DIM))) == [[]]
    for number in (1, 150, 300):
        assert np.allclose(catalog.vectors.vector(number, "m"), rows[number - 1], atol=1e-3)
    assert set(catalog.vectors.hashes(Space("other", 7)).values()) == {1, 2}
    assert catalog.vectors.vector(3, "other") is None
    catalog.close()
    with closing(sqlite3.connect(folder / CATALOG_NAME)) as db:
        assert len(stored_vectors(db, folder / "vectors")) == 302
        assert db.execute("SELECT name FROM sqlite_master WHERE name = 'old_vectors'").fetchall() == []


def test_vectors_are_moved_and_those_that_cannot_be_compared_are_left_to_be_made_anew(old):
    check_taken_over(*old)


def test_what_the_vectors_took_is_given_back_to_the_disk_by_who_indexes(old, monkeypatch):
    folder, rows = old
    monkeypatch.setattr("engine.state.database._WORTH_GIVING", 1 << 16)
    before = (folder / CATALOG_NAME).stat().st_size
    check_taken_over(folder, rows)
    assert (folder / CATALOG_NAME).stat().st_size >= before, "another process may be indexing"
    with closing(Catalog(folder)) as catalog:
        catalog.drop_overdue("m")  # as by a refresh
        catalog.add_root(b"/after it")
    assert (folder / CATALOG_NAME).stat().st_size < before // 4


KILLED = """
import os, sys
from pathlib import Path
import engine.state.takeover as takeover
from engine.state.catalog import Catalog
from engine.state.vectors import VectorFile
takeover._AT_ONCE = 50
steps, last = 0, int(sys.argv[2])
def step():
    global steps
    steps += 1
    if steps > last:
        os._exit(9)
crc32, sync = takeover.zlib.crc32, takeover.sync_folder
class Zlib:
    @staticmethod
    def crc32(row):
        step()
        return crc32(row)
takeover.zlib = Zlib
takeover.sync_folder = lambda folder: step() or sync(folder)
moved = takeover.move_vectors
import engine.state.database as database
place = database._STEPS.index(moved)
move = lambda db, folder: (moved(db, folder), step())[0]
database._STEPS = (*database._STEPS[:place], move, *database._STEPS[place + 1 :])
Catalog(Path(sys.argv[1])).close()
"""


@pytest.mark.parametrize(
    "steps",
    [1, 50, 300, 304, *(pytest.param(n, marks=pytest.mark.slow) for n in (0, 49, 120, 299, 301, 303))],
)
def test_a_process_killed_while_it_moves_vectors_leaves_the_older_catalog_whole(old, steps):
    folder, rows = old
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(steps)], timeout=60)
    assert done.returncode == 9
    assert version(folder) == 4
    with closing(sqlite3.connect(folder / CATALOG_NAME)) as db:
        assert db.execute(
            "SELECT count(*), sum(length(vector)) FROM vectors WHERE model = 'm'"
        ).fetchone() == (
            300,
            300 * DIM * 4,
        )
    check_taken_over(folder, rows)


FULL = """
import resource, sys
from pathlib import Path
from engine.sketches.drawing import Stroke
from engine.encoding.encoder import Encoder
from engine.library import Library
encoder = Encoder(Path(sys.argv[2]), threads=1)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
library = Library(sys.argv[1], encoder)
print(len(library.search([Stroke.through([(0.2, 0.2), (0.8, 0.8)])], 100)))
try:
    list(library.refresh())
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize("room", [0, 200])
def test_on_a_full_disk_an_older_catalog_is_searched_and_stays_as_it_is(
    photo_folder, library, tiny_model, state_folder, as_version_4, room
):
    expected = library.search([LINE], 100)
    library.close()
    as_version_4(state_folder / CATALOG_NAME)
    command = [sys.executable, "-c", FULL, str(photo_folder), str(tiny_model), str(room)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[:1] == [str(len(expected))], done
    assert "CatalogError" in done.stdout
    assert version(state_folder) == 4


def test_a_taken_over_catalog_answers_as_before_and_encodes_nothing(
    photo_folder, library, open_library, encoder, state_folder, as_version_4
):
    again = taken_over(library, as_version_4, encoder, lambda: open_library(photo_folder))
    assert (refreshed(again).changed, encoder.batches) == (False, [])
    assert os.listdir(state_folder / "vectors")


def test_a_catalog_of_the_fifth_version_is_taken_over_and_looks_through_none_for_the_few(
    photo_folder, open_library, state_folder, as_version_5
):
    refreshed(open_library(photo_folder))
    shutil.copy(next(photo_folder.glob("*.png")), photo_folder / "gone.png")
    library = open_library(photo_folder)
    refreshed(library)
    (photo_folder / "gone.png").unlink()
    refreshed(library)
    before = library._catalog.photos(1), library._catalog.missing(1)
    library.close()
    as_version_5(state_folder / CATALOG_NAME)
    with closing(Catalog(state_folder)) as catalog:
        photos, missing = ({name: one._replace(taken=None) for name, one in kept.items()} for kept in before)
        assert (catalog.photos(1), catalog.missing(1)) == (photos, missing)  # dates are looked up once more
        assert (len(missing), len(catalog.photos_without_date(1))) == (
            1,
            len({one.content for one in photos.values()}),
        )
        for condition in ("missing_since IS NOT NULL", "missing_since IS NULL AND remark != ''"):
            plan = catalog._db.all(
                f"EXPLAIN QUERY PLAN SELECT path FROM photos WHERE root = ? AND {condition}", 1
            )
            assert "photos_missing" in plan[0][3] or "photos_remarked" in plan[0][3]


def test_vectors_in_halves_are_read_as_they_are_and_new_ones_join_them(
    photo_folder, library, open_library, encoder, state_folder, as_version_9, draw_picture, monkeypatch
):
    again = taken_over(library, as_version_9, encoder, lambda: open_library(photo_folder))
    draw_picture("circle", "orange").save(photo_folder / "one more.png")
    assert (refreshed(again).photos, sum(encoder.batches)) == (13, 1)
    monkeypatch.setattr("engine.state.vector_store._PACKED_FROM", 0)
    again._catalog.vectors.pack(at_once=True)
    again.close()
    last = open_library(photo_folder)
    assert (len(last.search([LINE], 100)), only_file(state_folder).suffix) == (13, ".f16")
    assert (refreshed(last).changed, sum(encoder.batches)) == (False, 1)


@pytest.mark.parametrize("emptied", ["packed", "overdue"])
def test_a_file_of_halves_that_nothing_is_left_of_gives_way_to_whole_numbers(
    tmp_path, as_version_9, emptied, monkeypatch
):
    with closing(Catalog(tmp_path)) as catalog:
        root = catalog.add_root(b"/photos")
        [content] = catalog.store(root, "m", [photo(b"a")], [])
        catalog.drop_overdue("m")
    as_version_9(tmp_path / CATALOG_NAME)
    with closing(Catalog(tmp_path)) as catalog:
        if emptied == "packed":
            catalog.drop_vectors("m", [content])
        else:
            catalog.choices.keep_days = 1
            clock = SimpleNamespace(time=lambda: time.time() + 40 * 86_400)
            monkeypatch.setattr("engine.state.catalog.time", clock)
            catalog.drop_overdue("n")
        catalog.vectors.pack(at_once=True)
        [content] = catalog.store(root, "m", [photo(b"a")], [])
        assert catalog.vectors.vector(content, "m") == kept(VECTOR)
        assert [path.suffix for path in (tmp_path / "vectors").iterdir()] == [".i16"]
