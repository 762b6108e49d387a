"""What becomes of a catalog whose file is harmed, or made smaller, while it is open."""

import os
import shutil
import subprocess
import sys

import pytest

from engine.errors import CatalogError
from engine.state.catalog import Catalog


def deleted(path):
    path.unlink()


def replaced(path):
    shutil.copy(path, path.with_name("copy"))
    os.replace(path.with_name("copy"), path)


def cut(path):
    os.truncate(path, 4096)


def emptied(path):
    for file in path.parent.iterdir():
        if file.is_file():
            file.unlink()


def removed_with_its_folder(path):
    shutil.rmtree(path.parent)


def log_removed(path):
    path.with_name(path.name + "-wal").unlink()


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let go of a file in use")
@pytest.mark.parametrize("harm", [deleted, replaced, log_removed, removed_with_its_folder])
def test_the_first_change_after_the_harm_says_what_happened(tmp_path, harm):
    (tmp_path / "state").mkdir()
    catalog = Catalog(tmp_path / "state")
    catalog.add_root(b"/photos")
    harm(catalog.path)
    with pytest.raises(CatalogError, match="deleted, replaced or cut while it was in use"):
        catalog.add_root(b"/more")


def test_a_catalog_cut_short_is_told_at_the_next_change(tmp_path):
    catalog = Catalog(tmp_path)
    for number in range(400):
        catalog.add_root(b"/photos/%d" % number)
    catalog._db._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    catalog.add_root(b"/more")
    os.truncate(catalog.path, catalog.path.stat().st_size - 4096)
    with pytest.raises(CatalogError, match="deleted, replaced or cut while it was in use"):
        catalog.add_root(b"/even more")


def harm_on_the_way(library, when, harm):
    """Run a refresh, and harm the catalog before it, after the first batch or after the last one."""
    work, path, harmed = library.refresh(), library._catalog.path, False
    for step in work:
        due = {"before": True, "first": step.done >= 3, "last": step.done == step.total}[when]
        if due and not harmed and (when == "before" or step.phase == "encode"):
            database = library._catalog._db
            with database._lock:  # dates are looked up in a thread meanwhile
                database._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            harm(path)
            harmed = True
    assert harmed


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let go of a file in use")
@pytest.mark.parametrize("harm", [deleted, replaced, cut, emptied, removed_with_its_folder])
@pytest.mark.parametrize("when", ["before", "first", "last"])
def test_indexing_into_a_catalog_that_is_not_there_any_more_never_ends_well(
    photo_folder, open_library, monkeypatch, harm, when
):
    monkeypatch.setattr("engine.indexing.handfuls.BATCH", 3)
    monkeypatch.setattr("engine.indexing.refresh.ticks", lambda: lambda: True)
    library = open_library(photo_folder)
    with pytest.raises(CatalogError, match=r"deleted, replaced or cut|did not keep|damaged|cannot be used"):
        harm_on_the_way(library, when, harm)


GIVING_BACK = "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"  # as by a refresh, where much is free


def another_process_asks(path, *statements):
    """Open the catalog in a process of its own, whose locks are not this one's, and close it."""
    script = (
        "import sqlite3, sys\n"
        "db = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "for statement in sys.argv[2:]: db.execute(statement).fetchall()\n"
        "db.close()"
    )
    subprocess.run([sys.executable, "-S", "-c", script, path, *statements], check=True, timeout=60)


@pytest.fixture
def first(tmp_path):
    """An open catalog whose space another process has just given back."""
    first = Catalog(tmp_path)
    for number in range(400):
        first.add_root(b"/photos/%d" % number * 20)
    for number in range(1, 400):
        first.forget_root(number)
    first._db._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    first.add_root(b"/more")
    before = first.path.stat().st_size
    another_process_asks(first.path, *GIVING_BACK)
    assert first.path.stat().st_size < before
    return first


def test_space_that_another_process_gave_back_is_not_taken_for_a_loss(first):
    first.add_root(b"/even more")
    assert len(first.roots()) == 3
    first.close()


def test_a_catalog_that_another_process_made_smaller_keeps_its_locks(first):
    first.add_root(b"/even more")
    another_process_asks(first.path, "SELECT count(*) FROM roots")  # the last one to close deletes the log
    first.add_root(b"/and more")
    assert len(first.roots()) == 4
    first.close()


def test_a_change_after_another_process_gave_space_back_may_be_larger_than_the_file(first):
    first.add_root(b"/a name of several pages" * 2_000)
    assert len(first.roots()) == 3
    first.close()
