import numpy as np
import pytest

from engine.index import VectorIndex
from engine.rerank import CANDIDATES, Vectors, reranked

QUERY = np.eye(1, 8, dtype=np.float32)[0]


def unit(rows: list[list[float]]) -> Vectors:
    vectors = np.array([row + [0.0] * (8 - len(row)) for row in rows], np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


LONER = [0.62, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
ALIKE = [[0.65, 1.0, 0.02 * k] for k in range(4)] + [[0.5, 1.0, 0.05]]
"""Photos of one kind, and one of another that is a little nearer to the query than the last of them."""


def test_what_resembles_the_best_matches_overtakes_a_loner() -> None:
    candidates = unit([*ALIKE, LONER])
    plain = candidates @ QUERY
    assert plain[-1] > plain[-2]  # the loner is not last before
    anew = reranked(QUERY, candidates)
    assert anew.argmin() == len(ALIKE)


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_there_is_a_finite_score_for_each_candidate(count: int) -> None:
    candidates = np.repeat(-QUERY[None], count, axis=0)  # the worst there can be, and all the same
    scores = reranked(QUERY, candidates)
    assert scores.shape == (count,)
    assert np.isfinite(scores).all()
    assert (np.abs(scores) <= 1 + 1e-6).all()


def index_of(vectors: Vectors) -> VectorIndex:
    index = VectorIndex(vectors.shape[1], graph_from=10)
    index.add(range(100, 100 + len(vectors)), vectors)
    return index


def test_an_index_orders_its_first_matches_anew_and_leaves_the_rest() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(CANDIDATES + 40, 8)).astype(np.float32)
    index = index_of(vectors)
    plain, anew = index.search(QUERY, len(vectors)), index.search(QUERY, len(vectors), rerank=True)
    names = [number for number, _ in plain]
    assert {number for number, _ in anew[:CANDIDATES]} == set(names[:CANDIDATES])
    assert [number for number, _ in anew[:CANDIDATES]] != names[:CANDIDATES]
    assert [number for number, _ in anew[CANDIDATES:]] == names[CANDIDATES:]
    scores = [score for _, score in anew]
    assert scores == sorted(scores, reverse=True)
    assert index.search(QUERY, 5, rerank=True) == anew[:5]


def test_the_graph_and_exact_search_rerank_alike() -> None:
    vectors = np.random.default_rng(1).normal(size=(300, 8)).astype(np.float32)
    index = index_of(vectors)
    exact = index.search(QUERY, 20, rerank=True)
    for _ in index.build_graph():
        pass
    assert index.has_graph
    through_graph = index.search(QUERY, 20, rerank=True)
    assert [number for number, _ in through_graph] == [number for number, _ in exact]
