"""What a refresh notices: changes that hide, photos that come and go, and what a person leaves out."""

import os
import shutil
import threading
import time

import pytest
from PIL import Image

from engine.errors import FolderError, PatternError
from engine.folders.folder import Found
from engine.indexing import handfuls
from engine.indexing import refresh as refresh_module
from engine.library import Library
from engine.upkeep import Upkeep
from engine.vector_index.graph import GraphFile

from .conftest import LINE, drained, needs_graph, refreshed


def rewrite_secretly(path, draw_picture):
    """Give a file another picture of the same size in bytes and the same time."""
    before = path.stat()
    content = path.read_bytes()
    draw_picture("cross", "orange").save(path, "BMP")
    assert path.stat().st_size == len(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def bitmaps(tmp_path, draw_picture):
    """A folder of two pictures whose files have one size."""
    folder = tmp_path / "bitmaps"
    folder.mkdir()
    for shape in ("circle", "square"):
        draw_picture(shape, "navy").save(folder / f"{shape}.bmp")
    return folder


@pytest.mark.skipif(os.name == "nt", reason="Windows does not keep the time of the last change so")
def test_another_content_of_the_same_size_and_time_is_noticed(bitmaps, open_library, encoder, draw_picture):
    library = open_library(bitmaps)
    refreshed(library)
    encoder.batches.clear()
    assert (refreshed(library).added, encoder.batches) == (0, [])
    rewrite_secretly(bitmaps / "circle.bmp", draw_picture)
    assert (refreshed(library).added, sum(encoder.batches)) == (1, 1)


def forget_ctimes(library):
    """Make the catalog one that never kept more than size and time."""
    with library._catalog._db.change() as db:
        db.execute("UPDATE photos SET ctime = NULL, inode = NULL")


def test_a_recheck_notices_what_cannot_be_told_from_outside(bitmaps, open_library, encoder, draw_picture):
    library = open_library(bitmaps)
    refreshed(library)
    rewrite_secretly(bitmaps / "circle.bmp", draw_picture)
    forget_ctimes(library)
    encoder.batches.clear()
    assert (refreshed(library).added, encoder.batches) == (0, [])
    forget_ctimes(library)
    report = drained(library.refresh(recheck=True))[1]
    assert (report.photos, report.added, sum(encoder.batches)) == (2, 1, 1)


def total(steps):
    """How many photos were to be read."""
    return max((step.total for step in steps if step.phase == "encode"), default=0)


def test_a_recheck_that_was_stopped_goes_on_where_it_was_and_one_that_ended_begins_anew(
    photo_folder, pale_photos, open_library, monkeypatch
):
    monkeypatch.setattr(handfuls, "BATCH", 2)
    monkeypatch.setattr(refresh_module, "ticks", lambda: lambda: True)
    library = open_library([photo_folder, pale_photos])
    assert total(drained(library.refresh())[0]) == 15
    work = library.refresh(recheck=True)
    done = next(step.done for step in work if step.phase == "encode" and step.done >= 6)
    work.close()
    drained(library.refresh())  # as by another process meanwhile
    assert total(drained(library.refresh(recheck=True))[0]) == 15 - done
    assert total(drained(library.refresh(recheck=True))[0]) == 15


def test_a_recheck_that_was_stopped_long_ago_begins_anew(catalog, monkeypatch):
    catalog.add_root(b"a")
    catalog.rechecks.begin(1)
    catalog.rechecks.note(1, [b"1.jpg", b"2.jpg"])
    assert catalog.rechecks.begin(1) == {b"1.jpg", b"2.jpg"}
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 8 * 86_400)
    assert catalog.rechecks.begin(1) == set()
    catalog.rechecks.note(1, [b"1.jpg"])
    catalog.forget_root(1)
    assert catalog.rechecks.begin(catalog.add_root(b"a")) == set()


def test_a_recheck_of_an_unchanged_folder_encodes_nothing_and_finds_nothing_new(library, encoder):
    encoder.batches.clear()
    report = drained(library.refresh(recheck=True))[1]
    assert (report.photos, report.changed, encoder.batches) == (12, False, [])


def test_a_recheck_tries_refused_files_again(bitmaps, open_library, draw_picture, monkeypatch):
    (bitmaps / "broken.jpg").write_bytes(b"no picture")
    library = open_library(bitmaps)
    assert len(refreshed(library).skipped) == 1
    asked = []
    monkeypatch.setattr("engine.indexing.decoder.refuse_at_sight", lambda path: asked.append(path.name))
    refreshed(library)
    assert asked == []
    drained(library.refresh(recheck=True))[1]
    assert "broken.jpg" in asked


def test_a_file_that_was_only_touched_is_read_and_not_encoded(bitmaps, open_library, encoder):
    library = open_library(bitmaps)
    refreshed(library)
    encoder.batches.clear()
    os.chmod(bitmaps / "circle.bmp", 0o600)
    report = refreshed(library)
    assert (report.changed, encoder.batches) == (False, [])


def test_a_file_seen_half_copied_is_read_again_when_it_is_whole(
    bitmaps, open_library, draw_picture, tmp_path
):
    whole = tmp_path / "whole.bmp"
    draw_picture("cross", "orange").save(whole)
    copy, size = bitmaps / "copy.bmp", whole.stat().st_size
    with copy.open("wb") as file:
        file.truncate(size)  # as programs that ask for the room first
    os.utime(copy, ns=(1, 10**18))
    library = open_library(bitmaps)
    assert refreshed(library).photos == 2
    with copy.open("r+b") as file:
        file.write(whole.read_bytes())
    os.utime(copy, ns=(1, 10**18))
    assert refreshed(library).photos == 3


def test_an_older_catalog_is_taken_over_without_reading_and_knows_more_afterwards(
    library, encoder, monkeypatch
):
    forget_ctimes(library)
    encoder.batches.clear()
    asked = []
    monkeypatch.setattr("engine.indexing.decoder.refuse_at_sight", asked.append)
    assert not refreshed(library).changed
    assert asked == encoder.batches == []
    entries = library._catalog.photos(1).values()
    assert len(entries) == 12
    assert all(entry.found.ctime_ns and entry.found.inode for entry in entries)


@pytest.mark.parametrize("mount_point_stays", [True, False])
def test_a_drive_mounted_below_the_folder_comes_back_without_encoding(
    photo_folder, tmp_path, open_library, encoder, draw_picture, mount_point_stays
):
    drive, unplugged = photo_folder / "drive", tmp_path / "unplugged"
    drive.mkdir()
    for number in range(60):
        Image.new("RGB", (32, 32), (number * 4, 255 - number, 90)).save(drive / f"{number}.png")
    library = open_library(photo_folder)
    assert refreshed(library).photos == 72
    shutil.move(drive, unplugged)
    if mount_point_stays:
        drive.mkdir()
    report = refreshed(library)
    assert (report.photos, report.removed) == (12, 60)
    assert len(library.search([LINE], 100)) == 12
    if mount_point_stays:
        drive.rmdir()
    shutil.move(unplugged, drive)
    encoder.batches.clear()
    again = open_library(photo_folder)
    report = refreshed(again)
    assert (report.photos, report.back, report.added, encoder.batches) == (72, 60, 0, [])
    with Upkeep(photo_folder) as upkeep:
        assert upkeep.forget_missing() == 0
    assert len(again.search([LINE], 100)) == 72


def test_a_restored_backup_comes_back_without_encoding(library, photo_folder, encoder, tmp_path):
    backup = shutil.copytree(photo_folder, tmp_path / "backup")
    shutil.rmtree(photo_folder / "older")
    assert refreshed(library).removed == 3
    shutil.copytree(backup / "older", photo_folder / "older")
    encoder.batches.clear()
    report = refreshed(library)
    assert (report.photos, report.back, report.added, encoder.batches) == (12, 3, 0, [])


def test_a_rename_that_is_undone_is_a_rename_again(library, photo_folder):
    old = next(photo_folder.glob("*.png"))
    new = old.rename(old.with_name("renamed.png"))
    refreshed(library)
    new.rename(old)
    report = refreshed(library)
    assert (report.renamed, report.back, report.added) == (((new, old),), 0, 0)


def test_a_renamed_photo_is_not_missing(library, photo_folder):
    old = next(photo_folder.glob("*.png"))
    old.rename(old.with_name("renamed.png"))
    refreshed(library)
    with Upkeep(photo_folder) as upkeep:
        assert upkeep.forget_missing() == 0


def test_a_refresh_spares_the_young_graph_of_other_folders_together(library, state_folder):
    graphs = state_folder / "graphs"
    graphs.mkdir(exist_ok=True)
    for name, days in (("young", 1), ("old", 100)):
        (graphs / f"{name}.npz").write_bytes(b"?")
        at = time.time() - 86_400 * days
        os.utime(graphs / f"{name}.npz", (at, at))
    refreshed(library)
    assert [one.name for one in graphs.glob("*.npz")] == ["young.npz"]


@needs_graph
def test_the_graph_of_a_folder_that_is_known_stays(
    photo_folder, encoder, monkeypatch, state_folder, tmp_path
):
    monkeypatch.setattr("engine.indexing.loading.GRAPH_FROM", 4)
    for folder in (photo_folder, shutil.copytree(photo_folder, tmp_path / "copies")):
        library = Library(folder, encoder)
        refreshed(library)
        library.close()
    assert len(list((state_folder / "graphs").glob("*.hnsw"))) == 2


@needs_graph
def test_a_kept_graph_is_taken_up_while_exact_search_answers_and_not_built_again(
    photo_folder, open_library, monkeypatch, state_folder
):
    monkeypatch.setattr("engine.indexing.loading.GRAPH_FROM", 4)
    gate, load = threading.Event(), GraphFile.load
    before = open_library(photo_folder)
    refreshed(before)
    kept = next((state_folder / "graphs").glob("*.hnsw")).stat().st_mtime_ns
    monkeypatch.setattr(GraphFile, "load", lambda *arguments: gate.wait() and load(*arguments))
    again = open_library(photo_folder)
    assert not again._gallery.index.has_graph
    assert again.search([LINE], 5) == before.search([LINE], 5)
    for step in again.refresh():
        if step.phase == "graph":
            gate.set()
    assert again._gallery.index.has_graph
    assert next((state_folder / "graphs").glob("*.hnsw")).stat().st_mtime_ns == kept


def test_what_is_left_out_disappears_from_the_answers_and_comes_back_without_encoding(
    library, open_library, photo_folder, encoder
):
    with Upkeep(photo_folder) as upkeep:
        upkeep.exclude(["older/"])
    assert (refreshed(library).photos, len(library.search([LINE], 100))) == (9, 9)
    again = open_library(photo_folder)
    with Upkeep(photo_folder) as upkeep:
        assert (again.photo_count, upkeep.excludes(), upkeep.excludes(everywhere=True)) == (9, ["older/"], [])
        upkeep.exclude(["*.png"], everywhere=True)
        assert refreshed(again).photos < 9
        encoder.batches.clear()
        upkeep.exclude([], everywhere=True)
        upkeep.exclude([])
    assert (refreshed(again).photos, encoder.batches) == (12, [])


def test_new_numbers_of_all_files_do_not_make_them_read_again():
    """As on disks that number their files anew each time they are mounted."""
    before = Found(b"a", 1, 2, 3, 4)
    after = Found(b"a", 1, 2, 3, 5)
    assert after.is_as(before, inodes=False)
    assert not after.is_as(before)


def test_patterns_that_mean_nothing_are_refused_and_none_is_taken(photo_folder):
    with Upkeep(photo_folder) as upkeep:
        upkeep.exclude(["*.png"])
        with pytest.raises(PatternError):
            upkeep.exclude(["*.jpg", "!"])
        assert upkeep.excludes() == ["*.png"]


def test_a_folder_that_never_was_has_nothing_to_leave_out_or_forget(tmp_path):
    with Upkeep(tmp_path / "absent") as upkeep:
        assert upkeep.excludes() == []
        for act in (upkeep.forget, upkeep.forget_missing, lambda: upkeep.exclude(["*.png"])):
            with pytest.raises(FolderError):
                act()
