"""Files of vectors written anew, and those that nobody names deleted."""

import logging
import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from engine.folders.folder import Found
from engine.library import Library
from engine.state import vector_store
from engine.state.catalog import Catalog
from engine.state.records import Read
from engine.state.row_forms import FORMS
from engine.state.vector_store import VectorStore
from engine.state.vectors import VectorFile
from engine.unit_vectors import Space
from engine.upkeep import Upkeep

from ..conftest import LINE, VECTOR, alike, kept, only_file, photo, photos_in, refreshed
from .test_vectors import Damaged

DIM = 8
ROWS = np.random.default_rng(0).standard_normal((40, DIM)).astype(np.float32)


def test_a_file_of_which_much_is_not_named_any_more_is_packed_and_an_open_library_goes_on(
    library, photo_folder, open_library, state_folder, monkeypatch, draw_picture
):
    monkeypatch.setattr("engine.state.vector_store._PACKED_FROM", 2)
    second, before = open_library(photo_folder), only_file(state_folder)
    size = before.stat().st_size
    for gone in photos_in(photo_folder)[:4]:
        gone.unlink()
    library._catalog.choices.keep_days = 0
    refreshed(library)
    refreshed(library)
    after = only_file(state_folder)
    assert after.name != before.name
    assert after.stat().st_size < size
    draw_picture("circle", "orange").save(photo_folder / "one more.png")
    expected = len(photos_in(photo_folder))
    for one in (library, second):
        assert refreshed(one).photos == expected
        assert len(one.search([LINE], 100)) == expected
    fresh = open_library(photo_folder).search([LINE], 100)
    assert alike(library.search([LINE], 100), fresh)
    assert alike(second.search([LINE], 100), fresh)


def test_a_file_of_which_the_disk_cannot_give_all_is_written_anew_without_that(tmp_path, monkeypatch, caplog):
    with closing(Catalog(tmp_path)) as catalog:
        root = catalog.add_root(b"/photos")
        reads = [Read(Found(b"%d" % n, 1, 2), bytes([n]), row) for n, row in enumerate(ROWS)]
        contents = catalog.store(root, "m", reads, [])
        before, _ = catalog.vectors.reading(Space("m", DIM))
        with monkeypatch.context() as patch:
            patch.setattr("engine.state.open_rows.FileIO", Damaged)
            before.take(np.arange(40))
            catalog.vectors.pack()
        assert only_file(tmp_path) != before.path
        lost = {contents[5], contents[20]}
        assert catalog.vectors.contents(Space("m", DIM)) == set(contents) - lost
        assert "2 vectors cannot be read" in caplog.text
        for content, row in zip(contents, ROWS, strict=True):
            if content not in lost:
                assert catalog.vectors.vector(content, "m") == kept(row)
        now = only_file(tmp_path)
        catalog.vectors.pack()
        assert only_file(tmp_path) == now


def test_a_file_packed_while_the_catalog_is_read_is_read_again(tmp_path, monkeypatch):
    with closing(Catalog(tmp_path)) as catalog, closing(Catalog(tmp_path)) as other:
        root = catalog.add_root(b"/photos")
        reads = [Read(Found(b"%d" % n, 1, 2), bytes([n]), row) for n, row in enumerate(ROWS)]
        contents = catalog.store(root, "m", reads, [])
        other.drop_vectors("m", contents[:10])
        monkeypatch.setattr(vector_store, "_PACKED_FROM", 1)
        read = vector_store.read_columns

        def pack_and_read(*arguments):
            other.vectors.pack()
            return read(*arguments)

        monkeypatch.setattr(vector_store, "read_columns", pack_and_read)
        found = catalog.vectors.photos_encoded(root, Space("m", DIM))
        order = np.argsort(found.contents)
        assert found.contents[order].tolist() == contents[10:]
        assert found.file.take(found.slots[order]) == kept(ROWS[10:])


def packed(catalog):
    """Store two vectors and pack the file to one; return the number of its content."""
    one, two = catalog.store(catalog.add_root(b"/photos"), "m", [photo(b"a"), photo(b"b", b"two")], [])
    catalog.drop_vectors("m", [one])
    catalog.vectors.pack(at_once=True)
    return two


def test_a_power_cut_that_takes_the_log_away_leaves_what_was_packed(tmp_path):
    state, after = tmp_path / "state", tmp_path / "after"
    state.mkdir()
    after.mkdir()
    with closing(Catalog(state)) as catalog:
        two = packed(catalog)
        shutil.copy(catalog.path, after)
        shutil.copytree(state / "vectors", after / "vectors")
    with closing(Catalog(after)) as catalog:
        assert catalog.vectors.vector(two, "m") == kept(VECTOR)


def test_no_vectors_are_deleted_while_the_disk_may_lack_what_names_others(tmp_path):
    with closing(Catalog(tmp_path)) as catalog, closing(sqlite3.connect(catalog.path)) as reader:
        catalog._db._db.execute("PRAGMA busy_timeout = 0")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM about").fetchall()
        packed(catalog)
        assert len(list((tmp_path / "vectors").iterdir())) == 2
        reader.rollback()
        catalog.vectors.pack()
        assert len(list((tmp_path / "vectors").iterdir())) == 1


def test_packing_that_the_disk_refuses_changes_nothing(library, photo_folder, open_library, monkeypatch):
    monkeypatch.setattr("engine.state.vector_store._PACKED_FROM", 2)
    for gone in photos_in(photo_folder)[:4]:
        gone.unlink()
    library._catalog.choices.keep_days = 0
    refreshed(library)
    expected, write = library.search([LINE], 100), VectorFile.appending

    def full(self, after=0):
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(VectorFile, "appending", full)
    library._catalog.vectors.pack()
    monkeypatch.setattr(VectorFile, "appending", write)
    assert alike(open_library(photo_folder).search([LINE], 100), expected)


def test_forgetting_folders_gives_the_space_of_their_vectors_back(
    tmp_path, photo_folder, library, encoder, state_folder, monkeypatch
):
    monkeypatch.setattr("engine.state.vector_store._PACKED_FROM", 2)
    copies = Library(shutil.copytree(photo_folder, tmp_path / "copies"), encoder)
    refreshed(copies)
    copies.close()
    library.close()
    for folder in (photo_folder, tmp_path / "copies"):
        with Upkeep(folder) as upkeep:
            upkeep.forget()
    assert sum(path.stat().st_size for path in (state_folder / "vectors").iterdir()) == 0


@pytest.mark.parametrize("ending", FORMS)
def test_a_file_that_no_catalog_names_is_deleted(library, state_folder, caplog, ending):
    caplog.set_level(logging.INFO)
    stray = state_folder / "vectors" / f"stray-1.{ending}"
    stray.write_bytes(b"left by a process that was killed")
    refreshed(library)
    assert not stray.exists()
    assert only_file(state_folder).exists()


def once(work):
    """Return the same work that is done at the first call alone."""
    left = [work]
    return lambda: left.pop()() if left else None


def test_a_library_that_opens_while_another_process_packs_has_all_photos(
    library, photo_folder, open_library, monkeypatch
):
    gone, *others = photos_in(photo_folder)
    gone.unlink()
    refreshed(library)

    def forget():
        with Upkeep(photo_folder) as upkeep:
            assert upkeep.forget_missing() == 1

    encoded, forget_once = VectorStore.photos_encoded, once(forget)

    def packed_and_encoded(*arguments, **how):
        forget_once()
        return encoded(*arguments, **how)

    monkeypatch.setattr(VectorStore, "photos_encoded", packed_and_encoded)
    assert len(open_library(photo_folder).search([LINE], 100)) == len(others)


def test_what_is_asked_of_a_file_that_another_process_packs_meanwhile_is_asked_again(tmp_path, monkeypatch):
    with closing(Catalog(tmp_path)) as catalog, closing(Catalog(tmp_path)) as other:
        root = catalog.add_root(b"/photos")
        reads = [Read(Found(b"%d" % n, 1, 2), bytes([n]), row) for n, row in enumerate(ROWS)]
        contents = catalog.store(root, "m", reads, [])
        left, find = list(contents), VectorStore._file

        def pack():
            other.drop_vectors("m", [left.pop(0)])
            other.vectors.pack(at_once=True)

        def asked(question, *values):
            """Ask while the file that was found to be the newest is packed."""
            pack_once = once(pack)

            def find_and_pack(vectors, *name):
                file = find(vectors, *name)
                if vectors is catalog.vectors:
                    pack_once()
                return file

            with monkeypatch.context() as patch:
                patch.setattr(VectorStore, "_file", find_and_pack)
                return getattr(catalog.vectors, question)(*values)

        assert set(asked("hashes", Space("m", DIM)).values()) == set(contents[1:])
        assert asked("content", bytes([30]), Space("m", DIM)) == contents[30]
        assert asked("contents", Space("m", DIM)) == set(contents[3:])
        assert asked("contents", Space("m", DIM), contents[30:]) == set(contents[30:])
        assert asked("photos_there", root, Space("m", DIM)).encoded.sum() == 35
        assert len(asked("photos_encoded", root, Space("m", DIM)).contents) == 34
        assert asked("vector", contents[30], "m") == kept(ROWS[30])
