from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from app.drawing.ink.geometry import Affine, box_of
from app.drawing.paper.prints import Print, Prints
from app.drawing.paper.snapshot import Picture
from app.drawing.tools import Tool


def tones(canvas) -> np.ndarray:
    """What is drawn, without the lasso's frame."""
    shot = canvas.document.to_image(400).convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(bytes(shot.constBits()), np.uint8).reshape(shot.height(), shot.bytesPerLine())
    return rows[:, : shot.width()].astype(float)


def shown(canvas) -> np.ndarray:
    shot = canvas.grab(canvas.area().toRect()).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(bytes(shot.constBits()), np.uint8).reshape(shot.height(), shot.bytesPerLine())
    return rows[:, : shot.width()].astype(float)


@pytest.fixture
def lasso(canvas, hand):
    """Two lines on the paper, the upper one chosen by a loop."""
    hand.draw((0.3, 0.3), (0.5, 0.3))
    hand.draw((0.3, 0.7), (0.5, 0.7))
    canvas.set_tool(Tool.LASSO)
    hand.draw((0.2, 0.2), (0.6, 0.2), (0.6, 0.4), (0.2, 0.4))
    return canvas


def test_a_loop_chooses_what_it_encloses_and_changes_nothing(lasso):
    upper, lower = lasso.document.strokes
    assert lasso.selection.lifted == (upper,)
    assert lasso.selection.base == (lower,)


def test_what_is_chosen_moves_with_the_pointer_and_the_search_follows(lasso, hand, qtbot):
    hand.press((0.4, 0.3))
    with qtbot.waitSignals([lasso.stroke_active, lasso.drawing_changed]):
        hand.move((0.5, 0.35))
    assert lasso.document.query().drawing[-1].points[0] == pytest.approx((0.4, 0.35), abs=0.01)
    assert shown(lasso)[140, 220] < 60
    hand.move((0.7, 0.5))
    hand.release((0.7, 0.5))
    assert lasso.document.strokes[-1].points[0] == pytest.approx((0.6, 0.5), abs=0.01)
    assert tones(lasso)[120, 160] == 255
    assert shown(lasso)[200, 280] < 60
    assert lasso.selection is not None
    lasso.undo()
    assert lasso.document.strokes[0].points[0] == pytest.approx((0.3, 0.3), abs=0.01)
    assert lasso.selection is None


def test_escape_in_the_middle_of_a_move_puts_it_back_and_again_lets_go(lasso, hand):
    before = lasso.document.snapshot
    hand.press((0.4, 0.3))
    hand.move((0.6, 0.6))
    QTest.keyClick(lasso, Qt.Key.Key_Escape)
    hand.release((0.6, 0.6))
    assert lasso.document.snapshot is before
    assert shown(lasso)[120, 160] < 60
    assert lasso.selection is not None
    QTest.keyClick(lasso, Qt.Key.Key_Escape)
    assert lasso.selection is None


@pytest.mark.parametrize(("tool", "left"), [(Tool.LASSO, 0.7), (Tool.STROKE_ERASER, 0.7), (Tool.PEN, 1.2)])
def test_escape_where_nothing_has_changed_tells_no_change(lasso, hand, qtbot, tool, left):
    lasso.set_tool(tool)
    hand.press((left, 0.7))
    hand.move((left, 0.8))
    with qtbot.assertNotEmitted(lasso.drawing_changed), qtbot.waitSignal(lasso.lifted):
        QTest.keyClick(lasso, Qt.Key.Key_Escape)


def test_a_corner_scales_about_the_opposite_one(lasso, hand):
    left, top, right, bottom = lasso.selection.box
    hand.press((right, bottom))
    hand.move((right + (right - left), bottom + (bottom - top)))
    hand.release((right + (right - left), bottom + (bottom - top)))
    stroke = lasso.document.strokes[-1]
    assert np.ptp(stroke.points[:, 0]) == pytest.approx(0.4, abs=0.02)
    assert box_of([stroke])[:2] == pytest.approx((left, top), abs=0.01)
    assert stroke.width == pytest.approx(2 * lasso.pen_width, rel=0.05)


def test_arrows_nudge_in_one_step_until_they_rest(lasso):
    before = lasso.document.snapshot
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(lasso, key)
    lasso._toolbox._pause.timeout.emit()
    QTest.keyClick(lasso, Qt.Key.Key_Right)
    for place in ((0.32, 0.32), (0.31, 0.32)):
        assert lasso.document.strokes[-1].points[0] == pytest.approx(place, abs=0.005)
        lasso.undo()
    assert lasso.document.snapshot is before


def test_a_nudge_that_comes_back_is_no_step_of_undo(lasso):
    before, steps = lasso.document.snapshot, lasso.document.step
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        QTest.keyClick(lasso, key)
    assert (lasso.document.snapshot, lasso.document.step) == (before, steps)
    assert lasso.selection is not None
    QTest.keyClick(lasso, Qt.Key.Key_Right)
    assert lasso.document.step == steps + 1


@pytest.mark.parametrize("by", ["key at the edge", "drag"])
def test_what_moves_nothing_is_no_step_of_undo_and_leaves_what_can_be_redone(lasso, hand, by):
    hand.draw((0.4, 0.3), (-2.0, 0.3))  # its middle is on the edge now
    hand.draw((0.5, 0.7), (0.5, 0.7))
    QTest.keyClick(lasso, Qt.Key.Key_Right)
    lasso.undo()
    place, far = ((0.05, 0.3), (0.4, 0.3)) if by == "drag" else ((0.0, 0.3), (0.0, 0.3))
    hand.draw(place, place)
    before, steps = lasso.document.snapshot, lasso.document.step
    if by == "drag":
        hand.draw(place, far, place)
    else:
        QTest.keyClick(lasso, Qt.Key.Key_Left)
    assert (lasso.document.snapshot, lasso.document.step) == (before, steps)
    assert lasso.document.can_redo
    assert lasso.selection is not None


@pytest.mark.parametrize("key", [Qt.Key.Key_Right, Qt.Key.Key_Delete])
def test_what_was_laid_beside_the_drawing_since_stays(lasso, key):
    laid = Prints((Print(Path("a photo.png")),), balance=0.9)
    lasso.change(lambda document: document.lay(laid))
    QTest.keyClick(lasso, key)
    assert lasso.document.prints == laid
    lasso.undo()
    assert lasso.document.prints == laid
    assert len(lasso.document.strokes) == 2


def test_delete_takes_what_is_chosen_alone(lasso):
    lower = lasso.document.strokes[1]
    QTest.keyClick(lasso, Qt.Key.Key_Delete)
    assert lasso.document.strokes == (lower,)
    QTest.keyClick(lasso, Qt.Key.Key_Delete)
    assert lasso.is_blank
    lasso.undo()
    lasso.undo()
    assert len(lasso.document.strokes) == 2


def test_the_delete_key_of_a_mac_takes_what_is_chosen_and_never_clears_the_paper(lasso):
    lower = lasso.document.strokes[1]
    for _ in range(2):
        QTest.keyClick(lasso, Qt.Key.Key_Backspace)
        assert lasso.document.strokes == (lower,)


@pytest.mark.parametrize("key", [Qt.Key.Key_Right, Qt.Key.Key_Delete, "mirror"])
def test_what_commands_do_to_what_is_chosen_is_told_as_a_movement_that_is_over(lasso, key):
    told = []
    lasso.stroke_active.connect(told.append)
    lasso.drawing_changed.connect(lambda: told.append("changed"))
    lasso.mirror() if key == "mirror" else QTest.keyClick(lasso, key)
    assert told == [True, False, "changed"]


def test_mirroring_turns_the_chosen_ink_over_in_its_place(canvas, hand):
    hand.draw((0.3, 0.3), (0.3, 0.6), (0.6, 0.6))
    before = tones(canvas)
    canvas.mirror()  # nothing is chosen: the whole drawing
    after = tones(canvas)
    assert after[150, 240] < 60 < 255 == after[150, 120]
    canvas.mirror()
    assert np.abs(tones(canvas) - before).mean() < 0.5
    canvas.undo()
    canvas.undo()
    assert not canvas.document.can_redo or len(canvas.document.strokes) == 1


def test_a_double_click_chooses_the_whole_drawing(lasso, hand):
    hand.draw((0.9, 0.9))
    assert lasso.selection is None
    QTest.mouseDClick(lasso, Qt.MouseButton.LeftButton, pos=hand.at((0.9, 0.9)).toPoint())
    assert len(lasso.selection.lifted) == 2


def test_a_click_on_a_line_chooses_it_and_beside_it_lets_go(lasso, hand):
    hand.draw((0.4, 0.7))
    assert lasso.selection.lifted[0].points[0] == pytest.approx((0.3, 0.7), abs=0.01)
    hand.draw((0.9, 0.5))
    assert lasso.selection is None


def rubbed(canvas, hand):
    hand.draw((0.2, 0.3), (0.8, 0.3))
    hand.draw((0.2, 0.7), (0.8, 0.7))
    canvas.set_pen_width(0.03)
    canvas.set_tool(Tool.ERASER)
    hand.draw((0.5, 0.2), (0.5, 0.8))


def test_what_was_rubbed_out_stays_so_when_the_whole_drawing_moves_and_grows(canvas, hand):
    rubbed(canvas, hand)
    before = tones(canvas)
    canvas.choose_all()
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    after = tones(canvas)
    assert np.abs(np.roll(before, 4, axis=0) - after).mean() < 1
    left, _, right, bottom = canvas.selection.box
    hand.press((right, bottom))
    hand.move((right - 0.3, bottom - 0.2))
    hand.release((right - 0.3, bottom - 0.2))
    half = tones(canvas)
    middle = round((left + canvas.selection.box[2]) / 2 * 400)
    assert half[:, middle].min() == 255
    assert (half < 128).sum() < 0.5 * (before < 128).sum()


def test_what_was_rubbed_out_stays_so_when_one_stroke_of_several_moves(canvas, hand):
    rubbed(canvas, hand)
    canvas.set_tool(Tool.LASSO)
    hand.draw((0.1, 0.2), (0.9, 0.2), (0.9, 0.4), (0.1, 0.4))
    assert len(canvas.selection.lifted) == 2  # the pieces that the eraser left
    hand.draw((0.3, 0.3), (0.3, 0.5))
    page = tones(canvas)
    assert page[200, 100] < 60 < 255 == page[200, 200] == page[120, 100]
    assert page[280, 200] == 255  # and the other one is as it was
    assert page[280, 100] < 60


def test_a_moved_stroke_is_not_erased_by_an_eraser_that_lies_elsewhere(canvas, hand):
    rubbed(canvas, hand)
    canvas.set_tool(Tool.PEN)
    hand.draw((0.1, 0.9), (0.3, 0.9))
    canvas.set_tool(Tool.LASSO)
    hand.draw((0.1, 0.2), (0.9, 0.2), (0.9, 0.4), (0.1, 0.4))
    hand.draw((0.3, 0.3), (0.5, 0.5))
    assert tones(canvas)[200, 195:205].min() < 60  # its left piece lies where the eraser went before


def test_nothing_is_moved_off_the_paper(lasso, hand):
    hand.draw((0.4, 0.3), (3.0, 0.3))
    assert lasso.document.strokes[-1].points[:, 0].min() == pytest.approx(0.9, abs=0.01)


def test_nothing_is_scaled_off_the_paper_and_the_next_key_moves_it_from_where_it_is(lasso, hand):
    _, top, right, _ = lasso.selection.box
    hand.draw((right, top), (3.0, top - 0.4))
    left, top, right, bottom = lasso.selection.box
    assert 0 <= (left + right) / 2 <= 1.001
    assert 0 <= (top + bottom) / 2 <= 1
    QTest.keyClick(lasso, Qt.Key.Key_Left)
    assert lasso.selection.box == pytest.approx((left - 0.01, top, right - 0.01, bottom), abs=1e-4)


def test_a_picture_moves_with_the_whole_drawing_and_is_mirrored_for_the_search(canvas, hand):
    image = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(image).polygon([(20, 20), (20, 180), (180, 180)], fill=0)
    canvas.place(Picture.of(image))
    before = tones(canvas)
    canvas.mirror()
    after = tones(canvas)
    assert np.abs(before[:, ::-1] - after).mean() < 2
    found = np.asarray(canvas.document.query().drawing.convert("L"))
    assert found[100, 150] == 0
    assert found[100, 40] == 255
    _, _, right, bottom = canvas.selection.box
    hand.press((right, bottom))
    hand.move((0.5, 0.5))
    hand.release((0.5, 0.5))
    assert canvas.document.picture.place[2] == pytest.approx(0.5, abs=0.02)
    assert tones(canvas)[210:, 210:].min() == 255
    assert not canvas.is_blank
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.is_blank
    canvas.undo()
    assert canvas.document.picture is not None


def test_movements_follow_one_another_as_one():
    one, two = Affine(2, 3, 0.1, 0.2), Affine.scaling(-1, 1, (0.5, 0.5))
    x, y = 0.3, 0.7
    via = (2 * x + 0.1, 3 * y + 0.2)
    both = one.then(two)
    assert (both.across * x + both.dx, both.down * y + both.dy) == pytest.approx((1 - via[0], via[1]))


def test_the_paper_beside_what_is_moved_is_not_painted_again(lasso, hand, monkeypatch):
    hand.press((0.4, 0.3))
    hand.move((0.45, 0.3))
    monkeypatch.setattr(lasso._layers, "repaint", lambda *_, **__: pytest.fail("everything is painted again"))
    hand.move((0.5, 0.3))
    assert shown(lasso)[120, 170:230].min() < 60
    monkeypatch.undo()
    hand.release((0.5, 0.3))
