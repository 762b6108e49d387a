from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QListView, QWidget

from app.drawing.tools import Tool
from app.library.chosen import ChosenFolders, read_chosen
from app.state.settings import Settings
from app.style import appearance
from app.words import phrases
from engine.search.ordering import Order

from .conftest import Hand, browsed, draw, no_longer_busy, shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_a_new_person_is_told_what_to_do(make_window):
    window = make_window()
    assert window.photos_panel.page is window.photos_panel.welcome
    assert window.photos_panel.welcome.isVisible()


def test_drawing_brings_up_the_photos(indexed_window, qtbot):
    window = indexed_window
    window.photos_panel.show_state(window.session.state, drawn=False, hits=None)  # before the first answer
    assert window.photos_panel.message.title.endswith("come up in a moment")
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 12)
    assert window.photos_panel.page is window.grid
    assert window.photos_panel.heading == "12 photos, different guesses first"


def test_photos_come_up_before_the_pen_is_lifted(indexed_window, qtbot):
    hand = Hand(indexed_window.canvas)
    hand.press((0.2, 0.2))
    hand.move((0.6, 0.6))
    qtbot.waitUntil(lambda: shown(indexed_window) == 12)
    assert indexed_window.canvas.is_drawing


def test_what_is_shown_is_what_the_library_finds(indexed_window, qtbot):
    window = indexed_window
    draw(window, (0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.3))
    strokes = window.canvas.document.strokes
    expected = window.session.library.search(strokes, 80, order=Order.VARIED_RERANKED, group=True)
    qtbot.waitUntil(lambda: list(window.grid.hits_model.hits) == expected)


def test_an_emptied_paper_leaves_no_stale_photos(indexed_window, qtbot):
    window = indexed_window
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 12)
    window.canvas.undo()
    qtbot.waitUntil(lambda: len(browsed(window)) == 12)
    assert window.photos_panel.heading == "12 photos, newest first"
    window.canvas.redo()
    qtbot.waitUntil(lambda: shown(window) == 12)


def test_the_promise_stands_in_the_window(indexed_window):
    assert indexed_window.status.text == phrases.privacy()


def drop(window, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    event = QDropEvent(
        QPointF(50, 50), action, data, button, Qt.KeyboardModifier.NoModifier, QEvent.Type.Drop
    )
    window.dropEvent(event)


def test_a_dropped_folder_opens(make_window, photo_folder, qtbot):
    window = make_window()
    drop(window, photo_folder)
    qtbot.waitUntil(lambda: window.session.library is not None and no_longer_busy(window))
    assert window.session.library.photo_count == 12


def test_a_dropped_picture_becomes_the_sketch(indexed_window, draw_picture, tmp_path, qtbot):
    draw_picture("circle", "black").save(tmp_path / "sketch.png")
    drop(indexed_window, tmp_path / "sketch.png")
    qtbot.waitUntil(lambda: indexed_window.canvas.document.picture is not None)
    qtbot.waitUntil(lambda: shown(indexed_window) == 12)


def test_a_dropped_file_that_is_no_picture_is_told(indexed_window, tmp_path, qtbot):
    (tmp_path / "notes.txt").write_text("no picture")
    drop(indexed_window, tmp_path / "notes.txt")
    qtbot.waitUntil(indexed_window.notice.isVisible)


def test_keys_choose_tools_and_step_through_the_drawing(indexed_window):
    window = indexed_window
    QTest.keyClick(window.canvas, Qt.Key.Key_E)
    assert window.canvas.tool is Tool.ERASER
    QTest.keyClick(window.canvas, Qt.Key.Key_P)
    assert window.canvas.tool is not Tool.ERASER
    width = window.canvas.pen_width
    QTest.keyClick(window.canvas, Qt.Key.Key_BracketRight)
    assert window.canvas.pen_width > width
    QTest.keyClick(window.canvas, Qt.Key.Key_BracketLeft)
    assert window.canvas.pen_width == pytest.approx(width)
    draw(window)
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.is_blank
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, both)
    assert not window.canvas.is_blank
    QTest.keyClick(window.canvas, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.is_blank


def test_the_window_remembers_folder_pen_and_place(indexed_window, state_folder, photo_folder):
    indexed_window.canvas.set_pen_width(0.03)
    indexed_window.close()
    settings = Settings()
    assert read_chosen() == ChosenFolders((photo_folder,))
    assert settings.pen_width == 0.03
    assert not settings.geometry.isEmpty()
    assert not settings.splitter.isEmpty()
    assert (state_folder / "settings.ini").is_file()


def test_every_control_has_a_name_for_a_screen_reader(indexed_window):
    kinds = (QAbstractButton, QAbstractSlider, QListView)
    own = [one for one in indexed_window.findChildren(QWidget) if isinstance(one, kinds)]
    nameless = [
        one
        for one in own
        if not one.objectName().startswith("qt_")
        and not one.accessibleName()
        and not (isinstance(one, QAbstractButton) and one.text())
        and "ScrollBar" not in type(one).__name__
    ]
    assert nameless == []


def test_dark_and_light_follow_the_choice_at_once(indexed_window, qtbot):
    try:
        light = indexed_window.palette().color(QPalette.ColorRole.Window).lightness()
        choices = {choice.data(): choice for choice in indexed_window._actions.appearance.actions()}
        choices["dark"].trigger()
        ground = QPalette.ColorRole.Window
        qtbot.waitUntil(lambda: indexed_window.palette().color(ground).lightness() < 80 < light)
        assert Settings().appearance == "dark"
        icon = indexed_window._actions.pen.icon().pixmap(32, 32).toImage()
        tones = [
            icon.pixelColor(x, y).lightness()
            for x in range(icon.width())
            for y in range(icon.height())
            if icon.pixelColor(x, y).alpha() > 200
        ]
        assert min(tones) > 150
    finally:
        appearance.apply("system")


def test_the_photos_are_never_written(indexed_window, photo_folder, qtbot):
    before = {path: path.read_bytes() for path in photo_folder.rglob("*") if path.is_file()}
    draw(indexed_window)
    qtbot.waitUntil(lambda: shown(indexed_window) == 12)
    indexed_window.close()
    after = {path: path.read_bytes() for path in photo_folder.rglob("*") if path.is_file()}
    assert after == before


def test_pasting_a_picture_searches_for_it(indexed_window, qtbot):
    from app.pictures.images import to_qimage

    image = Image.new("L", (80, 80), 255)
    image.paste(0, (20, 20, 60, 60))
    QApplication.clipboard().setImage(to_qimage(image))
    QTest.keyClick(indexed_window.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shown(indexed_window) == 12)
