import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.drawing import Drawing, Stroke, bounds, fit_to_paper, prefix, rasterise

LINE = Stroke.through([(0.2, 0.5), (0.8, 0.5)])
ACTIONS = st.lists(
    st.sampled_from(["draw", "erase", "clear", "undo", "redo", "cancel", "replace"]), max_size=30
)


def act(drawing: Drawing, action: str) -> None:
    if action in ("draw", "erase", "cancel"):
        drawing.begin((0.1, 0.1), eraser=action == "erase")
        drawing.extend((0.9, 0.9))
        drawing.cancel() if action == "cancel" else drawing.end()
    elif action == "replace":
        drawing.replace([Stroke.through([(0.2, 0.5), (0.8, 0.5)])])
    else:
        getattr(drawing, action)()


@given(ACTIONS)
def test_undoing_everything_and_redoing_everything_brings_the_drawing_back(actions):
    drawing = Drawing()
    for action in actions:
        act(drawing, action)
    while drawing.can_redo:
        drawing.redo()
    final = drawing.strokes
    while drawing.can_undo:
        drawing.undo()
    assert drawing.strokes == ()
    while drawing.can_redo:
        drawing.redo()
    assert drawing.strokes == final


@given(ACTIONS, st.sampled_from(["draw", "erase", "replace"]))
def test_one_undo_takes_back_exactly_one_change(actions, last):
    drawing = Drawing()
    for action in actions:
        act(drawing, action)
    before = drawing.strokes
    act(drawing, last)
    assert drawing.strokes != before
    drawing.undo()
    assert drawing.strokes == before


@given(ACTIONS)
def test_the_version_rises_with_every_change_of_the_strokes(actions):
    drawing = Drawing()
    for action in actions:
        before, version = drawing.strokes, drawing.version
        act(drawing, action)
        assert drawing.version > version or drawing.strokes == before


def test_a_new_stroke_drops_what_could_be_redone():
    drawing = Drawing()
    act(drawing, "draw")
    drawing.undo()
    act(drawing, "erase")
    assert not drawing.can_redo


def test_the_stroke_in_progress_is_part_of_the_drawing():
    drawing = Drawing()
    drawing.begin((0.5, 0.5))
    assert len(drawing.strokes) == 1
    assert not drawing.is_empty
    drawing.cancel()
    assert drawing.is_empty


def test_eraser_strokes_alone_leave_the_drawing_empty():
    drawing = Drawing()
    act(drawing, "erase")
    assert drawing.is_empty


def test_a_drawing_erased_to_the_last_line_is_empty():
    drawing = Drawing()
    drawing.begin((0.2, 0.5))
    drawing.extend((0.8, 0.5))
    drawing.begin((0.2, 0.5), width=0.1, eraser=True)
    drawing.extend((0.5, 0.5))
    assert not drawing.is_empty
    drawing.extend((0.8, 0.5))
    assert drawing.is_empty
    drawing.begin((0.4, 0.4))
    assert not drawing.is_empty


def test_undo_in_the_middle_of_a_stroke_takes_back_that_stroke():
    drawing = Drawing()
    act(drawing, "draw")
    kept = drawing.strokes
    drawing.begin((0.3, 0.3))
    drawing.undo()
    assert drawing.strokes == kept


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


def test_the_eraser_paints_paper_over_ink():
    eraser = Stroke.through([(0.0, 0.5), (1.0, 0.5)], width=0.3, eraser=True)
    assert np.asarray(rasterise([LINE], 64)).min() < 50
    assert np.asarray(rasterise([LINE, eraser], 64)).min() == 255
    assert np.asarray(rasterise([eraser, LINE], 64)).min() < 50


def test_a_single_point_is_painted_as_a_dot():
    page = np.asarray(rasterise([Stroke.through([(0.5, 0.5)], width=0.1)], 100))
    assert page[50, 50] == 0
    assert page[0, 0] == 255
