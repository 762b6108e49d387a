"""What is asked in threads of their own, so that nobody waits without end."""

import threading
import time
from itertools import count

import pytest

from engine.folders import patience
from engine.folders.patience import Kind, ask, kind_of, kinds_of
from engine.indexing import roots


def test_nothing_is_an_answer_too():
    assert ask(lambda: None, name="test") is None


def test_what_the_work_raises_is_raised_where_it_was_asked():
    with pytest.raises(ZeroDivisionError):
        ask(lambda: 1 // 0, name="test")


def test_what_is_at_a_path_and_silence_are_told_apart(tmp_path, mute):
    (tmp_path / "file").touch()
    mute(tmp_path / "net")
    assert kind_of(tmp_path) is Kind.FOLDER
    assert kinds_of([tmp_path / "file", tmp_path / "none", tmp_path / "net"]) == [
        Kind.OTHER,
        Kind.NOTHING,
        Kind.SILENT,
    ]


def test_time_in_which_the_machine_sleeps_is_no_silence(monkeypatch):
    clock = count(0, 3600)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(patience, "ANSWERS_S", 60.0)
    assert ask(lambda: time.sleep(0.15) or "answer", name="test") == "answer"


@pytest.fixture
def together(monkeypatch):
    """Lets what a module asks of three paths answer only while all three are asked."""
    monkeypatch.setattr(patience, "ANSWERS_S", 60.0)

    def patch(module, name):
        gate, work = threading.Barrier(3, timeout=30), getattr(module, name)

        def asked(path):
            gate.wait()  # raises where one is asked after the other
            return work(path)

        monkeypatch.setattr(module, name, asked)

    return patch


def test_all_drives_are_asked_at_once(tmp_path, together, open_library):
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        folder.mkdir()
    together(patience, "real_path")
    assert roots.distinct(folders) == folders
    together(patience, "_kind")
    assert kinds_of(folders) == [Kind.FOLDER] * 3


def test_the_folders_of_a_library_are_looked_at_at_once(tmp_path, together, open_library):
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        folder.mkdir()
    together(roots, "_entries")
    assert [one.trouble for one in open_library(folders).folders] == [""] * 3
