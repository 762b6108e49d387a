"""The paper kept for the next start: when it is written, and what is never written over."""

import os
import threading

import pytest
from PIL import Image

from app.drawing.paper.prints import Print, Prints
from app.shelf.keeper import Keeper
from engine.sketches.kept import read_kept

from ..conftest import Hand, draw

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_a_paper_that_cannot_be_read_lies_aside_and_that_is_told(make_window, state_folder):
    unread = b"<svg>of a newer version"
    (state_folder / "paper.svg").write_bytes(unread)
    (state_folder / "paper.unread1.svg").write_bytes(b"an earlier one")
    window = make_window()
    assert window.canvas.is_blank
    assert "paper.unread2.svg" in window.notice.sentence
    draw(window)
    window.close()
    assert (state_folder / "paper.unread1.svg").read_bytes() == b"an earlier one"
    assert (state_folder / "paper.unread2.svg").read_bytes() == unread
    assert len(make_window().canvas.document.strokes) == 1


def test_a_paper_that_can_neither_be_read_nor_put_aside_stays(canvas, hand, tmp_path, monkeypatch):
    paper, told = tmp_path / "paper.svg", []
    paper.write_bytes(b"<svg>of a newer version")
    monkeypatch.setattr("pathlib.Path.rename", lambda *_: (_ for _ in ()).throw(PermissionError(13, "No")))
    keeper = Keeper(canvas, tmp_path)
    keeper.failed.connect(told.append)
    keeper.resume()
    assert canvas.is_blank
    assert len(told) == 1
    hand.draw((0.2, 0.2), (0.8, 0.3), (0.3, 0.7))
    keeper.end()
    assert paper.read_bytes() == b"<svg>of a newer version"
    assert len(list((tmp_path / "shelf").glob("*.svg"))) == 1


def test_nothing_is_written_while_the_pen_draws(canvas, tmp_path, qtbot):
    keeper, hand = Keeper(canvas, tmp_path), Hand(canvas)
    hand.draw((0.2, 0.2), (0.8, 0.3))
    hand.press((0.1, 0.9))
    hand.move((0.5, 0.9))
    keeper._soon.timeout.emit()
    assert not (tmp_path / "paper.svg").exists()
    assert keeper._soon.isActive()
    hand.release((0.5, 0.9))
    keeper._soon.timeout.emit()
    qtbot.waitUntil((tmp_path / "paper.svg").exists)
    keeper.end()


def test_the_paper_is_not_read_to_know_which_pictures_it_needs(canvas, hand, tmp_path, monkeypatch):
    read, one = [], Print(None, Image.new("RGB", (20, 20)))
    one.encode()
    keeper = Keeper(canvas, tmp_path)
    monkeypatch.setattr("app.shelf.paper.read_kept", read.append)
    hand.draw((0.2, 0.2), (0.8, 0.3))
    canvas.change(lambda document: document.lay(Prints((one,))))
    keeper.note_paper()
    keeper._paper.wait()
    keeper.note_found([tmp_path / "found.jpg"])
    keeper.clear()
    assert [file.stem for file in (tmp_path / "shelf" / "pictures").glob("*.png")] == [one.content]
    assert read == []


def test_the_paper_waits_for_the_disk_off_the_window_and_of_several_states_the_newest_is_written(
    canvas, hand, tmp_path, monkeypatch
):
    keeper, paper, written = Keeper(canvas, tmp_path), tmp_path / "paper.svg", []
    may, flush = threading.Event(), os.fsync

    def flushed(number):
        assert may.wait(60)
        flush(number)

    def replaced(new, file, replace=os.replace):
        written.append(file)
        replace(new, file)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(os, "replace", replaced)
    for y in (0.2, 0.4, 0.6, 0.8):
        hand.draw((0.2, y), (0.8, y))
        keeper.note_paper()
    assert not paper.exists()
    may.set()
    keeper.end()
    assert len(read_kept(paper).sketch.strokes) == 4
    assert 1 <= len(written) <= 3


def test_pictures_beside_a_drawing_that_is_kept_wait_for_the_disk_off_the_window(
    canvas, hand, tmp_path, monkeypatch
):
    waited, one = [], Print(None, Image.new("RGB", (20, 20)))
    one.encode()
    keeper = Keeper(canvas, tmp_path, resumes=False)
    monkeypatch.setattr(os, "fsync", lambda _: waited.append(threading.current_thread().name))
    hand.draw((0.2, 0.2), (0.8, 0.3))
    canvas.change(lambda document: document.lay(Prints((one,))))
    pictures = tmp_path / "shelf" / "pictures"
    pictures.mkdir(parents=True)
    (pictures / f"{one.content}.png").touch()  # as a power cut leaves it
    keeper.note_found([tmp_path / "found.jpg"])
    assert keeper._pictures.find(one.content) is not None
    keeper.end()
    assert set(waited) == {"pictures", "shelf"}


def test_a_paper_that_cannot_be_written_is_told(canvas, hand, tmp_path, monkeypatch, qtbot):
    keeper = Keeper(canvas, tmp_path)
    hand.draw((0.2, 0.2), (0.8, 0.3))
    monkeypatch.setattr(
        os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with qtbot.waitSignal(keeper.failed) as told:
        keeper.note_paper()
    assert told.args == ["No space left on device"]
