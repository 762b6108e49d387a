import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.vector_index.graph import CANDIDATES, GraphFile
from engine.vector_index.index import VectorIndex, usable

from ..conftest import needs_graph

DIM = 8


def vectors(count: int, *, seed: int = 0, dim: int = DIM) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def brute_force(rows: dict[int, np.ndarray], query: np.ndarray, k: int) -> list[float]:
    return sorted((float(row @ query / np.linalg.norm(query)) for row in rows.values()), reverse=True)[:k]


def built(count: int, *, graph_file: GraphFile | None = None, dim: int = DIM) -> VectorIndex:
    index = VectorIndex(dim, graph_file=graph_file, graph_from=50)
    index.add(range(count), vectors(count, dim=dim))
    for _ in index.build_graph():
        pass
    return index


@pytest.fixture
def graph_file(tmp_path, catalog):
    return GraphFile(tmp_path / "graphs" / "g.hnsw", catalog.stamps, "model", DIM)


@given(
    st.lists(st.tuples(st.sampled_from(["add", "remove", "graph"]), st.integers(0, 60)), max_size=12),
    st.integers(1, 40),
)
def test_every_answer_is_that_of_brute_force_whatever_came_and_went(steps, k):
    index, rows, pool = VectorIndex(DIM, graph_from=10), {}, vectors(61)
    for step, number in steps:
        if step == "graph":
            list(index.build_graph()) if len(index) else None
        elif step == "add":
            new = [n for n in range(number // 2, number) if n not in rows]
            index.add(new, pool[new])
            rows.update((n, pool[n]) for n in new)
        else:
            index.remove(range(number // 3, number // 2))
            rows = {n: row for n, row in rows.items() if not number // 3 <= n < number // 2}
    query = vectors(1, seed=9)[0] * 3
    found = index.search(query, k)
    assert [score for _, score in found] == pytest.approx(brute_force(rows, query, k), abs=1e-5)
    assert all(rows[n] @ query / 3 == pytest.approx(score, abs=1e-5) for n, score in found)
    assert len({n for n, _ in found}) == len(found) == min(k, len(rows))


@given(
    st.lists(st.tuples(st.sampled_from(["add", "remove", "graph"]), st.integers(0, 60)), max_size=12),
    st.sampled_from([range(0, 61, 7), range(61)]),
)
def test_among_the_same_ids_what_came_since_is_found_and_what_went_is_not(steps, ids):
    index, rows, pool, among = VectorIndex(DIM, graph_from=10), {}, vectors(61), np.array(ids, np.int64)
    for step, number in steps:
        if step == "graph":
            list(index.build_graph()) if len(index) else None
        elif step == "add" and number not in rows:
            rows[number] = pool[number]
            index.add([number], pool[[number]])
        elif step == "remove":
            rows.pop(number, None)
            index.remove([number])
        inside = {number: row for number, row in rows.items() if number in ids}
        found = index.search(pool[3], 99, among=among)
        assert {number for number, _ in found} == inside.keys()
        assert np.allclose([score for _, score in found], brute_force(inside, pool[3], 99), atol=1e-5)


@needs_graph
def test_the_graph_finds_nearly_all_that_exact_search_finds():
    index, rows = built(3000, dim=32), vectors(3000, dim=32)
    assert index.has_graph
    right = 0
    for query in vectors(50, seed=5, dim=32):
        best = np.argsort(-(rows @ query))[:20]
        right += len(set(best.tolist()) & {number for number, _ in index.search(query, 20)})
    assert right >= 0.98 * 50 * 20


@pytest.mark.parametrize("k", [1, 49, 300, 10_000])
def test_k_is_bounded_by_what_there_is(k):
    assert len(built(300).search(vectors(1)[0], k)) == min(k, 300)


def test_an_empty_index_finds_nothing():
    assert VectorIndex(DIM).search(vectors(1)[0], 5) == []


def test_equal_scores_come_in_the_order_of_their_ids():
    index = VectorIndex(DIM)
    index.add([3, 1, 2], np.repeat(vectors(1), 3, axis=0))
    assert [number for number, _ in index.search(vectors(1)[0], 3)] == [1, 2, 3]


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 1e-30, 1e-20, 1e30])
def test_vectors_that_cannot_be_compared_are_refused(value):
    index = VectorIndex(DIM)
    rows = vectors(2)
    rows[1] = value
    with pytest.raises(ValueError, match="finite"):
        index.add([1, 2], rows)
    assert len(index) == 0
    index.add([1], rows[:1])
    assert index.search(rows[1], 1) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_one_number_that_is_not_finite_makes_a_vector_unusable(value):
    rows = vectors(3)
    rows[1, 4] = value
    assert usable(rows).tolist() == [True, False, True]


def test_a_query_with_one_nan_finds_nothing_with_a_graph_or_without():
    query = vectors(1)[0]
    query[4] = np.nan
    exact = VectorIndex(DIM)
    exact.add(range(60), vectors(60))
    assert exact.search(query, 5) == built(60).search(query, 5) == []


def test_an_id_is_taken_once():
    index = VectorIndex(DIM)
    index.add([1], vectors(1))
    for ids in ([1, 2], [3, 3]):
        with pytest.raises(ValueError, match="new"):
            index.add(ids, vectors(2))
    assert len(index) == 1


def test_vectors_after_the_graph_are_found_and_those_taken_out_are_not():
    index = built(200)
    late = vectors(1, seed=7)
    index.add([900], late)
    assert index.search(late[0], 1)[0][0] == 900
    first = index.search(vectors(200)[5], 1)[0][0]
    index.remove([first])
    assert first not in [number for number, _ in index.search(vectors(200)[5], 199)]
    index.add([first], vectors(200)[[first]])
    assert index.search(vectors(200)[5], 1)[0][0] == first


@needs_graph
def test_a_graph_is_wanted_for_many_vectors_and_again_after_much_change():
    index = VectorIndex(DIM, graph_from=100)
    index.add(range(99), vectors(99))
    assert not index.wants_graph
    index.add([99], vectors(1, seed=3))
    assert index.wants_graph
    list(index.build_graph())
    assert not index.wants_graph
    index.remove(range(0, 5))
    assert not index.wants_graph
    index.add(range(200, 215), vectors(15, seed=4))
    assert index.wants_graph


@needs_graph
def test_a_tenth_may_be_missing_in_a_graph_or_gone_from_it_before_another_is_wanted():
    late, shrunk, both = built(100), built(100), built(100)
    late.add(range(200, 210), vectors(10, seed=4))
    shrunk.remove(range(10))
    both.add(range(200, 205), vectors(5, seed=4))
    both.remove(range(5))
    assert [index.wants_graph for index in (late, shrunk, both)] == [False] * 3
    late.add([210], vectors(1, seed=5))
    shrunk.remove([10])
    both.remove([5])
    assert [index.wants_graph for index in (late, shrunk, both)] == [True] * 3


@needs_graph
def test_a_graph_is_not_taken_up_for_few_vectors(graph_file):
    built(60, graph_file=graph_file)
    index = VectorIndex(DIM, graph_file=graph_file, graph_from=50)
    index.add(range(49), vectors(49))
    index.load_graph()
    assert not index.has_graph
    index.add([49], vectors(50)[49:])
    index.load_graph()
    assert index.has_graph


@needs_graph
def test_a_kept_graph_is_taken_up_again(graph_file):
    built(200, graph_file=graph_file)
    index = VectorIndex(DIM, graph_file=graph_file, graph_from=50)
    index.add(range(50, 210), vectors(210)[50:])
    index.load_graph()
    assert index.has_graph
    query = vectors(1, seed=2)[0]
    expected = brute_force({n: vectors(210)[n] for n in range(50, 210)}, query, 20)
    assert [score for _, score in index.search(query, 20)] == pytest.approx(expected, abs=1e-5)


@needs_graph
def test_stopping_the_building_leaves_exact_search():
    index = VectorIndex(DIM, graph_from=10)
    index.add(range(1000), vectors(1000))
    building = index.build_graph()
    next(building)
    next(building)
    building.close()
    assert not index.has_graph
    assert len(index.search(vectors(1)[0], 5)) == 5


@needs_graph
def test_a_graph_that_fails_is_replaced_by_exact_search(monkeypatch):
    index = built(200)

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("cannot return the results")

    monkeypatch.setattr(index._snapshot.graph, "search", fails)
    query = vectors(1, seed=2)[0]
    expected = brute_force(dict(enumerate(vectors(200))), query, 10)
    assert [score for _, score in index.search(query, 10)] == pytest.approx(expected, abs=1e-5)


@needs_graph
def test_a_short_answer_of_the_graph_is_replaced_by_exact_search():
    index, rows, query = built(1000), vectors(1000), vectors(1, seed=2)[0]
    nearest = np.argsort(-(rows @ query))
    gone = CANDIDATES + 10  # all that the graph can be asked for, and more
    index.remove(nearest[:gone].tolist())
    assert index.has_graph
    assert [number for number, _ in index.search(query, 5)] == nearest[gone : gone + 5].tolist()


@needs_graph
def test_vectors_added_after_the_graph_come_first_when_they_are_nearest():
    index, rows, query = built(200), vectors(200), vectors(1, seed=2)[0]
    late = query + 0.01 * np.arange(3)[:, None] * vectors(3, seed=4)
    index.add([900, 901, 902], late)
    found, best = index.search(query, 5), np.argsort(-(rows @ query))[:2].tolist()
    assert index.has_graph
    assert [number for number, _ in found] == [900, 901, 902, *best]
    assert found[0][1] == pytest.approx(1, abs=1e-5)


def test_searching_while_vectors_come_and_go_never_fails():
    index, failures, stop = built(400), [], threading.Event()
    query = vectors(1, seed=2)[0]

    def search() -> None:
        while not stop.is_set():
            found = index.search(query, 10)
            if len(found) != 10 or found != sorted(found, key=lambda match: -match[1]):
                failures.append(found)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for turn in range(30):
        index.add(range(1000, 1040), vectors(40, seed=turn))
        if turn % 10 == 0:
            list(index.build_graph())
        index.remove(range(1000, 1040))
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
