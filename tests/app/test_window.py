import threading
import time
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QDialog, QListView, QWidget

from app import appearance
from app.pages import PRIVACY
from app.settings import Settings
from app.skipped import SkippedDialog
from engine.encoder import Encoder
from engine.library import Library

from .conftest import Hand

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def draw(window, *points):
    Hand(window.canvas).draw(*(points or ((0.2, 0.2), (0.8, 0.8))))


def shown(window) -> int:
    return window.results.hits_model.rowCount()


def no_longer_busy(window) -> bool:
    return not window.collection.is_opening and not window.collection.is_indexing


def count(window) -> int:
    return window.collection.library.photo_count if window.collection.library is not None else 0


@pytest.fixture
def many_photos(tmp_path, draw_picture) -> Path:
    """Enough photos that indexing can be stopped half way."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(100):
        draw_picture("circle", (number, 90, 200 - number)).save(folder / f"{number}.png")
    return folder


class SlowEncoder(Encoder):
    """The real tiny encoder; photos wait for the test's word."""

    def __init__(self, path) -> None:
        super().__init__(path)
        self.may = threading.Semaphore(0)

    def embed_photos(self, images):
        self.may.acquire()
        time.sleep(0.12)  # longer than indexing goes without reporting: there is a half way to stop at
        return super().embed_photos(images)


@pytest.fixture
def slow_encoder(tiny_model):
    encoder = SlowEncoder(tiny_model)
    yield encoder
    encoder.may.release(1000)


def test_a_new_person_is_told_what_to_do(make_window):
    window = make_window()
    assert window.pages.currentWidget() is window.welcome
    assert window.welcome.isVisible()


def test_drawing_brings_up_the_photos(indexed_window, qtbot):
    window = indexed_window
    assert window.message.title == "Draw, and your photos appear here"
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 12)
    assert window.pages.currentWidget() is window.results
    assert window.heading.text() == "12 photos, best match first"


def test_photos_come_up_before_the_pen_is_lifted(indexed_window, qtbot):
    hand = Hand(indexed_window.canvas)
    hand.press((0.2, 0.2))
    hand.move((0.6, 0.6))
    qtbot.waitUntil(lambda: shown(indexed_window) == 12)
    assert indexed_window.canvas.is_drawing


def test_what_is_shown_is_what_the_library_finds(indexed_window, qtbot):
    window = indexed_window
    draw(window, (0.3, 0.3), (0.7, 0.3), (0.7, 0.7), (0.3, 0.7), (0.3, 0.3))
    expected = window.collection.library.search(window.canvas.sheet.strokes, 80, rerank=True)
    qtbot.waitUntil(lambda: list(window.results.hits_model.hits) == expected)


def test_an_emptied_paper_leaves_no_stale_photos(indexed_window, qtbot):
    window = indexed_window
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 12)
    window.canvas.undo()
    assert shown(window) == 0
    assert window.pages.currentWidget() is window.message
    window.canvas.redo()
    qtbot.waitUntil(lambda: shown(window) == 12)


def test_a_folder_without_photos_says_so(make_window, tmp_path, qtbot):
    (tmp_path / "empty").mkdir()
    window = make_window(folder=tmp_path / "empty")
    qtbot.waitUntil(lambda: window.message.title == "No photos found in empty")


def test_the_promise_stands_in_the_window(indexed_window):
    assert indexed_window.status.text == PRIVACY


def test_a_missing_model_is_a_sentence_and_trying_again_works(make_window, photo_folder, tiny_model, qtbot):
    places = [tiny_model.with_name("missing.onnx"), tiny_model]
    window = make_window(lambda: Encoder(places.pop(0)), folder=photo_folder)
    qtbot.waitUntil(window.notice.isVisible)
    assert "missing.onnx" in window.notice.sentence
    assert window.message.title == "These photos cannot be searched now"
    window.notice.acted.emit()
    qtbot.waitUntil(lambda: window.collection.library is not None and no_longer_busy(window))
    assert not window.notice.isVisible()


def test_a_folder_that_is_gone_is_a_sentence_and_the_next_one_opens(make_window, photo_folder, qtbot):
    window = make_window(folder=photo_folder.with_name("gone"))
    qtbot.waitUntil(window.notice.isVisible)
    assert "gone" in window.notice.sentence
    window.open_folder(photo_folder)
    qtbot.waitUntil(lambda: window.collection.library is not None and no_longer_busy(window))
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 12)
    assert not window.notice.isVisible()


def test_an_offline_folder_stays_searchable_and_comes_back(indexed_window, make_window, photo_folder, qtbot):
    indexed_window.close()
    away = photo_folder.rename(photo_folder.with_name("away"))
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(window.notice.isVisible)
    assert "not there now" in window.notice.sentence
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 12)
    away.rename(photo_folder)
    window.notice.acted.emit()
    qtbot.waitUntil(lambda: no_longer_busy(window) and not window.collection.library.offline)
    assert not window.notice.isVisible()
    assert window.collection.library.photo_count == 12


def test_what_is_indexed_can_be_searched_while_the_rest_is_on_its_way(
    make_window, many_photos, slow_encoder, qtbot
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    draw(window)
    slow_encoder.may.release()
    qtbot.waitUntil(lambda: 0 < shown(window) < 80)
    before = shown(window)
    assert window.collection.is_indexing
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: shown(window) == 80)
    assert before < 80
    qtbot.waitUntil(lambda: no_longer_busy(window))
    qtbot.waitUntil(lambda: window.heading.text() == "The 80 best of 100 photos")


def test_cancelled_indexing_keeps_what_there_is_and_goes_on_later(
    make_window, many_photos, slow_encoder, qtbot
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    slow_encoder.may.release()
    qtbot.waitUntil(lambda: count(window) > 0)
    window.status.cancel.emit()
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: no_longer_busy(window))
    assert 0 < window.collection.library.photo_count < 100
    assert "stopped" in window.status.text
    window.status.resume.emit()
    qtbot.waitUntil(lambda: window.collection.library.photo_count == 100 and no_longer_busy(window))
    assert window.status.text == PRIVACY


def test_closing_during_indexing_ends_every_thread_and_loses_nothing(
    make_window, many_photos, slow_encoder, tiny_encoder, qtbot
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    slow_encoder.may.release()
    qtbot.waitUntil(lambda: count(window) > 0)
    slow_encoder.may.release(1000)
    window.close()
    assert window.collection.library is None
    again = Library(many_photos, tiny_encoder)
    assert again.photo_count > 0
    again.close()


def test_closing_while_the_folder_is_being_opened_is_no_trouble(make_window, photo_folder):
    window = make_window(folder=photo_folder)
    window.close()
    assert window.collection.library is None


def test_indexing_stands_still_while_a_stroke_is_drawn(make_window, many_photos, slow_encoder, qtbot):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    qtbot.waitUntil(lambda: window.collection.is_indexing)
    hand = Hand(window.canvas)
    hand.press((0.2, 0.2))
    slow_encoder.may.release(1000)
    with qtbot.waitSignal(window.collection.indexed, timeout=2500, raising=False) as end:
        hand.move((0.6, 0.6))
    assert not end.signal_triggered
    assert count(window) < 100
    hand.release((0.6, 0.6))
    qtbot.waitUntil(lambda: no_longer_busy(window))


def test_another_folder_replaces_the_one_being_indexed(
    make_window, many_photos, photo_folder, slow_encoder, qtbot
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    qtbot.waitUntil(lambda: window.collection.is_indexing)
    draw(window)
    before, closed = window.collection.library, []
    close = before.close
    before.close = lambda: (close(), closed.append(True))
    window.open_folder(photo_folder)
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: shown(window) == 12)
    assert closed
    assert all(hit.path.is_relative_to(photo_folder) for hit in window.results.hits_model.hits)


def test_skipped_files_are_counted_and_listed_with_their_reasons(make_window, photo_folder, qtbot):
    (photo_folder / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: window.collection.library is not None and no_longer_busy(window))
    window.show_skipped()
    (dialog,) = (one for one in window.findChildren(QDialog) if isinstance(one, SkippedDialog))
    item = dialog.list.topLevelItem(0)
    assert item.text(0) == "broken.jpg"
    assert item.text(1)
    dialog.close()


def test_new_photos_are_found_on_request(indexed_window, draw_picture, qtbot):
    window = indexed_window
    draw_picture("circle", "black").save(window.collection.folder / "new.png")
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.collection.library.photo_count == 13 and no_longer_busy(window))


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
    qtbot.waitUntil(lambda: window.collection.library is not None and no_longer_busy(window))
    assert window.collection.library.photo_count == 12


def test_a_dropped_picture_becomes_the_sketch(indexed_window, draw_picture, tmp_path, qtbot):
    draw_picture("circle", "black").save(tmp_path / "sketch.png")
    drop(indexed_window, tmp_path / "sketch.png")
    assert indexed_window.canvas.sheet.picture is not None
    qtbot.waitUntil(lambda: shown(indexed_window) == 12)


def test_a_dropped_file_that_is_no_picture_is_told(indexed_window, tmp_path):
    (tmp_path / "notes.txt").write_text("no picture")
    drop(indexed_window, tmp_path / "notes.txt")
    assert indexed_window.notice.isVisible()


def test_keys_choose_tools_and_step_through_the_drawing(indexed_window):
    window = indexed_window
    QTest.keyClick(window.canvas, Qt.Key.Key_E)
    assert window.canvas.eraser
    QTest.keyClick(window.canvas, Qt.Key.Key_P)
    assert not window.canvas.eraser
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
    assert settings.folder == photo_folder
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
    from app.ink import qimage

    image = Image.new("L", (80, 80), 255)
    image.paste(0, (20, 20, 60, 60))
    QApplication.clipboard().setImage(qimage(image))
    QTest.keyClick(indexed_window.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shown(indexed_window) == 12)
