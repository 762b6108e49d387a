"""Which addresses stand for a collection, and what is left where one cannot be used."""

import importlib.util
import sys

import pytest

from engine.collection.stores import open_store
from engine.errors import StoreError

DIM = 8


@pytest.mark.skipif(sys.platform == "win32", reason="drives are of the network there, not folders")
@pytest.mark.parametrize("name", ["shared", "shared.db"])
def test_a_collection_of_one_machine_is_not_kept_on_a_network(tmp_path, monkeypatch, name):
    monkeypatch.setattr(
        "engine.folders.mounts.list_mounts", lambda: [(tmp_path, "ext4"), (tmp_path / "net", "nfs4")]
    )
    with pytest.raises(StoreError, match="lies on a network"):
        open_store(str(tmp_path / "net" / name), "model", DIM)
    assert not (tmp_path / "net").exists()
    for kind in ("ext4", "9p", "drvfs", "fuse.fuse-overlayfs"):  # a host's disk, or in a container
        monkeypatch.setattr("engine.folders.mounts.list_mounts", lambda kind=kind: [(tmp_path, kind)])
        open_store(str(tmp_path / "shared"), "model", DIM).close()


@pytest.mark.parametrize("address", ["ftp://host/x", "", "  "])
def test_what_is_no_address_is_told(address):
    with pytest.raises(StoreError, match="no collection's address"):
        open_store(address, "model", DIM)


@pytest.mark.skipif(
    importlib.util.find_spec("milvus_lite") is None, reason="milvus-lite has no package for this system"
)
def test_who_cannot_use_a_collection_lets_go_of_its_server(tmp_path, monkeypatch):
    from pymilvus import MilvusClient

    closed, close = [], MilvusClient.close
    monkeypatch.setattr(MilvusClient, "close", lambda self: (closed.append(self), close(self)))
    open_store(str(tmp_path / "one.db"), "model", DIM).close()
    closed.clear()
    with pytest.raises(StoreError):
        open_store(str(tmp_path / "one.db"), "another", DIM, make=False)
    assert len(closed) == 1
