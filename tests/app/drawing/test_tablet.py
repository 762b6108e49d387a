"""A tablet's pen: where the keyboard goes, and what may happen while its tip is down."""

import pytest
from PySide6.QtCore import QEvent, Qt

from app.drawing.tools import Tool

POINTS = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8)]


def test_the_pen_brings_the_keyboard_to_the_paper(canvas, hand):
    canvas.clearFocus()
    hand.draw_with_the_pen(*POINTS)
    assert canvas.hasFocus()


def test_the_button_at_the_side_of_the_pen_cuts_no_stroke(canvas, hand):
    hand._pen(QEvent.Type.TabletPress, POINTS[0])
    hand._pen(QEvent.Type.TabletMove, POINTS[1])
    hand._pen(QEvent.Type.TabletRelease, POINTS[1], side=True)
    hand._pen(QEvent.Type.TabletMove, POINTS[2])
    hand._pen(QEvent.Type.TabletRelease, POINTS[2])
    (stroke,) = canvas.document.strokes
    assert abs(stroke.points[-1] - POINTS[2]).max() < 0.02


def test_a_palm_that_came_first_draws_no_part_of_the_pens_stroke(canvas, hand):
    hand.press((0.9, 0.9))
    hand.move((0.9, 0.8))
    hand.draw_with_the_pen(*POINTS)
    palm, pen = canvas.document.strokes
    assert abs(palm.points[-1] - (0.9, 0.8)).max() < 0.02
    assert abs(pen.points[0] - POINTS[0]).max() < 0.02


def test_a_pen_whose_release_got_lost_does_not_draw_while_it_hovers(canvas, hand):
    hand._pen(QEvent.Type.TabletPress, POINTS[0])
    hand._pen(QEvent.Type.TabletMove, POINTS[1])
    hand._pen(QEvent.Type.TabletMove, POINTS[2], hovers=True)
    assert not canvas.is_drawing
    (stroke,) = canvas.document.strokes
    assert abs(stroke.points[-1] - POINTS[1]).max() < 0.02


@pytest.mark.parametrize("tool", Tool)
def test_the_other_end_of_the_pen_rubs_out_whatever_is_chosen(canvas, hand, tool):
    hand.draw((0.1, 0.5), (0.9, 0.5))
    canvas.set_tool(tool)
    hand.erase_with_the_pen_turned_round((0.5, 0.4), (0.5, 0.6))
    ink, rubbed = canvas.document.strokes
    assert (ink.eraser, rubbed.eraser) == (False, True)


def test_a_mouse_that_is_nudged_cuts_no_stroke_of_the_pen(canvas, hand):
    hand._pen(QEvent.Type.TabletPress, POINTS[0])
    hand._pen(QEvent.Type.TabletMove, POINTS[1])
    hand._mouse(QEvent.Type.MouseMove, (0.4, 0.5), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)
    hand._pen(QEvent.Type.TabletMove, POINTS[2])
    hand._pen(QEvent.Type.TabletRelease, POINTS[2])
    (stroke,) = canvas.document.strokes
    assert abs(stroke.points[-1] - POINTS[2]).max() < 0.02
    hand.draw((0.1, 0.9), (0.9, 0.9))  # and the mouse draws on afterwards
    assert len(canvas.document.strokes) == 2
    assert canvas.tool is Tool.PEN


@pytest.mark.parametrize(
    ("place", "milliseconds", "chosen"), [((0.51, 0.9), 200, 2), ((0.6, 0.9), 200, 0), ((0.51, 0.9), 2000, 0)]
)
def test_two_taps_of_the_pen_choose_the_whole_drawing_with_the_lasso(
    canvas, hand, place, milliseconds, chosen
):
    hand.draw((0.1, 0.2), (0.9, 0.2))
    hand.draw((0.1, 0.4), (0.9, 0.4))
    canvas.set_tool(Tool.LASSO)
    for point, time in (((0.5, 0.9), 0), (place, milliseconds)):
        hand.time = 1000 + time
        hand.draw_with_the_pen(point)
    assert (0 if canvas.selection is None else len(canvas.selection.lifted)) == chosen
    assert not canvas.is_drawing
