"""Files that are written whole or not at all, whatever happens meanwhile."""

import os

import pytest

from engine.whole_files import replacing


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
