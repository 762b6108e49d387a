"""The window follows its folder by itself, in the real window with the real file system."""

import os
import shutil

import pytest

from app.folder import watcher
from app.folder.state import Phase
from engine.folders import settling, watching

from ..conftest import Hand, browsed, count, no_longer_busy, noise_photo, shown

pytestmark = [pytest.mark.usefixtures("aged"), pytest.mark.qt_log_ignore("propagateSizeHints")]


@pytest.fixture
def aged(photo_folder, monkeypatch):
    """The photos are not from just now, and nobody waits long to see that all is quiet."""
    monkeypatch.setattr(watching, "_QUIET_S", 0.1)
    monkeypatch.setattr(watching, "_THERE_EVERY_S", 0.2)
    monkeypatch.setattr(settling, "_CLOSED_S", 0.1)
    monkeypatch.setattr(settling, "_APART_S", 0.1)
    monkeypatch.setattr(watcher, "_AGAIN_MS", 150)
    for photo in photo_folder.rglob("*.*"):
        os.utime(photo, (1e9, 1e9))


@pytest.fixture
def follows(qtbot):
    return qtbot.waitUntil


def listed(window) -> list[str]:
    return [hit.path.name for hit in window.grid.hits_model.hits]


def test_a_photo_that_comes_is_shown(indexed_window, photo_folder, follows):
    noise_photo(photo_folder / "new.jpg")
    follows(lambda: photo_folder / "new.jpg" in browsed(indexed_window))
    follows(lambda: indexed_window.session.state.phase is Phase.CURRENT)


def test_a_photo_that_goes_leaves(searched_window, photo_folder, follows):
    (photo_folder / "seagreen circle.png").unlink()
    follows(lambda: shown(searched_window) == 11)
    assert "seagreen circle.png" not in listed(searched_window)


def test_when_the_chosen_photo_goes_no_other_one_is_chosen_in_its_place(
    searched_window, photo_folder, follows
):
    grid = searched_window.grid
    row = listed(searched_window).index("seagreen circle.png")
    grid.setCurrentIndex(grid.hits_model.index(row))
    (photo_folder / "seagreen circle.png").unlink()
    follows(lambda: shown(searched_window) == 11)
    assert grid.chosen_photos() == []


def test_a_renamed_photo_keeps_its_seat(searched_window, photo_folder, follows):
    before = listed(searched_window)
    seat = before.index("seagreen circle.png")
    (photo_folder / "seagreen circle.png").rename(photo_folder / "another name.png")
    follows(lambda: listed(searched_window)[seat] == "another name.png")
    after = listed(searched_window)
    assert [name for name in after if name != "another name.png"] == [
        name for name in before if name != "seagreen circle.png"
    ]


def test_a_folder_that_comes_with_photos_is_followed(indexed_window, photo_folder, follows, many_photos):
    shutil.copytree(many_photos, photo_folder / "holidays")
    follows(lambda: count(indexed_window) == 112)


def test_a_stroke_puts_off_what_is_new_and_does_not_lose_it(
    indexed_window, photo_folder, follows, qtbot, slow_encoder
):
    hand = Hand(indexed_window.canvas)
    hand.press((0.2, 0.2))
    with qtbot.waitSignal(indexed_window.session.watcher.changed):
        noise_photo(photo_folder / "new.jpg")
    with qtbot.waitSignal(indexed_window.session.indexed, timeout=1000, raising=False) as end:
        hand.move((0.8, 0.8))
    assert not end.signal_triggered
    assert count(indexed_window) == 12
    hand.release((0.8, 0.8))
    follows(lambda: count(indexed_window) == 13)


def test_what_comes_while_photos_are_indexed_is_indexed_after_that(
    make_window, many_photos, follows, slow_encoder, qtbot
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    follows(slow_encoder.begun.is_set)
    with qtbot.waitSignal(window.session.watcher.changed):
        noise_photo(many_photos / "new.jpg")
    slow_encoder.may.release(1000)
    follows(lambda: count(window) == 101)


@pytest.mark.parametrize("pauses", [False, True])
def test_what_the_person_ended_is_not_begun_again_by_a_photo_that_comes(
    make_window, many_photos, follows, slow_encoder, qtbot, pauses
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    follows(slow_encoder.begun.is_set)
    if pauses:
        window.session.indexing.pause(True)
        slow_encoder.may.release(1000)
        follows(lambda: not window.session.indexing.is_running)
    window.session.indexing.cancel()
    slow_encoder.may.release(1000)
    follows(lambda: window.session.state.phase is Phase.STOPPED)
    with qtbot.waitSignal(window.session.watcher.changed):
        noise_photo(many_photos / "new.jpg")
    assert window.session.state.phase is Phase.STOPPED
    window.session.retry()
    follows(lambda: count(window) == 101)


def test_a_folder_that_goes_and_comes_back_heals_by_itself(indexed_window, photo_folder, follows, tmp_path):
    photo_folder.rename(tmp_path / "away")
    follows(lambda: indexed_window.session.state.phase is Phase.OFFLINE)
    assert len(browsed(indexed_window)) == 12
    noise_photo(tmp_path / "away" / "new.jpg")
    (tmp_path / "away").rename(photo_folder)
    follows(lambda: indexed_window.session.state.phase is Phase.CURRENT and count(indexed_window) == 13)


def test_a_folder_that_was_away_from_the_start_is_taken_up_when_it_comes(
    make_window, photo_folder, follows, tmp_path
):
    first = make_window(folder=photo_folder)
    follows(lambda: no_longer_busy(first))
    first.close()
    photo_folder.rename(tmp_path / "away")
    window = make_window(folder=photo_folder)
    follows(lambda: window.session.state.phase is Phase.OFFLINE)
    (tmp_path / "away").rename(photo_folder)
    follows(lambda: window.session.state.phase is Phase.CURRENT)


def test_a_folder_whose_drive_answers_once_the_library_is_open_is_taken_up(
    indexed_window, make_window, photo_folder, follows, tmp_path, monkeypatch
):
    indexed_window.close()
    away, watch = photo_folder.rename(tmp_path / "away"), watcher.Watcher.watch

    def watch_late(*arguments, **more):
        if away.exists():
            away.rename(photo_folder)
        watch(*arguments, **more)

    monkeypatch.setattr(watcher.Watcher, "watch", watch_late)
    window = make_window(folder=photo_folder)
    follows(lambda: window.session.state.phase is Phase.CURRENT)


def test_looking_at_the_folder_on_request_is_still_possible(indexed_window, photo_folder, follows):
    indexed_window.session.watcher.leave()
    noise_photo(photo_folder / "new.jpg")
    indexed_window._actions.index.trigger()
    follows(lambda: count(indexed_window) == 13)


def test_a_drawing_finds_what_came_meanwhile(searched_window, photo_folder, follows):
    shutil.copy(photo_folder / "seagreen circle.png", photo_folder / "copy.png")
    noise_photo(photo_folder / "new.jpg")
    follows(lambda: "new.jpg" in listed(searched_window))


def test_a_photo_moved_to_another_folder_of_the_library_keeps_its_seat(
    searched_window, photo_folder, tmp_path, follows, monkeypatch
):
    """Each folder is told of by itself, one before the other."""
    monkeypatch.setattr(watcher, "_TOGETHER_MS", 600_000)  # until the test says so
    window, other = searched_window, tmp_path / "other"
    other.mkdir()
    noise_photo(other / "noise.jpg")
    window.folders.add(other)
    follows(lambda: shown(window) == 13 and no_longer_busy(window) and window.seating.is_settled)
    before, reports = listed(window), []
    window.session.indexed.connect(reports.append)
    (photo_folder / "seagreen circle.png").rename(other / "another name.png")
    follows(lambda: len(window.session.watcher._told) == 2)
    window.session.watcher._together.setInterval(0)
    follows(lambda: "another name.png" in listed(window))
    assert [(one.moved, one.added, one.removed) for one in reports if one.changed] == [(1, 0, 0)]
    assert listed(window) == [name.replace("seagreen circle", "another name") for name in before]
