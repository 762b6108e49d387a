"""What is pasted, by Ctrl+V in the whole window: photos beside the drawing, drawings on the paper."""

import threading

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest

from app.drawing.beside import print_files, print_reading
from app.drawing.ink.svg_strokes import to_svg
from app.drawing.pasting import clipboard_content
from app.pictures.images import to_qimage
from engine.sketches.drawing import Stroke

from ..conftest import browsed, no_longer_busy, noise_photo, prints

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def paste(window, data: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(data)
    QTest.keyClick(window.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def copied(*paths) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def pixels(image: Image.Image) -> QMimeData:
    data = QMimeData()
    data.setImageData(to_qimage(image))
    return data


def line_drawing() -> Image.Image:
    image = Image.new("RGB", (300, 240), "white")
    ImageDraw.Draw(image).line([(40, 40), (240, 60), (150, 200), (40, 40)], "black", 6)
    return image


def guess_line(window):
    return window.drawing_panel.strip._guess_line


def test_files_come_before_their_pixels_and_an_svg_before_all(tmp_path, qapp):
    data = QMimeData()
    assert clipboard_content(None) is None
    assert clipboard_content(data) is None
    image = QImage(7, 5, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    data.setImageData(image)
    assert clipboard_content(data).size == (7, 5)
    data.setUrls([QUrl("https://example.org/a.png"), QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    assert clipboard_content(data) == [tmp_path / "a.png"]
    data.setData("image/svg+xml", b"<svg/>")
    assert clipboard_content(data) == b"<svg/>"


def test_photos_copied_from_the_grid_come_back_as_prints(searched_window, qtbot, clipboard):
    grid = searched_window.grid
    grid.setFocus()
    qtbot.waitUntil(lambda: searched_window.seating.is_settled)
    for row in (0, 1):
        area = grid.visualRect(grid.hits_model.index(row))
        keys = Qt.KeyboardModifier.ControlModifier if row else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, keys, area.center())
    chosen = grid.chosen_photos()
    assert len(chosen) == 2
    QTest.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not clipboard.image().isNull())
    assert len(clipboard.mimeData().urls()) == 2
    QTest.keyClick(searched_window.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(prints(searched_window)) == 2)
    assert [one.path for one in prints(searched_window).like] == chosen
    assert searched_window.canvas.document.picture is None


def test_a_photo_of_the_library_that_looks_like_a_drawing_comes_back_as_a_print_too(
    make_window, photo_folder, qtbot, clipboard
):
    path = photo_folder / "line.png"
    line_drawing().save(path)
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: no_longer_busy(window) and path in browsed(window))
    window.photos_panel.look_at(path)
    QTest.keyClick(window.photos_panel.viewer.picture, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not clipboard.image().isNull())
    QTest.keyClick(window.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(prints(window)) == 1)
    assert prints(window).like[0].path == path
    assert window.canvas.document.picture is None
    assert guess_line(window).guess is None
    window.canvas.clear()
    path.unlink()
    QTest.keyClick(window.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "line.png" in window.notice.sentence)
    assert len(prints(window)) == 0


def test_a_picture_copied_without_a_file_is_told_apart_and_can_be_turned_over(make_window, tmp_path, qtbot):
    window = make_window()
    with Image.open(noise_photo(tmp_path / "photo.png")) as photo:
        paste(window, pixels(photo.convert("RGB")))
    qtbot.waitUntil(lambda: len(prints(window)) == 1)
    assert prints(window).like[0].picture is not None
    assert guess_line(window).sentence == "This was taken for a photo."
    paste(window, pixels(line_drawing()))
    qtbot.waitUntil(lambda: window.canvas.document.picture is not None)
    assert guess_line(window).sentence == "This was taken for a sketch."
    QTest.mouseClick(guess_line(window).button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(prints(window)) == 2)
    assert window.canvas.document.picture is None


def test_several_copied_files_are_taken_in_turn_each_as_what_it_is(make_window, tmp_path, qtbot):
    window = make_window()
    line_drawing().save(tmp_path / "line.png")
    paste(window, copied(noise_photo(tmp_path / "photo.png"), tmp_path / "line.png"))
    qtbot.waitUntil(lambda: window.canvas.document.picture is not None)
    assert [one.path.name for one in prints(window).like] == ["photo.png"]


def test_a_pasted_svg_lies_on_the_paper(make_window, qtbot):
    window, data = make_window(), QMimeData()
    data.setData(
        "image/svg+xml",
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
        b'<path d="M1 1L8 8" stroke="black"/></svg>',
    )
    paste(window, data)
    qtbot.waitUntil(lambda: window.canvas.document.picture is not None)


@pytest.mark.parametrize("slow", ["svg", "picture"])
def test_what_is_pasted_first_comes_first_though_it_is_read_slower(make_window, qtbot, monkeypatch, slow):
    window, is_other_read = make_window(), threading.Event()

    def at_length(read, *, is_slow):
        def found(*arguments, **how):
            if is_slow:
                is_other_read.wait(0.5)  # it is not to be read before this is there
            result = read(*arguments, **how)
            if not is_slow:
                is_other_read.set()
            return result

        return found

    for kind, module, name in (("svg", print_reading, "load_data"), ("picture", print_files, "read_picture")):
        monkeypatch.setattr(module, name, at_length(getattr(module, name), is_slow=kind == slow))
    svg = QMimeData()
    svg.setData("image/svg+xml", to_svg([Stroke.through([(0.1, 0.1), (0.9, 0.4)])]))
    pasted = [svg, pixels(line_drawing())]
    for data in pasted if slow == "svg" else reversed(pasted):
        paste(window, data)
    document = window.canvas.document
    qtbot.waitUntil(lambda: document.step == 2)
    assert (document.picture is None) == (slow == "picture")
    window.canvas.undo()
    assert (document.picture is None) == (slow == "svg")


def test_pasting_nothing_is_told(make_window):
    window = make_window()
    QGuiApplication.clipboard().clear()
    QTest.keyClick(window.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.notice.sentence == "There is no picture on the clipboard."


def test_pasting_an_address_that_is_no_file_is_told(make_window):
    window, data = make_window(), QMimeData()
    data.setUrls([QUrl("smb://server/horse.jpg")])
    paste(window, data)
    assert window.notice.sentence.startswith("It is not a file on this computer")
