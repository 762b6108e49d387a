"""A drawing that an eraser takes to the last line is over: what is drawn next is another one."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.drawing.tools import Tool
from app.shelf.keeper import Keeper
from engine.taught.lessons import Lessons

from ..conftest import draw, shown
from ..waiting import answered

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none

ZIGZAG = [(0.2, 0.2), (0.8, 0.3), (0.3, 0.7), (0.8, 0.8)]
ACROSS = [(0.1, 0.9), (0.9, 0.9), (0.5, 0.1)]


def rub_out(window, *ways) -> None:
    """Draw the widest eraser along these ways."""
    window.canvas.set_tool(Tool.ERASER)
    window.canvas.set_pen_width(1.0)
    for way in ways:
        draw(window, *way)
    window.canvas.set_tool(Tool.PEN)


@pytest.mark.parametrize("corrected", [False, True])
def test_what_is_drawn_on_paper_rubbed_empty_is_another_drawing(
    indexed_window, qtbot, state_folder, corrected
):
    window, keeper = indexed_window, indexed_window.shelving.keeper
    draw(window, *ZIGZAG)
    if corrected:
        rub_out(window, [(0.5, 0.5)])
    qtbot.waitUntil(lambda: shown(window) == 12)
    first, second = (window.grid.hits_model.hit(row).path for row in (0, 1))
    window.grid.used.emit([first])
    rub_out(window, ZIGZAG[:2], ZIGZAG)
    assert window.canvas.is_blank
    assert window.canvas.document.strokes == ()
    draw(window, *ACROSS)
    answered(window, qtbot)
    window.grid.used.emit([second])
    cup, cat = 1 + corrected, 1
    assert [(len(one.sketch.strokes), one.photos) for one in keeper.drawings] == [
        (cat, (second,)),
        (cup, (first,)),
    ]
    qtbot.waitUntil(lambda: len(Lessons(state_folder)) == 2)
    window.canvas.undo()
    window.canvas.undo()
    assert len(window.canvas.document.strokes) == 2 + corrected


def delete(canvas, hand, *ys: float) -> None:
    """Choose these lines with the lasso, one after the other, and delete each."""
    canvas.set_tool(Tool.LASSO)
    for y in ys:
        hand.draw((0.5, y), (0.5, y))
        QTest.keyClick(canvas, Qt.Key.Key_Delete)


@pytest.mark.parametrize("last", ["lasso", "stroke eraser", "eraser"])
def test_a_drawing_that_is_deleted_piece_by_piece_is_kept_as_it_was(canvas, hand, tmp_path, last):
    keeper = Keeper(canvas, tmp_path)
    for y in (0.2, 0.5, 0.8):
        hand.draw((0.2, y), (0.8, y))
    delete(canvas, hand, 0.8, 0.5, *([0.2] if last == "lasso" else []))
    if last != "lasso":
        canvas.set_tool(Tool.STROKE_ERASER if last == "stroke eraser" else Tool.ERASER)
        canvas.set_pen_width(0.5)
        hand.draw((0.2, 0.2), (0.8, 0.2))
    assert canvas.is_blank
    assert [len(one.sketch.strokes) for one in keeper.drawings] == [3]


def test_what_was_left_of_a_drawing_and_moved_is_what_is_kept(canvas, hand, tmp_path):
    keeper = Keeper(canvas, tmp_path)
    for y in (0.2, 0.5, 0.8):
        hand.draw((0.2, y), (0.8, y))
    delete(canvas, hand, 0.8)
    canvas.choose_all()
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    canvas.set_tool(Tool.PEN)
    moved = canvas.document.strokes
    delete(canvas, hand, *(float(one.points[0, 1]) for one in moved))
    assert canvas.is_blank
    (kept,) = keeper.drawings
    assert [one.points[0, 1] for one in kept.sketch.strokes] == pytest.approx([0.21, 0.51])


@pytest.mark.parametrize("found_between", [False, True])
def test_a_drawing_whose_lines_go_one_by_one_is_kept_as_it_was(canvas, hand, tmp_path, found_between):
    keeper = Keeper(canvas, tmp_path)
    for y in (0.2, 0.5, 0.8):
        hand.draw((0.2, y), (0.8, y))
    canvas.set_tool(Tool.STROKE_ERASER)
    hand.draw((0.5, 0.8), (0.5, 0.79))
    if found_between:  # the line that went was none of the drawing
        keeper.note_found([tmp_path / "a.jpg"])
    for y in (0.2, 0.5):
        assert not canvas.is_blank
        hand.draw((0.5, y), (0.5, y + 0.01))
    assert canvas.is_blank
    (kept,) = keeper.drawings
    assert len(kept.sketch.strokes) == (2 if found_between else 3)
    canvas.undo()
    canvas.set_tool(Tool.PEN)
    hand.draw((0.2, 0.9), (0.8, 0.9))
    canvas.set_tool(Tool.STROKE_ERASER)
    hand.draw((0.5, 0.1), (0.5, 0.95))
    assert [len(one.sketch.strokes) for one in keeper.drawings] == [2, len(kept.sketch.strokes)]
