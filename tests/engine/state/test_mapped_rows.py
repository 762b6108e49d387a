"""Which rows of a vector file are mapped: those that the disk has given once."""

import os
import threading
import time

import numpy as np
import pytest

from engine.state.vectors import VectorFile

from .test_vectors import DIM, ROWS, Damaged, slots


@pytest.fixture
def file(tmp_path):
    return VectorFile(tmp_path / "v.f16", DIM)


@pytest.mark.parametrize("part", [7, 4096])
def test_rows_are_mapped_once_the_disk_gave_them_and_not_where_the_file_was_cut(file, monkeypatch, part):
    monkeypatch.setattr("engine.state.open_rows._PART", part)
    file.append(ROWS)
    held = file.hold()
    until(lambda: held.proven == 40)
    with monkeypatch.context() as patch:
        patch.setattr(held, "_read", None)  # nothing is read any more
        assert file.take(slots(3, 39, 0)).tolist() == ROWS[[3, 39, 0]].tolist()
    file.append(ROWS[:2] * 2)
    file.take(slots(41))
    until(lambda: held.proven == 42)
    monkeypatch.setattr(held, "_read", None)
    assert file.take(slots(41, 1)).tolist() == [(ROWS[1] * 2).tolist(), ROWS[1].tolist()]
    monkeypatch.undo()
    os.truncate(file.path, 10 * file.bytes_a_row)
    assert np.isnan(file.take(slots(9, 10, 39))[:, 0]).tolist() == [False, True, True]


def test_behind_a_bad_row_nothing_is_mapped(file, monkeypatch):
    monkeypatch.setattr("engine.state.open_rows.FileIO", Damaged)
    monkeypatch.setattr("engine.state.open_rows._PART", 4)
    file.append(ROWS)
    held = file.hold()
    until(lambda: not [one for one in threading.enumerate() if one.name == "vectors"])
    for _ in range(2):  # it is not tried again
        assert np.flatnonzero(np.isnan(file.take(np.arange(40))[:, 0])).tolist() == [5, 20]
        assert held.proven == 4


def test_on_a_network_nothing_is_mapped(file, monkeypatch):
    monkeypatch.setattr("engine.state.vectors.is_remote", lambda _: True)
    file.append(ROWS)
    held = file.hold()
    assert (file.take(slots(39)).tolist(), held.proven) == (ROWS[39:].tolist(), 0)


def until(is_so):
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)
