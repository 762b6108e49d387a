"""What bars and pages say while folders change and indexing begins, pauses and ends."""

import threading

import pytest
from PySide6.QtWidgets import QPushButton

from app import phrases
from app.folder.state import Phase

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
