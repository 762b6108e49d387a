"""Pictures from elsewhere: in which order they come, what may be turned over, and how large they are kept."""

import io
import threading

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtWidgets import QMessageBox

from app.drawing.beside import print_files as module
from app.drawing.beside.print_files import PrintFiles
from app.drawing.beside.print_reading import read_files
from app.drawing.files import SketchFiles
from app.drawing.saving import save_svg, svg_of
from app.shelf.keeper import Keeper
from app.shelf.pictures import Pictures

from ...conftest import noise_photo

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
    files.take([photo])
    qtbot.waitUntil(lambda: not files._turns._readings)
    assert len(guesses) == 1
    assert len(canvas.document.strokes) == 1


def test_a_picture_without_a_file_lies_beside_the_drawing_once(canvas, files, tmp_path, qtbot):
    with Image.open(noise_photo(tmp_path / "a.png")) as opened:
        image = opened.copy()
    for like, laid in ((True, (1, 0)), (False, (0, 1)), (False, (0, 1))):
        with qtbot.waitSignal(files._turns.busy, check_params_cb=lambda busy: not busy):
            files.take_content(image, like=like)
        qtbot.waitUntil(lambda: not files._turns._readings)
        prints = canvas.document.prints
        assert (len(prints.like), len(prints.unlike)) == laid


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
    files.take_content(data, like=like)
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
    qtbot.waitUntil(lambda: [sentence for sentence in told if "incomplete" in sentence])


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
    monkeypatch.setattr("app.dialogs.questions.MANY_PRINTS", 1)
    files.take([noise_photo(tmp_path / f"{number}.jpg", number) for number in range(2)], like=True)
    question = canvas.findChild(QMessageBox)
    assert "2" in question.text()
    assert files._turns._readings == []
    question.button(QMessageBox.StandardButton.Yes).click()
    qtbot.waitUntil(lambda: len(canvas.document.prints.like) == 2)


@pytest.mark.parametrize("opened", [False, True])
def test_of_drawings_that_come_together_only_the_one_before_them_goes_to_the_shelf(
    canvas, hand, files, tmp_path, qtbot, opened
):
    keeper, sketches = Keeper(canvas, tmp_path / "kept"), SketchFiles(canvas)
    paths = [tmp_path / f"{number}.png" for number in range(3)]
    for number, path in enumerate(paths):
        line_drawing().rotate(10 * number, fillcolor="white").save(path)
    hand.draw((0.2, 0.2), (0.8, 0.8))
    if opened:
        sketches.open(*paths)
    else:
        files.take(paths)
    qtbot.waitUntil(lambda: canvas.document.step == 4)  # each can be undone
    (kept,) = keeper.drawings
    assert len(kept.sketch.strokes) == 1
    sketches._turns.stop()


def test_why_files_could_not_be_used_is_told_after_the_others_lie_there(canvas, files, tmp_path, qtbot):
    sketches, said = SketchFiles(canvas), []
    for source in (files, sketches):
        source.failed.connect(said.append)
    canvas.drawing_changed.connect(said.clear)  # as the window forgets what was said
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_text("no picture")
    Image.new("RGB", (60, 60), "white").save(tmp_path / "blank.png")
    line_drawing().save(tmp_path / "line.png")
    paths = [tmp_path / name for name in ("a.png", "b.png", "blank.png", "line.png")]
    for together in (files.take, lambda paths: sketches.open(*paths)):
        together(paths)
        qtbot.waitUntil(lambda: bool(said))
        assert canvas.document.picture is not None
        assert "a.png cannot be used" in said[0]
        assert said[0].endswith("2 more files cannot be used.")
        together([tmp_path / "blank.png"])
        qtbot.waitUntil(lambda: len(said) == 2)
        assert said[1] == "There is nothing drawn on blank.png."
        canvas.clear()
    sketches._turns.stop()


def test_the_only_one_that_could_be_read_may_still_be_turned_over(canvas, files, guesses, tmp_path, qtbot):
    (tmp_path / "a.png").write_text("no picture")
    line_drawing().save(tmp_path / "line.png")
    files.take([tmp_path / "a.png", tmp_path / "line.png"])
    qtbot.waitUntil(lambda: len(guesses) == 1)
    assert not guesses[0].is_photo


def test_a_failure_is_told_once_the_pen_is_up(canvas, hand, files, tmp_path, qtbot):
    sketches, said = SketchFiles(canvas), []
    sketches.failed.connect(said.append)
    files.failed.connect(said.append)
    hand.press((0.2, 0.2))
    hand.move((0.5, 0.2))
    sketches.trace(tmp_path / "gone.jpg")
    files.take_content(b"<svg")
    qtbot.waitUntil(lambda: len(files._turns._pen_up._waiting) == 2)
    assert said == []
    hand.release((0.5, 0.2))
    qtbot.waitUntil(lambda: len(said) == 2)
    sketches._turns.stop()


def test_a_file_that_has_changed_takes_its_own_place(canvas, files, tmp_path, qtbot):
    path, other = noise_photo(tmp_path / "a.png", 1), noise_photo(tmp_path / "b.png", 2)
    files.take([path, other], like=True)
    qtbot.waitUntil(lambda: len(canvas.document.prints) == 2)
    before = canvas.document.prints
    files.take([path], like=True)
    qtbot.waitUntil(lambda: not files._turns._readings)
    assert canvas.document.prints is before  # it is the same
    noise_photo(path, 3)
    files.take([path], like=True)
    qtbot.waitUntil(lambda: canvas.document.prints is not before)
    one, kept = canvas.document.prints.like
    assert one.path == path
    assert one.content != before.like[0].content
    assert kept is before.like[1]
    canvas.undo()
    assert canvas.document.prints is before


def test_a_photo_from_elsewhere_becomes_one_of_the_library_that_has_it_now(canvas, files, tmp_path, qtbot):
    path = noise_photo(tmp_path / "a.png")
    files.take([path], like=True)
    qtbot.waitUntil(lambda: len(canvas.document.prints) == 1)
    assert isinstance(canvas.document.prints.like[0].example, Image.Image)
    files.lay([path], like=False)
    (one,) = canvas.document.prints.unlike
    assert one.example == path
    assert not one.shown.isNull()
    assert canvas.document.prints.like == ()


def test_a_file_that_is_gone_becomes_a_sketch_by_what_was_read_of_it(canvas, files, guesses, tmp_path, qtbot):
    path = noise_photo(tmp_path / "a.png")
    files.take([path])
    qtbot.waitUntil(lambda: len(guesses) == 1)
    path.unlink()
    files.lay_as_sketch(guesses[0].print, guesses[0])
    qtbot.waitUntil(lambda: canvas.document.picture is not None)
