import dataclasses
import json
import logging
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engine.state.catalog import CATALOG_NAME, Catalog
from engine.vector_index.graph import Graph, GraphFile, breadth, drop_graphs
from engine.vector_index.narrow_path import in_code_page
from engine.vector_index.projection import Projection

from ..conftest import needs_graph

pytestmark = needs_graph
DIM = 8
WHOLE = Projection.whole(DIM)


def drained(building):
    while True:
        try:
            next(building)
        except StopIteration as end:
            return end.value


@pytest.fixture
def graph():
    rows = np.random.default_rng(0).standard_normal((300, DIM)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return drained(Graph.build(np.arange(300), rows, np.zeros(300, np.float32)))


@pytest.fixture
def file(tmp_path, graph, catalog):
    file = GraphFile(tmp_path / "graphs" / "g.hnsw", catalog.stamps, "model", DIM)
    file.save(graph, WHOLE)
    return file


def test_a_kept_graph_answers_as_before(file, graph):
    query = np.ones(DIM, np.float32)
    assert graph.search(query, 20).tolist() == file.load(WHOLE).search(query, 20).tolist()


def test_a_graph_is_kept_in_a_folder_of_any_name(tmp_path, graph, catalog):
    folder = tmp_path / os.fsdecode(b"photos \xff \xe5\x86\x99\xe7\x9c\x9f")
    file = GraphFile(folder / "g.hnsw", catalog.stamps, "model", DIM)
    file.save(graph, WHOLE)
    assert file.load(WHOLE) is not None


def test_a_path_is_given_in_the_code_page_of_windows_or_by_a_short_name(tmp_path, monkeypatch):
    """As far as it can be tried elsewhere."""
    umlaut, kanji = Path("/Jürgen/g.hnsw"), Path("/写真/g.hnsw")
    assert in_code_page(umlaut, "cp1252") == "/Jürgen/g.hnsw".encode("cp1252")
    with pytest.raises(OSError, match="no name for"):
        in_code_page(kanji, "cp1252")
    monkeypatch.setattr("engine.vector_index.narrow_path.short_name", lambda folder: "/PHOTOS~1")
    assert in_code_page(kanji, "cp1252") == b"/PHOTOS~1/g.hnsw"


def test_no_file_is_no_graph(tmp_path, catalog):
    assert GraphFile(tmp_path / "g.hnsw", catalog.stamps, "model", DIM).load(WHOLE) is None


def test_nothing_but_graph_and_manifest_is_left(file):
    assert sorted(path.name for path in file.path.parent.iterdir()) == ["g.hnsw", "g.json"]


def test_two_that_keep_a_graph_at_once_leave_a_whole_one_and_nothing_else(file, graph, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    write, others = Graph.write, [graph]

    def write_while_another_does(self, path):
        write(self, path)
        if others:
            file.save(others.pop(), WHOLE)

    monkeypatch.setattr(Graph, "write", write_while_another_does)
    file.save(graph, WHOLE)
    assert file.load(WHOLE) is not None
    assert sorted(path.name for path in file.path.parent.iterdir()) == ["g.hnsw", "g.json"]
    assert "not kept" not in caplog.text


def test_what_a_killed_process_was_writing_is_spared_for_a_day_only(file):
    parts = [file.path.with_name(f".{number}.tmp") for number in range(2)]
    for part in parts:
        part.touch()
    os.utime(parts[0], (1e9, time.time() - 90_000))
    drop_graphs(file.path.parent.parent, but=[file.path], spared_s=1e9)
    assert [part.exists() for part in parts] == [False, True]
    drop_graphs(file.path.parent.parent, but=[file.path])  # as where a folder is forgotten
    assert parts[1].exists(), "another process may be writing it"


@pytest.mark.parametrize("change", [{"model_id": "other"}, {"dim": DIM + 1}])
def test_the_graph_of_another_model_is_not_taken(file, change, caplog):
    caplog.set_level(logging.INFO)
    assert dataclasses.replace(file, **change).load(WHOLE) is None
    assert "built anew" in caplog.text


def test_the_graph_of_another_catalog_is_not_taken_and_a_copy_of_the_same_takes_it(file, tmp_path, catalog):
    for name in ("other", "copy"):
        (tmp_path / name).mkdir()
    with closing(Catalog(tmp_path / "other")) as other:
        assert dataclasses.replace(file, stamps=other.stamps).load(WHOLE) is None
    target = tmp_path / "copy" / CATALOG_NAME
    with closing(sqlite3.connect(catalog.path)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    with closing(Catalog(tmp_path / "copy")) as copy:
        assert dataclasses.replace(file, stamps=copy.stamps).load(WHOLE) is not None


@pytest.mark.parametrize("place", [0, 100, 5000, -1])
def test_one_flipped_byte_is_noticed_before_the_file_is_read(file, place, caplog):
    caplog.set_level(logging.INFO)
    content = bytearray(file.path.read_bytes())
    content[place] ^= 0xFF
    file.path.write_bytes(content)
    assert file.load(WHOLE) is None
    assert "built anew" in caplog.text


def test_a_truncated_graph_is_not_taken(file):
    file.path.write_bytes(file.path.read_bytes()[:1000])
    assert file.load(WHOLE) is None


@pytest.mark.parametrize("content", ["", "[]", "{}", "no json", '{"count": "x", "ids": null}'])
def test_a_broken_manifest_is_not_trusted(file, content):
    file.path.with_suffix(".json").write_text(content)
    assert file.load(WHOLE) is None


@pytest.mark.parametrize("key", ["format", "count", "ids", "space", "M", "basis", "blake2b"])
def test_a_manifest_changed_in_any_point_is_not_trusted(file, key):
    path = file.path.with_suffix(".json")
    manifest = json.loads(path.read_text())
    manifest[key] = 7 if isinstance(manifest[key], int) else "other"
    path.write_text(json.dumps(manifest))
    assert file.load(WHOLE) is None


def test_a_manifest_without_its_graph_is_no_graph(file):
    file.path.unlink()
    assert file.load(WHOLE) is None


def test_a_graph_that_was_not_written_whole_is_not_kept(file, graph, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    before = file.path.read_bytes()
    write = graph._hnsw.save_index

    class Full:
        """hnswlib on a full disk: it writes a part and says nothing."""

        def save_index(self, path: str) -> None:
            write(path)
            os.truncate(path, 1000)

        def index_file_size(self) -> int:
            return len(before)

    monkeypatch.setattr(graph, "_hnsw", Full())
    file.save(graph, WHOLE)
    assert file.path.read_bytes() == before
    assert file.load(WHOLE) is not None
    assert "not kept" in caplog.text


def test_a_graph_is_flushed_through_a_file_that_may_be_written(tmp_path, graph, monkeypatch, catalog):
    monkeypatch.setattr(os, "fsync", lambda number: os.truncate(number, os.fstat(number).st_size))
    file = GraphFile(tmp_path / "g.hnsw", catalog.stamps, "model", DIM)
    file.save(graph, WHOLE)  # Windows refuses to flush a file opened to be read, as any system to truncate it
    assert file.load(WHOLE) is not None


def test_graph_and_manifest_are_flushed_whole_before_they_replace_the_old_ones(file, graph, monkeypatch):
    flushed, replaced, fsync, move = {}, [], os.fsync, os.replace

    def note_flush(number):
        fsync(number)
        flushed[os.fstat(number).st_ino] = os.fstat(number).st_size

    def note_move(source, target):
        details = os.stat(source)
        replaced.append((target.name, flushed.get(details.st_ino) == details.st_size))
        move(source, target)

    monkeypatch.setattr(os, "fsync", note_flush)
    monkeypatch.setattr(os, "replace", note_move)
    file.save(graph, WHOLE)
    assert replaced == [("g.hnsw", True), ("g.json", True)]


def test_an_unwritable_folder_only_costs_the_cache(tmp_path, graph, caplog, catalog):
    caplog.set_level(logging.INFO)
    (tmp_path / "graphs").write_text("a file where the folder should be")
    GraphFile(tmp_path / "graphs" / "g.hnsw", catalog.stamps, "model", DIM).save(graph, WHOLE)
    assert "not kept" in caplog.text


def test_the_more_photos_the_more_candidates_a_search_keeps(graph):
    assert graph._hnsw.ef == breadth(300) == breadth(100_000) == 1024
    assert 1_500 < breadth(200_000) < breadth(1_000_000) == breadth(10_000_000) == 8192
