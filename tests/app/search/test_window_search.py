"""Searching while folders, photos and drawings change."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.upkeep import Upkeep

from ..conftest import at_rest, browsed, count, draw, no_longer_busy, shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_indexing_of_a_folder_left_behind_ends_early(
    make_window, many_photos, photo_folder, slow_encoder, qtbot
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    qtbot.waitUntil(slow_encoder.begun.is_set)
    before = window.session.library
    window.open_folder(photo_folder)
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: no_longer_busy(window) and count(window) == 12)
    assert before.photo_count < 100


def test_a_library_is_closed_only_when_its_search_has_ended(
    indexed_window, tmp_path, draw_picture, monkeypatch, qtbot
):
    monkeypatch.setattr("app.folder.searcher.END_S", 60.0)
    window, told, began = indexed_window, [], threading.Event()
    library = window.session.library
    search, close, may = library.rank, library.close, threading.Event()

    def slow_search(*query, **options):
        began.set()
        may.wait(60)
        hits = search(*query, **options)
        told.append("searched")
        return hits

    library.rank = slow_search
    library.close = lambda: (told.append("closed"), close())
    draw(window)
    qtbot.waitUntil(began.is_set)
    threading.Timer(0.2, may.set).start()
    (tmp_path / "other").mkdir()
    draw_picture("circle", "black").save(tmp_path / "other" / "new.png")
    window.open_folder(tmp_path / "other")
    qtbot.waitUntil(lambda: count(window) == 1)
    assert told == ["searched", "closed"]


def test_the_grid_scrolls_up_for_another_drawing_and_not_for_new_photos(
    indexed_window, photo_folder, draw_picture, qtbot
):
    window = indexed_window
    for number in range(40):
        draw_picture("circle", (number, 90, 200)).save(photo_folder / f"{number}.png")
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: count(window) == 52 and no_longer_busy(window))
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 52)
    bar = window.grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum() // 2)
    place = bar.value()
    with qtbot.waitSignal(window.session.answered):
        window.session.grown.emit()
    assert bar.value() == place
    draw(window, (0.2, 0.8), (0.8, 0.2))
    qtbot.waitUntil(lambda: bar.value() == 0)


@pytest.fixture
def unkept_window(make_window, photo_folder, qtbot):
    """A window that keeps no thumbnails, and notices nothing until it is told to look."""
    with Upkeep(photo_folder) as upkeep:
        upkeep.thumbnail_mb = 0
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: len(browsed(window)) == 12 and at_rest(window))
    window.session.watcher.leave()
    return window


def test_a_photo_that_could_not_be_shown_is_tried_again_after_indexing(unkept_window, photo_folder, qtbot):
    window = unkept_window
    photo = next(path for path in photo_folder.iterdir() if path.suffix == ".png")
    content, thumbnails = photo.read_bytes(), window.grid.thumbnails
    qtbot.waitUntil(lambda: thumbnails.get(photo) is not None)  # no decoder is at it
    photo.write_bytes(b"no photo")
    thumbnails.renew()
    draw(window)
    qtbot.waitUntil(lambda: thumbnails.get(photo) is None and thumbnails.is_broken(photo))
    photo.write_bytes(content)
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: no_longer_busy(window))
    qtbot.waitUntil(lambda: window.grid.thumbnails.get(photo) is not None)


def test_new_photos_are_searched_for_at_once_when_they_are_the_first_and_then_not_at_each_step(
    make_window, many_photos, slow_encoder, qtbot
):
    window, grown, steps = make_window(lambda: slow_encoder, folder=many_photos), [], []
    window.session.indexing._again.setInterval(1_000_000)
    window.session.grown.connect(lambda: grown.append(count(window)))
    window.session.state_changed.connect(lambda state: steps.append(state.photos))
    for _ in range(3):
        before = window.session.state.photos
        slow_encoder.may.release()
        qtbot.waitUntil(lambda before=before: window.session.state.photos > before)
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: count(window) == 100 and no_longer_busy(window))
    assert len(set(steps)) > 3
    assert len(grown) == 1
    assert window.session.indexing._again.isActive()  # once a second, the rest


def test_photos_that_scrolled_out_of_sight_are_not_decoded_any_more(indexed_window, qtbot, monkeypatch):
    window, kept = indexed_window, []
    window.resize(700, 420)
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 12)
    monkeypatch.setattr(window.grid.thumbnails, "keep_only", lambda paths: kept.append(set(paths)))
    bar = window.grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: bool(kept))
    assert kept[-1] == window.grid.visible_photos()
    assert 0 < len(kept[-1]) < 12
    assert window.grid.hits_model.hits[0].path not in kept[-1]


def test_what_is_no_photo_any_more_is_told_by_its_tile(unkept_window, photo_folder, qtbot):
    photo = next(path for path in photo_folder.iterdir() if path.suffix == ".png")
    thumbnails = unkept_window.grid.thumbnails
    qtbot.waitUntil(lambda: thumbnails.get(photo) is not None)  # no decoder is at it
    photo.unlink()
    thumbnails.renew()
    draw(unkept_window)
    qtbot.waitUntil(lambda: thumbnails.get(photo) is None and thumbnails.is_broken(photo))


def test_no_answer_for_the_drawing_comes_after_the_paper_was_emptied(indexed_window, qtbot):
    window, came = indexed_window, []
    window.session.answered.connect(lambda found: came.append(found.newest))
    for _ in range(5):
        draw(window, (0.2, 0.2), (0.8, 0.3), (0.5, 0.8))
        with qtbot.waitSignal(window.live.asked):
            pass
        came.clear()
        with qtbot.waitSignal(window.session.answered):
            window.canvas.clear()
        assert came == [True]


def test_an_answer_is_said_aloud_once_however_it_came(indexed_window, qtbot, monkeypatch):
    said = []
    monkeypatch.setattr("app.search.announcing.announce", lambda _, sentence: said.append(sentence))
    window = indexed_window
    spoken = window.grid.hits_model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "match" not in spoken
    window.session.retry()
    assert said == []
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 12 and len(said) == 1)
    assert "match 1" in window.grid.hits_model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    window.grid.liked.emit([window.grid.hits_model.hit(0).path])  # by keys, without a stroke
    qtbot.waitUntil(lambda: len(said) == 2)
