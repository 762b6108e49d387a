"""A collection in Milvus that several machines make at the same time, or one that was stopped meanwhile."""

import importlib.util
from contextlib import ExitStack, closing

import pytest

from engine.collection.store import EVERYWHERE
from engine.collection.stores import open_store
from engine.errors import StoreError

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("milvus_lite") is None, reason="milvus-lite has no package for this system"
)
INDEXED = {"vector", "host", "path", "taken"}


@pytest.fixture
def address(tmp_path):
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    server, database, port = start_server_in_thread(str(tmp_path))
    yield f"http://127.0.0.1:{port}"
    server.stop(None).wait()
    database.close()


def opened(address):
    return open_store(address, "model", 8)


def indexed(store):
    client, name = store._client, store._name
    return {field for field in INDEXED if client.list_indexes(name, field)}


@pytest.mark.parametrize(
    ("asked", "time"), [("has_collection", 0), *(("list_indexes", time) for time in range(5))]
)
def test_another_machine_may_be_faster_at_every_step(address, monkeypatch, asked, time):
    from pymilvus import MilvusClient

    real, times = getattr(MilvusClient, asked), iter(range(100))
    with ExitStack() as others:

        def late(client, *words, **options):
            answer = real(client, *words, **options)
            if next(times) == time:
                others.enter_context(closing(opened(address)))
            return answer

        monkeypatch.setattr(MilvusClient, asked, late)
        with closing(opened(address)) as store:
            assert indexed(store) == INDEXED
            assert store.count(EVERYWHERE) == 0
        assert next(times) > time


@pytest.mark.parametrize("made", range(4))
def test_what_a_machine_that_was_stopped_left_to_do_is_done(address, monkeypatch, made):
    from pymilvus import MilvusClient, MilvusException

    real, times = MilvusClient.create_index, iter(range(100))

    def stopped(client, *words, **options):
        if next(times) >= made:
            raise MilvusException(message="stopped")
        real(client, *words, **options)

    monkeypatch.setattr(MilvusClient, "create_index", stopped)
    with pytest.raises(StoreError, match="cannot be used: stopped"):
        opened(address)
    monkeypatch.undo()
    with closing(opened(address)) as store:
        assert indexed(store) == INDEXED
