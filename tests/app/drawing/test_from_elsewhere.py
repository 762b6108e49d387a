"""Pictures from elsewhere: in which order they come, what may be turned over, and how large they are kept."""

import io
import threading

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtWidgets import QMessageBox

from app.drawing import print_files as module
from app.drawing.print_files import PrintFiles
from app.drawing.print_reading import read_files
from app.drawing.saving import save_svg, svg_of
from app.shelf.keeper import Keeper
from app.shelf.pictures import Pictures

from ..conftest import noise_photo

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1L8 8" stroke="black"/></svg>'


def line_drawing() -> Image.Image:
    image = Image.new("RGB", (300, 240), "white")
    ImageDraw.Draw(image).line([(40, 40), (240, 60), (150, 200), (40, 40)], "black", 6)
    return image


@pytest.fixture
def files(canvas):
    files = PrintFiles(canvas, lambda _: False)
    yield files
    files.stop()


@pytest.fixture
def guesses(files):
    made = []
    files.guessed.connect(made.append)
    return made


def test_a_photo_that_lies_there_already_is_no_guess(canvas, hand, files, guesses, tmp_path, qtbot):
    photo = noise_photo(tmp_path / "a.jpg")
    files.take([photo])
    qtbot.waitUntil(lambda: len(guesses) == 1)
    hand.draw((0.2, 0.2), (0.8, 0.8))
    with qtbot.waitSignal(files._turns._read):
        files.take([photo])
    qtbot.waitUntil(lambda: not files._turns._readings)
    assert len(guesses) == 1
    assert len(canvas.document.strokes) == 1


def test_a_photo_that_moved_to_the_other_corner_moves_back_as_it_becomes_a_sketch(
    canvas, files, guesses, tmp_path, qtbot
):
    photo = noise_photo(tmp_path / "a.jpg")
    files.take([photo], like=False)
    qtbot.waitUntil(lambda: len(canvas.document.prints.unlike) == 1)
    files.take([photo])
    qtbot.waitUntil(lambda: len(guesses) == 1)
    assert guesses[0].print is canvas.document.prints.like[0]
    files.lay_as_sketch(guesses[0].print, guesses[0])
    qtbot.waitUntil(lambda: canvas.document.picture is not None)
    assert [one.path for one in canvas.document.prints.unlike] == [photo]
    canvas.undo()
    assert [one.path for one in canvas.document.prints.unlike] == [photo]


def test_a_drawing_that_a_wrong_guess_gives_way_to_is_kept_without_that_photo(
    canvas, hand, files, guesses, tmp_path, qtbot
):
    keeper = Keeper(canvas, tmp_path / "kept")
    hand.draw((0.2, 0.2), (0.8, 0.8))
    files.take([noise_photo(tmp_path / "a.jpg")])
    qtbot.waitUntil(lambda: len(guesses) == 1)
    files.lay_as_sketch(guesses[0].print, guesses[0])
    qtbot.waitUntil(lambda: canvas.document.picture is not None)
    (kept,) = keeper.drawings
    assert len(kept.sketch.strokes) == 1
    assert "prints" not in kept.sketch.metadata
    canvas.undo()
    assert len(canvas.document.strokes) == 1
    assert len(canvas.document.prints) == 0


def test_an_svg_turned_into_a_photo_is_searched_by_its_picture(canvas, files, guesses, tmp_path, qtbot):
    (tmp_path / "a.svg").write_bytes(SVG)
    files.take([tmp_path / "a.svg"])
    qtbot.waitUntil(lambda: len(guesses) == 1)
    files.lay_as_photo(guesses[0])
    (one,) = canvas.document.prints.like
    assert isinstance(one.example, Image.Image)
    assert np.asarray(one.example).min() < 100


def test_strokes_of_this_program_are_no_photo(canvas, hand, files, guesses, tmp_path, qtbot):
    hand.draw((0.2, 0.2), (0.8, 0.8))
    save_svg(canvas.document, tmp_path / "a.svg")
    canvas.clear()
    files.take([tmp_path / "a.svg"])
    qtbot.waitUntil(lambda: len(canvas.document.strokes) == 1)
    assert guesses == []


@pytest.mark.parametrize("like", [None, True])
def test_an_svg_dragged_without_a_file_is_taken(canvas, hand, files, like, qtbot):
    hand.draw((0.2, 0.2), (0.8, 0.8))
    data = svg_of(canvas.document)
    canvas.clear()
    files.take_svg(data, like=like)
    qtbot.waitUntil(lambda: len(canvas.document.prints if like else canvas.document.strokes) == 1)


def test_an_svg_file_dropped_on_a_corner_is_laid_by_its_picture(canvas, files, tmp_path, qtbot):
    told = []
    files.failed.connect(told.append)
    for name, data in (("a.svg", SVG), ("b.svg", b"<svg"), ("c.jpg", b"no photo")):
        (tmp_path / name).write_bytes(data)
    files.take([tmp_path / name for name in ("a.svg", "b.svg", "c.jpg")], like=True)
    qtbot.waitUntil(lambda: len(canvas.document.prints.like) == 1)
    (one,) = canvas.document.prints.like
    assert isinstance(one.example, Image.Image)
    assert np.asarray(one.example).min() < 100
    assert canvas.is_blank
    assert len(told) == 1
    assert "b.svg cannot be used as a photo" in told[0]


def test_a_long_picture_is_kept_so_that_it_is_read_again(tmp_path):
    tones = np.random.default_rng(0).integers(0, 256, (12, 60, 3), np.uint8)
    Image.fromarray(tones).resize((3000, 600)).save(tmp_path / "wide.png")
    (one,) = read_files([tmp_path / "wide.png"], [], lambda: False, guess=False).prints
    assert max(one.picture.size) <= 1024
    pictures = Pictures(tmp_path / "pictures")
    assert one.png is not None  # made where it was read
    pictures.keep([one])
    assert one.png is None
    assert pictures.find(one.content).tobytes() == one.picture.tobytes()


def test_a_long_picture_of_an_earlier_version_is_read(tmp_path):
    pictures = Pictures(tmp_path)
    Image.new("RGB", (4000, 520)).save(tmp_path / f"{'a' * 32}.png")
    assert pictures.find("a" * 32).size == (4000, 520)


def test_that_a_drawing_is_incomplete_is_told(canvas, files, tmp_path, qtbot):
    told, whole = [], io.BytesIO()
    line_drawing().resize((1200, 960)).save(whole, "JPEG", quality=95)
    (tmp_path / "cut.jpg").write_bytes(whole.getvalue()[:-400])
    files.failed.connect(told.append)
    files.take([tmp_path / "cut.jpg"])
    qtbot.waitUntil(lambda: canvas.document.picture is not None)
    assert [sentence for sentence in told if "incomplete" in sentence]


def test_what_is_taken_first_is_laid_first(canvas, files, tmp_path, qtbot, monkeypatch):
    may, read = threading.Event(), module.read_files

    def slowly(paths, *arguments, **how):
        if paths[0].name == "0.jpg":
            may.wait(60)
        return read(paths, *arguments, **how)

    monkeypatch.setattr(module, "read_files", slowly)
    for number in range(2):
        files.take([noise_photo(tmp_path / f"{number}.jpg", number)], like=True)
    may.set()
    qtbot.waitUntil(lambda: len(canvas.document.prints.like) == 2)
    assert [one.path.name for one in canvas.document.prints.like] == ["0.jpg", "1.jpg"]


def test_very_many_files_are_taken_after_a_question(canvas, files, tmp_path, qtbot, monkeypatch):
    monkeypatch.setattr("app.questions.MANY_PRINTS", 1)
    files.take([noise_photo(tmp_path / f"{number}.jpg", number) for number in range(2)], like=True)
    question = canvas.findChild(QMessageBox)
    assert "2" in question.text()
    assert files._turns._readings == {}
    question.button(QMessageBox.StandardButton.Yes).click()
    qtbot.waitUntil(lambda: len(canvas.document.prints.like) == 2)
