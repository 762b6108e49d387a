"""The open folders are watched, in threads that end, and told of in the GUI thread."""

import shutil
import threading
from pathlib import Path

import pytest

from app.folder import watcher as module
from app.folder.watcher import Watcher
from app.words.languages import speak
from engine.folders import watching
from engine.folders.scope import Change, Scope
from engine.library import Library
from engine.upkeep import Upkeep


def threads_that_watch() -> set[int | None]:
    return {one.ident for one in threading.enumerate() if one.name.startswith("watch ")}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(watching, "_QUIET_S", 0.1)
    monkeypatch.setattr(watching, "_THERE_EVERY_S", 0.1)
    monkeypatch.setattr(module, "_AGAIN_MS", 100)
    monkeypatch.setattr(module, "_READY_S", 10.0)
    monkeypatch.setattr("app.threads.ending.END_S", 10.0)
    monkeypatch.setattr("engine.folders.settling.QUIET_S", 60.0)


@pytest.fixture
def watcher(qapp):
    watcher = Watcher()
    yield watcher
    watcher.stop()
    assert not threads_that_watch()


@pytest.fixture
def library(photo_folder, tiny_encoder):
    library = Library(photo_folder, tiny_encoder)
    yield library
    library.close()


def photo_into(folder: Path) -> None:
    shutil.copy(folder / "seagreen circle.png", folder / "new.png")


def test_a_change_is_told_in_the_gui_thread(watcher, library, qtbot):
    watcher.watch(library)
    watcher.wait_until_ready()
    threads = []
    watcher.changed.connect(lambda _: threads.append(threading.current_thread()))
    with qtbot.waitSignal(watcher.changed) as told:
        photo_into(library.folder)
    assert told.args == [{library.folder: Scope.of([""])}]
    assert threads == [threading.main_thread()]


def test_what_is_left_out_by_now_is_watched_no_more(watcher, library, qtbot):
    watcher.watch(library)
    with Upkeep(library.folder) as upkeep:
        upkeep.exclude(["/older/"])
    for _ in library.refresh():
        pass
    watcher.watch(library)
    watcher.wait_until_ready()
    with qtbot.assertNotEmitted(watcher.changed, wait=500):
        photo = next((library.folder / "older").iterdir())
        shutil.copy(photo, photo.with_name("new.png"))
    with qtbot.waitSignal(watcher.changed):
        photo_into(library.folder)


def test_the_same_library_watched_again_keeps_its_threads(watcher, library):
    watcher.watch(library)
    before = threads_that_watch()
    watcher.watch(library)
    assert threads_that_watch() == before
    assert len(before) == 1


def test_nothing_is_told_of_folders_that_were_left(watcher, library, qtbot):
    watcher.watch(library)
    watcher.wait_until_ready()
    watcher._noticed.emit(Change(library.folder))  # on its way when the folder is left
    watcher.leave()
    assert watcher.folders == frozenset()
    with qtbot.assertNotEmitted(watcher.changed, wait=300):
        photo_into(library.folder)


def test_half_written_photos_are_asked_for_again_until_they_are_whole(watcher, library, qtbot):
    for _ in library.refresh():
        pass
    watcher.watch(library)
    watcher.wait_until_ready()
    with (library.folder / "new.png").open("wb") as file:
        with qtbot.waitSignal(watcher.changed):
            file.write((library.folder / "seagreen circle.png").read_bytes())
            file.flush()
        for _ in library.refresh(settling=watcher.settling):
            pass
        assert watcher.settling.left == {library.folder: Scope.of([""])}
        with qtbot.waitSignal(watcher.changed):
            watcher.look_again()
    assert library.photo_count == 12


def test_a_folder_that_is_looked_at_now_and_then_is_said_in_the_persons_language(
    watcher, library, qtbot, monkeypatch
):
    monkeypatch.setattr(watching, "is_remote", lambda _: True)
    with speak("de"), qtbot.waitSignal(watcher.said) as said:
        watcher.watch(library)
    assert said.args == [
        f"Der Ordner {library.folder} liegt in einem Netzwerk: Dort wird alle paar Sekunden nachgesehen."
    ]


def test_a_folder_that_does_not_answer_keeps_nobody_waiting(watcher, library, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(module, "_READY_S", 0.3)
    monkeypatch.setattr("app.threads.ending.END_S", 0.5)
    monkeypatch.setattr(watching, "identity", lambda _: gate.wait() and None)
    watcher.watch(library)
    watcher.wait_until_ready()
    watcher.stop()
    left = [one for one in threading.enumerate() if one.name.startswith("watch ")]
    assert any(one.is_alive() for one in left)  # nobody waits for it
    gate.set()
    for one in left:
        one.join()


def test_a_folder_for_which_there_was_no_thread_is_watched_once_there_is_one(watcher, library, no_thread):
    watcher.watch(library)
    assert not watcher.folders
    no_thread.undo()
    watcher.watch(library)
    assert watcher.folders == {library.folder}
