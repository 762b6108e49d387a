"""The strip of photos under the paper, with mouse and keys."""

from itertools import pairwise

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QMenu

from app.drawing.beside.print_corner import _HEADING
from app.drawing.beside.print_tile import SIDE
from app.drawing.paper.prints import Print
from app.drawing.tools import Tool
from engine.elsewhere import Place, address
from engine.search.mixing import BALANCE

from ...conftest import Hand
from ...photos.conftest import Finger, screen
from ..conftest import laid

__all__ = ["screen"]

LEFT = Qt.MouseButton.LeftButton
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)", "grabbing")  # of offscreen windows


def stroke(panel) -> None:
    Hand(panel.canvas).draw((0.2, 0.2), (0.8, 0.8))


def entry(menu: QMenu, text: str):
    return next(action for action in menu.actions() if action.text() == text)


def test_the_strip_takes_room_only_while_photos_lie_there(panel, strip, photos):
    room = panel.canvas.height()
    assert not strip.isVisible()
    panel.print_files.lay(photos, like=True)
    assert strip.isVisible()
    assert panel._actions.clear.isEnabled()
    assert not panel._actions.save_sketch.isEnabled()
    panel._actions.clear.trigger()
    assert not strip.isVisible()
    QApplication.processEvents()
    assert panel.canvas.height() == room


def test_delete_takes_the_chosen_print_off_and_the_next_one_is_chosen(panel, strip, photos):
    stroke(panel)
    panel.print_files.lay(photos, like=True)
    strip.like.tiles[1].setFocus()
    QTest.keyClick(strip.like.tiles[1], Qt.Key.Key_Delete)
    assert laid(panel) == (["0.png", "2.png"], [])
    assert strip.like.tiles[1].hasFocus()
    QTest.keyClick(strip.like.tiles[1], Qt.Key.Key_Left)
    assert strip.like.tiles[0].hasFocus()
    QTest.keyClick(strip.like.tiles[0], Qt.Key.Key_Right)
    for _ in range(2):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Delete)
    assert laid(panel) == ([], [])
    assert panel.canvas.hasFocus()
    held = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, "", True)
    assert panel.canvas.hasFocus()
    QApplication.sendEvent(panel.canvas, held)
    assert len(panel.canvas.document.strokes) == 1  # Delete on a print empties no paper
    panel.canvas.undo()
    assert laid(panel) == (["0.png"], [])


def test_a_photo_of_another_machine_is_carried_too(panel, strip, photos, monkeypatch):
    held = []
    monkeypatch.setattr("app.drawing.beside.strip.QDrag.exec", lambda drag, _: held.append(strip.carried))
    for path in (photos[0], address(Place("anna", "/photos/one.png", b"0" * 16))):
        strip._carry(Print(path))
    assert [one.path.is_absolute() for one in held] == [True, False]
    assert strip.carried is None


def test_the_cross_shows_under_the_pointer_and_takes_the_print_off(panel, strip, photos, qtbot):
    panel.print_files.lay(photos[:1], like=False)
    tile = strip.unlike.tiles[0]
    cross = tile.findChild(QAbstractButton)
    assert not cross.isVisible()
    QTest.mouseMove(panel.window().windowHandle(), tile.mapTo(panel.window(), QPoint(20, 30)))
    qtbot.waitUntil(cross.isVisible)
    QTest.mouseClick(cross, LEFT)
    assert laid(panel) == ([], [])


def test_the_menu_turns_a_print_over_from_keyboard_and_mouse(panel, strip, photos, qtbot):
    panel.print_files.lay(photos[:2], like=True)
    tile = strip.like.tiles[0]
    tile.setFocus()
    QTest.keyClick(tile, Qt.Key.Key_Return)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entry(menu, "Move to “Not this”").trigger()
    menu.close()
    assert laid(panel) == (["1.png"], ["0.png"])
    assert strip.unlike.tiles[0].hasFocus()
    tile = strip.unlike.tiles[0]
    place = tile.rect().center()
    QApplication.sendEvent(
        tile, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, tile.mapToGlobal(place))
    )
    menu = QApplication.activePopupWidget()
    entry(menu, "Move to “Like this”").trigger()
    menu.close()
    assert laid(panel) == (["1.png", "0.png"], [])
    entry(strip.like.tiles[0].menu(), "Take off").trigger()
    assert laid(panel) == (["0.png"], [])


def test_a_print_can_be_laid_on_the_paper_as_a_sketch(panel, strip, tmp_path, qtbot):
    picture = Image.new("L", (120, 90), 255)
    picture.paste(0, (30, 30, 90, 40))
    picture.save(tmp_path / "line.png")
    panel.print_files.lay([tmp_path / "line.png"], like=True)
    entry(strip.like.tiles[0].menu(), "Lay it on the paper as a sketch").trigger()
    qtbot.waitUntil(lambda: panel.canvas.document.picture is not None)
    assert laid(panel) == ([], [])
    panel.canvas.undo()
    assert laid(panel) == (["line.png"], [])
    assert panel.canvas.is_blank


def test_a_drag_of_the_slider_is_one_step_of_undo(panel, strip, photos, qtbot):
    stroke(panel)
    panel.print_files.lay(photos[:1], like=True)
    slider, changes = strip.slider, []
    QApplication.processEvents()
    panel.canvas.drawing_changed.connect(lambda: changes.append(panel.canvas.document.query().balance))
    steps = len(panel.canvas.document._history)
    start = QPoint(round(8 + (slider.width() - 16) * BALANCE), slider.height() // 2)
    handle = panel.window().windowHandle()
    QTest.mousePress(handle, LEFT, pos=slider.mapTo(panel.window(), start))
    for step in range(1, 6):
        QTest.mouseMove(handle, slider.mapTo(panel.window(), start - QPoint(15 * step, 0)))
    QTest.mouseRelease(handle, LEFT, pos=slider.mapTo(panel.window(), start - QPoint(75, 0)))
    assert len(changes) >= 4  # results follow
    assert changes == sorted(changes, reverse=True)
    assert len(panel.canvas.document._history) == steps + 1
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert len(panel.canvas.document._history) == steps + 2
    panel.canvas.undo()
    panel.canvas.undo()
    assert panel.canvas.document.prints.balance == BALANCE
    assert slider.value() == round(100 * BALANCE)


def test_the_slider_is_there_with_photos_and_works_with_a_drawing(panel, strip, photos):
    stroke(panel)
    assert not strip.slider.isVisible()
    panel.print_files.lay(photos[:1], like=True)
    assert strip.slider.isVisible()
    assert strip.slider.isEnabled()
    Hand(panel.canvas).draw((0.1, 0.1))
    panel.canvas.undo()
    panel.canvas.set_tool(Tool.ERASER)
    panel.canvas.set_pen_width(1.0)
    for _ in range(3):
        Hand(panel.canvas).draw(*[(x / 10, y / 10) for x in range(11) for y in (0, 10)])
    assert panel.canvas.is_blank
    assert strip.slider.isVisible()
    assert not strip.slider.isEnabled()


def crowd(panel, tmp_path, count):
    """Return the like corner with this many prints."""
    panel.print_files.lay([tmp_path / f"{number}.jpg" for number in range(count)], like=True)
    QApplication.processEvents()
    assert panel.strip.unlike.width() >= SIDE
    return panel.strip.like


def seen(tile):
    """Return the part of a print that is not cut off, in its corner's pixels."""
    return tile.visibleRegion().boundingRect().translated(tile.mapTo(tile.window(), QPoint(0, 0)))


def inside(corner):
    """Return where the corner's prints may lie: within its frame."""
    return corner.rect().adjusted(5, 20, -5, -5).translated(corner.mapTo(corner.window(), QPoint(0, 0)))


def test_a_few_too_many_prints_overlap_and_stay_inside(panel, strip, tmp_path):
    corner = crowd(panel, tmp_path, 5)
    lefts = [tile.x() for tile in corner.tiles]
    assert all(30 <= right - left < SIDE for left, right in pairwise(lefts))
    assert seen(corner.tiles[-1]).right() <= inside(corner).right()


def test_fifty_prints_are_no_slivers_and_scroll_by_the_wheel(panel, strip, tmp_path):
    corner = crowd(panel, tmp_path, 50)
    tiles = corner.tiles
    assert all(after.x() - before.x() >= 30 for before, after in pairwise(tiles))
    assert tiles[0].x() == 0
    assert inside(corner).contains(seen(tiles[corner.width() // 30 - 2]))
    place = QPointF(20, 40)
    for _ in range(100):
        turn = QPoint(0, -120)
        event = QWheelEvent(place, corner.mapToGlobal(place), QPoint(), turn, Qt.MouseButton.NoButton,
                            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
        QApplication.sendEvent(corner, event)
    assert seen(tiles[-1]).size() == tiles[-1].size()
    shown = [seen(tile) for tile in tiles if not tile.visibleRegion().isEmpty()]
    assert len(shown) < 25
    assert all(inside(corner).contains(one) for one in shown)


def test_a_finger_scrolls_prints_that_have_no_room_and_carries_one_up(panel, strip, screen, tmp_path, qtbot):
    corner, carried = crowd(panel, tmp_path, 50), []
    for tile in corner.tiles:
        tile.dragged.disconnect()
        tile.dragged.connect(carried.append)
    finger = Finger(corner, screen, qtbot)
    finger.swipe(QPoint(120, _HEADING + 30), QPoint(-90, 5))
    assert corner.tiles[0].x() == pytest.approx(-90, abs=1)
    assert (carried, QApplication.activePopupWidget()) == ([], None)
    finger.swipe(QPoint(40, _HEADING + 30), QPoint(5, -60))
    assert len(carried) == 1


def test_a_print_the_keyboard_goes_to_is_in_sight(panel, strip, tmp_path):
    corner = crowd(panel, tmp_path, 50)
    corner.tiles[0].setFocus()
    for _ in range(49):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert corner.tiles[49].hasFocus()
    assert inside(corner).contains(seen(corner.tiles[49]))
    assert seen(corner.tiles[49]).width() == SIDE
    for _ in range(49):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    assert seen(corner.tiles[0]).width() == SIDE


def test_what_is_laid_again_moves_and_is_never_there_twice(panel, strip, photos):
    panel.print_files.lay(photos[:2], like=True)
    panel.print_files.lay(photos[1:], like=False)
    assert laid(panel) == (["0.png"], ["1.png", "2.png"])
    panel.print_files.lay(photos[1:], like=False)
    panel.canvas.undo()
    assert laid(panel) == (["0.png", "1.png"], [])


def test_undo_shows_the_picture_without_reading_it_again(
    panel, strip, photos, thumbnails, qtbot, monkeypatch
):
    panel.print_files.lay(photos[:1], like=True)
    qtbot.waitUntil(lambda: not strip.like.tiles[0].print.shown.isNull())
    monkeypatch.setattr(thumbnails, "get", lambda *_, **__: pytest.fail("it was asked for again"))
    photos[0].unlink()
    panel.canvas.undo()
    panel.canvas.redo()
    assert isinstance(strip.like.tiles[0].print.shown, QImage)
    assert not strip.like.tiles[0].print.shown.isNull()


def test_every_control_is_named_and_every_print_says_what_it_is(panel, strip, photos):
    panel.print_files.lay(photos[:1], like=True)
    panel.print_files.lay(photos[1:2], like=False)
    assert strip.like.tiles[0].accessibleName() == "0.png, like this"
    assert strip.unlike.tiles[0].accessibleName() == "1.png, not this"
    assert strip.like.tiles[0].toolTip().startswith("0.png")
    kinds = (QAbstractButton, QAbstractSlider)
    controls = [one for kind in kinds for one in strip.findChildren(kind)]
    assert [one for one in controls if not one.accessibleName() and not one.text()] == []
    assert strip.like.accessibleName() == "Like this"
    assert strip.unlike.accessibleName() == "Not this"


def test_what_it_is_not_like_has_a_stroke_through_it_in_whatever_colours(panel, strip, photos, qtbot):
    panel.print_files.lay(photos[:1], like=True)
    one = strip.like.tiles[0].print
    qtbot.waitUntil(lambda: not one.shown.isNull())
    one.shown.fill(Qt.GlobalColor.white)

    def darkest(tile) -> int:
        """Return the darkest tone along the diagonal, its ends aside."""
        grey = tile.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        return min(grey.pixelColor(x, SIDE - 1 - x).lightness() for x in range(14, SIDE - 26))

    assert darkest(strip.like.tiles[0]) > 240
    strip.turn(one)
    assert darkest(strip.unlike.tiles[0]) < 150


def test_a_corner_has_room_for_its_word_in_large_letters(strip):
    font = strip.like.font()
    font.setPointSizeF(2.5 * font.pointSizeF())
    before = strip.like.sizeHint().height()
    strip.like.setFont(font)
    more = strip.like.fontMetrics().height() + 4 - _HEADING
    assert strip.like.sizeHint().height() - before == more > 0


def test_the_balance_speaks_of_a_drawing_only_where_one_is(panel, strip, photos):
    panel.print_files.lay([photos[0]], like=False)
    assert strip.slider.toolTip() == "Nothing is drawn, and nothing lies under “Like this”."
    stroke(panel)
    assert strip.slider.toolTip().endswith("the drawing alone counts.")
