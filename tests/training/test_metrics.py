import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.metrics import average_precision, hit_at, precision_at, ranking

HAND = np.array([[1, 0, 1, 1, 0, 1]], dtype=bool)


def test_average_precision_of_a_hand_made_ranking() -> None:
    assert average_precision(HAND)[0] == pytest.approx((1 + 2 / 3 + 3 / 4 + 4 / 6) / 4)


def test_precision_and_hit_of_a_hand_made_ranking() -> None:
    assert precision_at(HAND, 3)[0] == pytest.approx(2 / 3)
    assert precision_at(HAND, 100)[0] == pytest.approx(4 / 6)
    assert hit_at(HAND, 1)[0] == 1
    assert hit_at(~HAND, 1)[0] == 0


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
