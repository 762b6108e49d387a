import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app import program
from app.drawing.ink.svg_strokes import to_svg
from app.library.chosen import read_chosen
from app.program import _take_later_starts
from app.start.first_window import LOCK, FirstWindow, _is_listened_to, hand_over, one_at_a_time, server_name
from engine.errors import EngineError
from engine.sketches.drawing import Stroke

STRANGE = "F\N{LATIN SMALL LETTER U WITH DIAERESIS}r \udce4 'x'"
"""A name that is no text in any language, as old drives have them."""


DROPS = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QFileOpenEvent
from app.__main__ import main
from app.window import MainWindow

def drop():
    for folder in sys.argv[2:]:
        QCoreApplication.sendEvent(QCoreApplication.instance(), QFileOpenEvent(folder))

show = MainWindow.show
MainWindow.show = lambda window: (show(window), QTimer.singleShot(0, drop))
sys.exit(main(sys.argv[1:2]))
"""
"""The program on one folder, with others dropped on its icon once its window is there, as macOS tells it."""


PATIENT = "from app.start import first_window; first_window._PATIENCE = 60_000"
"""Whoever is started later waits for the window on a slow machine too."""


def start(name: str, *folders: Path) -> subprocess.Popen[bytes]:
    """Hand folders over from another process; it ends with 0 if there was a window."""
    script = (
        f"import sys; from pathlib import Path; {PATIENT};"
        "sys.exit(not first_window.hand_over(sys.argv[1], [Path(word) for word in sys.argv[2:]]))"
    )
    words = [sys.executable, "-c", script, name, *(os.fsencode(folder) for folder in folders)]
    return subprocess.Popen(words)


def chosen() -> tuple[Path, ...]:
    """Return the folders of the library that the window remembers."""
    known = read_chosen()
    return () if known is None else known.folders


@pytest.fixture
def name(state_folder) -> str:
    return server_name("default")


@pytest.fixture
def first(qtbot, name):
    window = FirstWindow(name)
    window.begin()
    yield window
    window.close()


@pytest.mark.parametrize(
    "folders", [(), (Path("/photos"),), (Path("/photos") / STRANGE,), (Path("/photos"), Path("/scans"))]
)
def test_a_later_start_hands_its_folders_over_and_ends(first, name, qtbot, folders):
    with qtbot.waitSignal(first.asked) as asked:
        later = start(name, *folders)
    assert asked.args == [folders]
    assert later.wait(60) == 0


def test_without_a_window_nothing_is_handed_over(qtbot, name):
    assert start(name, Path("/photos")).wait(60) == 1


def test_windows_with_other_encoders_or_other_state_are_not_asked(name, monkeypatch, tmp_path):
    assert server_name("small") != name
    monkeypatch.setenv("FFMLN_DATA_DIR", str(tmp_path / "other"))
    assert server_name("default") != name


def test_a_window_listens_after_one_that_was_killed(qtbot, name):
    script = (
        "import os, sys; from PySide6.QtCore import QCoreApplication; app = QCoreApplication([]);"
        "from app.start.first_window import FirstWindow; first = FirstWindow(sys.argv[1]); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", script, name], check=False).returncode == 9
    window = FirstWindow(name)
    window.begin()
    with qtbot.waitSignal(window.asked):
        later = start(name)
    assert later.wait(60) == 0
    window.close()


FOREIGN = [
    b"\n",
    b"{}\n",
    b'{"folders": 3}\n',
    b'{"folders": [3]}\n',
    b"\xff\n",
    b"[" * 50_000 + b"\n",
    b"x" * 70_000,
]


@pytest.mark.parametrize("text", FOREIGN, ids=["empty", "none", "number", "numbers", "bytes", "deep", "long"])
def test_what_others_send_is_not_obeyed(first, name, qtbot, text):
    heard = []
    first.asked.connect(heard.append)
    socket, later = QLocalSocket(), QLocalSocket()
    socket.connectToServer(name)
    socket.write(text)
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert heard == []
    later.connectToServer(name)
    with qtbot.waitSignal(first.asked):
        later.write(b'{"folders": []}\n')


def test_a_window_that_does_not_answer_is_left_alone(qtbot, name, monkeypatch):
    monkeypatch.setattr("app.start.first_window._PATIENCE", 50)
    silent = QLocalServer()
    assert silent.listen(name)
    assert not hand_over(name, ())
    silent.close()


def test_the_program_started_twice_is_one_window_on_the_folder_of_the_second_start(qtbot, tmp_path, name):
    def program(*words: object) -> subprocess.Popen[bytes]:
        code = f"import sys; {PATIENT}; from app.__main__ import main; sys.exit(main(sys.argv[1:]))"
        return subprocess.Popen([sys.executable, "-c", code, *map(str, words)])

    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    first = program(folders[0])
    try:
        qtbot.waitUntil(lambda: hand_over(name, ()))
        assert program(folders[1]).wait(60) == 0
        qtbot.waitUntil(lambda: chosen() == (folders[1],))
        assert first.poll() is None
    finally:
        first.terminate()
        assert first.wait(60) == 0


@pytest.mark.slow
def test_folders_dropped_on_the_icon_of_the_program_that_runs_are_opened_together(qtbot, tmp_path):
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder in folders:
        folder.mkdir()
    program = subprocess.Popen([sys.executable, "-c", DROPS, *map(str, folders)])
    try:
        qtbot.waitUntil(lambda: chosen() == tuple(folders[1:]))
    finally:
        program.terminate()
        assert program.wait(60) == 0


@pytest.mark.slow
def test_another_window_on_purpose_leaves_the_first_ones_paper_alone(qtbot, state_folder, tmp_path):
    paper = state_folder / "paper.svg"
    paper.write_bytes(to_svg([Stroke.through([(0.1, 0.1), (0.9, 0.4)])]))
    before = paper.stat().st_mtime_ns, paper.stat().st_ino
    beside = subprocess.Popen([sys.executable, "-m", "app", "--new-window", str(tmp_path)])
    qtbot.waitUntil(lambda: chosen() == (tmp_path,))
    beside.terminate()
    assert beside.wait(60) == 0
    assert (paper.stat().st_mtime_ns, paper.stat().st_ino) == before


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_a_window_beside_the_first_one_says_nothing_of_the_next_start(
    indexed_window, photo_folder, photos_in, make_window, qtbot
):
    beside, folder = make_window(resumes=False), photos_in(2)
    beside.open_folder(folder)
    qtbot.waitUntil(lambda: beside.session.state.photos == 2)
    beside.folders.remove(folder)
    assert chosen() == (photo_folder,)
    indexed_window.close()
    beside.open_folder(folder)
    qtbot.waitUntil(lambda: chosen() == (folder,))


def test_a_window_that_is_being_built_keeps_its_name_and_hears_of_starts_meanwhile(qtbot, name, tmp_path):
    first = FirstWindow(name)
    second = FirstWindow(name)
    later = start(name, tmp_path)
    qtbot.waitUntil(first._server.hasPendingConnections)
    with qtbot.waitSignal(first.asked) as asked:
        first.begin()
    assert asked.args == [(tmp_path,)]
    assert later.wait(60) == 0
    for window in (first, second):
        window.close()


def test_of_two_starts_at_one_moment_one_waits_for_the_other(qapp, state_folder):
    with one_at_a_time():
        assert not QLockFile(str(state_folder / LOCK)).tryLock(0)
    assert QLockFile(str(state_folder / LOCK)).tryLock(0)


def test_the_program_listens_before_its_window_is_built(qapp, name, monkeypatch):
    heard = []

    def build(*_, **__):
        heard.append(_is_listened_to(name))
        raise EngineError("That is all there is to know.")

    monkeypatch.setattr(program, "MainWindow", build)
    with pytest.raises(EngineError):
        program.run(folders=(), model=None, small=False)
    assert heard == [True]


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_a_window_that_closes_leaves_its_name_before_its_threads_end(make_window, name, monkeypatch):
    window, heard = make_window(), []
    end = window.session.stop
    monkeypatch.setattr(window.session, "stop", lambda: heard.append(_is_listened_to(name)) or end())
    with _take_later_starts(window, FirstWindow(name)):
        window.close()
    assert heard == [False]


@pytest.mark.parametrize("has_begun", [False, True])
def test_a_start_that_gave_up_waiting_is_not_obeyed(qapp, qtbot, name, has_begun):
    first, late, later = FirstWindow(name), QLocalSocket(), QLocalSocket()
    for socket, folder in ((late, b"late"), (later, b"later")):
        socket.connectToServer(name)
        assert socket.waitForConnected()
        socket.write(b'{"folders": ["/%s"]}\n' % folder)
        socket.flush()
    if has_begun:
        first.begin()
    else:
        qtbot.waitUntil(first._server.hasPendingConnections)
    late.abort()  # it has a window of its own by now
    if not has_begun:
        qapp.processEvents()  # as where a window is built
    with qtbot.waitSignal(first.asked) as asked:
        if not has_begun:
            first.begin()
    assert asked.args == [(Path("/later"),)]
    qtbot.waitUntil(lambda: len(first._texts) == 1)
    first.close()
