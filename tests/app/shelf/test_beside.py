"""Photos beside a drawing, kept with it: those that are files, and pictures that no file holds."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.drawing.paper.prints import Print, Prints
from app.pictures.images import to_qimage
from app.shelf import pictures as module
from app.shelf.beside import names_in, prints_of, words_of
from app.shelf.pictures import Pictures

from ..conftest import draw, prints
from ..waiting import answered

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none

PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def pictures(tmp_path) -> Pictures:
    return Pictures(tmp_path / "pictures")


def photo(seed: int = 0) -> Image.Image:
    """Return a picture that nobody takes for a drawing."""
    rough = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), np.uint8)
    return Image.fromarray(rough).resize((160, 120), Image.Resampling.BICUBIC)


def test_photos_beside_the_drawing_survive_as_words(pictures):
    words = {"prints": json.dumps({"like": ["/a\udce4"], "unlike": ["/b", "/c"], "balance": 0.25})}
    kept = prints_of(words, pictures)
    assert [one.path for one in kept.like] == [Path("/a\udce4")]
    assert [one.path for one in kept.unlike] == [Path("/b"), Path("/c")]
    assert kept.balance == 0.25
    assert words_of(kept) == words


@pytest.mark.parametrize(
    "words",
    [
        "", "[]", "{}", '{"like": 3, "unlike": [], "balance": 1}', '{"balance": "x"}',
        '{"like": [7], "unlike": [], "balance": 1}',
        '{"like": [{"picture": "../../paper"}], "unlike": [], "balance": 1}',
        '{"like": [{"picture": "0123", "path": "/a.svg"}], "unlike": [], "balance": 1}',
    ],
)  # fmt: skip
def test_other_words_are_no_photos(words, pictures):
    assert len(prints_of({"prints": words}, pictures)) == 0
    assert len(prints_of({}, pictures)) == 0


def test_a_balance_that_is_none_is_the_usual_one(pictures):
    assert prints_of({"prints": '{"like": [], "unlike": [], "balance": NaN}'}, pictures) == Prints()


def test_a_picture_without_a_file_is_kept_to_the_last_pixel(pictures):
    here = Prints(like=(Print(None, photo()),), unlike=(Print(Path("/gone.jpg"), photo(1)),))
    words = words_of(here)
    assert len(prints_of(words, pictures)) == 1  # that it has a file is known, its picture is not there
    pictures.keep((*here.like, *here.unlike))
    again = prints_of(words, Pictures(pictures.folder))
    assert again.like[0].path is None
    assert again.like[0].picture.tobytes() == photo().tobytes()
    assert again.unlike[0].path == Path("/gone.jpg")
    assert again.unlike[0].picture.tobytes() == photo(1).tobytes()
    assert words_of(again) == words
    assert names_in(words) == pictures.names


def test_only_what_a_drawing_refers_to_stays_and_of_much_the_last(pictures, monkeypatch):
    many = [Print(None, photo(seed)) for seed in range(5)]
    pictures.keep(many)
    for age, one in enumerate(many):
        os.utime(pictures.folder / f"{one.content}.png", (1000 - age, 1000 - age))
    names = [one.content for one in many]
    pictures.keep_only(pictures.names, wanted=set(names[:4]))
    assert pictures.names == set(names[:4])
    monkeypatch.setattr(module, "MOST", 2)
    pictures.keep_only(pictures.names, wanted=set(names[:3]), needed={names[3]})
    assert pictures.names == {names[0], names[3]}
    pictures.keep_only(pictures.names, wanted=set(), needed=pictures.names)
    assert pictures.names == {names[0], names[3]}


def test_a_picture_that_another_window_removes_meanwhile_stops_nothing(pictures, monkeypatch):
    one, two = (Print(None, photo(seed)) for seed in range(2))
    pictures.keep([one, two])
    there, removed = pictures.names, pictures.folder / f"{one.content}.png"
    removed.unlink()
    monkeypatch.setattr(module, "MOST", 1)
    pictures.keep_only(there, wanted=there)
    assert pictures.names == {two.content}
    utime = os.utime

    def remove(file):
        file.unlink()
        utime(file)

    monkeypatch.setattr(os, "utime", remove)
    pictures.keep([two])
    assert pictures.names == {two.content}


@pytest.mark.parametrize("data", [b"", b"no picture"])
def test_a_damaged_picture_is_none(pictures, data):
    here = Prints(like=(Print(None, photo()),))
    pictures.keep(here.like)
    (file,) = pictures.folder.iterdir()
    file.write_bytes(data)
    assert len(prints_of(words_of(here), pictures)) == 0


# --- in the window ---------------------------------------------------------------------------------------


def files(state: Path) -> list[Path]:
    return sorted((state / "shelf" / "pictures").glob("*"))


def pasted(window, qtbot) -> Print:
    """Paste a photo from the clipboard, and return it as it lies beside the drawing."""
    QGuiApplication.clipboard().setImage(to_qimage(photo()))
    QTest.keyClick(window.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(prints(window).like) == 1)
    return prints(window).like[0]


def test_a_pasted_photo_is_there_at_the_next_start_and_through_undo(
    indexed_window, make_window, photo_folder, qtbot, state_folder, clipboard
):
    draw(indexed_window)
    laid = pasted(indexed_window, qtbot)
    assert laid.path is None
    indexed_window.close()
    assert len(files(state_folder)) == 1
    again = make_window(folder=photo_folder)
    (kept,) = prints(again).like
    assert kept.picture.tobytes() == laid.picture.tobytes()
    qtbot.waitUntil(lambda: not kept.shown.isNull())
    again.canvas.undo()
    again.shelving.keeper.note_paper()
    qtbot.waitUntil(lambda: files(state_folder) == [])
    again.canvas.redo()
    again.shelving.keeper.note_paper()
    qtbot.waitUntil(lambda: len(files(state_folder)) == 1)
    again.close()
    assert len(prints(make_window()).like) == 1


def test_the_shelf_keeps_what_lay_beside_a_drawing_until_that_is_removed(
    indexed_window, make_window, qtbot, state_folder, clipboard
):
    draw(indexed_window, (0.2, 0.2), (0.8, 0.8), (0.2, 0.7))
    pasted(indexed_window, qtbot)
    indexed_window.canvas.clear()
    indexed_window.close()
    assert len(files(state_folder)) == 1
    again = make_window()
    keeper = again.shelving.keeper
    qtbot.waitUntil(lambda: len(keeper.drawings) == 1)
    draw(again, (0.1, 0.5), (0.9, 0.5), (0.1, 0.6))
    keeper.take(keeper.drawings[0])
    assert len(prints(again).like) == 1
    qtbot.waitUntil(lambda: not prints(again).like[0].shown.isNull())
    again.canvas.undo()
    assert len(prints(again)) == 0
    keeper.note_paper()
    assert len(files(state_folder)) == 1
    keeper.clear()
    qtbot.waitUntil(lambda: files(state_folder) == [])


def test_a_drawing_with_another_photo_beside_it_takes_the_place_of_itself(indexed_window, qtbot, clipboard):
    draw(indexed_window, (0.2, 0.2), (0.8, 0.8), (0.2, 0.7))
    answered(indexed_window, qtbot)
    keeper = indexed_window.shelving.keeper
    indexed_window.grid.used.emit([Path("/found.jpg")])
    assert len(keeper.drawings) == 1
    pasted(indexed_window, qtbot)
    indexed_window.canvas.clear()
    (kept,) = keeper.drawings
    assert len(names_in(kept.sketch.metadata)) == 1
    assert kept.photos == (Path("/found.jpg"),)


def test_the_shelf_brings_the_photos_back_where_the_strokes_lie_there_already(indexed_window, qtbot):
    draw(indexed_window, (0.2, 0.2), (0.8, 0.8), (0.2, 0.7))
    photo = indexed_window.grid.hits_model.hit(0).path
    indexed_window.grid.liked.emit([photo])
    keeper = indexed_window.shelving.keeper
    qtbot.waitUntil(lambda: len(prints(indexed_window)) == 1 and len(keeper.drawings) == 1)
    indexed_window.canvas.clear()
    keeper.take(keeper.drawings[0])
    indexed_window.drawing_panel.strip.take_off(prints(indexed_window).like[0])
    assert len(prints(indexed_window)) == 0
    keeper.take(keeper.drawings[0])
    assert [one.path for one in prints(indexed_window).like] == [photo]
    assert len(keeper.drawings) == 1
    before = indexed_window.canvas.document.step
    keeper.take(keeper.drawings[0])  # both lie there already
    assert indexed_window.canvas.document.step == before
