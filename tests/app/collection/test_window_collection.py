"""The window searches a shared collection: a real Milvus server, and what other machines sent there."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.cli import main
from app.collection.chosen import ChosenCollection, keep_collection, read_collection
from app.collection.state import Reach
from engine.elsewhere import place_of

from ..conftest import draw, no_longer_busy, shown
from ..milvus_program import SERVE

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support"),  # the offscreen screen
    pytest.mark.skipif(
        importlib.util.find_spec("milvus_lite") is None, reason="milvus-lite has no package for this system"
    ),
]
ROOT = Path(__file__).resolve().parents[3]


class Server:
    """Milvus in a process of its own."""

    def __init__(self, program, folder):
        self._program, self._open = program, True
        self.address = f"http://127.0.0.1:{int(self._ask(folder))}"

    def end(self):
        if self._open:
            self._open = False
            assert self._ask("") == "ended\n"

    def _ask(self, line):
        self._program.stdin.write(f"{line}\n")
        self._program.stdin.flush()
        return self._program.stdout.readline()


@pytest.fixture(scope="module")
def program():
    """What all servers run in: it takes a second or more to start."""
    command = [sys.executable, "-c", SERVE]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, encoding="utf-8", **pipes) as running:
        yield running
        running.stdin.close()


@pytest.fixture
def server(program, tmp_path, monkeypatch):
    for name in ("_CONNECT_S", "_SEARCH_S"):
        monkeypatch.setattr(f"engine.collection.milvus.{name}", 60.0)
    opened = Server(program, tmp_path / "server")
    yield opened
    opened.end()


PATIENT = """
import sys
from app.cli import main
from engine.collection import milvus
milvus._CONNECT_S = milvus._SEARCH_S = 60.0
sys.exit(main(sys.argv[1:]))
"""


def send(folder, address, host, tiny_model, state):
    """Index a folder as another machine does."""
    command = [sys.executable, "-c", PATIENT, "index", folder, "--store", address, "--host", host]
    environment = os.environ | {"FFMLN_DATA_DIR": str(state), "PYTHONPATH": str(ROOT)}
    silence = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    words = [*map(str, command), "--model", str(tiny_model)]
    return subprocess.Popen(words, env=environment, cwd=ROOT, **silence)


@pytest.fixture
def others(tmp_path, draw_picture):
    """Photos of another machine: three that nobody else has."""
    folder = tmp_path / "others"
    folder.mkdir()
    for number, shape in enumerate(("circle", "square", "cross")):
        draw_picture(shape, (10 * number, 200, 90)).save(folder / f"their {shape}.png")
    return folder


@pytest.fixture
def at_anna(server, tiny_model, tmp_path, monkeypatch):
    """Runs a command as on another machine, whose photos go to the collection."""

    def go(*words):
        with monkeypatch.context() as patch:
            patch.setenv("FFMLN_DATA_DIR", str(tmp_path / "anna"))
            where = ("--store", server.address, "--host", "anna", "--model", tiny_model)
            return main([*map(str, (*words, *where))])

    return go


@pytest.fixture
def filled(server, at_anna, others, photo_folder, tmp_path):
    """A collection of another machine's photos, with a copy of one of this machine's; its thumbnails."""
    shutil.copy(next(photo_folder.glob("*.png")), others / "copy.png")
    assert at_anna("index", others, "--thumbnails-to", tmp_path / "thumbs") == 0
    return server


@pytest.fixture
def joined(filled, tmp_path, make_window, photo_folder, qtbot):
    """A window that searches it."""
    keep_collection(ChosenCollection(filled.address, str(tmp_path / "thumbs"), on=True))
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: no_longer_busy(window))
    qtbot.waitUntil(lambda: state(window).reach is Reach.CONNECTED)
    return window


def state(window):
    return window.collecting.collection.state


def far(window):
    """Return the photos of other machines that are shown, best first."""
    hits = sorted(window.grid.hits_model.hits, key=lambda hit: window.grid.hits_model.rank(hit.path))
    return [hit for hit in hits if place_of(hit.path) is not None]


def found(window):
    """Return how many photos of other machines were found for what is drawn."""
    shown = window.seating.shown
    return 0 if shown is None or shown.newest else len(far(window))


def names(window):
    return {place_of(hit.path).path.rpartition("/")[2] for hit in far(window)}


def test_photos_of_another_machine_stand_among_the_own_ones_and_copies_count_once(joined, qtbot):
    draw(joined)
    qtbot.waitUntil(lambda: found(joined) == 3)
    assert names(joined) == {"their circle.png", "their square.png", "their cross.png"}
    qtbot.waitUntil(lambda: shown(joined) == 15)
    scores = {hit.path: hit.score for hit in joined.grid.hits_model.hits}
    assert all(-1 <= score <= 1 for score in scores.values())
    assert {place_of(hit.path).host for hit in far(joined)} == {"anna"}


def by_date(window):
    """Return the names of the photos shown, in their seats."""
    assert window.seating.shown.newest
    return [hit.path.name for hit in window.grid.hits_model.hits]


def test_with_nothing_drawn_all_photos_come_by_date_and_copies_once(
    filled, at_anna, others, photo_folder, make_window, qtbot
):
    dates = {path: 1_500_000_000 + 1_000 * n for n, path in enumerate(sorted(photo_folder.rglob("*.*")))}
    theirs = sorted(others.glob("their*"))
    dates |= {path: 1_500_000_500 + 4_000 * n for n, path in enumerate(theirs)}
    for path, date in dates.items():
        os.utime(path, (date, date))
    assert at_anna("index", others) == 0
    keep_collection(ChosenCollection(filled.address, on=True))
    window = make_window(folder=photo_folder)
    newest = [path.name for path in sorted(dates, key=lambda path: -dates[path])]
    qtbot.waitUntil(lambda: len(far(window)) == 3 and len(by_date(window)) == 15)
    assert by_date(window) == newest
    words = "12 photos and those of other machines, newest first"
    qtbot.waitUntil(lambda: window.photos_panel.heading == words)  # once the state has followed
    filled.end()
    window.collecting.collection.look_again()
    qtbot.waitUntil(lambda: by_date(window) == [one for one in newest if not one.startswith("their")])


def test_their_thumbnails_come_from_the_shared_folder(joined, qtbot):
    draw(joined)
    qtbot.waitUntil(lambda: found(joined) == 3)
    model = joined.grid.hits_model
    rows = [model.row_of(hit.path) for hit in far(joined)]
    qtbot.waitUntil(lambda: all(model.picture(row) is not None for row in rows))


def test_without_the_shared_folder_they_are_tiles_with_a_name(filled, make_window, photo_folder, qtbot):
    keep_collection(ChosenCollection(filled.address, on=True))
    window = make_window(folder=photo_folder)
    draw(window)
    qtbot.waitUntil(lambda: found(window) == 3)
    path, kept = far(window)[0].path, window.grid.thumbnails
    qtbot.waitUntil(lambda: kept.get(path) is None and kept.is_broken(path))


def test_one_that_is_reachable_here_is_opened_and_of_any_other_it_is_said_where_it_lies(
    joined, others, qtbot, monkeypatch
):
    opened = []
    monkeypatch.setattr(
        "app.desktop.desktop.QDesktopServices.openUrl",
        lambda url: opened.append(Path(url.toLocalFile())) or True,
    )
    draw(joined)
    qtbot.waitUntil(lambda: found(joined) == 3)
    path = far(joined)[0].path
    joined.grid.commands.deeds.open([path])
    file = Path(place_of(path).path)
    qtbot.waitUntil(lambda: opened == [file])
    file.write_bytes(b"another photo by that name")
    joined.grid.commands.deeds.open([path])
    told = f"{path.name} lies on another machine, anna, in {others.as_posix()}."
    qtbot.waitUntil(lambda: joined.notice.sentence == told)
    assert opened == [file]


def test_what_is_like_such_a_photo_is_found_by_its_vector_also_after_a_new_start(
    joined, make_window, photo_folder, qtbot
):
    draw(joined)
    qtbot.waitUntil(lambda: found(joined) == 3)
    liked = far(joined)[-1].path
    joined.grid.liked.emit([liked])
    qtbot.waitUntil(lambda: joined.seating.shown.by_photos)
    assert joined.notice.sentence == ""
    assert liked in {hit.path for hit in joined.grid.hits_model.hits}
    joined.close()
    again = make_window(folder=photo_folder)
    assert [one.path for one in again.canvas.document.prints.like] == [liked]
    qtbot.waitUntil(lambda: again.seating.shown is not None and again.seating.shown.by_photos)
    qtbot.waitUntil(lambda: liked in {hit.path for hit in far(again)})


def test_a_server_that_goes_is_told_once_and_the_own_photos_stay(joined, filled, qtbot):
    told = []
    joined.collecting.collection.said.connect(told.append)
    draw(joined)
    qtbot.waitUntil(lambda: found(joined) == 3)
    filled.end()
    draw(joined, (0.2, 0.8), (0.8, 0.2))
    qtbot.waitUntil(lambda: state(joined).reach is Reach.SILENT)
    qtbot.waitUntil(lambda: shown(joined) == 12)
    joined.collecting.collection.look_again()
    qtbot.waitUntil(joined.collecting.collection._again.isActive)  # it was looked at again
    assert len(told) == 1
    assert "does not answer" in told[0]
    assert "not reachable" in joined.status.text


@pytest.mark.slow
def test_two_machines_index_into_it_while_a_window_searches(
    joined, draw_picture, tiny_model, tmp_path, qtbot
):
    address = state(joined).address
    folders = {host: tmp_path / host for host in ("ben", "eva")}
    for (host, folder), shape in zip(folders.items(), ("triangle", "square"), strict=True):
        folder.mkdir()
        for number in range(8):
            draw_picture(shape, (30 * number, 90, 120)).save(folder / f"{host} {number}.png")
    machines = [
        send(folder, address, host, tiny_model, tmp_path / f"state {host}")
        for host, folder in folders.items()
    ]
    corners = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8)]
    while any(machine.poll() is None for machine in machines):
        draw(joined, *corners)
        corners = [*corners[1:], corners[0]]
        qtbot.waitUntil(lambda: bool(joined.live.found) and joined.live.found.stamp == joined.seating.stamp)
    assert [machine.wait() for machine in machines] == [0, 0]
    assert joined.notice.sentence == ""
    draw(joined, (0.5, 0.1), (0.5, 0.9))
    hosts = lambda: {place_of(hit.path).host for hit in far(joined)}  # noqa: E731
    qtbot.waitUntil(lambda: hosts() == {"anna", "ben", "eva"})


def test_a_try_says_what_is_there_and_ok_joins_it_at_once(filled, indexed_window, qtbot):
    collecting = indexed_window.collecting
    indexed_window._actions.collection.trigger()
    dialog = collecting.dialog
    dialog.address.setText("http://127.0.0.1:1")
    QTest.mouseClick(dialog.try_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "no Milvus server can be reached there" in dialog.says.text())
    dialog.address.setText(filled.address)
    assert dialog.says.text() == ""
    QTest.mouseClick(dialog.try_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.says.text().startswith("It holds "))
    assert "encoder tiny" in dialog.says.text()
    dialog.accept()
    qtbot.waitUntil(lambda: state(indexed_window).reach is Reach.CONNECTED)
    assert read_collection() == ChosenCollection(filled.address, on=True)
    draw(indexed_window)
    qtbot.waitUntil(lambda: found(indexed_window) >= 3)
    indexed_window.folders.show_list()
    row = collecting._list.collection
    assert row.text.startswith("connected, ")
    row.searched.click()
    qtbot.waitUntil(lambda: not far(indexed_window))
    assert row.text == "not searched"
    assert not read_collection().on
    collecting._list.close()


def test_status_names_it(run, state_folder):
    keep_collection(ChosenCollection("http://nas:19530", host="desk", on=True))
    line = "shared collection http://nas:19530: searched by the window, this machine is desk"
    assert line in run("status")[1].splitlines()
    assert json.loads(run("status", "--json")[1])["collection"]["host"] == "desk"


def test_nothing_of_it_is_imported_while_it_is_off(indexed_window):
    words = "import sys, app.window; sys.exit(bool({'pymilvus', 'milvus_lite', 'grpc'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", words], cwd=ROOT, check=False).returncode == 0
    assert state(indexed_window).reach is Reach.OFF
    assert indexed_window.collecting.collection._asker._thread is None
