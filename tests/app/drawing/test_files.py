import os
import re
import shutil
import sys
import threading
from fnmatch import fnmatchcase

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from app.drawing import loading
from app.drawing.files import SketchFiles, save_svg
from app.drawing.paper.document import Document
from app.drawing.tools import Tool
from app.drawing.turns import Turns
from app.drawing.waiting import ReadingSign
from app.pictures.images import to_pillow
from app.pictures.sketches import read_sketch
from engine.errors import EngineError, ImageError

pytestmark = pytest.mark.usefixtures("clipboard")


@pytest.fixture
def document():
    document = Document()
    document.begin((0.2, 0.5), width=0.05)
    document.extend((0.8, 0.5))
    document.end()
    return document


def test_a_saved_sketch_opens_as_it_was(document, tmp_path, qtbot):
    save_svg(document, tmp_path / "sketch.svg")
    opened = np.asarray(read_sketch(tmp_path / "sketch.svg").convert("L").resize((200, 200)), float)
    drawn = np.asarray(to_pillow(document.to_image(200)).convert("L"), float)
    assert np.abs(opened - drawn).mean() < 3


def test_a_sketch_that_cannot_be_saved_is_one_sentence(document, tmp_path, qtbot):
    with pytest.raises(EngineError, match="could not be saved"):
        save_svg(document, tmp_path / "no such folder" / "sketch.svg")


def test_files_that_are_no_pictures_are_refused(tmp_path, qtbot):
    for name in ("a.svg", "a.png"):
        (tmp_path / name).write_text("no picture")
        with pytest.raises(ImageError):
            read_sketch(tmp_path / name)
    with pytest.raises(ImageError):
        read_sketch(tmp_path / "missing.svg")


def slowly(monkeypatch) -> threading.Event:
    """Let the reading of slow.png wait for the event."""
    may, read = threading.Event(), loading.read_sketch

    def wait(path, given_up):
        if path.name == "slow.png":
            may.wait()
        return read(path, given_up=given_up)

    monkeypatch.setattr(loading, "read_sketch", wait)
    return may


def test_several_files_are_laid_on_the_paper_in_turn_a_step_each(
    canvas, sketch, tmp_path, qtbot, monkeypatch
):
    may = slowly(monkeypatch)
    page = Image.new("L", (60, 60), 255)
    ImageDraw.Draw(page).line((10, 30, 50, 30), fill=0, width=4)
    page.save(tmp_path / "slow.png")
    sketches, sizes = SketchFiles(canvas), []
    canvas.drawing_changed.connect(lambda: sizes.append(canvas.document.picture.original.size))
    for path in (tmp_path / "slow.png", sketch, tmp_path / "slow.png"):
        sketches.open(path)
    may.set()
    qtbot.waitUntil(lambda: len(sizes) == 3)
    assert sizes[0] == sizes[2] == (60, 60) != sizes[1]
    canvas.undo()
    assert canvas.document.picture.original.size == sizes[1]


def test_a_file_that_cannot_be_read_does_not_keep_the_next_one(canvas, sketch, tmp_path, qtbot):
    sketches, told = SketchFiles(canvas), []
    sketches.failed.connect(told.append)
    (tmp_path / "no.png").write_text("no picture")
    sketches.open(tmp_path / "no.png")
    with qtbot.waitSignal(canvas.drawing_changed):
        sketches.open(sketch)
    assert len(told) == 1


def test_what_nobody_foresaw_is_told_too_and_does_not_keep_the_next_one(
    canvas, sketch, tmp_path, qtbot, monkeypatch
):
    read = loading.read_sketch

    def too_large(path, **how):
        if path.name == "huge.png":
            raise MemoryError
        return read(path, **how)

    monkeypatch.setattr(loading, "read_sketch", too_large)
    shutil.copy(sketch, tmp_path / "huge.png")
    sketches, told = SketchFiles(canvas), []
    sketches.failed.connect(told.append)
    with qtbot.waitSignal(canvas.drawing_changed):
        for path in (tmp_path / "huge.png", sketch):
            sketches.open(path)
    assert told == ["There was not enough memory to read it."]


def test_a_sketch_whose_end_is_missing_says_so(canvas, tmp_path, qtbot):
    page = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(page).rectangle((20, 20, 180, 100), outline=0, width=6)
    page.save(tmp_path / "whole.bmp")
    (tmp_path / "cut.bmp").write_bytes((tmp_path / "whole.bmp").read_bytes()[:36_000])
    sketches = SketchFiles(canvas)
    with qtbot.waitSignal(sketches.failed) as said:
        sketches.open(tmp_path / "cut.bmp")
    assert re.fullmatch(r"The file is incomplete: 8\d% of the picture is there\.", *said.args)
    assert canvas.document.picture is not None


def test_a_sign_comes_while_something_is_read_and_escape_gives_it_up(
    canvas, sketch, tmp_path, qtbot, monkeypatch
):
    may, sketches = slowly(monkeypatch), SketchFiles(canvas)
    sign = canvas.findChild(ReadingSign)
    shutil.copy(sketch, tmp_path / "slow.png")
    sketches.open(tmp_path / "slow.png")
    sketches.open(sketch)
    assert sign.isHidden()  # most are read before one could see it
    qtbot.waitUntil(sign.isVisible)
    assert canvas.rect().contains(sign.geometry())
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert sign.isHidden()
    may.set()
    qtbot.waitUntil(lambda: not sketches._turns._readings)
    assert canvas.is_blank


def test_the_signs_button_gives_up_and_what_is_opened_next_is_read(
    canvas, sketch, tmp_path, qtbot, monkeypatch
):
    may, sketches = slowly(monkeypatch), SketchFiles(canvas)
    sign = canvas.findChild(ReadingSign)
    shutil.copy(sketch, tmp_path / "slow.png")
    sketches.open(tmp_path / "slow.png")
    qtbot.waitUntil(sign.isVisible)
    sign.button.setFocus()
    sign.button.click()
    assert canvas._frame.is_shown  # the keyboard is there now, and that is seen
    with qtbot.waitSignal(canvas.drawing_changed):
        sketches.open(sketch)
    may.set()
    qtbot.waitUntil(lambda: not sketches._turns._readings)
    assert sign.isHidden()


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX pipes")
def test_a_pipe_nobody_writes_to_is_given_up_when_the_window_closes(canvas, tmp_path, qtbot):
    os.mkfifo(tmp_path / "pipe.svg")
    sketches = SketchFiles(canvas)
    sketches.open(tmp_path / "pipe.svg")
    sketches._turns.stop()
    qtbot.waitUntil(lambda: not sketches._turns._readings)
    assert canvas.is_blank


def test_a_picture_with_nothing_on_it_is_told_and_the_paper_keeps_what_it_has(canvas, hand, tmp_path, qtbot):
    hand.draw((0.2, 0.5), (0.8, 0.5))
    Image.new("RGB", (60, 60), "white").save(tmp_path / "blank.png")
    sketches = SketchFiles(canvas)
    with qtbot.waitSignal(sketches.failed) as said:
        sketches.open(tmp_path / "blank.png")
    assert said.args == ["There is nothing drawn on blank.png."]
    assert canvas.document.picture is None
    assert len(canvas.document.strokes) == 1


def test_a_photographed_page_is_placed_as_it_was_cleaned(canvas, tmp_path, qtbot):
    page = Image.new("L", (300, 300), 255)
    ImageDraw.Draw(page).ellipse((90, 60, 200, 200), outline=30, width=5)
    light = np.linspace(225, 130, 300)[None, :, None]
    noise = np.random.default_rng(0).normal(0, 2, (300, 300, 1))
    tones = np.asarray(page.convert("RGB"), float) / 255 * light + noise
    Image.fromarray(tones.clip(0, 255).astype(np.uint8)).save(tmp_path / "page.png")
    with qtbot.waitSignal(canvas.drawing_changed):
        SketchFiles(canvas).open(tmp_path / "page.png")
    placed = np.asarray(canvas.document.picture.original)
    assert np.mean(placed == 255) > 0.9
    assert placed.min() < 40


def test_what_waits_for_the_pen_comes_also_where_the_pointer_changed_nothing(
    canvas, hand, document, tmp_path, qtbot
):
    save_svg(document, tmp_path / "sketch.svg")
    files = SketchFiles(canvas)
    canvas.set_tool(Tool.LASSO)
    hand.press((0.2, 0.2))
    files.open(tmp_path / "sketch.svg")
    qtbot.waitUntil(lambda: bool(files._turns._pen_up._waiting))
    hand.move((0.3, 0.2))
    hand.release((0.3, 0.3))
    qtbot.waitUntil(lambda: bool(canvas.document.strokes))
    files._turns.stop()


def test_nothing_comes_under_the_pen_while_it_draws(canvas, hand, document, tmp_path, qtbot):
    save_svg(document, tmp_path / "sketch.svg")
    files = SketchFiles(canvas)
    hand.press((0.2, 0.2))
    hand.move((0.5, 0.2))
    files.open(tmp_path / "sketch.svg")
    qtbot.waitUntil(lambda: bool(files._turns._pen_up._waiting))
    hand.move((0.8, 0.2))
    assert canvas.is_drawing
    hand.release((0.8, 0.2))
    qtbot.waitUntil(lambda: not files._turns._pen_up._waiting)
    assert canvas.document.strokes[0].points[0][1] == pytest.approx(0.5, abs=0.01)
    canvas.undo()
    (stroke,) = canvas.document.strokes
    assert stroke.points[-1] == pytest.approx((0.8, 0.2), abs=0.01)
    files._turns.stop()


def test_what_is_asked_for_as_the_pen_is_lifted_comes_after_what_waits_for_that(canvas, hand, qtbot):
    turns, done = Turns.on(canvas), []
    hand.press((0.2, 0.2))
    turns.do(lambda: done.append(1))
    hand.release((0.8, 0.2))
    turns.do(lambda: done.append(2))
    qtbot.waitUntil(lambda: len(done) == 2)
    assert done == [1, 2]


def test_a_file_of_a_drive_that_hangs_keeps_no_program_from_ending(canvas, tmp_path, monkeypatch):
    monkeypatch.setattr("app.threads.ending.END_S", 0.01)
    may, files = slowly(monkeypatch), SketchFiles(canvas)
    files.open(tmp_path / "slow.png")
    (one,) = files._turns._readings
    late = threading.Timer(20, may.set)
    late.start()
    files._turns.stop()
    hung = not one.wait(0)
    late.cancel()
    may.set()
    one.wait()
    assert hung


@pytest.mark.parametrize(
    ("asked", "ask"),
    [("getOpenFileNames", SketchFiles.choose), ("getOpenFileName", SketchFiles.choose_trace)],
)
def test_dialogs_that_tell_letters_apart_offer_what_cameras_name_in_capitals(canvas, monkeypatch, asked, ask):
    kinds = []
    monkeypatch.setattr(QFileDialog, asked, lambda *given: (kinds.append(given[-1]) or "", ""))
    ask(SketchFiles(canvas))
    pictures, everything = kinds[0].split(";;")
    patterns = pictures[pictures.index("(") + 1 : -1].split()
    for name in ("IMG_1.JPG", "img_1.jpg", "IMG_1.WEBP"):
        assert any(fnmatchcase(name, pattern) for pattern in patterns)
    assert everything.endswith("(*)")
