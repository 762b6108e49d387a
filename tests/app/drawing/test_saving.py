import io

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.drawing.beside.print_files import PrintFiles
from app.drawing.canvas import Canvas
from app.drawing.files import SketchFiles
from app.drawing.ink.geometry import Affine
from app.drawing.ink.svg_strokes import SavedSketch, read_svg
from app.drawing.loading import open_saved
from app.drawing.paper.snapshot import Picture
from app.drawing.pasting import Pasting
from app.drawing.saving import save_svg
from app.drawing.tools import Tool
from app.pictures.images import as_png, to_pillow
from app.pictures.sketches import read_drawing, read_sketch
from engine.errors import EngineError
from engine.preprocess import as_clean, has_ink, sketch_square

pytestmark = pytest.mark.usefixtures("clipboard")


def test_a_saved_drawing_opens_as_the_strokes_it_was(canvas, hand, tmp_path, qtbot):
    hand.draw((0.2, 0.2), (0.5, 0.8), (0.8, 0.2))
    canvas.set_tool(Tool.ERASER)
    hand.draw((0.2, 0.2), (0.3, 0.3))
    save_svg(canvas.document, tmp_path / "a.svg")
    saved = canvas.document.strokes
    canvas.clear()
    with qtbot.waitSignal(canvas.drawing_changed):
        SketchFiles(canvas).open(tmp_path / "a.svg")
    opened = canvas.document.strokes
    assert canvas.document.picture is None
    assert [stroke.eraser for stroke in opened] == [False, True]
    for one, other in zip(opened, saved, strict=True):
        assert np.array_equal(one.points, other.points)
    canvas.undo()
    assert canvas.is_blank


def test_a_drawing_over_a_picture_is_saved_and_opened_with_it_in_its_place(canvas, sketch, tmp_path, qtbot):
    with qtbot.waitSignal(canvas.drawing_changed):
        SketchFiles(canvas).open(sketch)
    canvas.choose_all()
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    canvas.document.begin((0.1, 0.1))
    canvas.document.extend((0.9, 0.9))
    canvas.document.end()
    before = np.asarray(to_pillow(canvas.document.to_image(200)).convert("L"), float)
    save_svg(canvas.document, tmp_path / "a.svg")
    canvas.clear()
    with qtbot.waitSignal(canvas.drawing_changed):
        SketchFiles(canvas).open(tmp_path / "a.svg")
    after = np.asarray(to_pillow(canvas.document.to_image(200)).convert("L"), float)
    assert canvas.document.picture.place[1] == pytest.approx(0.01)
    assert len(canvas.document.strokes) == 1
    assert np.abs(before - after).mean() < 2


@pytest.mark.parametrize(("strokes", "by"), [(0, 1), (1, 1), (0, 60)])
def test_what_is_saved_is_searched_in_the_terminal_as_in_the_window(
    canvas, sketch, tmp_path, qtbot, strokes, by
):
    with qtbot.waitSignal(canvas.drawing_changed):
        SketchFiles(canvas).open(sketch)
    canvas.choose_all()
    for _ in range(by):  # in the end half of it lies beside the paper
        QTest.keyClick(canvas, Qt.Key.Key_Down)
    for _ in range(strokes):
        canvas.document.begin((0.1, 0.1), width=0.05)
        canvas.document.extend((0.9, 0.9))
        canvas.document.end()
    save_svg(canvas.document, tmp_path / "a.svg")
    searched, window = read_drawing(tmp_path / "a.svg"), canvas.document.query().drawing
    there, here = (np.asarray(sketch_square(one, 64), float) for one in (searched, window))
    assert here.min() < 100
    assert np.abs(there - here).mean() < 4
    assert (canvas.document.query().drawing is canvas.document.picture.original) == (not strokes and by == 1)
    canvas.clear()
    with qtbot.waitSignal(canvas.drawing_changed):
        SketchFiles(canvas).open(tmp_path / "a.svg")
    assert canvas.document.picture is not None
    assert len(canvas.document.strokes) == strokes


def test_strokes_that_were_saved_are_searched_in_the_terminal_as_strokes(canvas, hand, tmp_path):
    hand.draw((0.4, 0.4), (0.5, 0.5), (0.6, 0.4))
    save_svg(canvas.document, tmp_path / "a.svg")
    searched = read_drawing(tmp_path / "a.svg")
    assert [stroke.points.tolist() for stroke in searched] == [
        stroke.points.tolist() for stroke in canvas.document.query().drawing
    ]


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_a_saved_sketch_gets_its_ending_and_replaces_nothing(canvas, hand, tmp_path, qtbot, monkeypatch):
    hand.draw((0.2, 0.2), (0.8, 0.8))
    chosen = [str(tmp_path / "drawing 2.0")]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (chosen[0], ""))
    sketches = SketchFiles(canvas)
    sketches.save()
    there = tmp_path / "drawing 2.0.svg"
    assert len(read_svg(there.read_bytes()).strokes) == 1
    hand.draw((0.2, 0.8), (0.8, 0.2))
    for button, count in ((QMessageBox.StandardButton.Cancel, 1), (QMessageBox.StandardButton.Yes, 2)):
        sketches.save()
        question = canvas.window().findChild(QMessageBox)
        assert question.text() == "drawing 2.0.svg exists already. Replace it?"
        with qtbot.waitSignal(question.destroyed):
            question.button(button).click()
        assert len(read_svg(there.read_bytes()).strokes) == count
    chosen[0] = str(tmp_path / "b.SVG")
    sketches.save()
    sketches.save()  # of this name the dialog has asked itself
    assert (tmp_path / "b.SVG").exists()


def test_a_copied_sketch_is_a_picture_elsewhere_and_strokes_in_another_window(canvas, hand, qtbot, clipboard):
    hand.draw((0.2, 0.5), (0.5, 0.8), (0.8, 0.5))
    SketchFiles(canvas).copy()
    data = clipboard.mimeData()
    assert data.hasImage()
    assert data.imageData().pixelColor(500, 800).lightness() < 60
    other = Canvas()
    qtbot.addWidget(other)
    with qtbot.waitSignal(other.drawing_changed):
        Pasting(PrintFiles(other, lambda _: False)).paste()
    assert np.array_equal(other.document.strokes[0].points, canvas.document.strokes[0].points)


def test_a_traced_photo_is_faint_and_neither_searched_nor_saved(canvas, hand, tmp_path, qtbot):
    Image.new("RGB", (60, 30), (200, 30, 30)).save(tmp_path / "photo.jpg")
    changes = []
    canvas.drawing_changed.connect(lambda: changes.append(1))
    SketchFiles(canvas).trace(tmp_path / "photo.jpg")
    qtbot.waitUntil(lambda: canvas.document.snapshot.underlay is not None)
    shot = canvas.grab(canvas.area().toRect()).toImage()
    assert 150 < shot.pixelColor(200, 200).green() < 230 < shot.pixelColor(200, 200).red()
    assert shot.pixelColor(200, 50).green() == 255  # it keeps its shape
    assert canvas.is_blank
    assert canvas.document.query() is None
    hand.draw((0.2, 0.5), (0.8, 0.5))
    assert isinstance(canvas.document.query().drawing, tuple)
    save_svg(canvas.document, tmp_path / "a.svg")
    assert b"<image" not in (tmp_path / "a.svg").read_bytes()
    canvas.set_tool(Tool.ERASER)
    hand.draw((0.4, 0.5), (0.6, 0.5))
    shot = canvas.grab(canvas.area().toRect()).toImage()
    assert shot.pixelColor(200, 200).green() < 230  # rubbing takes ink, not the photo
    canvas.trace(None)
    assert canvas.grab(canvas.area().toRect()).toImage().pixelColor(200, 200).green() == 255
    canvas.undo()
    assert canvas.document.snapshot.underlay is not None
    for _ in range(3):
        canvas.undo()
    assert canvas.document.snapshot.underlay is None


def test_a_photo_that_cannot_be_traced_is_told(canvas, tmp_path, qtbot):
    (tmp_path / "no.jpg").write_text("no picture")
    sketches = SketchFiles(canvas)
    with qtbot.waitSignal(sketches.failed) as said:
        sketches.trace(tmp_path / "no.jpg")
    assert "no.jpg" in said.args[0]


def test_dropped_drawings_are_laid_in_turn_and_saved_ones_as_strokes(canvas, hand, sketch, tmp_path, qtbot):
    hand.draw((0.2, 0.2), (0.5, 0.8), (0.8, 0.2))
    save_svg(canvas.document, tmp_path / "a.svg")
    saved = canvas.document.strokes
    canvas.clear()
    prints = PrintFiles(canvas, lambda _: False)
    prints.take([sketch, tmp_path / "a.svg"])
    qtbot.waitUntil(lambda: len(canvas.document.strokes) == 1)
    assert np.array_equal(canvas.document.strokes[0].points, saved[0].points)
    canvas.undo()
    assert canvas.document.picture is not None
    canvas.undo()
    assert canvas.is_blank


@pytest.mark.parametrize("ink", [0, 255])
def test_a_picture_on_clear_paper_is_kept_with_its_lines(ink):
    clear = Image.new("RGBA", (100, 100), (ink, ink, ink, 0))
    ImageDraw.Draw(clear).line((20, 50, 80, 50), fill=(ink, ink, ink, 255), width=5)
    assert has_ink(Image.open(io.BytesIO(as_png(clear))))


@pytest.mark.parametrize("ink", [0, 255])
def test_other_programs_show_a_saved_picture_where_and_as_the_paper_does(canvas, tmp_path, qtbot, ink):
    page = Image.new("L", (500, 400), 255 - ink)
    ImageDraw.Draw(page).ellipse((40, 60, 220, 260), outline=ink, width=9)
    page.save(tmp_path / "page.png")
    with qtbot.waitSignal(canvas.drawing_changed):
        SketchFiles(canvas).open(tmp_path / "page.png")
    canvas.document.begin((0.2, 0.1))
    canvas.document.extend((0.4, 0.4))
    canvas.document.end()
    save_svg(canvas.document, tmp_path / "a.svg")
    painted = np.asarray(read_sketch(tmp_path / "a.svg").convert("L").resize((200, 200)), float)
    shown = np.asarray(to_pillow(canvas.document.to_image(200)).convert("L"), float)
    assert np.abs(painted - shown).mean() < 3


@pytest.mark.parametrize("share", [0.3, 0.8])
def test_a_picture_that_is_kept_again_and_again_stays_the_same(share):
    page, side = Image.new("L", (300, 300), 255), round(280 * share)
    ImageDraw.Draw(page).rectangle((10, 10, 10 + side, 10 + side), fill=60)
    ImageDraw.Draw(page).rectangle((10, 30, 10 + side // 4, 30 + side // 4), fill=255)
    picture = Picture.of(as_clean(page, is_dark=True))
    once = open_saved(SavedSketch(picture=picture.png)).picture
    assert np.abs(np.subtract(*(tones(one.original) for one in (picture, once)))).mean() < 1
    assert once.png == picture.png
    mirrored = once.transform(Affine(across=-1))
    assert mirrored.png != once.png
    mirrored = mirrored.transform(Affine(across=-1))
    assert np.array_equal(tones(mirrored.original), tones(once.original))
    earlier = io.BytesIO()  # as earlier versions kept it
    page.save(earlier, "PNG")
    assert open_saved(SavedSketch(picture=earlier.getvalue())).picture.png == earlier.getvalue()


def tones(image: Image.Image) -> np.ndarray:
    return np.asarray(sketch_square(image, 64), float)


def test_a_sketch_too_large_to_open_as_strokes_is_saved_and_that_is_told(canvas, hand, tmp_path, monkeypatch):
    hand.draw((0.2, 0.2), (0.8, 0.8))
    monkeypatch.setattr("engine.sketches.svg_reader.MOST_BYTES", 100)
    with pytest.raises(EngineError, match=r"a\.svg is saved, but so large"):
        save_svg(canvas.document, tmp_path / "a.svg")
    assert (tmp_path / "a.svg").stat().st_size > 100
