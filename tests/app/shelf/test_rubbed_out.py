"""A drawing that an eraser takes to the last line is over: what is drawn next is another one."""

import pytest

from app.drawing.tools import Tool
from engine.taught.lessons import Lessons

from ..conftest import draw, shown

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
