import sqlite3
import threading
from contextlib import closing

import pytest

from engine.errors import CatalogError, NewerCatalogError
from engine.folders.folder import Found
from engine.pictures.dates import NO_DATE
from engine.state import database
from engine.state.catalog import CATALOG_NAME, Catalog
from engine.state.records import Refusal
from engine.unit_vectors import Space

from ..conftest import VECTOR, kept, photo


def test_what_is_stored_is_there_after_opening_again(tmp_path):
    catalog = Catalog(tmp_path)
    root = catalog.add_root(b"/photos")
    [content] = catalog.store(root, "m", [photo(b"caf\xe9.jpg")], [Refusal(Found(b"b", 1, 2), "why.", "r")])
    catalog.close()
    again = Catalog(tmp_path)
    assert again.root(b"/photos") == root
    assert again.photos(root)[b"caf\xe9.jpg"].content == content
    assert again.refusals(root)[b"b"].reason == "why."
    assert again.vectors.vector(content, "m") == kept(VECTOR)
    again.close()


def test_copies_share_one_content(catalog):
    root = catalog.add_root(b"/photos")
    first, second = catalog.store(root, "m", [photo(b"a"), photo(b"b", vector=None)], [])
    assert first == second


def test_vectors_of_two_models_stand_side_by_side(catalog):
    root = catalog.add_root(b"/photos")
    catalog.store(root, "m", [photo(b"a")], [])
    [content] = catalog.store(root, "n", [photo(b"a", vector=VECTOR + 1)], [])
    assert catalog.vectors.vector(content, "m") == kept(VECTOR)
    assert catalog.vectors.vector(content, "n") == kept(VECTOR + 1)
    assert catalog.vectors.hashes(Space("o", 4)) == {}


def test_a_vector_of_another_length_counts_as_missing(catalog):
    root = catalog.add_root(b"/photos")
    catalog.store(root, "m", [photo(b"a")], [])
    assert catalog.vectors.photos_encoded(root, Space("m", 5)).names == []
    assert catalog.vectors.hashes(Space("m", 5)) == {}
    assert catalog.vectors.hashes(Space("m", 4)) != {}


def test_content_numbers_are_never_used_again(catalog):
    root = catalog.add_root(b"/photos")
    [first] = catalog.store(root, "m", [photo(b"a")], [])
    catalog.mark_missing(root, [b"a"])
    catalog.forget_missing(root)
    [second] = catalog.store(root, "m", [photo(b"a")], [])
    assert second > first


def test_a_refused_file_is_no_photo_any_more_and_the_other_way_round(catalog):
    root = catalog.add_root(b"/photos")
    catalog.store(root, "m", [photo(b"a")], [])
    catalog.store(root, "m", [], [Refusal(Found(b"a", 1, 2), "broken.", "r")])
    assert (list(catalog.photos(root)), list(catalog.refusals(root))) == ([], [b"a"])
    catalog.store(root, "m", [photo(b"a")], [])
    assert (list(catalog.photos(root)), list(catalog.refusals(root))) == ([b"a"], [])


def test_a_batch_is_stored_whole_or_not_at_all(catalog):
    root = catalog.add_root(b"/photos")
    with pytest.raises(CatalogError):
        catalog.store(root, "m", [photo(b"a")], [Refusal(Found(b"b", 1, 2), None, "r")])
    assert catalog.photos(root) == {}


def test_files_in_flight_are_suspects_after_a_crash(tmp_path):
    catalog = Catalog(tmp_path)
    root = catalog.add_root(b"/photos")
    catalog.begin(root, [b"a", b"b", b"c"])
    catalog.store(root, "m", [photo(b"a")], [])
    catalog.end(root, [b"b"])
    assert catalog.suspects(root) == {b"c": 0}
    for crashes in (1, 2):
        catalog.begin(root, [b"c"], alone=True)
        assert catalog.suspects(root) == {b"c": crashes}
    assert catalog.suspects(root) == {b"c": 2}
    catalog.close()


def test_a_missing_file_is_no_suspect_any_more(catalog):
    root = catalog.add_root(b"/photos")
    catalog.begin(root, [b"a", b"b"])
    catalog.mark_missing(root, [b"a"])
    assert catalog.suspects(root) == {b"b": 0}


def test_commits_survive_a_power_failure_up_to_the_last_checkpoint(catalog):
    modes = [
        catalog._db._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
    ]
    assert modes == ["wal", 1]  # 1: NORMAL; the file is never damaged


def test_only_one_writer_may_index_at_a_time(tmp_path, catalog):
    other = Catalog(tmp_path)
    with catalog.sole_writer(), pytest.raises(CatalogError, match="already"), other.sole_writer():
        pass
    with other.sole_writer():
        pass
    other.close()


def test_a_fresh_catalog_may_be_opened_by_several_at_once(tmp_path):
    failures = []

    def go(folder, begin) -> None:
        begin.wait()
        try:
            Catalog(folder).close()
        except CatalogError as error:
            failures.append(error)

    for number in range(4):
        folder, begin = tmp_path / str(number), threading.Barrier(8)
        folder.mkdir()
        threads = [threading.Thread(target=go, args=(folder, begin)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


def test_a_catalog_that_is_being_written_is_waited_for(tmp_path):
    Catalog(tmp_path).close()
    db = sqlite3.connect(tmp_path / CATALOG_NAME, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode = DELETE")
    db.execute("BEGIN IMMEDIATE")
    end = threading.Timer(0.1, db.execute, ["COMMIT"])
    end.start()
    Catalog(tmp_path).close()
    end.join()
    db.close()


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, content):
    (tmp_path / CATALOG_NAME).write_bytes(content)
    with pytest.raises(CatalogError, match="move it away"):
        Catalog(tmp_path)
    assert (tmp_path / CATALOG_NAME).read_bytes() == content


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path):
    db = sqlite3.connect(tmp_path / CATALOG_NAME)
    db.execute("CREATE TABLE recipes (name TEXT)")
    db.close()
    before = (tmp_path / CATALOG_NAME).read_bytes()
    with pytest.raises(CatalogError, match="move it away"):
        Catalog(tmp_path)
    assert (tmp_path / CATALOG_NAME).read_bytes() == before


def test_the_catalog_of_a_newer_version_is_refused_and_left_alone(tmp_path):
    Catalog(tmp_path).close()
    db = sqlite3.connect(tmp_path / CATALOG_NAME)
    db.execute("PRAGMA user_version = 99")
    db.close()
    before = (tmp_path / CATALOG_NAME).read_bytes()
    with pytest.raises(NewerCatalogError, match="newer version"):
        Catalog(tmp_path)
    assert (tmp_path / CATALOG_NAME).read_bytes() == before


@pytest.mark.parametrize("made", [0, 5])
def test_a_catalog_that_a_newer_version_brings_forward_meanwhile_is_not_set_back(
    tmp_path, as_version_5, monkeypatch, made
):
    path = tmp_path / CATALOG_NAME
    if made:
        Catalog(tmp_path).close()
        as_version_5(path)
    advance = database._advance

    def slower(db, *rest):
        with closing(sqlite3.connect(path)) as other:
            other.executescript("CREATE TABLE IF NOT EXISTS newer (name TEXT); PRAGMA user_version = 99")
        return advance(db, *rest)

    monkeypatch.setattr(database, "_advance", slower)
    with pytest.raises(NewerCatalogError, match="newer version"):
        Catalog(tmp_path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (99,)


def test_nothing_is_written_into_a_catalog_that_a_newer_version_brought_forward(tmp_path):
    with closing(Catalog(tmp_path)) as catalog, closing(sqlite3.connect(catalog.path)) as other:
        other.execute("PRAGMA user_version = 99")
        with pytest.raises(NewerCatalogError, match="newer version"):
            catalog.add_root(b"/photos")
        assert other.execute("SELECT * FROM roots").fetchall() == []


def test_an_empty_file_becomes_a_catalog(tmp_path):
    (tmp_path / CATALOG_NAME).touch()
    catalog = Catalog(tmp_path)
    assert catalog.root(b"/photos") is None
    catalog.close()


def test_a_catalog_that_is_a_folder_is_refused(tmp_path):
    (tmp_path / CATALOG_NAME).mkdir()
    with pytest.raises(CatalogError, match="not a file"):
        Catalog(tmp_path)


def test_a_disk_that_is_full_is_told_in_a_sentence(catalog):
    root = catalog.add_root(b"/photos")
    pages = catalog._db._db.execute("PRAGMA page_count").fetchone()[0]
    catalog._db._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(CatalogError, match="full"):
        catalog.store(root, "m", [photo(b"a" * 100_000)], [])


def test_a_closed_catalog_says_so(tmp_path):
    catalog = Catalog(tmp_path)
    catalog.close()
    with pytest.raises(CatalogError, match="closed"):
        catalog.root(b"/photos")


def test_the_catalog_keeps_a_date_of_a_content_until_a_better_one_comes(catalog):
    root = catalog.add_root(b"/photos")
    one, two = photo(b"a"), photo(b"b", b"two")
    first, second = catalog.store(root, "m", [one, two], [])
    assert {number: len(files) for number, files in catalog.photos_without_date(root).items()} == {
        first: 1,
        second: 1,
    }
    catalog.store_dates({first: 5, second: NO_DATE})
    catalog.store(root, "m", [one], [])
    assert (catalog.date_of(first), catalog.date_of(second), catalog.date_of(99)) == (5, NO_DATE, None)
    assert [entry.taken for entry in catalog.photos(root).values()] == [5, NO_DATE]
    assert catalog.photos_without_date(root) == {}
