from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from app.drawing.paper.snapshot import Opened, Picture
from app.state.settings import Settings

from ..conftest import Carried, Hand, centre, draw, names, prints, shown, strip_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none

ZIGZAG = [(0.2, 0.2), (0.8, 0.3), (0.3, 0.7), (0.8, 0.8)]


def shelf(window) -> list[tuple[int, list[str]]]:
    """Return how many strokes each drawing on the shelf has, and the names of the photos it found."""
    drawings = window.shelving.keeper.drawings
    assert window.shelving.bar.count() == len(drawings)
    assert window.shelving.bar.isVisible() == bool(drawings)
    return [(len(one.sketch.strokes), [path.name for path in one.photos]) for one in drawings]


def press(window, row: int = 0) -> None:
    bar = window.shelving.bar
    place = bar.visualItemRect(bar.item(row)).center()
    QTest.mouseClick(bar.viewport(), Qt.MouseButton.LeftButton, pos=place)


@pytest.fixture
def finds(indexed_window, qtbot):
    """A window with an answer on screen."""
    draw(indexed_window, *ZIGZAG)
    qtbot.waitUntil(lambda: shown(indexed_window) == 12)
    return indexed_window


def choose(window, row: int) -> Path:
    grid = window.grid
    grid.setFocus()
    grid.setCurrentIndex(grid.hits_model.index(row))
    return grid.hits_model.hit(row).path


def test_a_photo_that_is_copied_brings_the_drawing_to_the_shelf(finds, clipboard):
    path = choose(finds, 3)
    QTest.keyClick(finds.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert shelf(finds) == [(1, [path.name])]


def test_a_photo_laid_beside_the_drawing_counts_as_found(finds):
    path = choose(finds, 2)
    QTest.keyClick(finds.grid, Qt.Key.Key_L)
    assert shelf(finds) == [(1, [path.name])]


def test_a_photo_it_is_not_like_does_not(finds):
    choose(finds, 2)
    QTest.keyClick(finds.grid, Qt.Key.Key_U)
    assert shelf(finds) == []


@pytest.mark.parametrize("corner", ["like", "unlike"])
def test_a_photo_dragged_to_a_corner_counts_by_which_it_is(finds, monkeypatch, corner):
    path = finds.grid.hits_model.hit(3).path

    def drop(drag, _):
        strip = strip_of(finds)
        carried = Carried(finds, path, source=finds.grid)
        carried.enter()
        place = getattr(strip, corner)
        return Qt.DropAction.CopyAction if carried.drop(centre(finds, place)) else Qt.DropAction.IgnoreAction

    monkeypatch.setattr("app.photos.carrying.QDrag.exec", drop)
    monkeypatch.setattr("app.photos.carrying.QDrag.target", lambda drag: finds)
    finds.grid.carry([path])
    assert names(getattr(prints(finds), corner)) == [path.name]
    assert shelf(finds) == ([(1, [path.name])] if corner == "like" else [])


def test_a_drawing_that_goes_on_keeps_its_place_and_its_photos(finds, clipboard):
    first = choose(finds, 0)
    QTest.keyClick(finds.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    draw(finds, (0.1, 0.9), (0.9, 0.9))
    second = choose(finds, 1)
    QTest.keyClick(finds.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert shelf(finds) == [(2, [second.name, first.name] if second != first else [first.name])]


def test_an_emptied_paper_comes_to_the_shelf_and_a_click_brings_it_back_to_draw_on(finds):
    finds.canvas.clear()
    assert shelf(finds) == [(1, [])]
    draw(finds, (0.1, 0.5), (0.9, 0.5), (0.1, 0.6))
    press(finds)
    (stroke,) = finds.canvas.document.strokes
    assert stroke.points[-1] == pytest.approx(ZIGZAG[-1], abs=0.01)
    assert shelf(finds) == [(1, []), (1, [])]
    draw(finds, (0.1, 0.9), (0.9, 0.9))
    finds.canvas.clear()
    assert shelf(finds) == [(2, []), (1, [])]
    for _ in range(3):
        finds.canvas.undo()
    assert len(finds.canvas.document.strokes) == 1


def test_a_picture_that_is_moved_about_stays_one_drawing(finds):
    image = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(image).ellipse((40, 40, 160, 160), outline=0, width=6)
    finds.canvas.place(Picture.of(image))
    assert shelf(finds) == [(1, [])]
    finds.canvas.setFocus()
    QTest.keyClick(finds.canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    place = finds.canvas.document.picture.place
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_H):
        QTest.keyClick(finds.canvas, key)
    assert finds.canvas.document.picture.place != place
    assert shelf(finds) == [(1, [])]
    finds.canvas.clear()
    assert shelf(finds) == [(0, []), (1, [])]


def test_a_drawing_is_kept_whatever_takes_its_place(finds):
    finds.canvas.place(Opened(finds.canvas.document.strokes))
    assert shelf(finds) == [(1, [])]


def test_a_double_click_on_the_shelf_is_one_click(finds):
    finds.canvas.clear()
    draw(finds, (0.1, 0.5), (0.9, 0.5), (0.1, 0.6))
    bar = finds.shelving.bar
    place = bar.visualItemRect(bar.item(0)).center()
    QTest.mouseClick(bar.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(bar.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseRelease(bar.viewport(), Qt.MouseButton.LeftButton, pos=place)
    (stroke,) = finds.canvas.document.strokes
    assert stroke.points[-1] == pytest.approx(ZIGZAG[-1], abs=0.01)


def test_a_shelf_that_was_scrolled_stays_where_it_is_when_a_drawing_comes(finds):
    for number in range(20):
        finds.canvas.clear()
        draw(finds, (0.1, 0.03 * number), (0.9, 0.03 * number + 0.1))
    scroll = finds.shelving.bar.horizontalScrollBar()
    scroll.setValue(scroll.maximum() // 2)
    before = scroll.value()
    assert before > 0
    finds.canvas.clear()
    assert scroll.value() == before


def test_a_drawing_taken_back_by_undo_is_not_kept(finds):
    finds.canvas.undo()
    assert finds.canvas.is_blank
    assert shelf(finds) == []


def test_a_dot_is_not_worth_a_place(indexed_window):
    draw(indexed_window, (0.5, 0.5), (0.51, 0.5))
    indexed_window.canvas.clear()
    assert shelf(indexed_window) == []


def test_the_drawing_that_was_taken_is_the_one_that_goes_by_key(finds):
    for number in range(3):
        finds.canvas.clear()
        draw(finds, (0.1, 0.2), (0.9, 0.2 + 0.1 * number), (0.1, 0.9))
    bar = finds.shelving.bar
    bar.setFocus()
    bar.setCurrentRow(2)
    taken = finds.shelving.keeper.drawings[2].file
    QTest.keyClick(bar, Qt.Key.Key_Return)
    assert taken in {one.file for one in finds.shelving.keeper.drawings}
    assert len(finds.shelving.keeper.drawings) == 4
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Delete)
    assert taken not in {one.file for one in finds.shelving.keeper.drawings}
    assert len(finds.shelving.keeper.drawings) == 3


def test_drawings_are_removed_by_key_and_all_by_command(finds):
    finds.canvas.clear()
    draw(finds, (0.1, 0.5), (0.9, 0.5), (0.1, 0.6))
    finds.canvas.clear()
    assert len(shelf(finds)) == 2
    finds.shelving.bar.setFocus()
    finds.shelving.bar.setCurrentRow(0)
    QTest.keyClick(finds.shelving.bar, Qt.Key.Key_Backspace)  # the delete key of a Mac
    assert len(shelf(finds)) == 1
    next(one for one in finds.actions() if one.text() == "Remo&ve all kept drawings…").trigger()
    assert len(shelf(finds)) == 1
    finds.findChild(QMessageBox).button(QMessageBox.StandardButton.Yes).click()
    assert shelf(finds) == []
    assert finds.focusWidget() is finds.canvas


def test_the_shelf_is_there_at_the_next_start_and_the_drawing_on_the_paper_too(
    finds, make_window, photo_folder, qtbot
):
    draw(finds, (0.1, 0.9), (0.9, 0.9))
    path = choose(finds, 1)
    QTest.keyClick(finds.grid, Qt.Key.Key_L)
    strokes = finds.canvas.document.strokes
    finds.close()
    again = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: len(shelf(again)) == 1)
    assert shelf(again) == [(2, [path.name])]
    assert [stroke.points.tolist() for stroke in again.canvas.document.strokes] == [
        stroke.points.tolist() for stroke in strokes
    ]
    assert [one.path for one in again.canvas.document.prints.like] == [path]
    qtbot.waitUntil(lambda: shown(again) == 12)
    again.canvas.undo()
    assert len(again.canvas.document.prints) == 0
    again.canvas.undo()
    assert len(again.canvas.document.strokes) == 1


@pytest.mark.slow
def test_a_drawing_survives_a_program_that_is_killed(finds, make_window, qtbot, state_folder):
    qtbot.waitUntil((state_folder / "paper.svg").is_file)
    finds._next_start.release()  # as the system does; the first one never closed
    again = make_window()
    assert len(again.canvas.document.strokes) == 1


def test_of_two_windows_one_keeps_the_paper_and_the_other_its_drawing_on_the_shelf(
    finds, make_window, state_folder, qtbot
):
    qtbot.waitUntil((state_folder / "paper.svg").is_file)
    paper = (state_folder / "paper.svg").read_bytes()
    beside = make_window()
    assert beside.canvas.is_blank
    draw(beside, (0.1, 0.5), (0.9, 0.5), (0.1, 0.6))
    beside.close()
    assert (state_folder / "paper.svg").read_bytes() == paper
    finds.shelving.eventFilter(finds, QEvent(QEvent.Type.WindowActivate))  # somebody comes back to it
    assert shelf(finds) == [(1, [])]
    finds.close()
    assert len(make_window().canvas.document.strokes) == 1


def test_the_shelf_follows_a_change_between_light_and_dark(finds, clipboard):
    choose(finds, 3)
    QTest.keyClick(finds.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    bar = finds.shelving.bar
    before = bar.item(0).icon().cacheKey()
    colours = bar.palette()
    colours.setColor(QPalette.ColorRole.Mid, QColor("red"))
    bar.setPalette(colours)
    assert bar.item(0).icon().cacheKey() != before


def test_a_stroke_in_the_midst_of_which_the_window_closes_is_kept_too(finds, make_window):
    hand = Hand(finds.canvas)
    hand.press((0.1, 0.5))
    hand.move((0.5, 0.5))
    hand.move((0.5, 0.9))
    finds.close()
    assert len(make_window().canvas.document.strokes) == 2


def test_an_emptied_paper_is_empty_at_the_next_start(finds, make_window):
    finds.close()
    again = make_window()
    again.canvas.clear()
    again.close()
    assert make_window().canvas.is_blank


def test_a_window_beside_the_first_one_has_a_paper_of_its_own_which_goes_to_the_shelf(
    finds, make_window, state_folder, qtbot
):
    finds.close()
    paper = (state_folder / "paper.svg").read_bytes()
    beside = make_window(resumes=False)
    assert beside.canvas.is_blank
    draw(beside, (0.1, 0.5), (0.9, 0.5), (0.1, 0.6))
    beside.close()
    assert (state_folder / "paper.svg").read_bytes() == paper
    again = make_window()
    qtbot.waitUntil(lambda: shelf(again) == [(1, [])])


def test_a_spoilt_file_is_an_empty_paper(make_window, state_folder):
    (state_folder / "paper.svg").write_bytes(b"<svg>no")
    assert make_window().canvas.is_blank


def test_who_keeps_none_keeps_none(finds, clipboard):
    finds.canvas.clear()
    assert len(shelf(finds)) == 1
    action = next(one for one in finds.actions() if one.text() == "&Keep the last drawings")
    action.trigger()
    (box,) = finds.findChildren(QMessageBox)
    assert len(shelf(finds)) == 1
    box.button(QMessageBox.StandardButton.Yes).click()
    assert shelf(finds) == []
    assert not Settings().keep_drawings or not action.isChecked()
    draw(finds, *ZIGZAG)
    choose(finds, 0)
    QTest.keyClick(finds.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert shelf(finds) == []
    finds.canvas.clear()
    assert shelf(finds) == []


def test_a_drawing_that_stays_on_the_shelf_keeps_its_icon(finds):
    bar, icons = finds.shelving.bar, []
    for _ in range(2):
        finds.canvas.clear()
        icons.append(bar.item(bar.count() - 1).icon().cacheKey())
        draw(finds, (0.1, 0.5), (0.9, 0.5), (0.1, 0.6))
    assert bar.count() == 2
    assert len(set(icons)) == 1
