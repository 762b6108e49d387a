"""What a collection in a folder keeps on the disk."""

import hashlib
import sqlite3
import threading
from contextlib import closing

import numpy as np
import pytest

from engine.collection.store import EVERYWHERE, Where
from engine.collection.stores import open_store
from engine.elsewhere import Record

from .test_store_contract import DIM, record, vector

TABLES = ("records", "vectors")


def kept(folder):
    """Return how many records and vectors a folder's collection keeps, and its largest vector in bytes."""
    (file,) = folder.glob("*.sqlite3")
    with closing(sqlite3.connect(file)) as database:
        counts = [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES]
        assert not database.execute("SELECT 1 FROM vectors WHERE length(vector) != ?", (4 * DIM,)).fetchall()
    return tuple(counts)


def test_a_folder_keeps_one_vector_for_all_files_of_a_content(tmp_path):
    folder = tmp_path / "folder"
    with closing(open_store(str(folder), "model", DIM)) as store:
        store.upsert([record(f"/{n}.jpg", 1, host=host) for host in ("desk", "lap") for n in range(3)])
        store.upsert([record("/other.jpg", 2)])
        assert kept(folder) == (7, 2)
        store.delete("desk", [f"/{n}.jpg" for n in range(3)])
        store.delete("lap", ["/0.jpg", "/1.jpg"])
        assert kept(folder) == (2, 2)
        store.upsert([record("/2.jpg", 3, host="lap")])  # the last of the first content is another photo now
        assert kept(folder) == (2, 2)
    with closing(open_store(str(folder), "model", DIM)) as store:
        assert {(one.path, one.digest[-1]) for one in store.iter_held(EVERYWHERE)} == {
            ("/other.jpg", 2),
            ("/2.jpg", 3),
        }
        assert store.search(vector(3), 1)[0].score == pytest.approx(1, abs=1e-5)
        store.delete("desk", ["/other.jpg"])
        store.delete("lap", ["/2.jpg"])
    assert kept(folder) == (0, 0)


def test_a_collection_of_an_older_version_is_taken_over_as_it_is(tmp_path):
    records = [record(f"/{n}.jpg", n % 4, host=host, taken=n) for host in ("desk", "lap") for n in range(8)]
    name = hashlib.sha256(f"model\0{DIM}".encode()).hexdigest()[:16]
    with closing(sqlite3.connect(tmp_path / f"{name}.sqlite3")) as database, database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(
            "CREATE TABLE records (host TEXT NOT NULL, path BLOB NOT NULL, digest BLOB NOT NULL, "
            "taken INTEGER NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (host, path)) WITHOUT ROWID"
        )
        database.executemany(
            "INSERT INTO records VALUES (?, ?, ?, ?, ?)",
            [(r.host, r.path.encode(), r.digest, r.taken, r.vector.tobytes()) for r in records],
        )
    for _ in range(2):  # it is taken over once, and opened as any other then
        with closing(open_store(str(tmp_path), "model", DIM, make=False)) as store:
            assert store.hosts() == ["desk", "lap"]
            assert sorted(
                (one.path, one.digest, one.taken) for one in store.iter_held(Where(hosts=("lap",)))
            ) == [(r.path, r.digest, r.taken) for r in records[8:]]
            best = store.search(vector(3), 4)
            assert {(one.record.host, one.record.path) for one in best} == {
                (host, path) for host in ("desk", "lap") for path in ("/3.jpg", "/7.jpg")
            }
            np.testing.assert_array_equal(store.fetch("lap", "/5.jpg").vector, vector(1))
    assert kept(tmp_path) == (16, 4)


def test_a_folder_keeps_each_vector_once_and_little_beside_it(tmp_path):
    rows = np.random.default_rng(0).standard_normal((600, 512)).astype(np.float32)
    with closing(open_store(str(tmp_path / "folder"), "model", 512)) as opened:
        for start in range(0, 600, 100):
            opened.upsert(
                [
                    Record("desk", f"/photos/{n}.jpg", n.to_bytes(16, "big"), n, "model", rows[n])
                    for n in range(start, start + 100)
                ]
            )
    taken = sum(file.stat().st_size for file in (tmp_path / "folder").iterdir())
    assert taken < 1.5 * rows.nbytes


def test_a_collection_that_another_process_is_just_making_is_waited_for(tmp_path):
    folder = tmp_path / "folder"
    open_store(str(folder), "model", DIM).close()
    (file,) = folder.glob("*.sqlite3")
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.3, lambda: other.execute("COMMIT"))
        timer.start()
        with closing(open_store(str(folder), "model", DIM)) as store:
            assert store.count() == 0
        timer.join()


NAN, HUGE = (np.full(DIM, value, np.float32).tobytes() for value in (np.nan, 3e38))


@pytest.mark.parametrize("spoilt", [NAN, HUGE, b"short"], ids=["nan", "huge", "short"])
def test_one_damaged_vector_is_found_by_nobody_until_it_is_sent_again(tmp_path, spoilt):
    with closing(open_store(str(tmp_path), "model", DIM)) as store:
        store.upsert([record(f"/{n}.jpg", n % 3, host="lap" if n > 2 else "desk") for n in range(5)])
    (file,) = tmp_path.glob("*.sqlite3")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE vectors SET vector = ? WHERE digest = ?", (spoilt, (1).to_bytes(16, "big")))
    with closing(open_store(str(tmp_path), "model", DIM)) as store:
        assert {one.record.path for one in store.search(vector(1), 9)} == {"/0.jpg", "/2.jpg", "/3.jpg"}
        assert store.fetch("desk", "/1.jpg") is None
        held = {one.path: one.digest for one in store.iter_held(EVERYWHERE)}
        assert (held["/1.jpg"], held["/4.jpg"]) == (b"", b"")
        store.delete("lap", ["/4.jpg"])
        store.upsert([record("/1.jpg", 1)])
        assert sorted(one.path for one in store.iter_held(EVERYWHERE)) == [f"/{n}.jpg" for n in range(4)]
    with closing(open_store(str(tmp_path), "model", DIM)) as store:
        assert store.search(vector(1), 1)[0].score == pytest.approx(1, abs=1e-5)
        assert sorted(one.digest[-1] for one in store.iter_held(EVERYWHERE)) == [0, 0, 1, 2]


def test_a_damaged_name_takes_no_other_photo_along(tmp_path):
    with closing(open_store(str(tmp_path), "model", DIM)) as store:
        store.upsert([record(f"/{n}.jpg", n) for n in range(4)])
    (file,) = tmp_path.glob("*.sqlite3")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE records SET path = ? WHERE path = ?", (b"/\xff.jpg", b"/1.jpg"))
        database.execute("UPDATE records SET host = CAST(? AS TEXT) WHERE path = ?", (b"de\xf3k", b"/2.jpg"))
        database.execute("UPDATE records SET host = ? WHERE path = ?", (b"desk", b"/3.jpg"))
    with closing(open_store(str(tmp_path), "model", DIM)) as store:
        assert [one.path for one in store.iter_held(Where(hosts=("desk",)))] == ["/0.jpg"]
        assert store.search(vector(0), 9)[0].record.path == "/0.jpg"
        assert store.hosts() == ["desk", "de\ufffdk"]
