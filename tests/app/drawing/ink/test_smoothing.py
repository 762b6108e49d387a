import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.drawing.ink import smoothing
from app.drawing.ink.geometry import distances
from app.drawing.ink.line import Line
from app.drawing.ink.smoothing import SmoothLine


def drawn(points, width=0.02) -> Line:
    line = Line(points[0], width=width, eraser=False)
    for point in points[1:]:
        line.extend(point)
    return line


def circle(count: int, *, radius=0.3, turn=2 * math.pi):
    return [
        (0.5 + radius * math.cos(turn * step / count), 0.5 + radius * math.sin(turn * step / count))
        for step in range(count + 1)
    ]


def bends(stroke) -> np.ndarray:
    """Return by how many degrees it turns at each of its points."""
    ways = np.diff(stroke.points.astype(float), axis=0)
    turned = np.diff(np.arctan2(ways[:, 1], ways[:, 0]))
    return np.degrees(np.angle(np.exp(1j * turned)))


@pytest.mark.parametrize("radius", [0.4, 0.1, 0.03])
def test_a_quick_circle_of_fifteen_events_is_round(radius):
    (stroke,) = drawn(circle(14, radius=radius)).strokes
    ways = np.linspace(stroke.points[:-1], stroke.points[1:], 20)
    away = np.abs(np.linalg.norm(ways - 0.5, axis=-1) - radius).max()
    assert away < 0.01 * radius + 0.0011  # half a pixel; a polygon of fourteen sides is 0.025 of it off
    assert len(stroke.points) < 15 * 24


def test_the_corners_of_a_zigzag_stay_sharp_and_its_sides_straight():
    corners = [(0.1, 0.2), (0.3, 0.8), (0.5, 0.2), (0.7, 0.8), (0.9, 0.2)]
    (stroke,) = drawn(corners).strokes
    assert stroke.points == pytest.approx(np.array(corners), abs=1e-6)


def test_a_zigzag_drawn_slowly_keeps_its_corners():
    corners = np.array([(0.1, 0.2), (0.3, 0.8), (0.5, 0.2), (0.7, 0.8)])
    slow = np.concatenate([np.linspace(a, b, 40)[:-1] for a, b in pairwise(corners)])
    (stroke,) = drawn([tuple(point) for point in slow]).strokes
    assert distances(corners[:-1].astype(np.float32), stroke.points).max() < 0.001
    assert distances(stroke.points, corners.astype(np.float32)).max() < 0.002


def test_a_slow_circle_of_whole_pixels_is_round():
    side = 560
    whole = [(round(x * side) / side, round(y * side) / side) for x, y in circle(700, radius=0.25)]
    (stroke,) = drawn(whole).strokes
    assert np.percentile(np.abs(bends(stroke)), 95) < 8  # pixel by pixel it bends by 40
    assert np.abs(np.linalg.norm(stroke.points - 0.5, axis=1) - 0.25).max() < 1.5 / side


@pytest.mark.parametrize("side", [464, 560, 700])
def test_an_arc_at_the_speed_of_a_mouse_bends_one_way_though_its_points_are_whole_pixels(side):
    turns = np.linspace(math.pi, 2 * math.pi, 49)
    arc = np.stack([0.5 + 0.34 * np.cos(turns), 0.48 + 0.3 * np.sin(turns)], axis=1)
    whole = np.round(arc * side) / side
    (stroke,) = drawn([tuple(point) for point in whole.tolist()]).strokes
    assert bends(stroke).min() > -0.5  # through the points themselves it wobbles, by 7 at the worst
    assert distances(np.float32(arc), stroke.points).max() < 1.25 / side


def test_a_corner_turned_pixel_by_pixel_is_cut_by_three_pixels_at_most():
    corner = [(0.2, 0.8 - step / 560) for step in range(300)]
    corner += [(0.2 + step / 560, corner[-1][1]) for step in range(1, 300)]
    (stroke,) = drawn(corner).strokes
    assert distances(np.float32([(0.2, corner[299][1])]), stroke.points).max() < 3.5 / 560


def test_a_square_of_right_angles_stays_square():
    corners = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2)]
    (stroke,) = drawn(corners).strokes
    assert len(stroke.points) == 5


def test_what_was_painted_while_the_pen_moved_is_what_the_stroke_is():
    line, painted = Line((0.2, 0.5), width=0.02, eraser=False), []
    path = [(0.2 + step / 40, 0.5 + 0.2 * math.sin(step / 2)) for step in range(1, 22)]
    for point in path:
        line.extend(point)
        painted += line.take_pieces()
        shown = np.concatenate([*(piece.points for piece in painted), line.tail.points])
        (stroke,) = line.strokes
        assert distances(shown, stroke.points).max() < 1e-6
        assert distances(stroke.points, shown).max() < 1e-6
    before = line.strokes[0].points
    line.lift()
    assert np.array_equal(line.strokes[0].points, before)  # no jump when the pen is lifted


def test_what_has_settled_never_changes_again():
    smooth, path = SmoothLine((0.2, 0.2), 0.1), circle(20)
    seen = []
    for point in path:
        smooth.add(point, 0.1)
        assert smooth.settled[: len(seen)] == seen
        seen = list(smooth.settled)
    assert len(seen) > 40


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=40))
def test_a_line_goes_through_its_points_whatever_the_pen_does(points):
    strokes = drawn(points).strokes
    assert all(np.isfinite(stroke.points).all() for stroke in strokes)
    (stroke,) = strokes
    left_out = smoothing._NEAREST + smoothing._EVENED  # a pen that hardly moves draws nothing
    assert distances(np.array(points, np.float32), stroke.points).max() < left_out + 1e-4
    assert len(stroke.points) <= 24 * len(points)
    assert stroke.points[-1] == pytest.approx(points[-1], abs=1e-6)


@given(st.lists(st.tuples(st.floats(-1, 2), st.floats(-1, 2)), min_size=2, max_size=12))
def test_all_strokes_begin_and_end_on_the_paper_or_on_its_edge(points):
    for stroke in drawn(points).strokes:
        for end in (stroke.points[0], stroke.points[-1]):
            assert (end >= 0).all()
            assert (end <= 1).all()


def test_a_straight_line_from_beside_the_paper_lies_on_the_paper_alone():
    line = Line((-0.5, 0.5), width=0.02, eraser=False)
    line.extend((0.3, 0.9))
    line.straighten((1.5, 0.5))
    (stroke,) = line.strokes
    assert stroke.points == pytest.approx(np.array([(0, 0.5), (1, 0.5)]))
