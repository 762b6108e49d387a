"""A file manager is asked over a real session bus to show photos; without one their folders are opened."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import ClassInfo, QObject, Signal, Slot

from app.desktop import desktop, file_manager

from ..session_bus import needs_a_bus

QtDBus = pytest.importorskip("PySide6.QtDBus")
SLOW = """[D-BUS Service]
Name={name}
Exec=/bin/sh -c "while test -e {folder}; do sleep 0.1; done"
"""


@ClassInfo({"D-Bus Interface": file_manager._NAME})
class FileManager(QObject):
    """What a file manager does on the bus, but for the windows."""

    asked = Signal(list)

    @Slot("QStringList", str)
    def ShowItems(self, addresses, startup):  # as the bus names it
        self.asked.emit(addresses)


@pytest.fixture
def photos(tmp_path):
    """Three photos in two folders."""
    paths = [tmp_path / "one" / "ä 1.jpg", tmp_path / "two" / "3.jpg", tmp_path / "one" / "2#.jpg"]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return paths


@pytest.fixture
def opened(monkeypatch):
    """What was handed to the desktop to open."""
    paths = []
    monkeypatch.setattr(desktop, "open_url", lambda url: paths.append(Path(url.toLocalFile())) or True)
    return paths


@needs_a_bus
def test_the_file_manager_is_asked_once_for_all_photos(bus, deeds, photos, opened, qtbot):
    manager = FileManager()
    assert bus.registerObject(
        file_manager._PLACE, manager, QtDBus.QDBusConnection.RegisterOption.ExportAllSlots
    )
    assert bus.registerService(file_manager._NAME)
    asked = []
    manager.asked.connect(asked.append)
    deeds.show_in_folder(photos)
    qtbot.waitUntil(lambda: asked == [[path.as_uri() for path in photos]])
    qtbot.waitUntil(lambda: not deeds.findChildren(QtDBus.QDBusPendingCallWatcher))
    assert opened == []


@needs_a_bus
def test_folders_are_opened_where_the_bus_knows_no_file_manager(bus, deeds, photos, opened, qtbot):
    deeds.show_in_folder(photos)
    qtbot.waitUntil(lambda: opened == [photos[0].parent, photos[1].parent])


@needs_a_bus
def test_nothing_is_opened_beside_a_file_manager_that_takes_long(bus, bus_folder, photos, monkeypatch, qtbot):
    (bus_folder / "slow.service").write_text(SLOW.format(name=file_manager._NAME, folder=bus_folder))
    monkeypatch.setattr(file_manager, "_WAIT", 300)
    owner, told, errors = QObject(), [], []
    file_manager.select_files(photos, owner, lambda: told.append("otherwise"))
    waiting = owner.findChild(QtDBus.QDBusPendingCallWatcher)
    waiting.finished.connect(lambda: errors.append(waiting.error().type()))
    qtbot.waitUntil(lambda: errors == [QtDBus.QDBusError.ErrorType.NoReply])
    assert told == []


def test_folders_are_opened_without_a_bus(deeds, photos, opened, monkeypatch, qtbot):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(QtDBus.QDBusConnection, "sessionBus", lambda: QtDBus.QDBusConnection("none"))
    deeds.show_in_folder(photos)
    qtbot.waitUntil(lambda: opened == [photos[0].parent, photos[1].parent])


def test_folders_are_opened_where_qt_has_no_part_for_the_bus(deeds, photos, opened, monkeypatch, qtbot):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setitem(sys.modules, "PySide6.QtDBus", None)
    deeds.show_in_folder(photos)
    qtbot.waitUntil(lambda: opened == [photos[0].parent, photos[1].parent])
