"""What is selected are photos, not rows."""

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QMessageBox

from app.desktop import desktop
from app.photos import deeds
from engine.errors import ImageError
from engine.library import Hit

from ..conftest import select, selected

pytestmark = pytest.mark.usefixtures("clipboard")


def named(grid, text: str):
    return next(action for action in grid.actions() if action.text() == text)


def test_three_selected_photos_stay_selected_wherever_answers_move_them(grid, hits):
    grid.show_hits(hits, from_top=True)
    three = select(grid, 1, 4, 7)
    for answer in (hits[::-1], hits[3:] + hits[:3], hits[:9], [*hits[:9][::-1], *hits[9:]]):
        grid.show_hits(answer, from_top=False)
        assert selected(grid) == three
        assert grid.hits_model.hits == tuple(answer)


def test_of_selected_photos_only_those_that_go_are_no_longer_selected(grid, hits):
    grid.show_hits(hits, from_top=True)
    select(grid, 1, 4, 7)
    grid.show_hits([hit for hit in hits[::-1] if hit is not hits[4]], from_top=False)
    assert selected(grid) == {hits[1].path, hits[7].path}


def test_very_many_photos_are_laid_beside_the_drawing_only_after_a_question(grid, hits, monkeypatch):
    monkeypatch.setattr("app.dialogs.questions.MANY_PRINTS", 3)
    asked, liked = [], []
    monkeypatch.setattr(
        "app.dialogs.questions.ask", lambda window, question, then: asked.append((question, then))
    )
    grid.liked.connect(liked.append)
    grid.show_hits(hits, from_top=True)
    select(grid, 0, 1, 2)
    grid.commands.like.trigger()
    assert (len(liked), asked) == (1, [])
    select(grid, 0, 1, 2, 3)
    grid.commands.like.trigger()
    ((question, then),) = asked
    assert question == "Lay 4 photos beside the drawing?"
    assert len(liked) == 1
    then()
    assert len(liked[1]) == 4


def test_a_drag_takes_the_selected_photos_after_they_moved(grid, hits):
    grid.show_hits(hits, from_top=True)
    select(grid, 0, 2, 4)
    grid.show_hits(hits[::-1], from_top=False)
    data = grid.hits_model.mimeData(grid.selectionModel().selectedIndexes())
    assert [Path(url.toLocalFile()) for url in data.urls()] == [hits[4].path, hits[2].path, hits[0].path]


def test_a_range_goes_on_from_the_photo_it_began_with(grid, hits, qtbot):
    grid.show_hits(hits, from_top=True)
    model = grid.hits_model

    def click(row, modifier=Qt.KeyboardModifier.NoModifier):
        place = grid.visualRect(model.index(row)).center()
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifier, place)

    click(0)
    grid.show_hits([hits[1], hits[2], hits[0], *hits[3:]], from_top=False)
    click(4, Qt.KeyboardModifier.ShiftModifier)
    assert selected(grid) == {hits[0].path, hits[3].path, hits[4].path}


def test_the_view_stays_where_it_was_scrolled_to(grid, hits, qtbot):
    grid.show_hits(hits, from_top=True)
    bar = grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum() // 2)
    place = bar.value()
    grid.show_hits(hits[::-1], from_top=False)
    grid.show_hits([*hits[2:], hits[0]], from_top=False)
    QGuiApplication.processEvents()
    assert bar.value() == place
    grid.show_hits(hits, from_top=True)
    QGuiApplication.processEvents()
    assert bar.value() == 0


def test_the_menu_of_a_selected_photo_is_for_all_selected_and_of_another_for_that_one(
    grid, hits, monkeypatch
):
    monkeypatch.setattr(QMenu, "popup", lambda *_: None)
    grid.show_hits(hits, from_top=True)
    three = select(grid, 0, 1, 2)

    def right_click(row):
        place = grid.visualRect(grid.hits_model.index(row)).center()
        grid.contextMenuEvent(
            QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, grid.viewport().mapToGlobal(place))
        )

    right_click(1)
    assert selected(grid) == three
    assert grid.chosen_photos() == [hit.path for hit in hits[:3]]
    right_click(4)
    assert grid.chosen_photos() == [hits[4].path]


def test_copy_puts_all_selected_files_and_the_first_ones_pixels_on_the_clipboard(grid, hits, qtbot):
    grid.show_hits(hits, from_top=True)
    select(grid, 5, 1, 3)
    expected = [hits[row].path for row in (1, 3, 5)]
    clipboard = QGuiApplication.clipboard()
    named(grid, "Copy").trigger()
    qtbot.waitUntil(lambda: clipboard.image().width() == 96)
    data = clipboard.mimeData()
    assert [Path(url.toLocalFile()) for url in data.urls()] == expected
    assert data.text() == "\n".join(map(str, expected))
    files = bytes(data.data("x-special/gnome-copied-files")).decode().splitlines()
    assert files == ["copy", *(path.as_uri() for path in expected)]
    named(grid, "Copy path").trigger()
    assert clipboard.text() == "\n".join(map(str, expected))


def test_pixels_that_come_late_do_not_take_the_place_of_what_was_copied_since(grid, hits, qtbot):
    grid.show_hits(hits, from_top=True)
    paths = [hits[0].path]
    QGuiApplication.clipboard().setText("something else")
    grid.commands.deeds._add_picture(grid.commands.deeds._copies, paths, desktop.picture_to_paste(paths[0]))
    assert QGuiApplication.clipboard().text() == "something else"


def test_a_photo_that_cannot_be_read_is_copied_as_a_file_and_one_that_is_gone_is_told(
    grid, hits, qtbot, monkeypatch
):
    tried = []

    def fail(path):
        tried.append(path)
        raise ImageError("the file is damaged.")

    monkeypatch.setattr(desktop, "picture_to_paste", fail)
    hits[0].path.unlink()
    grid.show_hits(hits, from_top=True)
    select(grid, 0, 1)
    with qtbot.waitSignal(grid.failed) as said:
        named(grid, "Copy").trigger()
    assert said.args == [f"{hits[0].path.name} is not in its folder any more."]
    qtbot.waitUntil(lambda: tried == [hits[1].path])
    urls = QGuiApplication.clipboard().mimeData().urls()
    assert [Path(url.toLocalFile()) for url in urls] == [hits[1].path]


@pytest.fixture
def opened(monkeypatch):
    paths = []
    monkeypatch.setattr(desktop, "open_file", paths.append)
    return paths


def test_all_selected_photos_are_opened_by_command_and_by_the_enter_key(grid, hits, opened, qtbot):
    grid.show_hits(hits, from_top=True)
    select(grid, 1, 3)
    grid.setFocus()
    grid.selectionModel().setCurrentIndex(
        grid.hits_model.index(3), QItemSelectionModel.SelectionFlag.NoUpdate
    )
    both = [hits[1].path, hits[3].path]
    named(grid, "Open").trigger()
    qtbot.waitUntil(lambda: opened == both)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened == both * 2)


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_more_photos_than_ten_are_opened_only_after_a_question(grid, hits, opened, qtbot):
    grid.show_hits(hits, from_top=True)
    grid.selectAll()
    for button, count in ((QMessageBox.StandardButton.Cancel, 0), (QMessageBox.StandardButton.Yes, 12)):
        named(grid, "Open").trigger()
        box = grid.findChild(QMessageBox)
        assert box.text() == "Open 12 photos at once?"
        assert opened == []
        with qtbot.waitSignal(box.destroyed):
            box.button(button).click()
        qtbot.waitUntil(lambda count=count: len(opened) == count)


def test_each_folder_is_shown_once(grid, hits, monkeypatch, qtbot):
    shown = []
    monkeypatch.setattr(desktop, "show_in_folder", shown.append)
    grid.show_hits(hits, from_top=True)
    grid.selectAll()
    named(grid, "Show in folder").trigger()
    qtbot.waitUntil(lambda: len(shown) == 2)
    folders = [path.parent for path in shown]
    assert len(folders) == len(set(folders)) == len({hit.path.parent for hit in hits}) == 2
    assert shown[0] == hits[0].path
    assert deeds.MANY >= 2


def test_names_are_shown_as_text(grid, tmp_path):
    odd = [tmp_path / name for name in ("<img src='x'>&.png", "new\nline.png", "bidi\u202egnp.png")]
    grid.show_hits([Hit(path, 0.5) for path in odd], from_top=True)
    tips = [grid.hits_model.index(row).data(Qt.ItemDataRole.ToolTipRole) for row in range(3)]
    assert tips[0].startswith("<qt>&lt;img src=&#x27;x&#x27;&gt;&amp;.png<br>")
    assert tips[1].startswith("new\\nline.png\n")
    assert grid.hits_model.index(2).data() == "bidi\\u202egnp.png"
