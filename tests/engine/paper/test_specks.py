"""What is drawn, told from what else is dark on a page."""

import cv2
import numpy as np

from engine.paper.specks import kept_ink

LOW = 0.06


def page() -> np.ndarray:
    """Return the darkness of a page with a dark circle in its middle."""
    darkness = np.zeros((300, 240), np.float32)
    cv2.circle(darkness, (120, 150), 50, 0.8, 4)
    return darkness


def kept(darkness: np.ndarray) -> np.ndarray:
    return kept_ink(darkness, np.ones(darkness.shape, np.bool_), LOW)


def test_what_is_left_of_two_sides_of_a_page_is_none_of_the_drawing():
    darkness = page()
    darkness[-5:] = darkness[:, -5:] = 0.6
    assert np.array_equal(kept(darkness), page() > LOW)


def test_faint_marks_beyond_the_lines_go_and_those_among_them_stay():
    darkness = page()
    cv2.line(darkness, (105, 150), (130, 150), 0.2, 2)  # within
    cv2.line(darkness, (178, 140), (190, 150), 0.2, 2)  # beyond
    ink = kept(darkness)
    assert ink[150, 105:130].all()
    assert not ink[:, 176:].any()


def test_a_faint_part_of_some_size_is_drawn():
    darkness = page()
    cv2.circle(darkness, (195, 150), 18, 0.3, 2)
    assert kept(darkness)[:, 176:].any()
