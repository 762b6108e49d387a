import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.folder.state import Phase
from app.library.chosen import ChosenFolders, read_chosen
from app.library.skipped import SkippedDialog
from app.words import phrases
from engine.encoding.encoder import Encoder
from engine.errors import CatalogError
from engine.library import Library

from ..conftest import Hand, browsed, count, draw, no_longer_busy, shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_a_folder_without_photos_says_so(make_window, tmp_path, qtbot):
    (tmp_path / "empty").mkdir()
    window = make_window(folder=tmp_path / "empty")
    qtbot.waitUntil(lambda: window.photos_panel.message.title == "No photos found in empty")


def test_why_no_photo_can_be_read_is_the_headline(make_window, tmp_path, qtbot):
    (tmp_path / "phone").mkdir()
    for number in range(3):
        (tmp_path / "phone" / f"{number}.jpg").touch()
    (tmp_path / "phone" / "odd.jpg").write_bytes(b"no picture")
    window = make_window(folder=tmp_path / "phone")
    qtbot.waitUntil(lambda: window.photos_panel.message.title == "No photo in phone can be read")
    assert window.photos_panel.message.text == "The file is empty."


def test_a_missing_model_is_a_sentence_and_trying_again_works(make_window, photo_folder, tiny_model, qtbot):
    places = [tiny_model.with_name("missing.onnx"), tiny_model]
    window = make_window(lambda: Encoder(places.pop(0)), folder=photo_folder)
    qtbot.waitUntil(window.notice.isVisible)
    assert "missing.onnx" in window.notice.sentence
    assert window.photos_panel.message.title == "These photos cannot be searched now"
    window.notice.acted.emit()
    qtbot.waitUntil(lambda: window.session.library is not None and no_longer_busy(window))
    assert not window.notice.isVisible()


def test_a_folder_that_is_gone_is_a_sentence_and_the_next_one_opens(make_window, photo_folder, qtbot):
    window = make_window(folder=photo_folder.with_name("gone"))
    qtbot.waitUntil(window.notice.isVisible)
    assert "gone" in window.notice.sentence
    window.open_folder(photo_folder)
    qtbot.waitUntil(lambda: window.session.library is not None and no_longer_busy(window))
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 12)
    assert not window.notice.isVisible()


def test_a_folder_that_could_not_be_opened_is_not_remembered(indexed_window, photo_folder, qtbot):
    indexed_window.open_folder(photo_folder.with_name("gone"))
    qtbot.waitUntil(indexed_window.notice.isVisible)
    assert read_chosen() == ChosenFolders((photo_folder,))


def test_a_folder_that_could_not_be_indexed_is_not_said_to_be_empty(
    make_window, photo_folder, tmp_path, tiny_encoder, qtbot
):
    other = Library(tmp_path, tiny_encoder)
    with other._catalog.sole_writer():
        window = make_window(folder=photo_folder)
        qtbot.waitUntil(window.notice.isVisible)
        qtbot.waitUntil(lambda: no_longer_busy(window))
        assert window.photos_panel.message.title == "The photos in photos wait for another window or terminal"
    other.close()
    window.notice.acted.emit()
    qtbot.waitUntil(lambda: len(browsed(window)) == 12)


def test_a_folder_that_opens_after_a_failure_is_shown(make_window, photo_folder, qtbot):
    window = make_window(folder=photo_folder)
    window.session.fail("It did not work.")
    qtbot.waitUntil(lambda: window.session.library is not None and no_longer_busy(window))
    qtbot.waitUntil(lambda: len(browsed(window)) == 12)
    assert window.photos_panel.page is window.grid


def test_an_offline_folder_stays_searchable_and_comes_back(indexed_window, make_window, photo_folder, qtbot):
    indexed_window.close()
    away = photo_folder.rename(photo_folder.with_name("away"))
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(window.notice.isVisible)
    assert "not there now" in window.notice.sentence
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 12)
    model = window.grid.hits_model
    qtbot.waitUntil(lambda: model.picture(0) is not None)
    assert all(model.is_away(hit.path) for hit in model.hits)
    away.rename(photo_folder)
    window.notice.acted.emit()
    qtbot.waitUntil(lambda: no_longer_busy(window) and not window.session.library.offline)
    assert not window.notice.isVisible()
    assert not any(model.is_away(hit.path) for hit in model.hits)
    assert window.session.library.photo_count == 12


def test_what_is_indexed_can_be_searched_while_the_rest_is_on_its_way(
    make_window, many_photos, slow_encoder, qtbot
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    draw(window)
    slow_encoder.may.release()
    qtbot.waitUntil(lambda: 0 < shown(window) < 80)
    before = shown(window)
    assert window.session.state.is_indexing
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: shown(window) >= 80)
    assert before < 80
    qtbot.waitUntil(lambda: no_longer_busy(window))
    qtbot.waitUntil(lambda: window.photos_panel.heading == "100 photos, different guesses first")


def test_cancelled_indexing_keeps_what_there_is_and_goes_on_later(
    make_window, many_photos, slow_encoder, qtbot
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    slow_encoder.may.release()
    qtbot.waitUntil(lambda: count(window) > 0)
    window.status.cancel.emit()
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: no_longer_busy(window))
    assert 0 < window.session.library.photo_count < 100
    assert "stopped" in window.status.text
    window.status.resume.emit()
    qtbot.waitUntil(lambda: window.session.library.photo_count == 100 and no_longer_busy(window))
    assert window.status.text == phrases.privacy()


def test_closing_during_indexing_ends_every_thread_and_loses_nothing(
    make_window, many_photos, slow_encoder, tiny_encoder, qtbot
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    slow_encoder.may.release()
    qtbot.waitUntil(lambda: count(window) > 0)
    slow_encoder.may.release(1000)
    window.close()
    assert window.session.library is None
    again = Library(many_photos, tiny_encoder)
    assert again.photo_count > 0
    again.close()


def test_closing_while_the_folder_is_being_opened_is_no_trouble(make_window, photo_folder):
    window = make_window(folder=photo_folder)
    window.close()
    assert window.session.library is None


def test_indexing_stands_still_while_a_stroke_is_drawn(make_window, many_photos, slow_encoder, qtbot):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    qtbot.waitUntil(lambda: window.session.state.is_indexing)
    hand = Hand(window.canvas)
    hand.press((0.2, 0.2))
    slow_encoder.may.release(1000)
    with qtbot.waitSignal(window.session.indexed, timeout=1200, raising=False) as end:
        hand.move((0.6, 0.6))
    assert not end.signal_triggered
    assert count(window) < 100
    hand.release((0.6, 0.6))
    qtbot.waitUntil(lambda: no_longer_busy(window))


def test_another_folder_replaces_the_one_being_indexed(
    make_window, many_photos, photo_folder, slow_encoder, qtbot
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    qtbot.waitUntil(lambda: window.session.state.is_indexing)
    draw(window)
    before, closed = window.session.library, []
    close = before.close
    before.close = lambda: (close(), closed.append(True))
    window.open_folder(photo_folder)
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: shown(window) == 12)
    assert closed
    assert all(hit.path.is_relative_to(photo_folder) for hit in window.grid.hits_model.hits)


def test_a_failure_in_the_folder_before_is_not_told_of_the_present_one(
    make_window, many_photos, photo_folder, slow_encoder, qtbot
):
    window, failures = make_window(lambda: slow_encoder, folder=many_photos), []
    window.session.state_changed.connect(lambda state: failures.append(state.trouble))
    qtbot.waitUntil(slow_encoder.begun.is_set)
    window.open_folder(photo_folder)
    slow_encoder.fails = True
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: no_longer_busy(window) and count(window) == 12)
    assert set(failures) == {""}


def test_the_folder_before_is_not_searched_any_more(
    make_window, many_photos, photo_folder, slow_encoder, qtbot
):
    window, asked = make_window(lambda: slow_encoder, folder=many_photos), []
    qtbot.waitUntil(slow_encoder.begun.is_set)
    window.session.library.rank = lambda *query, **_: asked.append(query)
    window.open_folder(photo_folder)
    with qtbot.waitSignal(window.live.asked):
        draw(window)
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: shown(window) == 12)
    assert asked == []


def test_skipped_files_are_counted_and_listed_with_their_reasons(make_window, photo_folder, qtbot):
    (photo_folder / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: window.session.library is not None and no_longer_busy(window))
    window._actions.skipped.trigger()
    window._actions.skipped.trigger()  # as somebody who waits for it
    qtbot.waitUntil(lambda: bool(window.findChildren(SkippedDialog)))
    (dialog,) = window.findChildren(SkippedDialog)
    assert dialog.list.model().index(0, 0).data() == "broken.jpg"
    assert dialog.list.model().index(0, 1).data()
    dialog.close()


def test_new_photos_are_found_on_request(indexed_window, draw_picture, qtbot):
    window = indexed_window
    draw_picture("circle", "black").save(window.session.state.folder / "new.png")
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.session.library.photo_count == 13 and no_longer_busy(window))


def test_a_photo_that_changed_is_ranked_and_shown_anew(indexed_window, draw_picture, qtbot):
    window = indexed_window
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 12)
    best = window.grid.hits_model.hits[0]
    qtbot.waitUntil(lambda: window.grid.thumbnails.get(best.path) is not None)
    Image.new("RGB", (64, 64), "red").save(best.path)
    QTest.keyClick(window, Qt.Key.Key_F5)

    def score() -> float:
        return next(hit.score for hit in window.grid.hits_model.hits if hit.path == best.path)

    qtbot.waitUntil(lambda: score() != best.score)

    def is_red() -> bool:
        picture = window.grid.thumbnails.get(best.path)
        if picture is None:
            return False
        tone = picture.toImage().pixelColor(30, 30)
        return tone.red() > 240 and tone.green() < 20 and tone.blue() < 20

    qtbot.waitUntil(is_red)


def test_a_notice_about_one_deed_goes_with_the_next(indexed_window, tmp_path, qtbot):
    window = indexed_window
    (tmp_path / "notes.txt").write_text("no picture")
    window.sketch_files.open(tmp_path / "notes.txt")
    qtbot.waitUntil(window.notice.isVisible)
    QApplication.processEvents()
    paper = window.canvas.geometry()
    draw(window)
    QApplication.processEvents()
    assert not window.notice.isVisible()
    assert window.canvas.geometry() == paper  # it never moves under the pen


def test_a_notice_that_offers_to_try_again_stays_until_that_works(indexed_window, qtbot):
    window = indexed_window
    window.session.fail("It did not work.")
    draw(window)
    assert window.notice.isVisible()
    window.notice.acted.emit()
    qtbot.waitUntil(lambda: no_longer_busy(window))
    assert not window.notice.isVisible()


def test_a_catalog_that_cannot_be_read_any_more_is_said(make_window, photo_folder, monkeypatch, qtbot):
    def fail(_):
        raise CatalogError("The photo library is damaged.")

    monkeypatch.setattr("engine.library.Library.skipped_count", property(fail))
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: window.session.state.phase is Phase.FAILED)
    assert "damaged" in window.session.state.trouble


def test_a_paused_window_lets_others_index(
    make_window, many_photos, slow_encoder, tiny_encoder, qtbot, tmp_path
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    slow_encoder.may.release()
    qtbot.waitUntil(lambda: window.session.state.photos > 0)
    window.session.indexing.pause(True)
    assert window.session.state.phase is Phase.PAUSED
    slow_encoder.may.release(99)
    qtbot.waitUntil(lambda: not window.session.indexing.is_running)
    assert window.session.state.phase is Phase.PAUSED
    other = Library(tmp_path, tiny_encoder)
    list(other.refresh())
    other.close()
    window.session.indexing.pause(False)
    qtbot.waitUntil(lambda: no_longer_busy(window) and window.session.state.photos == 100)
    assert window.session.state.phase is Phase.CURRENT
