"""Files written whole or not at all."""

from pathlib import Path

import pytest

from training.atomic_files import fill_atomically, must_be_writable, write_atomically


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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is a device of Linux")
def test_a_full_disk_names_the_file(tmp_path):
    (tmp_path / "log.csv.new").symlink_to("/dev/full")
    with pytest.raises(OSError, match=r"No space left on device: '.*log\.csv'"):
        write_atomically(tmp_path / "log.csv", "line\n")


def test_a_file_that_could_not_be_written_is_refused_beforehand(tmp_path):
    must_be_writable(tmp_path / "new" / "folder" / "log.csv")
    assert not list(tmp_path.iterdir())
    (tmp_path / "file").write_bytes(b"")
    for file in (tmp_path, tmp_path / "file" / "log.csv"):
        with pytest.raises(OSError, match=str(file)):
            must_be_writable(file)
