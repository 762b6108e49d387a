"""Binary codes: what iterative quantisation converges to, and by which steps."""

import numpy as np
import pytest

from training.evaluation.retrieval import Codes


def stretched(count: int = 300) -> np.ndarray:
    rng = np.random.default_rng(3)
    return (rng.standard_normal((count, 12)) * np.linspace(3, 1, 12) + 5).astype(np.float32)


def turned(features: np.ndarray, codes: Codes) -> np.ndarray:
    return (features - codes.mean) @ codes.turn


@pytest.mark.parametrize("rounds", [0, 1, 5])
def test_each_round_turns_the_features_as_near_to_their_corners_as_can_be(rounds: int) -> None:
    from scipy.linalg import orthogonal_procrustes  # not for all workers of the suite

    features = stretched()
    before, after = (Codes.fit(features, 8, rounds=n) for n in (rounds, rounds + 1))
    points = turned(features, before)
    best, _ = orthogonal_procrustes(points, np.where(points >= 0, 1.0, -1.0))
    np.testing.assert_allclose(after.turn, before.turn @ best, atol=1e-9)


def test_the_directions_of_the_largest_spread_are_kept() -> None:
    rng = np.random.default_rng(4)
    features = rng.standard_normal((200, 6)).astype(np.float32) * [1, 50, 1, 1, 40, 1]
    turn = Codes.fit(features.astype(np.float32), 2).turn
    np.testing.assert_allclose((turn[[1, 4]] ** 2).sum(axis=0), 1, atol=1e-2)


def test_four_clusters_in_a_turned_square_get_the_four_codes_in_their_order() -> None:
    rng = np.random.default_rng(5)
    angle = np.deg2rad(20 + 90 * rng.permutation(np.repeat(np.arange(4), 40)))
    features = np.stack([np.cos(angle), np.sin(angle)], axis=1) + 0.02 * rng.standard_normal((160, 2))
    codes = Codes.fit(features.astype(np.float32), 2)
    around = np.deg2rad(20 + 90 * np.arange(4))
    corners = codes(np.stack([np.cos(around), np.sin(around)], axis=1).astype(np.float32))
    assert (corners @ corners.T).tolist() == [[2, 0, -2, 0], [0, 2, 0, -2], [-2, 0, 2, 0], [0, -2, 0, 2]]
    assert np.abs(np.abs(turned(features, codes)) - 2**-0.5).max() < 0.15
