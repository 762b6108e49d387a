"""Files written whole or not at all."""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from training.atomic_files import (
    fill_atomically,
    must_be_writable,
    remove_leftovers,
    save_arrays,
    write_atomically,
)


def test_text_takes_the_place_of_what_was_there(tmp_path):
    file = tmp_path / "new" / "log.csv"
    write_atomically(file, "one\n")
    write_atomically(file, "two\n")
    assert file.read_text("utf-8") == "two\n"
    assert [one.name for one in file.parent.iterdir()] == ["log.csv"]


def test_a_writer_that_stops_half_way_leaves_the_old_file(tmp_path):
    file = tmp_path / "log.csv"
    write_atomically(file, "whole\n")

    def stopped(temporary):
        temporary.write_text("ha", "utf-8")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill_atomically(file, stopped)
    assert file.read_text("utf-8") == "whole\n"
    assert [one.name for one in tmp_path.iterdir()] == ["log.csv"]


def test_two_that_write_one_file_at_once_do_not_meet(tmp_path):
    file = tmp_path / "log.csv"

    def slower(temporary):
        temporary.write_text("slower", "utf-8")
        write_atomically(file, "quicker")
        assert file.read_text("utf-8") == "quicker"

    fill_atomically(file, slower)
    assert file.read_text("utf-8") == "slower"


def test_arrays_are_read_as_they_were(tmp_path):
    save_arrays(tmp_path / "table.npz", names=np.array(["a"]), rows=np.eye(2))
    with np.load(tmp_path / "table.npz") as table:
        assert (table["names"].tolist(), table["rows"].tolist()) == (["a"], [[1, 0], [0, 1]])


def test_what_killed_writers_left_goes_and_nothing_else(tmp_path, broken_off):
    for name in (".table.npz.0a0a0a0a.tmp", "table.npz.new", ".someone_elses.tmp", "other.new"):
        (tmp_path / name).touch()
    broken_off(tmp_path / "table.npz")
    remove_leftovers(tmp_path, ["table.npz"])
    assert sorted(one.name for one in tmp_path.iterdir()) == [".someone_elses.tmp", "other.new"]


def test_what_was_left_a_day_ago_goes_with_the_next_file_of_its_folder(tmp_path, broken_off):
    now, before = (broken_off(tmp_path / "table.npz") for _ in range(2))
    os.utime(before, (0, time.time() - 86_500))
    save_arrays(tmp_path / "other.npz", rows=np.eye(2))
    assert {one.name for one in tmp_path.iterdir()} == {"other.npz", now.name}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is a device of Linux")
def test_a_full_disk_names_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.whole_files.secrets.token_hex", lambda _: "0")
    (tmp_path / ".0.tmp").symlink_to("/dev/full")
    with pytest.raises(OSError, match=r"No space left on device: '.*log\.csv'"):
        write_atomically(tmp_path / "log.csv", "line\n")


def test_a_file_that_could_not_be_written_is_refused_beforehand(tmp_path):
    must_be_writable(tmp_path / "new" / "folder" / "log.csv")
    assert not list(tmp_path.iterdir())
    (tmp_path / "file").write_bytes(b"")
    for file in (tmp_path, tmp_path / "file" / "log.csv"):
        with pytest.raises(OSError, match=str(file)):
            must_be_writable(file)
