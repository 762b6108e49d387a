import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.evaluation.metrics import average_precision, average_precision_at, hit_at, precision_at, ranking

HAND = np.array([[1, 0, 1, 1, 0, 1]], dtype=bool)


def test_average_precision_of_a_hand_made_ranking() -> None:
    assert average_precision(HAND)[0] == pytest.approx((1 + 2 / 3 + 3 / 4 + 4 / 6) / 4)


def test_precision_and_hit_of_a_hand_made_ranking() -> None:
    assert precision_at(HAND, 3)[0] == pytest.approx(2 / 3)
    assert precision_at(HAND, 100)[0] == pytest.approx(4 / 6)
    assert hit_at(HAND, 1)[0] == 1
    assert hit_at(~HAND, 1)[0] == 0


def test_average_precision_at_k_strict_and_lenient_of_a_hand_made_ranking() -> None:
    relevance = np.array([[1, 0, 1, 1, 0, 0, 1]], dtype=bool)
    assert average_precision_at(relevance, 3)[0] == pytest.approx(5 / 9)
    assert average_precision_at(relevance, 3, lenient=True)[0] == pytest.approx(5 / 6)
    assert average_precision_at(relevance, 50)[0] == pytest.approx(average_precision(relevance)[0])
    assert average_precision_at(np.zeros((1, 4), bool), 2)[0] == 0


def test_interpolated_precision_looks_ahead() -> None:
    relevance = np.array([[0, 1, 1, 0, 1]], dtype=bool)  # P at the hits: 1/2, 2/3, 3/5
    assert average_precision(relevance, interpolated=True)[0] == pytest.approx((2 / 3 + 2 / 3 + 3 / 5) / 3)


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.integers(1, 50))
def test_the_variants_keep_their_order(flags: list[bool], k: int) -> None:
    relevance = np.array([flags])
    assert average_precision(relevance, interpolated=True)[0] >= average_precision(relevance)[0] - 1e-12
    strict, lenient = (average_precision_at(relevance, k, lenient=way)[0] for way in (False, True))
    assert strict <= lenient + 1e-12


def test_a_query_without_relevant_photos_scores_zero() -> None:
    assert average_precision(np.zeros((1, 4), bool))[0] == 0


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_average_precision_equals_its_definition(flags: list[bool]) -> None:
    hits, total = 0, 0.0
    for place, relevant in enumerate(flags, start=1):
        if relevant:
            hits += 1
            total += hits / place
    assert average_precision(np.array([flags]))[0] == pytest.approx(total / max(hits, 1))


def test_ranking_is_by_falling_score_and_ties_keep_the_gallery_order() -> None:
    gallery = np.array([[0.0, 1], [1, 0], [0, 1], [1, 0]], np.float32)
    assert ranking(np.array([[1.0, 0]], np.float32), gallery).tolist() == [[1, 3, 0, 2]]
