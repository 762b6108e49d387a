"""A session bus of a test's own, as a Linux desktop has one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

needs_a_bus = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("dbus-daemon") is None, reason="needs dbus-daemon, on Linux"
)

BUS = """<busconfig>
<type>session</type><listen>unix:dir={folder}</listen><auth>EXTERNAL</auth><servicedir>{folder}</servicedir>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy>
</busconfig>
"""


@pytest.fixture
def bus_folder():
    """A folder whose path is short enough for a socket."""
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def bus(bus_folder, monkeypatch, qapp):
    """Returns another program's connection to a session bus that is this program's too.

    Its address is in `bus_folder / "address"`.
    """
    QtDBus = pytest.importorskip("PySide6.QtDBus")
    settings = bus_folder / "bus.conf"
    settings.write_text(BUS.format(folder=bus_folder))
    command = ["dbus-daemon", f"--config-file={settings}", "--nofork", "--print-address"]
    daemon = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    address, names = daemon.stdout.readline().strip(), ["program", "another program"]
    (bus_folder / "address").write_text(address)
    try:
        ours, theirs = (QtDBus.QDBusConnection.connectToBus(address, name) for name in names)
        assert ours.isConnected()
        monkeypatch.setattr(QtDBus.QDBusConnection, "sessionBus", lambda: ours)
        yield theirs
        for name in names:
            QtDBus.QDBusConnection.disconnectFromBus(name)
    finally:
        daemon.terminate()
        daemon.wait()
        daemon.stdout.close()  # what it started may hold the other end for longer
