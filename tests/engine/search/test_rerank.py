import numpy as np
import pytest

from engine.search.rerank import _scores, rerank
from engine.unit_vectors import Vectors

QUERY = np.eye(1, 8, dtype=np.float32)[0]


def unit(rows: list[list[float]]) -> Vectors:
    vectors = np.array([row + [0.0] * (8 - len(row)) for row in rows], np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


ALIKE = [[0.65, 1.0, 0.02 * k] for k in range(4)] + [[0.45, 1.0, 0.05]]
LONERS = [[0.55, *[0.0] * k, 1.0] for k in range(2, 7)]
"""Photos of one kind, and others like nothing else that are a little nearer to the query than its last."""


def test_what_resembles_the_best_matches_overtakes_loners() -> None:
    candidates = unit([*ALIKE[:4], *LONERS, ALIKE[4]])
    assert (np.diff(candidates @ QUERY) < 1e-6).all()  # best first
    assert rerank(QUERY, candidates).tolist() == [0, 1, 2, 3, 4, 9, 5, 6, 7, 8]


def in_loops(query: Vectors, candidates: Vectors) -> list[float]:
    """Return the scores by the book: each vector mixed with its five nearest, the query with its five."""

    def mixed(vector: Vectors, others: Vectors) -> Vectors:
        near = sorted(((float(vector @ other), other) for other in others), key=lambda one: -one[0])[:5]
        weights = [max(similarity, 1e-6) ** 3 for similarity, _ in near]
        total = sum(w * other for w, (_, other) in zip(weights, near, strict=True))
        return np.asarray(total / sum(weights), np.float32)

    smooth = [mixed(one, candidates) for one in candidates]
    smooth = [one / np.linalg.norm(one) for one in smooth]
    expanded = query + mixed(query, np.stack(smooth))
    return [float(one @ expanded / np.linalg.norm(expanded)) for one in smooth]


@pytest.mark.parametrize("count", [3, 6, 40])
def test_the_scores_are_those_of_plain_loops(count: int) -> None:
    candidates = unit((np.random.default_rng(count).normal(size=(count, 8)) + 0.5).tolist())
    assert _scores(QUERY, candidates, candidates @ candidates.T) == pytest.approx(
        in_loops(QUERY, candidates), abs=1e-5
    )


def test_the_plain_order_keeps_every_other_place() -> None:
    rng = np.random.default_rng(3)
    candidates = unit(rng.normal(size=(40, 8)).tolist())
    candidates = candidates[np.argsort(-(candidates @ QUERY))]
    order = rerank(QUERY, candidates).tolist()
    assert order[0] == 0
    assert sorted(order) == list(range(40))
    assert order != list(range(40))
    for shown in range(1, 41):
        assert set(range((shown + 1) // 2)) <= set(order[:shown])


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_any_candidates_can_be_ordered(count: int) -> None:
    candidates = np.repeat(-QUERY[None], count, axis=0)  # the worst there can be, and all the same
    assert sorted(rerank(QUERY, candidates).tolist()) == list(range(count))
