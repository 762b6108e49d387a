"""Nothing moves where the desktop asks for rest: its portal is asked over a real session bus."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import ClassInfo, QObject, Slot
from PySide6.QtWidgets import QProgressBar, QWidget

from app.drawing.invitation import Invitation
from app.folder.state import FolderState, Phase, ShownFolder
from app.frame.bars import StatusBar
from app.style import motion, portal
from app.style.portal import MotionPortal

from ..session_bus import needs_a_bus

QtDBus = pytest.importorskip("PySide6.QtDBus")
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none

APPEARANCE = "org.freedesktop.appearance", "reduced-motion"
GNOME = "org.gnome.desktop.interface", "enable-animations"
PLASMA = "org.kde.kdeglobals.KDE", "AnimationDurationFactor"
PROGRAM = """
from PySide6.QtCore import QTimer
from app.program import _application
from app.style import motion
application = _application()
motion.wish.changed.connect(application.quit)
QTimer.singleShot(20_000, application.quit)
application.exec()
print(motion.wish.is_still)
"""


@ClassInfo({"D-Bus Interface": portal._KIND})
class Portal(QObject):
    """What a desktop's portal does on the bus, as far as settings go."""

    def __init__(self, bus, settings=None) -> None:
        super().__init__()
        self._bus, self.settings = bus, settings or {}
        assert bus.registerObject(portal._PLACE, self, QtDBus.QDBusConnection.RegisterOption.ExportAllSlots)
        assert bus.registerService(portal._NAME)

    @Slot(str, str, QtDBus.QDBusMessage, result=QtDBus.QDBusVariant)
    def Read(self, namespace, name, asked):  # as the bus names it
        value = self.settings.get((namespace, name), "unknown")
        if value is None:
            asked.setDelayedReply(True)
            assert self._bus.send(asked.createErrorReply(portal._NO_SUCH, "it has its usual value"))
        return QtDBus.QDBusVariant(QtDBus.QDBusVariant(value))

    def change(self, key, value) -> None:
        self.settings[key] = value
        message = QtDBus.QDBusMessage.createSignal(portal._PLACE, portal._KIND, "SettingChanged")
        message.setArguments([*key, QtDBus.QDBusVariant("" if value is None else value)])
        assert self._bus.send(message)


@pytest.fixture
def desktop(bus):
    return Portal(bus)


@pytest.fixture(autouse=True)
def wish(monkeypatch):
    """The program's wish, which is as it was afterwards."""
    yield motion.wish
    motion.wish.take(False)


@pytest.fixture
def listening(qapp, wish):
    """Makes the program ask the portal and listen to it."""
    made = []
    yield lambda: made.append(MotionPortal(qapp, wish.take))
    for one in made:
        one.deleteLater()


@needs_a_bus
@pytest.mark.parametrize(
    ("key", "still", "moving"),
    [
        (APPEARANCE, 1, 0),
        (GNOME, False, True),
        (PLASMA, 0.0, 0.5),
        (PLASMA, "0", "1.25"),
        (PLASMA, "0", None),  # which it answers where the setting is gone
    ],
)
def test_the_portal_is_asked_at_the_start_and_tells_of_changes(
    desktop, listening, wish, qtbot, key, still, moving
):
    desktop.settings[key] = still
    listening()
    qtbot.waitUntil(lambda: wish.is_still)
    desktop.change(key, moving)
    qtbot.waitUntil(lambda: not wish.is_still)
    desktop.change(("org.freedesktop.appearance", "color-scheme"), 1)
    desktop.change(key, still)
    qtbot.waitUntil(lambda: wish.is_still)


@needs_a_bus
def test_one_of_several_settings_is_enough(desktop, listening, wish, qtbot):
    desktop.settings = {APPEARANCE: 0, GNOME: False, PLASMA: 1.0}
    listening()
    qtbot.waitUntil(lambda: wish.is_still)
    desktop.change(APPEARANCE, 1)
    desktop.change(GNOME, True)
    desktop.change(APPEARANCE, 0)
    qtbot.waitUntil(lambda: not wish.is_still)


@needs_a_bus
def test_a_portal_that_comes_late_is_asked_then_and_one_that_goes_takes_nothing_back(bus, qapp, wish, qtbot):
    told = []
    asking = MotionPortal(qapp, lambda rests: (told.append(rests), wish.take(rests)))
    qtbot.waitUntil(lambda: told == [False] * 3)
    late = Portal(bus, {GNOME: False})
    qtbot.waitUntil(lambda: wish.is_still)
    qtbot.waitUntil(lambda: len(told) == 6)
    assert bus.unregisterService(portal._NAME)
    asking.ask_again(*GNOME)
    qtbot.waitUntil(lambda: len(told) == 7)
    assert wish.is_still
    late.settings[GNOME] = True
    assert bus.registerService(portal._NAME)
    qtbot.waitUntil(lambda: not wish.is_still)
    asking.deleteLater()


@needs_a_bus
def test_things_move_where_the_bus_knows_no_portal(bus, qapp, qtbot):
    told = []
    asking = MotionPortal(qapp, told.append)
    qtbot.waitUntil(lambda: told == [False] * 3)
    asking.deleteLater()


def test_things_move_without_a_bus(qapp, monkeypatch):
    monkeypatch.setattr(QtDBus.QDBusConnection, "sessionBus", lambda: QtDBus.QDBusConnection("none"))
    MotionPortal(qapp, pytest.fail).deleteLater()


def test_things_move_where_qt_has_no_part_for_the_bus(qapp, monkeypatch):
    monkeypatch.setitem(sys.modules, "PySide6.QtDBus", None)
    MotionPortal(qapp, pytest.fail).deleteLater()


@needs_a_bus
def test_the_program_asks_when_it_starts(desktop, bus_folder, qtbot, monkeypatch):
    desktop.settings[GNOME] = False
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", (bus_folder / "address").read_text())
    root = Path(__file__).resolve().parents[3]
    program = subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=root, stdout=subprocess.PIPE, text=True)
    qtbot.waitUntil(lambda: program.poll() is not None, timeout=30_000)
    assert program.communicate()[0] == "True\n"


def test_what_asks_for_its_time_has_none_while_nothing_is_to_move(qtbot, wish):
    widget = QWidget()
    qtbot.addWidget(widget)
    assert motion.duration(widget, 220) == 220
    wish.take(True)
    assert motion.duration(widget, 220) == 0


def test_an_invitation_that_moves_stands_still_when_the_desktop_says_so(canvas, qtbot, wish):
    made = Invitation(canvas)
    made.begin()
    qtbot.waitUntil(lambda: 0 < made.share < 1)
    wish.take(True)
    assert made.isVisible()
    assert made.share == 1.0
    wish.take(False)
    qtbot.waitUntil(lambda: 0 < made.share < 1)


def test_a_bar_does_not_run_to_and_fro_while_nothing_is_to_move(qtbot, tmp_path, wish):
    status = StatusBar()
    qtbot.addWidget(status)
    status.show_state(FolderState((ShownFolder(tmp_path),), Phase.INDEXING, 7))
    bar = status.findChild(QProgressBar)
    assert (bar.minimum(), bar.maximum()) == (0, 0)
    wish.take(True)
    assert (bar.maximum(), bar.value()) == (1, 0)
    wish.take(False)
    assert (bar.minimum(), bar.maximum()) == (0, 0)
