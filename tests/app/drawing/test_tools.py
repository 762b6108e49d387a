import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPointingDevice
from PySide6.QtTest import QTest

from app.drawing.ink.pressure import Pressure
from app.drawing.tools import Tool


def tones(canvas) -> np.ndarray:
    shot = canvas.grab(canvas.area().toRect()).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(bytes(shot.constBits()), np.uint8).reshape(shot.height(), shot.bytesPerLine())
    return rows[:, : shot.width()].astype(float)


@pytest.fixture
def two_lines(canvas, hand):
    hand.draw((0.2, 0.3), (0.8, 0.3))
    hand.draw((0.2, 0.7), (0.8, 0.7))
    return canvas


def test_a_touched_stroke_goes_whole_in_one_step(two_lines, hand):
    upper, lower = two_lines.document.strokes
    two_lines.set_tool(Tool.STROKE_ERASER)
    hand.draw((0.5, 0.6), (0.5, 0.8))
    assert two_lines.document.strokes == (upper,)
    assert tones(two_lines)[280, 100] == 255
    hand.draw((0.5, 0.2), (0.5, 0.8))
    assert two_lines.is_blank
    two_lines.undo()
    assert two_lines.document.strokes == (upper,)
    two_lines.undo()
    assert two_lines.document.strokes == (upper, lower)


def test_a_fast_movement_takes_what_lies_between_two_events(two_lines, hand):
    two_lines.set_tool(Tool.STROKE_ERASER)
    hand.draw((0.5, 0.05), (0.5, 0.95))
    assert two_lines.is_blank


def test_what_would_go_is_faint_while_the_pen_is_down_and_the_search_does_without_it(two_lines, hand, qtbot):
    two_lines.set_tool(Tool.STROKE_ERASER)
    hand.press((0.5, 0.5))
    with qtbot.waitSignal(two_lines.drawing_changed):
        hand.move((0.5, 0.8))
    assert 150 < tones(two_lines)[280, 200] < 230
    assert tones(two_lines)[120, 200] < 60
    assert len(two_lines.document.query().drawing) == 1
    hand.release((0.5, 0.8))
    assert tones(two_lines)[280, 200] == 255


def test_escape_keeps_the_strokes_that_were_touched(two_lines, hand):
    before = two_lines.document.snapshot
    two_lines.set_tool(Tool.STROKE_ERASER)
    hand.press((0.5, 0.2))
    hand.move((0.5, 0.8))
    QTest.keyClick(two_lines, Qt.Key.Key_Escape)
    hand.release((0.5, 0.8))
    assert two_lines.document.snapshot is before
    assert tones(two_lines)[280, 200] < 60


def test_touching_nothing_is_no_step(two_lines, hand, qtbot):
    before = two_lines.document.snapshot
    two_lines.set_tool(Tool.STROKE_ERASER)
    with qtbot.assertNotEmitted(two_lines.drawing_changed):
        hand.draw((0.3, 0.5), (0.7, 0.5))
    assert two_lines.document.snapshot is before


def test_ink_that_was_rubbed_out_is_not_touched(two_lines, hand):
    two_lines.set_pen_width(0.05)
    two_lines.set_tool(Tool.ERASER)
    hand.draw((0.2, 0.3), (0.5, 0.3))
    two_lines.set_tool(Tool.STROKE_ERASER)
    hand.draw((0.3, 0.2), (0.3, 0.4))
    assert sum(not stroke.eraser for stroke in two_lines.document.strokes) == 2
    hand.draw((0.75, 0.2), (0.75, 0.4))
    assert sum(not stroke.eraser for stroke in two_lines.document.strokes) == 1


def test_the_last_stroke_taken_leaves_blank_paper_though_an_eraser_was_used(canvas, hand):
    hand.draw((0.2, 0.5), (0.8, 0.5))
    canvas.set_tool(Tool.ERASER)
    hand.draw((0.2, 0.5), (0.3, 0.5))
    canvas.set_tool(Tool.STROKE_ERASER)
    hand.draw((0.7, 0.4), (0.7, 0.6))
    assert canvas.is_blank
    assert canvas.document.query() is None


def test_a_pressure_that_never_varies_changes_nothing():
    for constant in (0.0, 1.0, 0.5):
        pressure = Pressure()
        assert [pressure.thickness(constant) for _ in range(5)] == [1.0] * 5
        assert not pressure.is_told


def test_a_pressure_that_varies_is_found_out_and_can_be_switched_off():
    pressure = Pressure()
    assert pressure.thickness(0.3) == 1.0
    light, firm = pressure.thickness(0.2), pressure.thickness(0.9)
    assert light < 1 < firm
    pressure.enabled = False
    assert pressure.thickness(0.9) == 1.0


def test_a_line_is_as_wide_as_the_pen_presses_and_the_search_sees_one_width(canvas, hand):
    canvas.set_pen_width(0.05)
    places = np.linspace(0.1, 0.9, 17)
    hand.press_with_the_pen(*[((x, 0.5), 0.1 + 0.8 * n / 16) for n, x in enumerate(places)])
    page = tones(canvas)
    thin, thick = ((page[:, x] < 128).sum() for x in (100, 340))
    assert thin < 0.05 * 400 * 0.85 < 0.05 * 400 * 1.2 < thick
    (stroke,) = canvas.document.strokes
    assert stroke.width == 0.05
    assert len(stroke.widths) == len(stroke.points)
    canvas.resize(420, 420)
    canvas.resize(402, 402)
    assert np.abs(page - tones(canvas)).mean() < 1.0
    canvas.document.begin((0.1, 0.5), width=0.1, eraser=True)
    canvas.document.extend((0.9, 0.5))
    assert canvas.is_blank


def test_a_light_stroke_begins_light_and_a_light_dot_is_small(canvas, hand):
    known = [((x, 0.5), x) for x in np.linspace(0.2, 0.8, 8)]  # from then on pressure is
    hand.press_with_the_pen(*known)
    hand.press_with_the_pen(((0.2, 0.7), 0.1), ((0.5, 0.7), 0.1), ((0.8, 0.7), 0.1))
    hand.press_with_the_pen(((0.5, 0.9), 0.1))
    _, line, dot = canvas.document.strokes
    light = canvas.pen_width * 0.52
    assert line.widths == pytest.approx([light] * len(line.widths))
    assert (len(dot.points), dot.width, dot.widths) == (1, pytest.approx(light), None)


def test_the_turned_pen_rubs_out_whatever_it_presses(canvas, hand):
    hand.draw((0.2, 0.5), (0.8, 0.5))
    turned = QPointingDevice.PointerType.Eraser
    hand.press_with_the_pen(((0.5, 0.3), 0.2), ((0.5, 0.4), 0.4), ((0.5, 0.6), 0.9), pointer=turned)
    assert canvas.document.strokes[1].eraser
    assert canvas.document.strokes[1].widths is None


def test_one_tool_is_chosen_at_a_time_and_told(canvas, qtbot):
    told = []
    canvas.tool_changed.connect(told.append)
    for tool in (Tool.ERASER, Tool.STROKE_ERASER, Tool.LASSO, Tool.PEN, Tool.PEN):
        canvas.set_tool(tool)
    assert told == [Tool.ERASER, Tool.STROKE_ERASER, Tool.LASSO, Tool.PEN]


def test_focus_by_keys_is_framed_and_focus_by_a_click_is_not(canvas, hand):
    highlight = canvas.palette().highlight().color()
    edge = canvas.area().topLeft().toPoint()

    def is_framed() -> bool:
        colour = canvas.grab().toImage().pixelColor(edge.x() + 100, edge.y())
        return abs(colour.hue() - highlight.hue()) < 20 and colour.saturation() > 100

    canvas.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not is_framed()
    canvas.clearFocus()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    assert is_framed()
    canvas.clearFocus()
    assert not is_framed()


def test_a_change_of_tool_in_the_middle_of_a_stroke_ends_it(canvas, hand):
    hand.press((0.2, 0.5))
    hand.move((0.5, 0.5))
    canvas.set_tool(Tool.LASSO)
    assert not canvas.is_drawing
    assert len(canvas.document.strokes) == 1
    assert canvas.document.can_undo


def test_a_straight_eraser_takes_nothing_where_it_was_before_it_was_straight(canvas):
    document = canvas.document
    document.begin((0.5, 0.5))
    document.end()
    document.begin((0.1, 0.1), width=0.1, eraser=True)
    document.extend((0.5, 0.5))
    assert canvas.is_blank
    document.straighten((0.9, 0.1))
    assert not canvas.is_blank


@pytest.fixture
def told(canvas):
    """What the paper tells: that a movement begins and ends, and changes."""
    words = []
    canvas.stroke_active.connect(words.append)
    canvas.drawing_changed.connect(lambda: words.append("changed"))
    return words


def test_a_straight_line_that_never_meets_the_paper_tells_nothing(canvas, hand, told):
    canvas.resize(700, 402)
    hand.press((-0.3, 0.2))
    hand.move((-0.1, 0.5), shift=True)
    hand.release((-0.1, 0.5))
    assert told == []


def test_a_straight_line_that_has_left_the_paper_again_tells_its_change_after_its_end(canvas, hand, told):
    canvas.resize(700, 402)
    hand.press((-0.3, 0.5))
    hand.move((0.5, 0.5), shift=True)
    hand.move((-0.1, 0.5), shift=True)
    assert told == [True, "changed", "changed"]
    hand.release((-0.1, 0.5))
    assert told[3:] == [False, "changed"]
    assert canvas.is_blank
    assert not canvas.document.can_undo


def test_an_eraser_on_blank_paper_does_nothing_and_leaves_what_can_be_redone(canvas, hand, told):
    hand.draw((0.2, 0.5), (0.8, 0.5))
    canvas.undo()
    told.clear()
    hand.erase_with_the_pen_turned_round((0.2, 0.5), (0.5, 0.5), (0.8, 0.5))
    canvas.set_tool(Tool.ERASER)
    hand.press((0.2, 0.5))
    hand.move((0.8, 0.5))
    hand.move((0.8, 0.7), shift=True)
    assert not canvas.document.can_undo
    hand.release((0.8, 0.7))
    assert told == []
    assert not canvas.document.can_undo
    canvas.redo()
    assert len(canvas.document.strokes) == 1
    assert tones(canvas)[200, 200] < 60
