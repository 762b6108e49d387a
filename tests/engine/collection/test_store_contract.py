"""What every store keeps to: SQLite with the desktop's search, and Milvus, the real engine in process."""

import importlib.util
import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.collection.store import EVERYWHERE, Held, Where
from engine.collection.stores import open_store
from engine.elsewhere import Record
from engine.errors import StoreError
from engine.pictures.dates import NO_DATE

DIM = 8
NEEDS_LITE = pytest.mark.skipif(
    importlib.util.find_spec("milvus_lite") is None, reason="milvus-lite has no package for this system"
)
KINDS = ["folder", pytest.param("collection.db", marks=NEEDS_LITE)]


@pytest.fixture(params=KINDS)
def address(request, tmp_path):
    return str(tmp_path / request.param)


@pytest.fixture
def store(address):
    with closing(open_store(address, "model", DIM)) as opened:
        yield opened


def vector(number):
    row = np.random.default_rng(number).standard_normal(DIM).astype(np.float32)
    return row / np.linalg.norm(row)


def record(path, number=0, *, host="desk", taken=0, model="model"):
    return Record(host, path, number.to_bytes(16, "big"), taken, model, vector(number))


def found(store, number, where=EVERYWHERE, k=100):
    return [(one.record.host, one.record.path) for one in store.search(vector(number), k, where)]


def test_the_best_comes_first_with_all_that_was_put_in(store):
    store.upsert([record(f"/photos/{n}.jpg", n, taken=n - 5) for n in range(20)])
    best, *others = store.search(vector(3), 5)
    assert best.score == pytest.approx(1, abs=1e-5)
    assert (best.record.host, best.record.path, best.record.taken) == ("desk", "/photos/3.jpg", -2)
    assert (best.record.digest, best.record.model) == ((3).to_bytes(16, "big"), "model")
    np.testing.assert_allclose(best.record.vector, vector(3), atol=1e-6)
    scores = sorted((float(vector(n) @ vector(3)) for n in range(20)), reverse=True)
    np.testing.assert_allclose([best.score, *(one.score for one in others)], scores[:5], atol=1e-5)


def test_a_query_of_any_length_finds_the_same(store):
    store.upsert([record(f"/{n}.jpg", n) for n in range(9)])
    twice = store.search(vector(2) * 7, 3)
    assert [one.record.path for one in twice] == [path for _, path in found(store, 2, k=3)]
    assert twice[0].score == pytest.approx(1, abs=1e-5)


def test_the_same_path_on_two_machines_is_two_photos(store):
    store.upsert([record("/a.jpg", 1, host="desk"), record("/a.jpg", 2, host="lap-top.lan")])
    assert store.count() == 2
    store.delete("desk", ["/a.jpg"])
    assert found(store, 2) == [("lap-top.lan", "/a.jpg")]


def test_a_photo_put_in_again_is_replaced(store):
    store.upsert([record("/a.jpg", 1), record("/b.jpg", 2)])
    store.upsert([record("/a.jpg", 3, taken=9)])
    assert store.count() == 2
    best = store.search(vector(3), 1)[0].record
    assert (best.path, best.digest, best.taken) == ("/a.jpg", (3).to_bytes(16, "big"), 9)
    assert store.search(vector(1), 1)[0].score < 0.999


def test_of_one_path_twice_in_a_batch_the_later_counts(store):
    store.upsert([record("/a.jpg", 1), record("/a.jpg", 2)])
    assert [one.digest for one in store.iter_held(Where())] == [(2).to_bytes(16, "big")]


def test_what_is_not_there_can_be_deleted(store):
    store.upsert([record("/a.jpg", 1)])
    store.delete("desk", ["/b.jpg"])
    store.delete("nobody", ["/a.jpg"])
    store.delete("desk", [])
    assert store.count() == 1


def test_an_empty_store_finds_nothing(store):
    assert store.search(vector(0), 5) == []
    assert store.count() == 0
    assert list(store.iter_held(Where(hosts=("desk",)))) == []
    store.upsert([])
    assert found(store, 0, Where(folders=("/a",))) == []


def test_a_folder_is_looked_into_with_those_below_it_and_no_others(store):
    paths = ["/a/b/1.jpg", "/a/b/c/2.jpg", "/a/bb/3.jpg", "/a/b.jpg", "/a/b0/4.jpg", "/x/a/b/5.jpg"]
    store.upsert([record(path, n) for n, path in enumerate(paths)])
    store.upsert([record("/a/b/6.jpg", 6, host="other")])
    inside = Where(folders=("/a/b",))
    assert {path for _, path in found(store, 0, inside)} == {"/a/b/1.jpg", "/a/b/c/2.jpg", "/a/b/6.jpg"}
    assert store.count(inside) == 3
    assert store.count(Where(hosts=("desk",), folders=("/a/b/", "/x"))) == 3
    assert store.count(Where(folders=("/",))) == 7
    assert store.count(Where(folders=("/nowhere",))) == 0


def test_a_span_of_time_includes_its_beginning_and_not_its_end(store):
    store.upsert([record(f"/{taken}.jpg", taken + 50, taken=taken) for taken in range(-3, 4)])
    assert {path for _, path in found(store, 0, Where(first=-1, end=2))} == {"/-1.jpg", "/0.jpg", "/1.jpg"}
    assert store.count(Where(first=0)) == 4
    assert store.count(Where(end=0)) == 3


def test_only_the_named_machines_are_looked_at(store):
    store.upsert([record("/a.jpg", n, host=f"pc{n}") for n in range(4)])
    assert sorted(found(store, 0, Where(hosts=("pc1", "pc3")))) == [("pc1", "/a.jpg"), ("pc3", "/a.jpg")]


def test_all_narrowings_count_together(store):
    for host in ("desk", "lap"):
        store.upsert([record(f"/p/{n % 2}/{n}.jpg", n, host=host, taken=n) for n in range(10)])
    where = Where(hosts=("lap",), folders=("/p/1",), first=3, end=9)
    assert sorted(path for _, path in found(store, 0, where)) == ["/p/1/3.jpg", "/p/1/5.jpg", "/p/1/7.jpg"]


def paged(store, k, where=EVERYWHERE):
    """Return all records newest first, fetched k at a time."""
    records, after = [], None
    while page := store.newest(k, where, after):
        records += page
        assert len(page) <= k
        assert len(records) < 1_000, "the pages never end"
        after = page[-1]
    return records


@pytest.mark.parametrize("k", [1, 7, 1_000])
def test_the_newest_come_first_in_pages_and_what_has_no_date_last(store, k, monkeypatch):
    monkeypatch.setattr("engine.collection.milvus_newest._LISTED", 10)
    same = 12 if k == 1 else 30  # more than are listed at once
    dates = [-3, 0, *[10**9] * same, *range(10**9 + 1, 10**9 + 5), 10**9 + 10**7, NO_DATE, NO_DATE, 10**12]
    records = [
        record(f"/p/{n % 3}/{n}.jpg", n, host=f"pc{n % 2}", taken=date) for n, date in enumerate(dates)
    ]
    store.upsert(records)
    got = paged(store, k)
    assert [one.taken for one in got[:-3]] == sorted(dates[:-3], reverse=True)
    assert {one.taken for one in got[-3:]} == {NO_DATE, 10**12}
    assert {(one.host, one.path) for one in got} == {(one.host, one.path) for one in records}
    assert len(got) == len(records)
    assert [(one.host, one.path) for one in paged(store, 5)] == [(one.host, one.path) for one in got]
    for one in got[:3]:
        np.testing.assert_allclose(one.vector, vector(int.from_bytes(one.digest, "big")), atol=1e-6)
    for where in (
        Where(first=10**9, end=10**9 + 2),
        Where(hosts=("pc1",), folders=("/p/2",)),
        Where(first=0),
        Where(end=10**9),
    ):
        left = [one for one in got if where.looks_at(one)]
        assert 0 < len(left) < len(got)
        assert [(one.host, one.path) for one in paged(store, k, where)] == [
            (one.host, one.path) for one in left
        ]


def test_a_page_follows_a_record_that_is_gone_by_now(store):
    assert store.newest(5) == []
    store.upsert([record(f"/{n}.jpg", n, taken=10**9 + n // 2) for n in range(12)])
    before = [one.path for one in store.newest(99)]
    page = store.newest(5)
    store.delete("desk", [one.path for one in page])
    assert [one.path for one in store.newest(99, EVERYWHERE, page[-1])] == before[5:]


def test_vectors_of_two_models_never_meet(address):
    for model, number in (("model", 1), ("another", 2)):
        with closing(open_store(address, model, DIM)) as store:
            store.upsert([record("/a.jpg", number, model=model)])
    with closing(open_store(address, "model", DIM)) as store:
        assert [one.digest for one in store.iter_held(Where())] == [(1).to_bytes(16, "big")]
        store.delete("desk", ["/a.jpg"])
    with closing(open_store(address, "another", DIM)) as store:
        assert store.count() == 1
    with closing(open_store(address, "model", DIM + 1)) as store:
        assert store.count() == 0


@pytest.mark.parametrize(
    "bad",
    [
        record("/a.jpg", model="another"),
        Record("desk", "/a.jpg", b"", 0, "model", np.ones(DIM + 1, np.float32)),
    ],
    ids=["model", "length"],
)
def test_what_does_not_belong_here_is_refused(store, bad):
    with pytest.raises(ValueError, match="not a record"):
        store.upsert([bad])
    assert store.count() == 0


def test_what_was_put_in_is_there_after_closing(address):
    with closing(open_store(address, "model", DIM)) as store:
        store.upsert([record(f"/{n}.jpg", n) for n in range(30)])
        store.delete("desk", ["/7.jpg"])
    with closing(open_store(address, "model", DIM)) as store:
        assert store.count() == 29
        assert found(store, 8, k=1) == [("desk", "/8.jpg")]


def test_more_than_one_message_and_one_page_holds_come_through(store):
    numbers = range(4_100)
    store.upsert([record(f"/{n}.jpg", n) for n in numbers])
    assert store.count() == len(numbers)
    assert {one.path for one in store.iter_held(Where(hosts=("desk",)))} == {f"/{n}.jpg" for n in numbers}
    store.delete("desk", [f"/{n}.jpg" for n in numbers[1:]])
    assert found(store, 0) == [("desk", "/0.jpg")]


PATHS = st.text(st.characters(exclude_characters="\0/"), min_size=1, max_size=12)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PATHS, min_size=1, max_size=4, unique=True))
def test_any_name_of_a_file_comes_back_as_it_is(store, names):
    names = [*names, "a\udcff.jpg", "%0041", "50%_\"'\\n\n.jpg", "Ä📷.jpg"]
    paths = [f"/p/{name}/photo" for name in dict.fromkeys(names)]
    store.upsert([record(path, n) for n, path in enumerate(paths)])
    assert {one.path for one in store.iter_held(EVERYWHERE)} == set(paths)
    for path in paths:
        folder = path.removesuffix("/photo")
        assert [one.path for one in store.iter_held(Where(hosts=("desk",), folders=(folder,)))] == [path]
    store.delete("desk", paths)
    assert store.count() == 0


WRITER = """
import sys
from tests.engine.collection.test_store_contract import DIM, open_store, record
store = open_store(sys.argv[1], "model", DIM)
store.upsert([record(f"/{n}.jpg", n) for n in range(700)])
print("written", flush=True)
for n in range(10**6):
    store.upsert([record(f"/more/{n}/{one}.jpg", one) for one in range(300)])
"""


@pytest.mark.slow
def test_a_process_killed_while_it_writes_leaves_a_store_that_goes_on(address):
    writer = subprocess.Popen([sys.executable, "-c", WRITER, address], stdout=subprocess.PIPE)
    with writer:
        assert writer.stdout.readline() == b"written\n"
        writer.kill()
    with closing(open_store(address, "model", DIM)) as store:
        first = {one.path for one in store.iter_held(EVERYWHERE) if not one.path.startswith("/more")}
        assert first == {f"/{n}.jpg" for n in range(700)}
        store.upsert([record("/late.jpg", 9_999)])
        assert found(store, 9_999, k=1) == [("desk", "/late.jpg")]
        assert Held("/late.jpg", (9_999).to_bytes(16, "big"), 0) in list(store.iter_held(EVERYWHERE))


def test_the_longest_path_that_a_system_knows_is_kept(store):
    path = "/" + "\udc80" * 4095
    store.upsert([record(path, 1)])
    assert store.fetch("desk", path).path == path


def test_one_record_is_fetched_with_its_vector(store):
    store.upsert([record("/a.jpg", 1, taken=7), record("/a.jpg", 2, host="nas")])
    one = store.fetch("desk", "/a.jpg")
    assert (one.host, one.path, one.digest, one.taken) == ("desk", "/a.jpg", (1).to_bytes(16, "big"), 7)
    np.testing.assert_allclose(one.vector, vector(1), atol=1e-6)
    assert store.fetch("desk", "/b.jpg") is None


def test_its_machines_are_named(store):
    assert store.hosts() == []
    store.upsert([record(f"/{n}.jpg", n, host=host) for n, host in enumerate(["nas", "desk", "nas"])])
    assert store.hosts() == ["desk", "nas"]


def test_nothing_is_made_for_who_only_looks(address):
    with pytest.raises(StoreError, match="There is no collection at"):
        open_store(address, "model", DIM, make=False)
    with closing(open_store(address, "other", DIM)) as store:
        store.upsert([record("/a.jpg", 1, model="other")])
    with pytest.raises(StoreError, match="holds photos by another encoder"):
        open_store(address, "model", DIM, make=False)
    with closing(open_store(address, "other", DIM, make=False)) as store:
        assert store.count() == 1
