import numpy as np
import pytest

from engine.search.mixing import BALANCE, mix

AXES = np.eye(4, dtype=np.float32)
NONE = AXES[:0]


def unit(*numbers):
    vector = np.array(numbers, float)
    return pytest.approx(vector / np.linalg.norm(vector), abs=1e-6)


def test_a_drawing_alone_and_photos_alone_stand_for_themselves():
    assert mix(AXES[0], NONE, NONE) == unit(1, 0, 0, 0)
    assert mix(None, AXES[1:3], NONE) == unit(0, 1, 1, 0)
    assert mix(None, AXES[1:2], NONE, 0.0) == unit(0, 1, 0, 0)
    assert mix(AXES[0], NONE, NONE, 1.0) == unit(1, 0, 0, 0)


def test_the_balance_weighs_the_photos_mean_against_the_drawing():
    assert mix(AXES[0], AXES[1:2], NONE, 0.25) == unit(0.75, 0.25, 0, 0)
    assert mix(AXES[0], AXES[1:3], NONE, 0.5) == unit(np.sqrt(2), 1, 1, 0)  # the mean has unit length first
    assert mix(AXES[0], AXES[1:2], NONE) == unit(1 - BALANCE, BALANCE, 0, 0)
    assert mix(AXES[0], AXES[1:2], NONE, 0.0) == unit(1, 0, 0, 0)
    assert mix(AXES[0], AXES[1:2], NONE, 1.0) == unit(0, 1, 0, 0)


def test_what_it_is_not_like_is_taken_away_and_weighs_more_the_more_there_is():
    assert mix(AXES[0], NONE, AXES[3:]) == unit(1, 0, 0, -0.3)
    assert mix(AXES[0], NONE, AXES[2:]) == unit(1, 0, -0.4 / np.sqrt(2), -0.4 / np.sqrt(2))
    assert mix(AXES[0], NONE, np.repeat(AXES[3:], 9, axis=0)) == unit(1, 0, 0, -0.5)
    mixed = np.array([0.5, 0.5, 0, 0]) * np.sqrt(2)
    assert mix(AXES[0], AXES[1:2], AXES[3:], 0.5) == unit(*(mixed - [0, 0, 0, 0.3]))
