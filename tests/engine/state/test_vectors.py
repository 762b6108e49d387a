import errno
import io
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engine.errors import CatalogError
from engine.state.catalog import Catalog
from engine.state.vectors import VectorFile
from engine.unit_vectors import Space

from ..conftest import LINE, only_file, photo, refreshed, spoil_first_vector

DIM = 8
ROWS = np.random.default_rng(0).standard_normal((40, DIM)).astype(np.float16).astype(np.float32)


@pytest.fixture
def file(tmp_path):
    """In halves, which hold ROWS exactly."""
    return VectorFile(tmp_path / "v.f16", DIM)


def slots(*numbers):
    return np.array(numbers, np.int64)


def test_rows_are_read_as_they_were_written_while_more_come(file):
    reader = VectorFile(file.path, DIM)
    assert file.append(ROWS[:3])[0] == 0
    assert reader.take(slots(2, 0)).tolist() == ROWS[[2, 0]].tolist()
    first, checks = file.append(ROWS[3:])
    assert (first, len(reader)) == (3, 40)
    assert reader.take(slots(39, 1)).tolist() == ROWS[[39, 1]].tolist()
    assert reader.sound(slots(*range(3, 40)), checks).all()


def test_a_part_of_a_row_that_a_killed_process_left_is_passed_over(file):
    file.append(ROWS[:2])
    with file.path.open("ab") as end:
        end.write(b"half")
    first, _ = file.append(ROWS[2:4])
    assert first == 3
    assert file.take(slots(0, 1, 3, 4)).tolist() == ROWS[:4].tolist()


@pytest.mark.parametrize("mapped", [True, False])
def test_rows_of_a_file_that_was_cut_are_no_vectors_and_the_others_stay(file, mapped):
    _, checks = file.append(ROWS)
    if mapped:
        file.take(slots(39))
    os.truncate(file.path, 10 * DIM * 2 + 3)
    assert np.isnan(file.take(slots(9, 10, 39))).all(axis=1).tolist() == [False, True, True]
    assert file.sound(np.arange(40), checks).tolist() == [True] * 10 + [False] * 30


def test_the_place_of_rows_that_are_lost_is_never_taken_by_others(file):
    _, checks = file.append(ROWS[:5])
    file.path.unlink()
    other = VectorFile(file.path, DIM)
    assert other.append(ROWS[5:7], after=5)[0] == 5
    assert other.take(slots(5, 6)).tolist() == ROWS[5:7].tolist()
    assert not other.sound(np.arange(5), checks).any()


def test_one_flipped_byte_is_told(file):
    _, checks = file.append(ROWS)
    content = bytearray(file.path.read_bytes())
    content[5 * DIM * 2 + 1] ^= 1
    file.path.write_bytes(content)
    assert np.flatnonzero(~file.sound(np.arange(40), checks)).tolist() == [5]


class Damaged(io.FileIO):
    """A file of which the disk cannot give the rows 5 and 20: what lies before them comes, as on Linux."""

    comes = True

    def readinto(self, buffer):
        first, end = self.tell() // (DIM * 2), (self.tell() + len(buffer)) // (DIM * 2)
        bad = next((row for row in (5, 20) if first <= row < end), None)
        if bad is None:
            return super().readinto(buffer)
        if bad == first or not self.comes:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().readinto(buffer[: (bad - first) * DIM * 2 + 3])


class Refused(Damaged):
    """The same on a system that gives nothing of what it cannot give whole."""

    comes = False


@pytest.mark.parametrize("disk", [Damaged, Refused])
@pytest.mark.parametrize("held", [True, False])
def test_rows_that_the_disk_cannot_give_are_damaged_and_no_others(file, monkeypatch, disk, held):
    _, checks = file.append(ROWS)
    order = np.random.default_rng(1).permutation(40)
    monkeypatch.setattr("engine.state.open_rows.FileIO", disk)
    if held:
        file.hold()
    sound = file.sound(order, [checks[row] for row in order])
    assert sorted(order[~sound].tolist()) == [5, 20]
    assert np.flatnonzero(np.isnan(file.read(np.arange(45))[0][:, 0])).tolist() == [5, 20, *range(40, 45)]
    assert sorted(order[np.isnan(file.take(order)[:, 0])].tolist()) == [5, 20]
    assert file.take(slots(0, 4, 4, -1, 6))[[0, 1, 2, 4]].tolist() == ROWS[[0, 4, 4, 6]].tolist()


def test_a_row_that_the_disk_cannot_give_is_tried_twice_and_no_more(file, monkeypatch):
    refused = []

    class Slow(Damaged):
        def readinto(self, buffer):
            try:
                return super().readinto(buffer)
            except OSError:
                refused.append(self.tell() // (DIM * 2))
                raise

    file.append(ROWS)
    monkeypatch.setattr("engine.state.open_rows.FileIO", Slow)
    file.read(np.arange(40))
    assert (refused, file.is_damaged) == ([5, 5, 20, 20], True)


def test_no_file_has_no_rows(file):
    assert len(file) == 0
    assert np.isnan(file.take(slots(0))).all()
    assert not file.sound(slots(0), [0]).any()


KILLED = """
import os, sys
from pathlib import Path
import numpy as np
from engine.state.catalog import Catalog
from engine.folders.folder import Found
from engine.state.records import Read
from engine.state.vectors import VectorFile
catalog = Catalog(Path(sys.argv[1]))
root, append = catalog.add_root(b"/photos"), VectorFile.append
def killed(self, rows, after=0):
    append(self, rows, after)
    os._exit(9)
VectorFile.append = killed
catalog.store(root, "m", [Read(Found(b"killed", 1, 2), b"killed", np.ones(4, np.float32))], [])
"""


def test_a_process_killed_between_row_and_catalog_leaves_neither_a_photo_nor_another_vector(tmp_path):
    catalog = Catalog(tmp_path)
    root = catalog.add_root(b"/photos")
    catalog.store(root, "m", [photo(b"a")], [])
    assert subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], timeout=60).returncode == 9
    assert list(catalog.photos(root)) == [b"a"]
    [two] = catalog.store(root, "m", [photo(b"b", b"two", np.full(4, 2, np.float32))], [])
    assert catalog.vectors.vector(two, "m").tolist() == [0.5] * 4
    assert catalog.vectors.photos_encoded(root, Space("m", 4)).slots.tolist() == [0, 2]
    catalog.close()


def test_rows_are_flushed_whole_before_the_catalog_names_them(tmp_path, monkeypatch):
    catalog = Catalog(tmp_path)
    root = catalog.add_root(b"/photos")
    flushed, fsync = [], os.fsync

    def note(number):
        fsync(number)
        with closing(sqlite3.connect(catalog.path)) as db:
            named = db.execute("SELECT count(*) FROM vectors").fetchone()[0]
        flushed.append((os.fstat(number).st_size, named))

    monkeypatch.setattr(os, "fsync", note)
    catalog.store(root, "m", [photo(b"a"), photo(b"b", b"two")], [])
    assert flushed[0] == (2 * 4 * 2, 0)
    catalog.close()


def lose(path):
    path.unlink()


def cut(path):
    os.truncate(path, path.stat().st_size // 2)


def empty(path):
    path.write_bytes(b"")


def make_a_folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(("harm", "lost"), [(lose, 12), (cut, 6), (empty, 12)])
def test_vectors_that_are_lost_are_made_anew_and_no_other_is_taken_for_them(
    library, photo_folder, open_library, encoder, state_folder, harm, lost, caplog
):
    before = library.search([LINE], 100)
    library.close()
    harm(only_file(state_folder))
    again = open_library(photo_folder)
    assert again.photo_count == 12 - lost
    assert "made anew" in caplog.text
    encoder.batches.clear()
    assert (refreshed(again).photos, sum(encoder.batches)) == (12, lost)
    assert again.search([LINE], 100) == before
    again.close()
    assert open_library(photo_folder).search([LINE], 100) == before


def test_vectors_that_cannot_be_written_are_told_in_a_sentence(
    library, photo_folder, state_folder, draw_picture
):
    make_a_folder(only_file(state_folder))
    draw_picture("circle", "orange").save(photo_folder / "one more.png")
    with pytest.raises(CatalogError, match="cannot be written"):
        refreshed(library)


@pytest.mark.parametrize("refused", [errno.EACCES, errno.EMFILE, errno.ENOMEM])
def test_vectors_that_cannot_be_read_just_now_are_no_damage_and_stay(
    library, photo_folder, open_library, encoder, state_folder, monkeypatch, refused
):
    before = library.search([LINE], 100)
    library.close()
    path, opened = only_file(state_folder), Path.open

    def refuse(self, *args, **kwargs):
        if self == path:
            raise OSError(refused, os.strerror(refused))
        return opened(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        with pytest.raises(CatalogError, match=r"The vectors in .* cannot be read: "):
            open_library(photo_folder)
    encoder.batches.clear()
    again = open_library(photo_folder)
    assert (refreshed(again).photos, encoder.batches, again.search([LINE], 100)) == (12, [], before)


class Dead(io.FileIO):
    """A file of which the disk gives nothing."""

    def readinto(self, buffer):
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_disk_that_gives_nothing_of_what_was_written_is_told(photo_folder, open_library, monkeypatch):
    monkeypatch.setattr("engine.state.open_rows.FileIO", Dead)
    with pytest.raises(CatalogError, match="did not keep what was indexed"):
        refreshed(open_library(photo_folder))


def test_a_file_that_another_process_packs_while_its_rows_are_compared_is_no_damage(file):
    _, checks = file.append(ROWS)
    file.hold()
    file.path.unlink()
    assert file.sound(np.arange(40), checks).all()


def test_damage_that_the_start_does_not_look_for_is_found_by_the_next_refresh(
    library, photo_folder, open_library, encoder, state_folder, monkeypatch, caplog
):
    """Where short vectors are kept, the start does not read the whole ones."""
    monkeypatch.setattr("engine.indexing.loading.WHOLE_TO", 5)
    before = open_library(photo_folder)
    refreshed(before)
    expected = before.search([LINE], 100)
    before.close()
    assert list((state_folder / "graphs").glob("*.npz"))
    spoil_first_vector(state_folder, 1)
    encoder.batches.clear()
    again = open_library(photo_folder)
    assert again.photo_count == 12
    assert (refreshed(again).photos, encoder.batches) == (12, [1])
    assert "damaged" in caplog.text
    found = again.search([LINE], 100)
    assert [hit.path for hit in found] == [hit.path for hit in expected]
    assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], abs=1e-3)
