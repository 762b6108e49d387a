"""What bars and pages say while folders change and indexing begins, pauses and ends."""

import threading
from contextlib import ExitStack

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.folder import indexing
from app.folder.state import Phase
from app.words import phrases
from engine.library import Library

from .conftest import count, no_longer_busy

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_what_was_said_of_the_folder_before_does_not_stand_under_the_next_one_while_that_opens(
    make_window, many_photos, photo_folder, slow_encoder, qtbot
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    slow_encoder.may.release()
    qtbot.waitUntil(lambda: count(window) > 0)
    window.status.cancel.emit()
    slow_encoder.may.release()
    qtbot.waitUntil(lambda: no_longer_busy(window))
    assert "stopped" in window.status.text
    buttons = window.status.findChildren(QPushButton)
    resume = next(one for one in buttons if one.text() == "Continue indexing")
    states, said = [], []
    window.session.state_changed.connect(states.append)
    window.session.state_changed.connect(lambda _: said.append((window.status.text, resume.isVisible())))
    window.open_folder(photo_folder)
    assert window.session.state.phase is Phase.OPENING
    assert window.status.text == phrases.privacy()
    assert not resume.isVisible()
    assert window.session.state.photos == window.session.state.skipped == 0
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: no_longer_busy(window) and count(window) == 12)
    assert not [text for text, resumes in said if "stopped" in text or resumes]
    assert {state.folder for state in states} == {photo_folder}


def test_a_folder_that_replaces_one_being_indexed_never_shows_the_others_progress(
    make_window, many_photos, photo_folder, slow_encoder, qtbot
):
    (many_photos / "broken.jpg").write_bytes(b"no photo")
    window = make_window(lambda: slow_encoder, folder=many_photos)
    slow_encoder.may.release(2)
    qtbot.waitUntil(lambda: count(window) > 0 and window.session.state.skipped == 1)
    states = []
    window.session.state_changed.connect(states.append)
    window.open_folder(photo_folder)
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: no_longer_busy(window) and count(window) == 12)
    opening = [state for state in states if state.phase is Phase.OPENING]
    assert {(state.photos, state.skipped) for state in opening} == {(0, 0)}
    totals = {state.progress.total for state in states if state.progress and state.progress.phase == "encode"}
    assert totals <= {12}
    assert states[0].phase is Phase.OPENING


def test_going_on_at_once_after_a_pause_goes_on(make_window, many_photos, slow_encoder, qtbot):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    qtbot.waitUntil(lambda: slow_encoder.begun.is_set())
    for paused in (True, False):
        window.session.indexing.pause(paused)
    assert window.session.indexing.is_running
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: count(window) == 100 and window.session.state.phase is Phase.CURRENT)


def test_a_paused_window_says_so_and_goes_on(make_window, many_photos, slow_encoder, qtbot):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    slow_encoder.may.release()
    qtbot.waitUntil(lambda: count(window) > 0)
    pause = next(one for one in window.status.findChildren(QPushButton) if one.text() == "Pause")
    pause.click()
    assert window.session.state.phase is Phase.PAUSED
    assert (window.status.text, pause.text()) == ("Indexing paused", "Go on")
    slow_encoder.may.release(1000)
    with qtbot.waitSignal(window.session.indexed, timeout=400, raising=False) as end:
        pass
    assert not end.signal_triggered
    pause.click()
    qtbot.waitUntil(lambda: no_longer_busy(window))
    assert count(window) == 100
    assert window.session.state.phase is Phase.CURRENT


def test_a_second_indexing_that_is_cancelled_is_not_called_complete(
    make_window, many_photos, slow_encoder, draw_picture, qtbot
):
    slow_encoder.may.release(1000)
    window = make_window(lambda: slow_encoder, folder=many_photos)
    qtbot.waitUntil(lambda: window.session.state.phase is Phase.CURRENT)
    slow_encoder.may = threading.Semaphore(0)
    for number in range(100):
        draw_picture("square", (number, 90, 200 - number)).save(many_photos / f"more {number}.png")
    window.session.index()
    slow_encoder.may.release()
    qtbot.waitUntil(lambda: count(window) > 100)
    window.status.cancel.emit()
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: no_longer_busy(window))
    assert window.session.state.phase is Phase.STOPPED


@pytest.fixture
def elsewhere(tmp_path_factory, tiny_encoder):
    """Another library that holds the right to index, until it is given back."""
    with ExitStack() as opened:
        other = Library(tmp_path_factory.mktemp("other"), tiny_encoder)
        opened.callback(other.close)
        opened.enter_context(other._catalog.sole_writer())
        yield opened


def test_a_window_that_was_told_another_one_indexes_goes_on_by_itself_when_that_ends(
    make_window, photo_folder, elsewhere, qtbot, monkeypatch
):
    monkeypatch.setattr(indexing, "_TURN_EVERY", 10)
    monkeypatch.setattr("engine.lock._TURN_S", 0)
    window = make_window(folder=photo_folder)
    phases, tries = [], []
    window.session.state_changed.connect(lambda state: phases.append(state.phase))
    window.session.indexing._turn.timeout.connect(lambda: tries.append(window.session.state))
    qtbot.waitUntil(lambda: len(tries) > 3)
    assert window.session.state.phase is Phase.WAITING
    assert {state.phase for state in tries} == {Phase.WAITING}
    assert "another window or terminal" in window.status.text
    assert "indexing photos already" in window.notice.sentence
    waiting = phases.index(Phase.WAITING)
    assert set(phases[waiting:]) == {Phase.WAITING}
    elsewhere.close()
    qtbot.waitUntil(lambda: window.session.state.phase is Phase.CURRENT)
    assert count(window) == 12
    assert window.notice.sentence == ""


def test_a_waiting_window_opens_another_folder_and_closes(
    make_window, photo_folder, tmp_path, elsewhere, qtbot
):
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: window.session.state.phase is Phase.WAITING)
    window.open_folder(tmp_path / "nowhere")
    assert window.session.state.phase is Phase.OPENING
    qtbot.waitUntil(lambda: window.session.state.phase is Phase.FAILED)
    assert not window.session.indexing._turn.isActive()
    window.open_folder(photo_folder)
    qtbot.waitUntil(lambda: window.session.indexing._turn.isActive())
    window.close()
    assert not window.session.indexing._turn.isActive()


def test_a_folder_called_like_html_is_shown_as_text(make_window, tmp_path, qtbot):
    folder = tmp_path / "<b>a<br>"
    folder.mkdir()
    window = make_window(folder=folder)
    qtbot.waitUntil(lambda: window.session.state.phase is Phase.CURRENT)
    assert window.photos_panel.message.title == "No photos found in <b>a<br>"
    labels = [label for label in window.findChildren(QLabel) if "<b>" in label.text()]
    assert len(labels) >= 2
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    tips = [one.toolTip() for one in window.findChildren(QWidget) if "a&lt;br" in one.toolTip()]
    assert len(tips) == 1
