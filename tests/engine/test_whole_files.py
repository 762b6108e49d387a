"""Files that are written whole or not at all, whatever happens meanwhile."""

import os
import time
from contextlib import closing

import pytest

from engine.state.shared_thumbnails import leave_thumbnails
from engine.state.thumbnail_file import ThumbnailFile
from engine.whole_files import replacing, sweep_leftovers

from .conftest import refreshed


@pytest.fixture
def deeds(monkeypatch):
    """What the system is asked to do, by name and the file's number on the disk."""
    done = []
    fsync, replace = os.fsync, os.replace

    def flush(number):
        done.append(("flush", os.fstat(number).st_ino))
        fsync(number)

    def rename(new, file):
        done.append(("rename", os.stat(new).st_ino))
        replace(new, file)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(os, "replace", rename)
    return done


def test_a_new_file_is_on_the_disk_before_it_takes_the_place_of_another_and_its_name_after_it(
    tmp_path, deeds
):
    file = tmp_path / "kept.json"
    with replacing(file) as new:
        new.write_text("{}")
    number = file.stat().st_ino
    assert deeds == [("flush", number), ("rename", number), ("flush", tmp_path.stat().st_ino)]
    assert list(tmp_path.iterdir()) == [file]


def test_a_disk_that_does_not_take_the_new_file_leaves_the_one_before(tmp_path, monkeypatch):
    file = tmp_path / "kept.json"
    file.write_text("before")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"), replacing(file) as new:
        new.write_text("after")
    assert [one.read_text() for one in tmp_path.iterdir()] == ["before"]


def test_a_name_as_long_as_the_disk_takes_is_replaced(tmp_path):
    file = tmp_path / ("\N{GRINNING FACE}" * 63)  # 252 of 255 bytes
    with replacing(file) as new:
        new.write_text("whole")
    assert file.read_text() == "whole"


@pytest.fixture
def half_files():
    """Leaves half a file in a folder as a killed process does, one of this moment and one a day old."""

    def leave(folder):
        folder.mkdir(parents=True, exist_ok=True)
        young, old = (folder / f".{digit * 16}.tmp" for digit in "ab")
        for file in (young, old):
            file.write_text("half")
        os.utime(old, (0, time.time() - 86_500))
        return young, old

    return leave


def test_what_a_killed_process_left_half_written_goes_after_a_day_and_nothing_else(tmp_path, half_files):
    young, _ = half_files(tmp_path)
    others = [tmp_path / name for name in (".mine.tmp", "b" * 16 + ".tmp", ".bbbbbbbbbbbbbbbb.png")]
    for file in others:
        file.touch()
        os.utime(file, (0, 0))
    sweep_leftovers(tmp_path, older_s=86_400)
    sweep_leftovers(tmp_path / "nowhere", older_s=86_400)
    assert set(tmp_path.iterdir()) == {young, *others}


def test_a_refresh_sweeps_the_data_folder_and_the_shelf(photo_folder, open_library, state_folder, half_files):
    left = [half_files(state_folder / place) for place in ("", "shelf", "shelf/pictures")]
    refreshed(open_library(photo_folder))
    assert [(young.exists(), old.exists()) for young, old in left] == [(True, False)] * 3


def test_thumbnails_that_are_left_in_a_shared_folder_sweep_it(tmp_path, half_files):
    shared = tmp_path / "shared"
    young, old = half_files(shared / b"digest".hex()[:2])
    with closing(ThumbnailFile(tmp_path)) as kept:
        kept.put({b"digest": b"picture\xff\xd9"}, limit=1 << 30, seen=True)
        leave_thumbnails(kept, shared, [b"digest"])
    assert (young.exists(), old.exists()) == (True, False)
