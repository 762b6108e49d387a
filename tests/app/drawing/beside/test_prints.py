"""Photos beside the drawing: in the document, and what is searched for with them."""

import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.drawing.beside.print_files import PrintFiles
from app.drawing.files import save_svg
from app.drawing.paper.document import Document, Picture
from app.drawing.paper.prints import Print, Prints
from app.pictures.images import to_pillow
from engine.content_hash import content_hash
from engine.elsewhere import Place, address
from engine.search.mixing import BALANCE

ONE, TWO, THREE = (Print(Path(f"{name}.jpg")) for name in ("one", "two", "three"))


def drawn() -> Document:
    document = Document()
    document.begin((0.2, 0.2))
    document.extend((0.8, 0.8))
    document.end()
    return document


def lay(document: Document, *prints: Print, like: bool = True) -> None:
    document.lay(document.prints.lay(prints, like=like))


def test_a_print_is_one_of_a_file_or_a_picture():
    picture = Image.new("RGB", (5, 5))
    assert Print(Path("a.jpg")).example == Path("a.jpg")
    assert Print(Path("a.jpg"), picture).example is picture
    with pytest.raises(ValueError, match="a file or a picture"):
        Print(None)


def test_a_print_lies_in_one_corner_once():
    prints = Prints().lay([ONE, TWO, ONE], like=True)
    assert prints.like == (ONE, TWO)
    assert prints.lay([TWO], like=True) is prints
    turned = prints.lay([ONE, THREE], like=False)
    assert (turned.like, turned.unlike) == ((TWO,), (ONE, THREE))
    assert turned.without(ONE).unlike == (THREE,)
    assert turned.find(Path("three.jpg")) is THREE
    assert turned.find(Path("four.jpg")) is None


def test_photos_are_searched_for_with_the_drawing_and_without():
    document = drawn()
    lay(document, ONE, TWO)
    lay(document, THREE, like=False)
    document.slide(0.25)
    query = document.query()
    assert query.drawing == document.strokes
    assert query.like == (Path("one.jpg"), Path("two.jpg"))
    assert query.unlike == (Path("three.jpg"),)
    assert query.balance == 0.25
    document.begin((0.5, 0.5), width=3.0, eraser=True)
    assert document.query().drawing is None
    assert document.query().like


def test_what_it_is_not_like_alone_searches_for_nothing():
    document = Document()
    lay(document, ONE, like=False)
    assert document.is_empty
    assert document.query() is None
    document.begin((0.5, 0.5))
    assert document.query().unlike == (Path("one.jpg"),)


def test_a_photo_without_a_drawing_is_searched_for():
    document = Document()
    lay(document, ONE)
    assert document.is_blank
    assert not document.is_empty
    assert document.query().drawing is None
    assert document.query().balance == BALANCE


def test_a_movement_of_the_balance_is_one_step_and_none_if_it_ends_where_it_began():
    document = drawn()
    lay(document, ONE)
    before = document.snapshot
    for share in (0.6, 0.5, 0.4):
        document.slide(share)
    document.end_slide()
    document.slide(0.3)
    document.end_slide()
    document.undo()
    assert document.prints.balance == 0.4
    document.undo()
    assert document.snapshot is before
    document.redo()
    document.slide(0.9)  # another movement, after undo
    document.undo()
    assert document.prints.balance == 0.4
    document.undo()
    document.slide(0.1)
    document.slide(BALANCE)
    document.end_slide()
    assert document.snapshot is before
    assert not document.can_redo


def test_clear_takes_the_photos_off_and_undo_brings_all_back():
    document = drawn()
    lay(document, ONE)
    lay(document, TWO, like=False)
    document.clear()
    assert len(document.prints) == 0
    assert document.query() is None
    document.undo()
    assert (document.prints.like, document.prints.unlike, len(document.strokes)) == ((ONE,), (TWO,), 1)
    only_photos = Document()
    lay(only_photos, ONE, like=False)
    only_photos.clear()
    assert len(only_photos.prints) == 0


def test_a_sketch_may_be_laid_with_photos_in_one_step_and_lifted_from_under_strokes():
    document = Document()
    document.place(Picture.of(Image.new("L", (20, 20), 0)), prints=Prints((ONE,)))
    assert document.prints.like == (ONE,)
    document.begin((0.2, 0.2))
    document.end()
    document.lift(Prints())
    assert document.picture is None
    assert not document.is_blank
    document.undo()
    assert document.picture is not None
    document.undo()
    document.lift(Prints())
    assert document.is_blank
    document.undo()
    document.undo()
    assert document.prints == Prints()


def test_photos_are_no_part_of_the_drawing(tmp_path, qtbot):
    document = drawn()
    save_svg(document, tmp_path / "before.svg")
    before = np.asarray(to_pillow(document.to_image(200)))
    lay(document, ONE)
    save_svg(document, tmp_path / "after.svg")
    assert (tmp_path / "after.svg").read_bytes() == (tmp_path / "before.svg").read_bytes()
    assert np.array_equal(np.asarray(to_pillow(document.to_image(200))), before)


def test_an_eraser_after_a_photo_was_laid_still_knows_the_ink():
    document = drawn()
    document.begin((0.9, 0.1), width=0.05, eraser=True)
    document.end()
    lay(document, ONE, like=False)
    assert not document.is_empty
    document.begin((0.5, 0.5), width=3.0, eraser=True)
    assert document.is_empty
    document.cancel()
    assert not document.is_empty


def test_a_photo_of_another_machine_is_laid_on_the_paper_where_its_file_is_here(canvas, tmp_path, qtbot):
    drawn = tmp_path / "line.png"
    Image.fromarray(np.pad(np.full((9, 80), 20, np.uint8), 60, constant_values=255)).save(drawn)
    files = PrintFiles(canvas, lambda _: False)
    files.lay_as_sketch(Print(address(Place("anna", str(drawn), content_hash(drawn)))))
    qtbot.waitUntil(lambda: canvas.document.picture is not None)
    files.stop()


def test_a_drive_that_does_not_answer_keeps_the_window_from_closing_for_a_moment_only(canvas, monkeypatch):
    monkeypatch.setattr("app.threads.ending.END_S", 0.01)
    answers = threading.Event()
    monkeypatch.setattr("app.drawing.beside.print_reading.read_sketch", lambda *_, **__: answers.wait(60))
    files = PrintFiles(canvas, lambda _: False)
    files.lay_as_sketch(Print(Path("/mnt/away.png")))
    files.stop()
    assert not answers.is_set()
    assert not files._turns._readings[0].wait(0)
    answers.set()
