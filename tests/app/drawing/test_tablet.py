"""A tablet's pen: where the keyboard goes, and what may happen while its tip is down."""

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
