"""Pictures from elsewhere: what they are taken for, and how a person turns that over."""

import os
import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from app.drawing.saving import svg_of
from app.drawing.waiting import ReadingSign

from ..conftest import COPY, LEFT, Carried, Hand, centre, names, noise_photo, prints, strip_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none

MOVE = Qt.DropAction.MoveAction


@pytest.fixture
def window(searched_window):
    return searched_window


@pytest.fixture
def photo(photo_folder):
    return photo_folder / "seagreen circle.png"


def test_a_photo_from_elsewhere_becomes_a_print_and_may_be_a_sketch_after_all(window, tmp_path, qtbot):
    path = noise_photo(tmp_path / "holiday.jpg")
    before = window.canvas.document.strokes
    Carried(window, path).drop(centre(window, window.canvas))
    qtbot.waitUntil(lambda: names(prints(window).like) == ["holiday.jpg"])
    assert window.canvas.document.picture is None
    line = strip_of(window)._guess_line
    assert (line.isVisible(), line.sentence) == (True, "This was taken for a photo.")
    path.unlink()  # it has been read
    with qtbot.waitSignal(window.session.answered):
        window.live.ask_anew()
    noise_photo(path)
    QTest.mouseClick(line.button, LEFT)
    qtbot.waitUntil(lambda: window.canvas.document.picture is not None)
    assert len(prints(window)) == 0
    window.canvas.undo()
    assert window.canvas.document.strokes == before
    assert len(prints(window)) == 0


def test_a_drawing_from_elsewhere_is_laid_on_the_paper_and_may_be_a_photo_after_all(
    window, draw_picture, tmp_path, qtbot
):
    before = window.canvas.document.strokes
    Image.fromarray(np.pad(np.full((9, 80), 20, np.uint8), 60, constant_values=255)).save(
        tmp_path / "line.png"
    )
    Carried(window, tmp_path / "line.png").drop(centre(window, window.grid))
    qtbot.waitUntil(lambda: window.canvas.document.picture is not None)
    assert len(prints(window)) == 0
    line = strip_of(window)._guess_line
    assert line.sentence == "This was taken for a sketch."
    assert not strip_of(window).like.isVisible()
    QTest.mouseClick(line.button, LEFT)
    assert names(prints(window).like) == ["line.png"]
    assert window.canvas.document.strokes == before
    assert window.canvas.document.picture is None
    assert not line.isVisible()
    kept = [one.sketch.picture for one in window.shelving.keeper.drawings]
    assert kept == [None]  # the strokes that it lay on, and not a photo that was no drawing


def test_the_line_about_a_guess_goes_with_the_next_change(window, tmp_path, qtbot):
    Carried(window, noise_photo(tmp_path / "a.jpg")).drop(centre(window, window.canvas))
    line = strip_of(window)._guess_line
    qtbot.waitUntil(line.isVisible)
    hand = Hand(window.canvas)
    hand.press((0.3, 0.3))
    hand.move((0.4, 0.4))
    assert line.isVisible()  # nothing moves under the pen
    hand.release((0.4, 0.4))
    assert not line.isVisible()


def test_of_files_dropped_together_photos_become_prints_and_a_drawing_the_sketch(window, tmp_path, qtbot):
    paths = [noise_photo(tmp_path / f"{seed}.jpg", seed) for seed in range(3)]
    Image.fromarray(np.pad(np.full((9, 80), 20, np.uint8), 60, constant_values=255)).save(
        tmp_path / "line.png"
    )
    steps = len(window.canvas.document._history)
    Carried(window, *paths, tmp_path / "line.png").drop(centre(window, window.canvas))
    qtbot.waitUntil(lambda: window.canvas.document.picture is not None)
    assert names(prints(window).like) == ["0.jpg", "1.jpg", "2.jpg"]
    assert len(window.canvas.document._history) == steps + 1


def test_files_dropped_on_a_corner_are_photos_without_a_guess(window, tmp_path, qtbot):
    Image.fromarray(np.pad(np.full((9, 80), 20, np.uint8), 60, constant_values=255)).save(
        tmp_path / "line.png"
    )
    files = Carried(window, tmp_path / "line.png")
    files.enter()
    files.drop(centre(window, strip_of(window).unlike))
    qtbot.waitUntil(lambda: names(prints(window).unlike) == ["line.png"])
    assert window.canvas.document.picture is None
    assert not strip_of(window)._guess_line.isVisible()


def test_a_photo_of_the_library_from_a_file_manager_is_searched_by_its_vector(window, photo, qtbot):
    Carried(window, photo).drop(centre(window, window.canvas))
    qtbot.waitUntil(lambda: window.canvas.document.picture is not None or len(prints(window)) == 1)
    window.drawing_panel.print_files.take([photo], like=True)
    qtbot.waitUntil(lambda: names(prints(window).like) == [photo.name])
    assert prints(window).like[0].example == photo


def test_dropped_files_are_read_off_the_gui_thread(window, tmp_path, qtbot, monkeypatch):
    from app.drawing.paper import prints as module

    threads, taken = [], module.reduce

    def noted(photo, side):
        threads.append(threading.current_thread())
        return taken(photo, side)

    monkeypatch.setattr(module, "reduce", noted)
    Carried(window, noise_photo(tmp_path / "a.jpg")).drop(centre(window, window.canvas))
    window.grid.liked.emit([window.grid.hits_model.hits[0].path])
    qtbot.waitUntil(lambda: len(prints(window)) == 2)
    qtbot.waitUntil(lambda: not any(one.shown.isNull() for one in prints(window).like))
    assert len(threads) == 1  # of the library's the thumbnail is shown
    assert threading.main_thread() not in threads


def test_folders_dropped_together_are_opened_as_one_library(window, tmp_path, photos_in, qtbot):
    folders = [photos_in(3, "one"), photos_in(4, "two")]
    Carried(window, *folders).drop(centre(window, window.grid))
    qtbot.waitUntil(lambda: window.session.state.photos == 7)
    assert window.session.state.paths == tuple(folders)


@pytest.mark.parametrize("corner", [None, "unlike"])
def test_a_picture_dragged_out_of_another_program_is_taken_without_a_file(window, tmp_path, qtbot, corner):
    carried = Carried(window)
    carried.data.setImageData(QImage(str(noise_photo(tmp_path / "page.png"))))
    assert carried.enter()
    strip = strip_of(window)
    carried.drop(centre(window, strip.unlike if corner else window.grid))
    qtbot.waitUntil(lambda: len(prints(window)) == 1)
    (one,) = prints(window).like + prints(window).unlike
    assert one.path is None
    assert prints(window).is_like(one) == (corner is None)


@pytest.mark.parametrize("pixels", [False, True])
def test_an_svg_dragged_out_of_another_program_is_a_drawing(window, tmp_path, qtbot, pixels):
    carried = Carried(window)
    carried.data.setData("image/svg+xml", svg_of(window.canvas.document))
    if pixels:
        carried.data.setImageData(QImage(str(noise_photo(tmp_path / "page.png"))))
    window.canvas.clear()
    assert carried.enter()
    carried.drop(centre(window, window.canvas))
    qtbot.waitUntil(lambda: len(window.canvas.document.strokes) == 1)


def test_very_many_hits_are_dropped_after_a_question(window, monkeypatch):
    monkeypatch.setattr("app.dialogs.questions.MANY_PRINTS", 1)
    paths = [hit.path for hit in window.grid.hits_model.hits[:2]]
    Carried(window, *paths, source=window.grid).drop(centre(window, window.canvas))
    assert len(prints(window)) == 0
    window.findChild(QMessageBox).button(QMessageBox.StandardButton.Yes).click()
    assert [one.path for one in prints(window).like] == paths


def test_a_hit_is_dropped_on_the_paper_though_its_drive_is_away(window, photo, qtbot):
    photo.unlink()
    window.grid.carried = [photo]
    assert Carried(window, photo, source=window.grid).drop(centre(window, window.canvas))
    assert names(prints(window).like) == [photo.name]


@pytest.fixture
def drive(monkeypatch):
    """A drive that does not answer: folders that begin with this are asked for in vain, until it is set."""
    may, asked, isdir = threading.Event(), [], os.path.isdir

    def hanging(path):
        if "slow" in os.fspath(path):
            asked.append(threading.current_thread())
            may.wait(60)
        return isdir(path)

    monkeypatch.setattr(os.path, "isdir", hanging)
    yield may
    may.set()
    assert asked
    assert threading.main_thread() not in asked


def test_a_folder_on_a_drive_that_does_not_answer_freezes_nothing_and_opens_when_it_does(
    window, photos_in, qtbot, drive
):
    slow, corners = photos_in(3, "slow"), strip_of(window)
    dragged = Carried(window, slow)
    assert dragged.enter()
    assert not corners._dropping  # by its name it is no photo
    assert dragged.drop(centre(window, window.grid))
    assert window.session.state.photos == 12
    drive.set()
    qtbot.waitUntil(lambda: window.session.state.paths == (slow,) and window.session.state.photos == 3)


def test_a_folder_may_be_dropped_though_no_thread_can_ask_its_drive(window, photos_in, qtbot, no_thread):
    folder = photos_in(3, "near")
    dragged = Carried(window, folder)
    assert dragged.enter()
    assert not strip_of(window)._dropping  # by its name it is no photo
    no_thread.undo()
    assert dragged.drop(centre(window, window.grid))
    qtbot.waitUntil(lambda: window.session.state.paths == (folder,))


def test_what_is_dropped_and_pasted_comes_in_the_order_of_asking_though_a_drive_answers_late(
    window, tmp_path, qtbot, drive, clipboard
):
    (tmp_path / "slow").mkdir()
    paths = [noise_photo(tmp_path / name, seed) for seed, name in enumerate(("slow/a.jpg", "b.jpg", "c.jpg"))]
    for path in paths[:2]:
        Carried(window, path).drop(centre(window, strip_of(window).like))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(paths[2]))])
    clipboard.setMimeData(data)
    window._actions.paste.trigger()
    qtbot.waitUntil(ReadingSign.over(window.canvas).isVisible)
    assert len(prints(window)) == 0
    drive.set()
    qtbot.waitUntil(lambda: names(prints(window).like) == ["a.jpg", "b.jpg", "c.jpg"])


def test_a_drop_whose_drive_does_not_answer_is_given_up_by_a_button(
    window, photos_in, tmp_path, qtbot, drive
):
    slow, near = photos_in(3, "slow"), photos_in(4, "near")
    Carried(window, slow).drop(centre(window, window.grid))
    sign = ReadingSign.over(window.canvas)
    qtbot.waitUntil(sign.isVisible)
    QTest.mouseClick(sign.button, LEFT)
    Carried(window, near).drop(centre(window, window.grid))
    qtbot.waitUntil(lambda: window.session.state.paths == (near,) and window.session.state.photos == 4)
    drive.set()
    with qtbot.waitSignal(window.drawing_panel.print_files.guessed):  # and still takes drops
        Carried(window, noise_photo(tmp_path / "a.jpg")).drop(centre(window, window.canvas))
    assert window.session.state.paths == (near,)


def test_very_many_files_are_taken_after_a_question_and_folders_without_one(
    window, photos_in, tmp_path, qtbot, monkeypatch
):
    monkeypatch.setattr("app.dialogs.questions.MANY_PRINTS", 1)
    Carried(window, *(noise_photo(tmp_path / f"{seed}.jpg", seed) for seed in range(2))).drop(
        centre(window, strip_of(window).like)
    )
    qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
    window.findChild(QMessageBox).button(QMessageBox.StandardButton.Yes).click()
    qtbot.waitUntil(lambda: names(prints(window).like) == ["0.jpg", "1.jpg"])
    folders = [photos_in(3, "one"), photos_in(4, "two")]
    Carried(window, *folders).drop(centre(window, window.grid))
    qtbot.waitUntil(lambda: window.session.state.paths == tuple(folders))


def test_the_corners_show_what_the_drive_says_of_a_dragged_file(window, tmp_path, qtbot):
    file, folder = noise_photo(tmp_path / "a.jpg").rename(tmp_path / "no ending"), tmp_path / "folder.jpg"
    folder.mkdir()
    for path, is_file in ((file, True), (folder, False)):
        dragged = Carried(window, path)
        assert dragged.enter()
        qtbot.waitUntil(lambda is_file=is_file: strip_of(window)._dropping is is_file)
        dragged.leave()
        assert not strip_of(window)._dropping


def test_what_would_be_moved_here_is_copied_so_that_no_program_deletes_it(window, tmp_path, qtbot):
    file, shift = noise_photo(tmp_path / "a.jpg"), Qt.KeyboardModifier.ShiftModifier
    dragged = Carried(window, file, actions=COPY | MOVE, modifiers=shift)
    for event in (dragged.enter, lambda: dragged.move(centre(window, window.canvas))):
        assert event()
        assert dragged.taken == COPY
    assert dragged.drop(centre(window, window.canvas))
    assert dragged.taken == COPY
    qtbot.waitUntil(lambda: names(prints(window).like) == ["a.jpg"])
    assert not Carried(window, file, actions=MOVE).enter()


def test_photos_of_another_window_are_no_drawings_whatever_they_look_like(window, tmp_path, qtbot):
    Image.fromarray(np.pad(np.full((9, 80), 20, np.uint8), 60, constant_values=255)).save(
        tmp_path / "line.png"
    )
    dragged = Carried(window, tmp_path / "line.png")
    dragged.data.setData("application/x-ffmln-photos", b"")
    assert dragged.drop(centre(window, window.grid))
    qtbot.waitUntil(lambda: names(prints(window).like) == ["line.png"])
    assert window.canvas.document.picture is None


def test_an_address_that_is_no_file_is_refused_in_words(window):
    dragged = Carried(window)
    dragged.data.setUrls([QUrl("https://example.org/horse.jpg")])
    assert dragged.enter()
    assert not strip_of(window)._dropping
    dragged.drop(centre(window, window.canvas))
    assert window.notice.sentence.startswith("It is not a file on this computer")
