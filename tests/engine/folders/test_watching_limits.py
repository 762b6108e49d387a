"""A watched folder that goes and comes, drives below it, and what happens where no more can be watched."""

import ctypes
import errno
import os
import queue
import shutil
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from watchdog.observers import inotify_c

from engine.errors import WatchError
from engine.folders import settling, watching
from engine.folders.excludes import Excludes
from engine.folders.folder import Found
from engine.folders.scope import Change
from engine.folders.tree_events import InotifyTree
from engine.folders.watching import FolderWatch

from ..watched import LONG_S


def test_a_folder_that_goes_and_comes_back_is_told_both_times_and_watched_on(watch, folder, tmp_path):
    told = watch(folder)
    folder.rename(tmp_path / "away")
    told.next()
    (tmp_path / "away").rename(folder)
    told.next()
    (folder / "older" / "three.png").write_bytes(b"a photo")
    told.next()


def test_a_folder_replaced_by_another_is_told_and_the_other_one_watched(watch, folder, tmp_path):
    told = watch(folder)
    other = tmp_path / "other"
    other.mkdir()
    folder.rename(tmp_path / "away")
    other.rename(folder)
    told.next()
    with told.nothing(folder):
        (tmp_path / "away" / "three.png").write_bytes(b"a photo")
    (folder / "a.png").write_bytes(b"a photo")
    told.next()


def test_a_folder_that_is_not_there_yet_is_told_when_it_comes(watch, tmp_path):
    told = watch(tmp_path / "later")
    (tmp_path / "later").mkdir()
    told.next()
    (tmp_path / "later" / "a.png").write_bytes(b"a photo")
    told.next()


def test_a_link_to_the_folder_that_is_turned_is_told(watch, folder, tmp_path):
    other, link = tmp_path / "other", tmp_path / "link"
    other.mkdir()
    link.symlink_to(folder)
    told = watch(link)
    (folder / "a.png").write_bytes(b"a photo")
    told.next()
    link.unlink()
    link.symlink_to(other)
    told.next()
    with suppress(queue.Empty):
        told.changes.get(timeout=0.5)
    (other / "b.png").write_bytes(b"a photo")
    told.next()


@pytest.mark.parametrize("kind", ["inotify", "polling"], indirect=True)
def test_a_folder_reached_by_a_link_is_watched_as_it_is_walked(watch, folder, tmp_path):
    linked = tmp_path / "linked"
    linked.mkdir()
    told = watch(folder)
    (folder / "album").symlink_to(linked)
    told.next()
    (linked / "a.png").write_bytes(b"a photo")
    told.next()
    (folder / "album").unlink()
    told.next()
    with told.nothing(folder):
        (linked / "b.png").write_bytes(b"a photo")


@pytest.fixture
def drive(folder):
    """Mounts a drive below the folder, where the system lets tests do that."""
    place = folder / "drive"
    place.mkdir()

    def mount() -> None:
        if (
            shutil.which("mount") is None
            or subprocess.run(
                ["mount", "-t", "tmpfs", "none", place], capture_output=True, check=False
            ).returncode
        ):
            pytest.skip("drives can be mounted by the superuser alone")

    yield mount
    subprocess.run(["umount", place], capture_output=True, check=False)


@pytest.mark.parametrize("kind", ["inotify", "polling"], indirect=True)
def test_a_drive_that_is_mounted_below_and_goes_is_told_both_times(watch, folder, drive):
    told = watch(folder)
    drive()
    told.next()
    (folder / "drive" / "a.png").write_bytes(b"a photo")
    told.next()
    subprocess.run(["umount", folder / "drive"], check=True)
    told.next()


def kernel_watches() -> int:
    """Return how many watches the kernel keeps for this process."""
    return sum(
        one.read_text().count("inotify wd:") for one in Path("/proc/self/fdinfo").iterdir() if one.exists()
    )


@pytest.mark.parametrize("kind", ["inotify"], indirect=True)
def test_folders_left_out_take_none_of_the_systems_watches(folder, kind):
    for number in range(50):
        (folder / ".git" / str(number)).mkdir(parents=True)
        (folder / "left out" / str(number)).mkdir(parents=True)
    before = kernel_watches()
    tree = InotifyTree(folder, Excludes(["left out/"]), FolderWatch(folder, Excludes(), changed=print))
    tree.start()
    try:
        assert tree.watches == len([folder, folder / "older"]) == kernel_watches() - before
    finally:
        tree.stop()


@pytest.mark.parametrize("kind", ["inotify"], indirect=True)
@pytest.mark.parametrize(
    ("call", "number"), [("inotify_add_watch", errno.ENOSPC), ("inotify_init", errno.EMFILE)]
)
def test_where_watches_run_out_the_folder_is_looked_at_and_that_is_said_once(
    watch, folder, tmp_path, monkeypatch, call, number
):
    def refuse(*_):  # as the system's call does
        inotify_c.ctypes.set_errno(number)
        return -1

    monkeypatch.setattr(inotify_c, call, refuse)
    told = watch(folder)
    assert told.watch.is_polling
    assert told.sentences == [
        f"The system watches no more folders: {folder} is looked at every few seconds instead."
    ]
    (folder / "a.png").write_bytes(b"a photo")
    told.next()
    folder.rename(tmp_path / "away")
    told.next()
    (tmp_path / "away").rename(folder)
    told.next()
    assert len(told.sentences) == 1
    monkeypatch.undo()


@pytest.mark.parametrize("kind", ["inotify"], indirect=True)
def test_a_folder_on_a_network_is_looked_at_and_that_is_said(watch, folder, monkeypatch):
    monkeypatch.setattr("engine.folders.watching.is_remote", lambda _: True)
    told = watch(folder)
    assert told.sentences == [f"The folder {folder} lies on a network: it is looked at every few seconds."]
    (folder / "a.png").write_bytes(b"a photo")
    told.next()


@pytest.mark.parametrize("kind", ["inotify"], indirect=True)
@pytest.mark.parametrize("comes_later", [False, True])
def test_a_network_folder_in_one_of_this_machine_is_looked_at_too(watch, folder, monkeypatch, comes_later):
    table, device = folder.with_name("mountinfo"), Path("/proc").stat().st_dev
    table.write_text(f"30 22 {os.major(device)}:{os.minor(device)} / /media/nas rw - nfs4 nas:/ rw\n")
    monkeypatch.setattr("engine.folders.mounts._MOUNTINFO", table)
    told = watch(folder) if comes_later else None
    (folder / "nas").symlink_to("/proc/fs")
    if told is None:
        told = watch(folder)
    else:
        told.next()
    assert told.watch.is_polling
    linked = folder / "nas"
    assert told.sentences == [f"The folder {linked} lies on a network: it is looked at every few seconds."]


@pytest.mark.parametrize("kind", ["inotify"], indirect=True)
def test_watches_that_run_out_later_are_noticed_then(watch, folder, monkeypatch):
    told = watch(folder)

    def refuse(*_):
        raise WatchError("no more")

    monkeypatch.setattr(told.watch._events, "follow", refuse)
    (folder / "new").mkdir()
    told.next()
    assert (told.sentences, told.watch.is_polling) == (["no more"], True)
    (folder / "new" / "a.png").write_bytes(b"a photo")
    told.next()


@pytest.mark.parametrize("kind", ["inotify"], indirect=True)
def test_a_folder_whose_rights_are_put_right_is_watched_from_then_on(watch, folder, monkeypatch):
    asked = threading.Semaphore(0)

    def closed(*_):
        asked.release()
        ctypes.set_errno(errno.EACCES)
        return -1

    with monkeypatch.context() as patch:
        patch.setattr(inotify_c, "inotify_add_watch", closed)
        told = watch(folder)
        for _ in range(3 * 2):  # the folder and the one in it
            assert asked.acquire(timeout=LONG_S)
        (folder / "two.png").write_bytes(b"a photo")
    told.next()
    (folder / "older" / "three.png").write_bytes(b"a photo")
    told.next()
    assert -1 not in told.watch._events._kernel._watch_for_wd


@pytest.mark.parametrize("kind", ["inotify"], indirect=True)
def test_the_system_tells_which_files_are_whole(watch, folder, monkeypatch):
    monkeypatch.setattr(settling, "QUIET_S", 1e6)  # by its time of change alone, a file is left
    monkeypatch.setattr(settling, "_CLOSED_S", 0.0)
    told = watch(folder)

    def left() -> frozenset[bytes]:
        details = (folder / "a.png").stat()
        return told.settling.leave(folder, [Found(b"a.png", details.st_size, details.st_mtime_ns)])

    with (folder / "a.png").open("wb") as file:
        file.write(b"half")
        file.flush()
        told.next()
        assert left() == {b"a.png"}
        file.write(b"whole")
    told.next()
    assert left() == set()


def test_whoever_waits_too_briefly_is_told_once_the_folder_is_watched(folder, monkeypatch):
    monkeypatch.setattr(watching, "_QUIET_S", 0.1)
    told, gate = queue.Queue(), threading.Event()

    def hanging(path):
        gate.wait()
        return original(path)

    original = watching.identity
    monkeypatch.setattr(watching, "identity", hanging)
    watch = FolderWatch(folder, Excludes(), changed=told.put)
    watch.start()
    assert not watch.wait_until_ready(0.01)
    gate.set()
    assert told.get(timeout=LONG_S) == Change(folder)
    watch.stop()
    watch.join(LONG_S)


@pytest.mark.parametrize("kind", ["inotify"], indirect=True)
def test_a_folder_that_was_silent_is_told_once_it_answers_again(watch, folder, monkeypatch):
    told = watch(folder)
    monkeypatch.setattr(watching.patience, "ANSWERS_S", 0.0)  # each answer takes longer
    assert told.next() == Change(folder)
    with pytest.raises(queue.Empty):  # one that is always slow is told of once
        told.changes.get(timeout=0.8)


def test_a_folder_that_does_not_answer_keeps_nobody_waiting_at_the_end(folder, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(watching, "identity", lambda _: gate.wait() and None)
    told = queue.Queue()
    watch = FolderWatch(folder, Excludes(), changed=told.put)
    watch.start()
    watch.stop()
    watch.join(0.1)
    assert watch.is_running  # left behind
    gate.set()
    watch.join(LONG_S)
    assert told.empty()
