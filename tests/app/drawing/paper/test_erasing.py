"""What is left on the paper while an eraser moves, and after it: known without painting all anew."""

import pytest

from app.drawing.paper.document import Document
from app.drawing.tools import Tool


def drawn(document: Document, x: float) -> None:
    document.begin((x, 0.2))
    document.extend((x, 0.8))
    document.end()


def test_a_drawing_erased_to_the_last_line_is_empty_while_the_eraser_is_still_down():
    document = Document()
    drawn(document, 0.5)
    document.begin((0.5, 0.2), width=0.1, eraser=True)
    document.extend((0.5, 0.5))
    assert not document.is_empty
    document.extend((0.5, 0.8))
    assert document.is_empty
    document.end()
    assert document.is_empty
    document.begin((0.4, 0.4))
    assert not document.is_empty
    document.undo()
    assert document.is_empty
    document.undo()
    assert not document.is_empty


def test_an_eraser_after_undo_knows_the_ink_that_is_back():
    document = Document()
    drawn(document, 0.5)
    document.clear()
    document.undo()
    document.begin((0.1, 0.1), width=0.05, eraser=True)
    assert not document.is_empty
    document.cancel()
    document.begin((0.5, 0.5), width=2.0, eraser=True)
    assert document.is_empty
    document.cancel()
    document.begin((0.9, 0.9), width=0.05, eraser=True)
    assert not document.is_empty


@pytest.mark.parametrize("drawn_on", [False, True])
def test_an_eraser_after_undo_of_rubbing_all_out_takes_only_what_it_touches(drawn_on):
    document = Document()
    drawn(document, 0.5)
    document.begin((0.5, 0.5), width=2.0, eraser=True)
    document.end()
    assert document.is_empty
    document.undo()
    if drawn_on:
        drawn(document, 0.9)
    document.begin((0.9, 0.2), width=0.1, eraser=True)
    document.extend((0.9, 0.8))
    document.end()
    assert not document.is_empty
    assert document.strokes


def test_ink_that_was_undone_before_another_stroke_is_not_counted():
    document = Document()
    drawn(document, 0.2)
    drawn(document, 0.5)
    document.begin((0.9, 0.9), eraser=True)
    document.end()
    document.undo()
    document.undo()
    drawn(document, 0.8)
    for x in (0.2, 0.8):
        document.begin((x, 0.2), width=0.1, eraser=True)
        document.extend((x, 0.8))
    assert document.is_empty


def test_whether_there_is_ink_is_known_without_painting_the_drawing_again(monkeypatch):
    document, painted = Document(), []
    drawn(document, 0.5)
    document.begin((0.1, 0.1), eraser=True)
    monkeypatch.setattr("app.drawing.paper.snapshot.InkMask", lambda *_, **__: painted.append(1))
    monkeypatch.setattr("app.drawing.paper.snapshot.paint_strokes", lambda *_: painted.append(1))
    for step in range(10):
        document.extend((0.1 + step / 100, 0.1))
        assert document.query() is not None
    document.end()
    document.begin((0.9, 0.1), eraser=True)
    assert document.query() is not None
    assert painted == []


def test_a_stroke_that_was_rubbed_out_is_none_of_the_drawing_that_is_mirrored(canvas, hand):
    canvas.set_pen_width(0.03)
    hand.draw((0.6, 0.8), (0.9, 0.8))
    hand.draw((0.1, 0.3), (0.4, 0.3))
    canvas.set_tool(Tool.ERASER)
    hand.draw((0.55, 0.8), (0.95, 0.8))
    canvas.mirror()
    assert canvas.selection.box == pytest.approx((0.085, 0.285, 0.415, 0.315), abs=0.01)
    assert canvas.document.strokes[1].points[0] == pytest.approx((0.4, 0.3), abs=0.01)


def test_a_loop_counts_what_is_left_of_a_stroke(canvas, hand):
    canvas.set_pen_width(0.03)
    hand.draw((0.1, 0.3), (0.9, 0.3))
    hand.draw((0.1, 0.8), (0.9, 0.8))
    canvas.set_tool(Tool.ERASER)
    hand.draw((0.42, 0.3), (0.95, 0.3))
    canvas.set_tool(Tool.LASSO)
    hand.draw((0.45, 0.2), (1.0, 0.2), (1.0, 0.4), (0.45, 0.4))
    assert canvas.selection is None
    hand.draw((0.05, 0.2), (0.45, 0.2), (0.45, 0.4), (0.05, 0.4))
    assert canvas.selection.box == pytest.approx((0.085, 0.285, 0.39, 0.315), abs=0.015)
