import numpy as np
import pytest

from training.evaluation import retrieval
from training.evaluation.embedding import Embedded
from training.evaluation.metrics import average_precision
from training.evaluation.retrieval import Codes, measure
from training.evaluation.split import area_under, rank


def unit(rng: np.random.Generator, count: int, dim: int = 8) -> np.ndarray:
    rows = rng.standard_normal((count, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def some(rng: np.random.Generator, count: int) -> Embedded:
    return Embedded(unit(rng, count), rng.choice(["a", "b", "c"], count))


def test_the_measures_agree_with_an_independent_implementation() -> None:
    from sklearn.metrics import average_precision_score  # not for all workers of the suite

    rng = np.random.default_rng(0)
    queries, gallery = some(rng, 9), some(rng, 300)
    found = measure(queries, gallery)
    expected = {"mAP": [], "P@100": [], "P@200": [], "mAP@200": []}
    for vector, label in zip(queries.vectors, queries.labels, strict=True):
        scores, relevant = gallery.vectors @ vector, gallery.labels == label
        expected["mAP"].append(average_precision_score(relevant, scores))
        ranked = relevant[np.argsort(-scores, kind="stable")]
        hits = np.flatnonzero(ranked[:200]) + 1
        expected["mAP@200"].append(sum((n + 1) / j for n, j in enumerate(hits)) / min(relevant.sum(), 200))
        for k in (100, 200):
            expected[f"P@{k}"].append(ranked[:k].mean())
    for name, values in expected.items():
        assert found[name] == pytest.approx(100 * np.mean(values), abs=0.006)
    assert found["mAP (VOC)"] >= found["mAP"]
    assert found["mAP@200 (lenient)"] >= found["mAP@200"]


def test_re_ranking_is_that_of_the_window() -> None:
    rng = np.random.default_rng(2)
    queries, gallery = some(rng, 9), some(rng, 300)
    order = rank(queries.vectors, gallery.vectors, rerank=True)
    relevance = gallery.labels[order] == queries.labels[:, None]
    found = measure(queries, gallery, rerank=True)
    assert found["mAP"] == pytest.approx(100 * average_precision(relevance).mean(), abs=0.006)
    assert found != measure(queries, gallery)


def test_blocks_of_any_size_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    queries, gallery = some(rng, 11), some(rng, 50)
    whole = measure(queries, gallery)
    for size in (1, 50, 170):
        monkeypatch.setattr(retrieval, "_BLOCK", size)
        assert measure(queries, gallery) == whole


def test_the_area_under_a_curve_starts_at_no_ink() -> None:
    assert area_under({"0.5": 40.0, "1.0": 40.0}) == pytest.approx(30)
    assert area_under({"0.25": 10, "0.5": 20, "0.75": 30, "1.0": 40}) == pytest.approx(20)


def test_codes_keep_neighbours_together_and_are_fitted_elsewhere() -> None:
    rng = np.random.default_rng(2)
    centres = unit(rng, 12, 32)
    train = centres[rng.integers(0, 12, 400)] + 0.05 * rng.standard_normal((400, 32)).astype(np.float32)
    codes = Codes.fit(train.astype(np.float32), 16)
    np.testing.assert_allclose(codes.turn.T @ codes.turn, np.eye(16), atol=1e-8)
    pictures = centres + 0.05 * rng.standard_normal((12, 32)).astype(np.float32)
    near, far = codes(pictures), codes(centres)
    assert set(np.unique(near)) == {-1, 1}
    assert near.dtype == np.float32
    products = near @ far.T / 16
    assert products.diagonal().min() > 0.5
    assert (products.argmax(axis=1) == np.arange(12)).all()


def test_the_turn_brings_features_nearer_to_the_corners() -> None:
    rng = np.random.default_rng(3)
    train = rng.standard_normal((500, 12)).astype(np.float32) * np.linspace(3, 1, 12, dtype=np.float32)

    def loss(codes: Codes) -> float:
        projected = (train - codes.mean) @ codes.turn
        return float(((np.where(projected >= 0, 1, -1) - projected) ** 2).mean())

    assert loss(Codes.fit(train, 8)) < loss(Codes.fit(train, 8, rounds=0)) - 0.01
    with pytest.raises(ValueError, match="8 bits need"):
        Codes.fit(train[:7], 8)
