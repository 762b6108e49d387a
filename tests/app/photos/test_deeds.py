"""What is done with photos waits for their drives, and nothing else does."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app import desktop
from app.photos.deeds import PhotoDeeds

pytestmark = pytest.mark.usefixtures("clipboard")


@pytest.fixture
def slow(monkeypatch, tmp_path):
    """A photo whose drive answers once this event is set."""
    may, look = threading.Event(), desktop.must_exist
    path = tmp_path / "slow.jpg"
    path.touch()

    def wait(photo: Path) -> Path:
        if photo == path:
            may.wait()
        return look(photo)

    monkeypatch.setattr(desktop, "must_exist", wait)
    late = threading.Timer(10, may.set)
    late.start()
    yield path, may
    late.cancel()
    may.set()


def urls() -> list[QUrl]:
    held = QGuiApplication.clipboard().mimeData()
    return [] if held is None else held.urls()


def test_a_copy_waits_for_the_drive_in_a_thread_and_gives_way_to_a_later_one(deeds, slow, tmp_path, qtbot):
    path, may = slow
    other = tmp_path / "other.jpg"
    other.touch()
    deeds.copy([path])
    PhotoDeeds(deeds.parent()).copy([other])  # as in the view, where that was in the grid
    qtbot.waitUntil(lambda: urls() == [QUrl(other.as_uri())])
    with qtbot.waitSignal(deeds._found):
        may.set()
    QApplication.processEvents()
    assert urls() == [QUrl(other.as_uri())]
    deeds.copy([path])
    qtbot.waitUntil(lambda: urls() == [QUrl(path.as_uri())])


def test_what_another_program_copied_meanwhile_stays_on_the_clipboard(deeds, slow, qtbot):
    path, may = slow
    deeds.copy([path])
    QGuiApplication.clipboard().setText("copied since")
    with qtbot.waitSignal(deeds._found):
        may.set()
    QApplication.processEvents()
    assert QGuiApplication.clipboard().text() == "copied since"
    deeds.copy([path])
    qtbot.waitUntil(lambda: urls() == [QUrl(path.as_uri())])


@pytest.mark.parametrize("since", [None, "copied since"])
def test_on_wayland_what_is_announced_anew_takes_no_copy_away(deeds, slow, monkeypatch, qtbot, since):
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "wayland-egl")
    QGuiApplication.clipboard().setText("copied before")
    path, may = slow
    deeds.copy([path])
    if since is None:  # back from another program
        QGuiApplication.clipboard().dataChanged.emit()
    else:
        QGuiApplication.clipboard().setText(since)
    with qtbot.waitSignal(deeds._found):
        may.set()
    QApplication.processEvents()
    assert urls() == ([QUrl(path.as_uri())] if since is None else [])


def test_photos_that_are_away_are_told_without_asking_their_drive(deeds, slow, tmp_path, monkeypatch, qtbot):
    path, _ = slow
    opened, other = [], tmp_path / "other.jpg"
    other.touch()
    monkeypatch.setattr(desktop, "open_file", opened.append)
    deeds.away.folders = (path,)
    with qtbot.waitSignal(deeds.failed) as told:
        deeds.open([path, other])
    assert told.args == ["slow.jpg is offline: its folder is not there now."]
    assert opened == [other]
