"""What is done with photos waits for their drives, and nothing else does."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication

from app.desktop import desktop
from app.photos.deeds import PhotoDeeds
from app.threads.background import Task

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


def looked_for(deeds, qtbot) -> None:
    """Wait until what was copied was looked for, and all that follows from that is done."""
    qtbot.waitUntil(lambda: deeds.findChild(Task) is None)


def test_a_copy_waits_for_the_drive_in_a_thread_and_gives_way_to_a_later_one(deeds, slow, tmp_path, qtbot):
    path, may = slow
    other = tmp_path / "other.jpg"
    other.touch()
    deeds.copy([path])
    PhotoDeeds(deeds.parent()).copy([other])  # as in the view, where that was in the grid
    qtbot.waitUntil(lambda: urls() == [QUrl(other.as_uri())])
    may.set()
    looked_for(deeds, qtbot)
    assert urls() == [QUrl(other.as_uri())]
    deeds.copy([path])
    qtbot.waitUntil(lambda: urls() == [QUrl(path.as_uri())])


def test_what_another_program_copied_meanwhile_stays_on_the_clipboard(deeds, slow, qtbot):
    path, may = slow
    deeds.copy([path])
    QGuiApplication.clipboard().setText("copied since")
    may.set()
    looked_for(deeds, qtbot)
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
    may.set()
    looked_for(deeds, qtbot)
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


def test_what_cannot_be_done_for_want_of_a_thread_is_told(deeds, tmp_path, qtbot, no_thread):
    (tmp_path / "a.jpg").touch()
    for deed in (deeds.open, deeds.show_in_folder, deeds.copy):
        with qtbot.waitSignal(deeds.failed) as told:
            deed([tmp_path / "a.jpg"])
        assert "no thread here" in told.args[0]


def test_files_are_copied_though_no_thread_can_read_their_pixels(deeds, tmp_path, qtbot, no_thread):
    deeds._put(deeds._copies, deeds._changes, None, [tmp_path / "a.jpg"])
    looked_for(deeds, qtbot)
    assert urls() == [QUrl((tmp_path / "a.jpg").as_uri())]
