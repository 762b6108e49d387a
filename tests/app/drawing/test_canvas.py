import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QImage, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.drawing.ink.geometry import distances
from app.drawing.paper.layers import paper_in
from app.drawing.paper.snapshot import Snapshot
from app.drawing.tools import Tool
from engine.sketches.drawing import THICKEST, THINNEST, Stroke


def tones(canvas) -> np.ndarray:
    """The paper as it is on the screen, grey, (side, side) float."""
    shot = canvas.grab(canvas.area().toRect()).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(bytes(shot.constBits()), np.uint8).reshape(shot.height(), shot.bytesPerLine())
    return rows[:, : shot.width()].astype(float)


def test_the_paper_is_the_largest_centred_square():
    area = paper_in(700, 402)
    assert area.getRect() == (150, 1, 400, 400)


def test_a_stroke_of_the_mouse_becomes_a_stroke_in_unit_coordinates(canvas, hand):
    hand.draw((0.25, 0.25), (0.5, 0.5), (0.75, 0.25))
    (stroke,) = canvas.document.strokes  # of three points: a sharp turn stays one
    assert stroke.points == pytest.approx(np.array([[0.25, 0.25], [0.5, 0.5], [0.75, 0.25]]), abs=0.01)
    assert not stroke.eraser
    assert stroke.width == canvas.pen_width


def test_no_point_of_a_fast_movement_is_lost(canvas, hand):
    path = [(0.1 + 0.0008 * step, 0.5 + 0.3 * np.sin(step / 30)) for step in range(1000)]
    hand.draw(*path)
    (stroke,) = canvas.document.strokes
    assert distances(np.array(path, np.float32), stroke.points).max() < 0.0035  # evened out by 0.001
    assert len(stroke.points) < 3000


def test_a_press_without_a_movement_is_a_dot(canvas, hand):
    hand.draw((0.5, 0.5))
    assert len(canvas.document.strokes[0].points) == 1
    assert tones(canvas)[200, 200] < 60


def test_each_movement_is_announced(canvas, hand, qtbot):
    with qtbot.waitSignals([canvas.drawing_changed] * 3):
        hand.press((0.2, 0.2))
        hand.move((0.4, 0.4))
        hand.move((0.6, 0.6))
    with qtbot.waitSignal(canvas.stroke_active, check_params_cb=lambda active: not active):
        hand.release((0.6, 0.6))


def test_a_stroke_that_leaves_the_paper_ends_at_its_edge_and_goes_on_where_it_comes_back(canvas, hand):
    hand.draw((0.5, 0.5), (1.5, 0.3), (1.5, 0.7), (0.5, 0.7))
    out, back = canvas.document.strokes
    assert out.points[-1] == pytest.approx((1.0, 0.4), abs=0.01)
    assert back.points[0] == pytest.approx((1.0, 0.7), abs=0.01)
    assert back.points[-1] == pytest.approx((0.5, 0.7), abs=0.01)
    assert tones(canvas)[180:260, 380:].min() == 255  # no line along the edge
    canvas.undo()
    assert canvas.is_blank
    assert not canvas.document.can_undo


def test_a_movement_across_a_corner_from_outside_to_outside_is_a_stroke(canvas, hand):
    hand.press((0.5, 1.2))
    hand.move((1.2, 0.5))
    hand.release((1.2, 0.5))
    (stroke,) = canvas.document.strokes
    assert stroke.points == pytest.approx(np.array([(0.7, 1.0), (1.0, 0.7)]), abs=0.01)


def test_a_press_beside_the_paper_draws_from_where_the_pen_comes_onto_it(canvas, hand, qtbot):
    canvas.resize(700, 402)
    hand.press((-0.2, 0.3))
    assert canvas.is_drawing
    hand.move((-0.2, 0.5))
    assert canvas.is_blank
    hand.move((0.2, 0.5))
    hand.move((0.4, 0.5))
    hand.release((0.4, 0.5))
    (stroke,) = canvas.document.strokes
    assert stroke.points[0] == pytest.approx((0.0, 0.5), abs=0.01)
    assert stroke.points[-1] == pytest.approx((0.4, 0.5), abs=0.01)


@pytest.mark.parametrize("size", [(700, 402), (402, 300), (700, 640)])
def test_a_stroke_goes_on_under_the_pen_when_the_widget_changes_its_size(canvas, hand, size):
    side = canvas.area().width()
    hand.press((0.2, 0.5))
    hand.move((0.4, 0.5))
    canvas.resize(*size)
    assert canvas.is_drawing
    assert canvas.area().width() == side  # the paper waits for the pen
    hand.move((0.6, 0.5))
    hand.release((0.8, 0.5))
    (stroke,) = canvas.document.strokes
    assert stroke.points[:, 1] == pytest.approx(0.5, abs=0.01)
    assert stroke.points[-1] == pytest.approx((0.6, 0.5), abs=0.01)
    assert canvas.area().width() == min(size) - 2
    ink = canvas.grab(canvas.area().toRect()).toImage()
    assert ink.pixelColor(ink.rect().center()).lightness() < 60


def test_a_press_and_a_movement_beside_the_paper_change_nothing(canvas, hand, qtbot):
    canvas.resize(700, 402)
    with qtbot.assertNotEmitted(canvas.drawing_changed), qtbot.assertNotEmitted(canvas.stroke_active):
        hand.draw((-0.2, 0.3), (-0.1, 0.9), (-0.3, 0.5))
    assert not canvas.document.can_undo


def test_escape_drops_all_strokes_of_a_movement_that_left_the_paper(canvas, hand):
    hand.press((0.5, 0.5))
    hand.move((1.5, 0.5))
    hand.move((0.5, 0.7))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    hand.release((0.5, 0.7))
    assert canvas.document.strokes == ()
    assert tones(canvas)[195:205, 300:380].min() == 255


def test_the_line_is_painted_where_the_pen_was_in_its_width(canvas, hand):
    canvas.set_pen_width(0.05)
    hand.draw((0.2, 0.5), (0.8, 0.5))
    page = tones(canvas)
    ink = np.flatnonzero(page[:, 200] < 128)
    assert len(ink) == pytest.approx(0.05 * 400, abs=2)
    assert ink.mean() == pytest.approx(200, abs=2)
    assert page[100:150, 100:300].min() == 255


def test_a_stroke_painted_piece_by_piece_looks_like_one_painted_at_once(canvas, hand):
    hand.draw(*[(0.5 + 0.3 * np.cos(turn / 20), 0.5 + 0.3 * np.sin(turn / 20)) for turn in range(126)])
    grown = tones(canvas)
    canvas.resize(420, 420)
    canvas.resize(402, 402)
    assert np.abs(grown - tones(canvas)).mean() < 1.0


def test_the_paper_is_white_in_dark_mode_too(canvas, hand):
    palette = canvas.palette()
    for role in (palette.ColorRole.Window, palette.ColorRole.Base):
        palette.setColor(role, Qt.GlobalColor.black)
    canvas.setPalette(palette)
    hand.draw((0.5, 0.5))
    assert tones(canvas)[20, 20] == 255


def test_a_hint_stands_on_empty_paper_until_the_pen_touches_it(canvas, hand):
    assert tones(canvas)[150:250, 50:350].min() < 200
    hand.press((0.05, 0.05))
    assert tones(canvas)[150:250, 50:350].min() == 255


def test_the_eraser_takes_ink_away_again(canvas, hand):
    hand.draw((0.2, 0.5), (0.8, 0.5))
    canvas.set_tool(Tool.ERASER)
    hand.draw((0.5, 0.4), (0.5, 0.6))
    page = tones(canvas)
    assert canvas.document.strokes[1].eraser
    assert page[200, 200] == 255
    assert page[200, 100] < 60


def test_paper_erased_to_the_last_line_is_blank_again(canvas, hand):
    hand.draw((0.2, 0.5), (0.8, 0.5))
    canvas.set_pen_width(0.05)
    canvas.set_tool(Tool.ERASER)
    hand.draw((0.2, 0.5), (0.5, 0.5))
    assert not canvas.is_blank
    hand.draw((0.5, 0.5), (0.8, 0.5))
    assert canvas.is_blank
    canvas.undo()
    assert not canvas.is_blank


def test_undo_redo_and_clear_step_through_whole_strokes(canvas, hand):
    hand.draw((0.2, 0.2), (0.8, 0.2))
    hand.draw((0.2, 0.8), (0.8, 0.8))
    canvas.clear()
    assert canvas.is_blank
    canvas.undo()
    canvas.undo()
    assert len(canvas.document.strokes) == 1
    assert tones(canvas)[320, 200] == 255
    canvas.redo()
    assert tones(canvas)[320, 200] < 60


def test_undo_with_nothing_to_undo_announces_nothing(canvas, qtbot):
    with qtbot.assertNotEmitted(canvas.drawing_changed):
        canvas.undo()


def test_a_pen_of_a_tablet_draws_and_its_other_end_erases(canvas, hand):
    assert all(hand.draw_with_the_pen((0.2, 0.5), (0.5, 0.5), (0.8, 0.5)))
    assert all(hand.erase_with_the_pen_turned_round((0.5, 0.4), (0.5, 0.6)))
    pen, eraser = canvas.document.strokes
    assert not pen.eraser
    assert eraser.eraser
    assert len(pen.points) == 3
    assert canvas.tool is Tool.PEN


def test_shift_draws_a_straight_line_from_where_the_stroke_began(canvas, hand):
    hand.press((0.1, 0.1))
    hand.move((0.3, 0.6), shift=True)
    hand.move((0.9, 0.1), shift=True)
    hand.release((0.9, 0.1))
    (stroke,) = canvas.document.strokes
    assert len(stroke.points) == 2
    page = tones(canvas)
    assert page[40, 200] < 60
    assert page[240, 120] == 255


def test_escape_drops_the_stroke_in_progress(canvas, hand):
    hand.draw((0.2, 0.2), (0.8, 0.2))
    hand.press((0.2, 0.8))
    hand.move((0.8, 0.8))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    hand.move((0.9, 0.9))
    hand.release((0.9, 0.9))
    assert len(canvas.document.strokes) == 1
    assert tones(canvas)[320, 200] == 255


def test_a_stroke_cut_by_a_loss_of_focus_is_kept(canvas, hand):
    hand.press((0.2, 0.2))
    hand.move((0.8, 0.2))
    QApplication.sendEvent(canvas, QFocusEvent(QFocusEvent.Type.FocusOut))
    assert not canvas.is_drawing
    canvas.undo()
    assert canvas.is_blank


def test_a_stroke_whose_release_got_lost_ends_at_the_next_movement(canvas, hand):
    hand.press((0.2, 0.2))
    hand.move((0.4, 0.2))
    hand.move_without_button((0.9, 0.9))
    assert not canvas.is_drawing
    assert canvas.document.strokes[0].points.max() < 0.5


def test_delete_empties_the_paper(canvas, hand):
    hand.draw((0.2, 0.2), (0.8, 0.2))
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.is_blank


def test_the_pen_gets_no_thicker_and_no_thinner_than_useful(canvas):
    for _ in range(40):
        canvas.thicker()
    assert canvas.pen_width == THICKEST
    for _ in range(40):
        canvas.thinner()
    assert canvas.pen_width == THINNEST


def test_the_cursor_previews_the_width(canvas):
    small = canvas.cursor().pixmap().width()
    canvas.set_pen_width(THICKEST)
    assert canvas.cursor().pixmap().width() > small


def test_a_long_drawing_costs_no_more_to_continue(canvas, hand, monkeypatch):
    hand.draw(*[(0.1 + 0.8 * (step % 50) / 50, 0.1 + 0.8 * step / 2000) for step in range(2000)])
    painted: list[int] = []
    original = canvas._layers.add

    def counted(*args, **kwargs):
        painted.append(1)
        return original(*args, **kwargs)

    monkeypatch.setattr(canvas._layers, "add", counted)
    monkeypatch.setattr(Snapshot, "paint_ink", lambda *_: pytest.fail("the whole sheet was painted again"))
    hand.draw((0.1, 0.1), (0.2, 0.2), (0.3, 0.2))
    assert len(painted) == 2  # the dot where it began, and the first piece once it had settled


def test_the_strokes_reach_the_engine_as_drawn(canvas, hand):
    hand.draw((0.2, 0.2), (0.8, 0.8))
    query = canvas.document.query().drawing
    assert isinstance(query, tuple)
    assert isinstance(query[0], Stroke)


def test_everything_that_a_pen_piece_changes_is_repainted(canvas, hand):
    class Regions(QObject):
        seen = QRegion()

        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint:
                self.seen = self.seen.united(event.region())
            return False

    canvas.resize(700, 402)  # the paper lies in the middle
    canvas.set_pen_width(THICKEST)
    hand.press((0.3, 0.3))
    QApplication.processEvents()
    before, regions = canvas.grab().toImage(), Regions()
    canvas.installEventFilter(regions)
    hand.move((0.6, 0.45))
    QApplication.processEvents()
    canvas.removeEventFilter(regions)
    after = canvas.grab().toImage()
    changed = [
        QPoint(x, y)
        for x in range(after.width())
        for y in range(after.height())
        if after.pixel(x, y) != before.pixel(x, y)
    ]
    assert len(changed) > 1000
    assert all(regions.seen.contains(point) for point in changed)
    assert regions.seen.boundingRect().width() < canvas.width()  # and no more than that
