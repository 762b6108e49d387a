import calendar
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest
from PIL import Image

from engine.errors import CatalogError
from engine.folders.folder import Found
from engine.state.catalog import CATALOG_NAME, Catalog
from engine.state.records import Read
from engine.upkeep import Upkeep

from ..conftest import LINE, alike, drained, refreshed
from ..earlier_catalogs import stored_vectors


def test_a_catalog_of_the_first_version_is_taken_over_without_indexing_again(
    photo_folder, open_library, encoder, state_folder, as_version_1, draw_picture
):
    exif = Image.Exif()
    exif[306] = "2019:06:01 12:34:56"
    dated = next(photo_folder.glob("*.jpg"))
    draw_picture("circle", "teal").save(dated, exif=exif.tobytes())
    (photo_folder / "broken.png").write_bytes(b"no picture")
    library = open_library(photo_folder)
    before = refreshed(library)
    hits = library.search([LINE], 100)
    library.close()
    as_version_1(state_folder / CATALOG_NAME)
    encoder.batches.clear()
    again = open_library(photo_folder)
    assert alike(again.search([LINE], 100), hits, within=1e-3)
    report = refreshed(again)
    assert (report.changed, report.skipped, encoder.batches) == (False, before.skipped, [])
    assert again._gallery.date_of(dated.name.encode()) == calendar.timegm((2019, 6, 1, 12, 34, 56))
    again.close()
    catalog = Catalog(state_folder)
    assert catalog.models() == ["tiny"]
    catalog.close()


def test_taking_over_keeps_photos_vectors_refusals_and_choices(
    photo_folder, open_library, state_folder, as_version_2
):
    (photo_folder / "broken.jpg").write_bytes(b"no picture")
    library = open_library(photo_folder)
    refreshed(library)
    next(photo_folder.glob("*.png")).unlink()
    refreshed(library)
    library.close()
    with Upkeep(photo_folder) as upkeep:
        upkeep.exclude(["*.tmp"])
        upkeep.keep_days = 7

    def everything():
        with closing(sqlite3.connect(state_folder / CATALOG_NAME)) as db:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            rows = {name: sorted(db.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}
            rows["vectors"] = [row[:3] for row in rows["vectors"]]  # in halves they have another checksum
            vectors = [vector for *_, vector in stored_vectors(db, state_folder / "vectors")]
            rows["contents"] = db.execute("SELECT id, hash, unused_since FROM contents").fetchall()
            rows["photos"] = [row[:-1] for row in rows["photos"]]  # what was known when it went is so by now
            rows["roots"] = [row[:2] for row in rows["roots"]]  # a look may have come to no end
            rows["vector_files"] = [row[:-2] for row in rows["vector_files"]]  # the seal comes with a look
            return rows, vectors

    before, vectors = everything()
    assert all(before[name] for name in ("photos", "vectors", "skipped", "excludes", "settings", "models"))
    as_version_2(state_folder / CATALOG_NAME)
    Catalog(state_folder).close()
    after, taken_over = everything()
    assert (after, np.array(taken_over)) == (before, pytest.approx(np.array(vectors), abs=1e-3))


def test_a_takeover_that_is_interrupted_leaves_the_older_catalog(tmp_path, monkeypatch, as_version_1):
    Catalog(tmp_path).close()
    as_version_1(tmp_path / CATALOG_NAME)
    broken = ("", "ALTER TABLE photos ADD COLUMN ctime INTEGER; nonsense;")
    with monkeypatch.context() as patch:
        patch.setattr("engine.state.database._STEPS", broken)
        with pytest.raises(CatalogError):
            Catalog(tmp_path)
    with closing(sqlite3.connect(tmp_path / CATALOG_NAME)) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == 1
        assert "ctime" not in db.execute("SELECT sql FROM sqlite_master WHERE name = 'photos'").fetchone()[0]
    Catalog(tmp_path).close()


FULL = """
import resource, sys
from pathlib import Path
from engine.encoding.encoder import Encoder
from engine.library import Library
encoder = Encoder(Path(sys.argv[2]), threads=1)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # as on a full disk: no file takes a byte
library = Library(sys.argv[1], encoder)
from engine.sketches.drawing import Stroke
print(len(library.search([Stroke.through([(0.2, 0.2), (0.8, 0.8)])], 100)))
try:
    list(library.refresh())
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize("log_is_left", [False, True])
def test_with_a_full_disk_what_is_indexed_can_be_searched(
    photo_folder, library, tiny_model, state_folder, log_is_left, monkeypatch, draw_picture
):
    if log_is_left:  # as a killed process leaves it
        monkeypatch.setattr(Catalog, "confirm", lambda *_, photos: None)  # which moves the log into the file
        draw_picture("circle", "orange").save(photo_folder / "one more.png")
        refreshed(library)
        for file in list(state_folder.iterdir()):
            if file.is_file():
                shutil.copy(file, file.with_name(file.name + ".kept"))
    library.close()
    if log_is_left:
        for file in state_folder.glob("*.kept"):
            os.replace(file, file.with_suffix(""))
        (state_folder / f"{CATALOG_NAME}-shm").unlink()
        assert (state_folder / f"{CATALOG_NAME}-wal").stat().st_size
    command = [sys.executable, "-c", FULL, str(photo_folder), str(tiny_model)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[:1] == ["13" if log_is_left else "12"], done
    assert "CatalogError" in done.stdout
    assert done.stderr == ""


def test_a_change_in_a_catalog_that_cannot_be_written_says_so(tmp_path, monkeypatch):
    Catalog(tmp_path).close()

    def full(*_):
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("engine.state.database.write_ahead", full)
        catalog = Catalog(tmp_path)
        with pytest.raises(CatalogError, match="cannot be written: database or disk is full"):
            catalog.add_root(b"/photos")
    root = catalog.add_root(b"/photos")  # there is space again
    with closing(Catalog(tmp_path)) as other:
        assert other.roots() == catalog.roots() == {b"/photos": root}
    catalog.close()


def test_what_was_stored_is_looked_for_on_the_disk(tmp_path):
    catalog = Catalog(tmp_path)
    root = catalog.add_root(b"/photos")
    vector = np.ones(4, np.float32)
    contents = catalog.store(root, "m", [Read(Found(b"a", 1, 2), b"one", vector)], [])
    catalog.confirm(root, "m", contents, photos=1)
    for wrong in ({"photos": 2, "contents": contents}, {"photos": 1, "contents": [7]}):
        with pytest.raises(CatalogError, match="did not keep"):
            catalog.confirm(root, "m", **wrong)
    catalog.close()


def test_a_refresh_confirms_what_it_stored(photo_folder, open_library, monkeypatch):
    asked = []
    monkeypatch.setattr(Catalog, "confirm", lambda *args, photos: asked.append((len(set(args[3])), photos)))
    drained(open_library(photo_folder).refresh())
    assert asked == [(12, 12)]
