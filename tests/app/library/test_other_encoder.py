"""Another encoder is chosen in the window, and used from the next start on."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.program import _kept_model
from app.state.settings import Settings
from app.threads.background import Task

from ...conftest import write_model

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.fixture
def choose(indexed_window, monkeypatch, qtbot):
    """Choose a file in the window, and wait for what comes of it."""

    def choosing(file):
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
        indexed_window._actions.other_encoder.trigger()
        qtbot.waitUntil(lambda: indexed_window.other_encoder._task is None)

    return choosing


@pytest.fixture
def other(tmp_path):
    return write_model(tmp_path / "mine.onnx", model_id="mine", seed=3)


def question(window):
    return next((box for box in window.findChildren(QMessageBox) if box.isVisible()), None)


def answer(window, button):
    QTest.mouseClick(question(window).button(button), Qt.MouseButton.LeftButton)


def test_what_it_costs_is_said_first_and_a_yes_keeps_it(indexed_window, choose, other):
    choose(other)
    text = question(indexed_window).text()
    assert "Use mine.onnx from the next start on?" in text
    assert "12 photos" in text
    assert indexed_window._settings.model is None
    answer(indexed_window, QMessageBox.StandardButton.Yes)
    assert indexed_window.notice.sentence == "mine.onnx is used from the next start on."
    assert _kept_model(Settings()) == other
    assert indexed_window._actions.shipped_encoder.isEnabled()


def test_a_cancel_keeps_nothing(indexed_window, choose, other):
    choose(other)
    answer(indexed_window, QMessageBox.StandardButton.Cancel)
    assert Settings().model is None


def test_a_file_that_is_no_encoder_is_told_in_a_sentence(indexed_window, choose, tmp_path):
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    choose(tmp_path / "broken.onnx")
    assert question(indexed_window) is None
    assert "broken.onnx is not a model this program can run." in indexed_window.notice.sentence


def test_the_one_in_use_costs_nothing_and_is_told(indexed_window, choose, tiny_model, other):
    indexed_window._settings.model = other  # from the next start on
    choose(tiny_model)
    assert question(indexed_window) is None
    assert indexed_window.notice.sentence == f"{tiny_model.name} is used from the next start on."
    assert Settings().model == tiny_model
    choose(tiny_model)
    assert question(indexed_window) is None
    assert indexed_window.notice.sentence == "This encoder is in use already."


def test_one_returns_to_the_encoder_that_ships(indexed_window, choose, other):
    choose(other)
    answer(indexed_window, QMessageBox.StandardButton.Yes)
    indexed_window._actions.shipped_encoder.trigger()
    assert Settings().model is None
    assert not indexed_window._actions.shipped_encoder.isEnabled()
    assert "ships is used from the next start on" in indexed_window.notice.sentence


def test_one_that_is_gone_is_told_and_the_shipped_one_serves(indexed_window, tmp_path):
    indexed_window._settings.model = tmp_path / "gone.onnx"
    assert _kept_model(Settings()) is None
    indexed_window.other_encoder.check()
    assert "gone.onnx is not there: the one that ships is used." in indexed_window.notice.sentence


def test_one_that_loads_from_a_drive_that_hangs_keeps_no_window_from_closing(indexed_window, monkeypatch):
    monkeypatch.setattr("app.threads.ending.END_S", 0.01)
    may, other = threading.Event(), indexed_window.other_encoder
    other._task = task = Task(lambda: may.wait(60))
    task.start()
    other.stop()
    assert not task.wait(0)
    may.set()
    task.wait()
