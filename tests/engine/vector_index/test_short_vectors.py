"""The index where vectors are too many to be held whole: short ones in memory, whole ones in a file."""

import logging

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine.vector_index.graph
from engine.state.vectors import VectorFile
from engine.vector_index.graph import CANDIDATES, GraphFile
from engine.vector_index.index import VectorIndex
from engine.vector_index.places import Places
from engine.vector_index.projection import Projection
from engine.vector_index.rows import FileRows
from engine.vector_index.short_file import ShortFile
from engine.vector_index.snapshot import Snapshot

from ..conftest import needs_graph

DIM, FEW, COMPONENTS = 24, 20, 6
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "remove", "graph", "keep"]), st.integers(0, 90)), max_size=14
)


def vectors(count, *, seed=0):
    """Unit rows in groups of three that are nearly alike, as they are kept: in half precision."""
    rng = np.random.default_rng(seed)
    rows = np.repeat(rng.standard_normal((-(-count // 3), DIM)), 3, axis=0)[:count]
    rows = rows + 0.02 * rng.standard_normal(rows.shape)
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def small(dim=DIM, **more):
    """Return an index for which twenty vectors are many, and which proves its answers."""
    return VectorIndex(dim, whole_to=FEW, components=COMPONENTS, in_common=1.0, **more)


@pytest.fixture
def files(tmp_path, catalog):
    """Where the short vectors and the graph of an index lie."""
    return {
        "short_file": ShortFile(tmp_path / "graphs" / "g.npz", catalog.stamps, "model", DIM),
        "graph_file": GraphFile(tmp_path / "graphs" / "g.hnsw", catalog.stamps, "model", DIM),
    }


@given(STEPS, st.integers(1, 40), st.sampled_from([None, range(0, 91, 7), range(91)]))
def test_every_answer_is_that_of_brute_force_whatever_came_and_went(steps, k, among):
    index, rows, pool = small(graph_from=30), {}, vectors(91)
    asked = None if among is None else np.array(among, np.int64)
    for step, number in steps:
        if step == "graph" and len(index):
            list(index.build_graph())
        elif step == "keep":
            index.keep()
        elif step == "add":
            new = [n for n in range(number // 2, number) if n not in rows]
            index.add(new, pool[new])
            rows.update((n, pool[n]) for n in new)
        else:
            index.remove(range(number // 3, number // 2))
            rows = {n: row for n, row in rows.items() if not number // 3 <= n < number // 2}
        query = vectors(1, seed=number)[0]
        inside = {n: row for n, row in rows.items() if among is None or n in among}
        found = index.search(query * 3, k, among=asked)
        expected = sorted((float(row @ query) for row in inside.values()), reverse=True)[:k]
        assert [score for _, score in found] == pytest.approx(expected, abs=1e-5)
        assert all(inside[n] @ query == pytest.approx(score, abs=1e-5) for n, score in found)
        assert len({n for n, _ in found}) == len(found)
        assert (len(index), [n in index for n in range(91)]) == (len(rows), [n in rows for n in range(91)])


@given(st.lists(st.lists(st.integers(0, 12_000), unique=True, max_size=30), max_size=6), st.booleans())
def test_an_id_has_the_row_it_was_given_last(batches, many):
    places, rows, count = Places(np.arange(0)), {}, 0
    for batch in [*batches, list(range(11_000, 20_000)) if many else [], *batches[:2]]:
        places = places.add(batch, count)
        rows.update(zip(batch, range(count, count + len(batch)), strict=True))
        count += len(batch)
    for asked in (np.arange(0, 25_000, 3), np.array([5, 11_500, 24_000])):
        assert places.find(asked).tolist() == [rows.get(number, -1) for number in asked.tolist()]


def test_where_little_can_be_ruled_out_the_answer_is_still_exact():
    """Vectors all over the place: their components tell next to nothing."""
    rows = np.random.default_rng(1).standard_normal((500, DIM)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = small()
    index.add(range(500), rows)
    for query in vectors(20, seed=3):
        assert [n for n, _ in index.search(query, 9)] == np.argsort(-(rows @ query))[:9].tolist()


def test_few_whole_vectors_are_read_for_an_answer(monkeypatch):
    index, read = small(), []
    index.add(range(3000), vectors(3000))
    scores = Snapshot.scores
    monkeypatch.setattr(
        Snapshot, "scores", lambda self, rows, *rest: read.append(len(rows)) or scores(self, rows, *rest)
    )
    index.search(vectors(3000)[7], 3)
    assert 0 < sum(read) < 600


def test_vectors_on_the_disk_are_found_as_those_in_memory(tmp_path):
    pool, file = vectors(120), VectorFile(tmp_path / "v.f16", DIM)
    file.append(pool)
    found = small(rows=FileRows(file, lambda ids: (file, np.array(ids))))
    found.fill(np.arange(100), np.arange(100))
    found.add(range(100, 120), pool[100:])
    in_memory = small()
    in_memory.add(range(120), pool)
    for query in vectors(5, seed=4):
        assert found.search(query, 9) == [
            (n, pytest.approx(s, abs=1e-6)) for n, s in in_memory.search(query, 9)
        ]
    assert found.vectors_of([3, 119, 500]) == pytest.approx(
        np.array([*pool[[3, 119]], np.zeros(DIM)]), abs=1e-6
    )


@pytest.mark.parametrize("is_deleted", [False, True])
def test_rows_of_a_packed_file_and_of_the_one_before_stand_side_by_side(tmp_path, is_deleted):
    pool, before, packed = (
        vectors(6),
        VectorFile(tmp_path / "1.f16", DIM),
        VectorFile(tmp_path / "2.f16", DIM),
    )
    before.append(pool[:4])
    packed.append(pool[3:])
    newest = [(before, [2, 3])]
    rows = FileRows(before, lambda ids: (newest[0][0], np.array(newest[0][1])))
    places = [rows.put([7, 8], pool[2:4])]
    newest[0] = (packed, [1, 2])
    if is_deleted:  # as packing does; what is open is still read
        before.path.unlink()
    places.append(rows.put([9, 10], pool[4:]))
    assert np.allclose(rows.take(np.concatenate(places)), pool[2:], atol=1e-3)


def kept_index(files, pool, **more):
    index = small(**files, **more)
    index.add(range(len(pool)), pool)
    index.keep()
    return index


@pytest.fixture
def filled(tmp_path, files):
    """Fills a new index from a file with vectors, as after a start."""
    file = VectorFile(tmp_path / "v.f16", DIM)
    file.append(vectors(400))

    def fill(ids, **more):
        index = small(rows=FileRows(file, lambda wanted: (file, np.array(wanted))), **files, **more)
        index.fill(np.array(ids), np.array(ids), files["short_file"].load())
        return index, file

    return fill


def test_what_is_kept_need_not_be_read_again_but_for_what_is_new(filled, files, monkeypatch):
    kept_index(files, vectors(400)[:300])
    read, take = [], VectorFile.take
    monkeypatch.setattr(VectorFile, "take", lambda self, slots: read.append(len(slots)) or take(self, slots))
    index, _ = filled(range(100, 310))
    assert read == [10]
    query, rows = vectors(1, seed=5)[0], vectors(400)
    expected = 100 + np.argsort(-(rows[100:310] @ query), kind="stable")[:8]
    assert {n for n, _ in index.search(query, 8)} == set(expected.tolist())


@pytest.mark.parametrize("harm", ["flipped", "cut", "emptied", "locked", "packed oddly", "of another model"])
def test_what_is_kept_is_made_anew_where_it_is_damaged(filled, files, harm, caplog):
    caplog.set_level(logging.INFO)
    kept_index(files, vectors(400)[:300])
    path = files["short_file"].path
    content = bytearray(path.read_bytes())
    if harm == "flipped":
        content[len(content) // 2] ^= 0xFF
    at = content.rfind(b"PK\1\2")  # where the archive tells of its last member how it is read
    content[at + 8] ^= harm == "locked"
    content[at + 10] ^= 99 * (harm == "packed oddly")
    path.write_bytes(content[: {"cut": 2000, "emptied": 0}.get(harm)])
    if harm == "of another model":
        files["short_file"] = ShortFile(path, files["short_file"].stamps, "other", DIM)
    assert files["short_file"].load() is None
    assert "made anew" in caplog.text
    assert len(filled(range(300))[0].search(vectors(1)[0], 7)) == 7


@needs_graph
def test_a_vector_that_the_disk_did_not_give_once_is_found_when_it_was_made_anew(filled, monkeypatch):
    take = VectorFile.take

    def without_7(self, slots):
        found = np.array(take(self, slots))
        found[np.asarray(slots) == 7] = np.nan
        return found

    with monkeypatch.context() as patched:
        patched.setattr(VectorFile, "take", without_7)
        index, _ = filled(range(300), graph_from=100)
        index.keep()
        list(index.build_graph())
    again, _ = filled(range(300), graph_from=100)
    for by_graph in (False, True):
        assert again.has_graph == by_graph
        assert again.search(vectors(400)[7], 1) == [(7, pytest.approx(1, abs=1e-3))]
        again.load_graph()
    assert again._snapshot.ids[again._snapshot.late].tolist() == [7]  # it is looked at beside the graph


def test_a_disk_that_takes_nothing_only_costs_time(files, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    (tmp_path / "graphs").write_text("a file where the folder should be")
    assert len(kept_index(files, vectors(50)).search(vectors(1)[0], 5)) == 5
    assert "not kept" in caplog.text


def test_little_change_is_not_kept_and_much_is(files):
    index = kept_index(files, vectors(400)[:300])
    before = files["short_file"].path.read_bytes()
    index.add(range(300, 310), vectors(310)[300:])
    index.keep()
    assert files["short_file"].path.read_bytes() == before
    index.remove(range(10))
    index.keep()
    assert files["short_file"].load().ids.tolist() == list(range(10, 310))


@needs_graph
def test_a_graph_is_taken_up_with_its_components_and_not_with_others(filled, files, tmp_path):
    index = kept_index(files, vectors(400)[:300], graph_from=100)
    list(index.build_graph())
    again, _ = filled(range(300), graph_from=100)
    again.load_graph()
    assert again.has_graph
    files["short_file"].path.unlink()
    other, _ = filled(range(5, 300), graph_from=100)
    other.load_graph()
    assert not other.has_graph


@needs_graph
def test_what_leaves_while_the_graph_is_built_is_not_found_and_what_comes_is():
    index, rows = small(graph_from=30), vectors(330)
    index.add(range(300), rows[:300])
    building = index.build_graph()
    next(building)
    index.remove(range(30))
    index.add(range(300, 330), rows[300:])
    for _ in building:
        pass
    assert index.has_graph
    for query in rows[[0, 29, 310]]:
        expected = 30 + np.argsort(-(rows[30:] @ query))[:3]
        assert [n for n, _ in index.search(query, 3)] == expected.tolist()


@needs_graph
def test_components_chosen_anew_while_the_graph_is_built_leave_exact_search(monkeypatch):
    index, rows = small(graph_from=30), vectors(900)
    index.add(range(100), rows[:100])
    building = index.build_graph()
    next(building)
    index.add(range(100, 900), rows[100:])
    for _ in building:
        pass
    assert not index.has_graph
    assert [n for n, _ in index.search(rows[500], 1)] == [500]


def test_without_hnswlib_exact_search_serves_and_it_is_said_once(monkeypatch, caplog):
    monkeypatch.setattr("engine.vector_index.graph.hnswlib", None)
    engine.vector_index.graph._say_that_it_is_missing.cache_clear()
    for _ in range(2):
        index = small(graph_from=30)
        index.add(range(100), vectors(100))
        index.load_graph()
        assert not index.wants_graph
    assert [n for n, _ in index.search(vectors(100)[40], 1)] == [40]
    assert caplog.text.count("hnswlib is not installed") == 1


def test_the_components_keep_most_and_the_rest_is_known():
    rows = vectors(300)
    short, rest = Projection.of(rows, 300, 12).shorten(rows)
    assert np.einsum("np,np->n", short, short) + rest**2 == pytest.approx(np.ones(300), abs=1e-5)
    assert (rest**2).mean() < 0.4


@needs_graph
def test_a_graph_whose_nearest_are_gone_goes_on_to_the_next(monkeypatch):
    index, rows = small(graph_from=30), vectors(3000)
    index.add(range(3000), rows)
    list(index.build_graph())
    nearest = np.argsort(-(rows @ rows[7])).tolist()
    index.remove(nearest[: CANDIDATES + 10])
    monkeypatch.setattr(Snapshot, "search", lambda *_: pytest.fail("the graph had an answer"))
    assert [n for n, _ in index.search(rows[7], 1)] == nearest[CANDIDATES + 10 :][:1]
