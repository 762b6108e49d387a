"""Offline is true: nothing is asked of the network, and nothing is written outside the state folder."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.offline import SWITCHES

ROOT = Path(__file__).resolve().parents[1]
NEEDS_TORCH = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="the extra `train` is not here"
)
pytestmark = pytest.mark.slow

EMBED = """
import sys, time
from PIL import Image
from engine import Encoder
Encoder.load(sys.argv[1]).embed_sketches([Image.new("L", (64, 64), 255)])
"""
WINDOW = """
import sys
import app.program
from app.__main__ import main
make = app.program.MainWindow
def opened(*arguments, **options):
    window = make(*arguments, **options)
    window.session.indexed.connect(window.close)
    return window
app.program.MainWindow = opened
sys.exit(main([sys.argv[2], "--model", sys.argv[1]]))
"""
VERB = "import sys; from app.__main__ import main; sys.exit(main([*sys.argv[2:], '--model', sys.argv[1]]))"
TRAINING = "import sklearn.manifold, training.export.int8, training.experiments.plots; " + EMBED
AUDIT = """
import sys
def told(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        sys.stderr.write(f"NETWORK {event} {arguments}\\n")
sys.addaudithook(told)
"""
NAME_SERVER = """
import socket, subprocess, sys, threading
lines = open("/etc/resolv.conf").read().splitlines()
server = next(line.split()[1] for line in lines if line.startswith("nameserver"))
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
subprocess.run(["ip", "addr", "add", f"{server}/32", "dev", "lo"], check=False)
ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
ear.bind((server, 53))
def listen():
    while True:
        print("ASKED FOR", ear.recvfrom(2000)[0][12:60], flush=True)
threading.Thread(target=listen, daemon=True).start()
sys.exit(subprocess.run(sys.argv[1:]).returncode)
"""


@pytest.fixture
def run(tmp_path):
    """Runs Python in a fresh process with a home of its own; gives what it left there, and what it said."""
    home, state = tmp_path / "home", tmp_path / "state"
    home.mkdir()

    def go(code, *arguments, wrapped=()):
        clean = {name: value for name, value in os.environ.items() if name not in SWITCHES}
        clean = {name: value for name, value in clean.items() if not name.startswith(("XDG_", "MPL"))}
        environment = clean | {
            "HOME": str(home),
            "FFMLN_DATA_DIR": str(state),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(ROOT),
        }
        command = [*wrapped, sys.executable, "-c", AUDIT + code, *map(str, arguments)]
        answer = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
        return sorted(path for path in home.rglob("*") if path.is_file()), answer

    return go


@pytest.mark.parametrize(
    "code",
    [
        EMBED,
        WINDOW,
        pytest.param(TRAINING, marks=NEEDS_TORCH),
    ],
    ids=["encoder", "window", "training"],
)
def test_nothing_is_left_in_the_persons_home(run, code, tiny_model, photo_folder):
    left, answer = run(code, tiny_model, photo_folder)
    assert answer.returncode == 0, answer.stderr
    assert left == []
    assert "NETWORK" not in answer.stderr


@pytest.mark.parametrize("verb", ["index", "search"])
def test_the_verbs_leave_nothing_in_the_persons_home(run, verb, tiny_model, photo_folder, sketch):
    options = ["--sketch", sketch] if verb == "search" else []
    left, answer = run(VERB, tiny_model, verb, photo_folder, *options)
    assert answer.returncode == 0, answer.stderr
    assert left == []
    assert "NETWORK" not in answer.stderr


@pytest.mark.skipif(
    importlib.util.find_spec("milvus_lite") is None, reason="milvus-lite has no package for this system"
)
def test_a_collection_in_a_file_asks_nobody_and_leaves_nothing_in_the_persons_home(
    run, tmp_path, tiny_model, photo_folder
):
    wrapped = ["unshare", "--net", sys.executable, "-c", NAME_SERVER] if can_make_namespaces() else []
    store = tmp_path / "shared.db"
    left, answer = run(VERB, tiny_model, "index", photo_folder, "--store", store, wrapped=wrapped)
    assert answer.returncode == 0, answer.stderr
    assert f"12 photos in {store}, 12 sent" in answer.stdout
    assert left == []
    spoken = [line for line in answer.stderr.splitlines() if "NETWORK" in line and "127.0.0.1" not in line]
    assert spoken == []
    assert "ASKED FOR" not in answer.stdout


def can_make_namespaces() -> bool:
    if sys.platform != "linux" or not shutil.which("unshare") or not shutil.which("ip"):
        return False
    resolver = Path("/etc/resolv.conf")
    if not resolver.is_file() or "nameserver" not in resolver.read_text("utf-8"):
        return False
    return subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode == 0


@pytest.mark.skipif(not can_make_namespaces(), reason="no network namespace can be made here")
def test_no_name_is_looked_up_while_the_encoder_is_at_work(run, tiny_model):
    wait = "time.sleep(12)\n"  # telemetry waits for ten seconds before it speaks
    left, answer = run(
        EMBED + wait, tiny_model, wrapped=["unshare", "--net", sys.executable, "-c", NAME_SERVER]
    )
    assert answer.returncode == 0, answer.stderr
    assert "ASKED FOR" not in answer.stdout
    assert left == []
