import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from engine.sketches.drawing import Stroke, bounds, fit_to_paper, prefix, rasterise

LINE = Stroke.through([(0.2, 0.5), (0.8, 0.5)])


@pytest.mark.parametrize("points", [[], [(0.1, float("nan"))], [(float("inf"), 0.0)]])
def test_a_stroke_without_finite_points_is_refused(points):
    with pytest.raises(ValueError, match="point"):
        Stroke.through(points)


def test_a_fitted_drawing_fills_the_paper_wherever_it_was_drawn():
    corner = Stroke.through([(0.01, 0.02), (0.05, 0.04)])
    left, top, right, bottom = bounds(fit_to_paper([corner], margin=0.1))
    assert (left, right) == pytest.approx((0.1, 0.9), abs=1e-4)
    assert (top + bottom) / 2 == pytest.approx(0.5, abs=1e-4)


def test_an_eraser_grows_with_the_fitted_drawing_and_a_pen_does_not():
    pen = Stroke.through([(0.4, 0.5), (0.6, 0.5)], width=0.02)
    eraser = Stroke.through([(0.5, 0.5)], width=0.03, eraser=True)
    fitted = fit_to_paper([pen, eraser], margin=0.1)  # 0.2 of the paper becomes 0.8
    assert [stroke.width for stroke in fitted] == pytest.approx([0.02, 0.12])


def test_erasers_do_not_count_as_ink():
    eraser = Stroke.through([(0.0, 0.0), (1.0, 1.0)], eraser=True)
    assert bounds([eraser]) is None
    assert bounds([eraser, LINE]) == bounds([LINE])


@given(st.floats(0, 1))
def test_a_prefix_has_its_share_of_the_ink(share):
    strokes = [LINE, Stroke.through([(0.5, 0.1), (0.5, 0.3), (0.5, 0.9)])]
    total = sum(stroke.length for stroke in strokes)
    assert sum(stroke.length for stroke in prefix(strokes, share)) == pytest.approx(share * total, abs=1e-3)


@given(st.integers(2, 40), st.integers(0, 50))
def test_nearly_all_of_a_drawing_can_be_asked_for(count, seed):
    points = np.random.default_rng(seed).random((count, 2)).astype(np.float32)
    drawn = prefix([Stroke(points)], np.nextafter(1, 0))
    assert drawn[0].length == pytest.approx(Stroke(points).length, rel=1e-4)


def test_the_eraser_paints_paper_over_ink():
    eraser = Stroke.through([(0.0, 0.5), (1.0, 0.5)], width=0.3, eraser=True)
    assert np.asarray(rasterise([LINE], 64)).min() < 50
    assert np.asarray(rasterise([LINE, eraser], 64)).min() == 255
    assert np.asarray(rasterise([eraser, LINE], 64)).min() < 50


def test_a_single_point_is_painted_as_a_dot():
    page = np.asarray(rasterise([Stroke.through([(0.5, 0.5)], width=0.1)], 100))
    assert page[50, 50] == 0
    assert page[0, 0] == 255


def test_strokes_can_be_painted_over_a_page_that_stays_as_it_was():
    page = Image.new("L", (64, 64), 200)
    over = np.asarray(rasterise([LINE], 64, page=page))
    assert over[32, 32] == 0
    assert over[5, 5] == 200
    assert np.asarray(page).min() == 200


@pytest.mark.parametrize("width", [0.014, 0.03])
def test_joints_are_painted_as_pillow_curves_them(width):
    rng = np.random.default_rng(3)
    strokes = [Stroke(rng.random((12, 2)), 0.01) for _ in range(4)]
    ours = np.asarray(rasterise(strokes, 256, line_width=width), int)

    sheet = Image.new("L", (512, 512), 255)
    brush = ImageDraw.Draw(sheet)
    radius = width * 512 / 2
    for stroke in strokes:
        path = [(x, y) for x, y in (stroke.points * 512).tolist()]
        brush.line(path, fill=0, width=round(width * 512), joint="curve")
        for x, y in (path[0], path[-1]):
            brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    theirs = np.asarray(sheet.reduce(2), int)

    assert np.count_nonzero(ours != theirs) < 0.005 * np.count_nonzero(theirs < 200)
