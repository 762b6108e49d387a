"""Rows of an index that were damaged on the disk, removed, or lie in a file that was packed."""

import gc
from weakref import ref

import numpy as np
import pytest

from engine.state.vectors import VectorFile
from engine.vector_index.rows import FileRows

from .test_short_vectors import DIM, FEW, small, vectors


@pytest.mark.parametrize("count", [FEW - 2, 120])
@pytest.mark.parametrize("among", [None, range(0, 120, 2)])
@pytest.mark.parametrize("k", [5, 99])
def test_what_is_damaged_on_the_disk_is_not_found(tmp_path, count, among, k):
    file, pool = VectorFile(tmp_path / "v.f16", DIM), vectors(count)
    pool[4], pool[6] = 0, np.nan
    file.append(pool)
    index = small(rows=FileRows(file, lambda ids: (file, np.array(ids))))
    index.fill(np.arange(count), np.arange(count))
    sound = [n for n in range(count) if n not in (4, 6) and (among is None or n in among)]
    query = -pool[sound].mean(axis=0)  # most scores are below zero
    best = sorted(sound, key=lambda n: -float(pool[n] @ query))[:k]
    found = index.search(query, k, among=None if among is None else np.array(among, np.int64))
    assert {n for n, _ in found} == set(best)


def test_a_few_vectors_that_come_and_go_for_long_take_no_more_room():
    index = small()
    for number in range(0, 900, 3):
        index.add(range(number, number + 3), vectors(3, seed=number))
        index.remove(range(number, number + 2))
        if number > 15:
            index.remove([number - 13])
        index.keep()
    left = [number for number in range(900) if number in index]
    assert len(index) == len(left) < FEW
    assert len(index._arrays[0]) < 4 * FEW
    query = vectors(1, seed=left[0] // 3 * 3)[0]
    assert {number for number, _ in index.search(query, 99)} == set(left)


def test_a_file_that_was_packed_is_let_go_of(tmp_path):
    pool, files = vectors(60), [VectorFile(tmp_path / f"{number}.f16", DIM) for number in range(2)]
    files[0].append(pool[:58])
    files[1].append(pool[::-1])
    newest = [files[0], lambda ids: np.array(ids)]
    index = small(rows=FileRows(files[0], lambda ids: (newest[0], newest[1](ids))))
    index.fill(np.arange(58), np.arange(58))
    index.keep()
    newest[:], before = [files[1], lambda ids: 59 - np.array(ids)], ref(files[0])
    index.add([58, 59], pool[58:])
    files[0].path.unlink()
    del files
    index.keep()
    gc.collect()
    assert before() is None
    expected = np.argsort(-(pool @ pool[20]), kind="stable")[:5]
    assert {number for number, _ in index.search(pool[20], 5)} == set(expected.tolist())


def test_what_was_removed_is_not_found_however_many_vectors_are_damaged(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.vector_index.recent_rows._FEW", 0)  # none of them was read lately
    file, pool = VectorFile(tmp_path / "v.f16", DIM), vectors(400)
    file.append(pool)
    index = small(rows=FileRows(file, lambda ids: (file, np.array(ids))))
    index.fill(np.arange(400), np.arange(400))
    nearest = np.argsort(-(pool @ pool[0]))
    index.remove(nearest[:5].tolist())
    disk = np.memmap(file.path, np.float16, "r+", shape=(400, DIM))
    disk[nearest[5:300]] = 0
    disk.flush()
    assert [number for number, _ in index.search(pool[0], 1)] == [nearest[300]]
