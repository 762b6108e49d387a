"""What the tests of lessons share."""

import numpy as np

from engine.taught.lessons import Lessons


def zigzag(seed):
    rng = np.random.default_rng(seed)
    points = [(0.2, 0.2), (0.8, 0.3), (0.3, 0.7), (0.8, 0.8)]
    return [tuple(np.clip(np.array(point) + rng.normal(0, 0.01, 2), 0, 1)) for point in points]


def is_idle(window) -> bool:
    return window.teaching._task is None and not window.teaching._waiting and not window.teaching._outdated


def lessons(state_folder) -> list[int]:
    """Return how many photos each lesson has."""
    return [len(one.hashes) for one in Lessons(state_folder).all("any", 1)]
