"""Milvus over a file: one for all of a program, and none for another."""

import importlib.util
import subprocess
import sys
from contextlib import closing

import pytest

from engine.collection.stores import open_store
from engine.errors import StoreError

from .test_store_contract import DIM, found, record

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("milvus_lite") is None, reason="milvus-lite has no package for this system"
)

HELD = """
import sys
from engine.collection.milvus_file import MilvusFile
MilvusFile(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def test_a_file_open_in_another_program_is_told(tmp_path):
    address = str(tmp_path / "one.db")
    words, pipe = [sys.executable, "-c", HELD, address], subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe) as other:
        assert other.stdout.readline().split() == [b"held"]
        with pytest.raises(StoreError, match="open in another program"):
            open_store(address, "model", DIM)
        other.kill()
    open_store(address, "model", DIM).close()


def test_a_file_is_shared_within_a_program_and_let_go_by_the_last(tmp_path, monkeypatch):
    from milvus_lite import MilvusLite

    monkeypatch.chdir(tmp_path)
    address = str(tmp_path / "one.db")
    with closing(open_store(address, "model", DIM)) as first:
        first.upsert([record("/a.jpg", 1)])
        with closing(open_store("one.db", "model", DIM, make=False)) as second:
            assert second.count() == 1
        with closing(open_store(address, "other", DIM)):
            assert found(first, 1) == [("desk", "/a.jpg")]
        with pytest.raises(StoreError):
            open_store(address, "third", DIM, make=False)
        assert first.count() == 1
    MilvusLite(address).close()
