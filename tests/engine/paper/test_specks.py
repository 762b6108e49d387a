"""What is drawn, told from what else is dark on a page."""

import cv2
import numpy as np
import pytest

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


def test_a_bird_of_a_finer_pen_beside_a_thick_one_stays():
    darkness = page()
    cv2.line(darkness, (178, 140), (190, 150), 0.5, 1)
    darkness = cv2.GaussianBlur(darkness, (0, 0), 0.6)
    assert kept(darkness)[140:151, 178:].any()


def test_a_faint_part_of_some_size_is_drawn():
    darkness = page()
    cv2.circle(darkness, (195, 150), 18, 0.3, 2)
    assert kept(darkness)[:, 176:].any()


@pytest.mark.parametrize("blur", [0.6, 1.0, 1.6])
@pytest.mark.parametrize("pen", [2, 3, 6])
def test_thin_rays_around_a_filled_sun_stay(pen, blur):
    drawn = np.zeros((2304, 3072), np.float32)
    turns = np.linspace(0, 2 * np.pi, 12, endpoint=False) + 0.1
    for turn in turns:
        start, end = ((1500 + far * np.cos(turn), 1140 + far * np.sin(turn)) for far in (345, 720))
        cv2.line(drawn, *(tuple(int(each) for each in point) for point in (start, end)), 0.8, pen)
    cv2.circle(drawn, (1500, 1140), 270, 0.8, -1)
    darkness = cv2.GaussianBlur(cv2.resize(drawn, (1024, 768), interpolation=cv2.INTER_AREA), (0, 0), blur)
    ink = kept(darkness)
    assert all(ink[int(380 + 180 * np.sin(turn)), int(500 + 180 * np.cos(turn))] for turn in turns)


@pytest.mark.parametrize("touching", [False, True])
def test_a_train_along_the_edge_with_a_cloud_above_stays(touching):
    darkness = np.zeros((1024, 768), np.float32)
    for start in range(110, 600, 115):
        cv2.rectangle(darkness, (start, 960), (start + 105, 1000), 0.8, 4)
        for wheel in (start + 20, start + 85):
            cv2.circle(darkness, (wheel, 1007), 10, 0.8, 4)
    if touching:
        cv2.line(darkness, (100, 1020), (690, 1020), 0.8, 5)
    cv2.ellipse(darkness, (340, 425), (40, 25), 0, 0, 360, 0.8, 4)
    assert kept(darkness)[900:].sum() > 0.9 * (darkness[900:] > LOW).sum()
