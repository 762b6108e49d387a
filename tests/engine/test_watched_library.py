"""A library that follows its folder as it is watched: renamed, removed and half-written photos."""

import os
import queue
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from engine.folders import settling, watching
from engine.folders.scope import NOTHING
from engine.search.query import Query

from .conftest import LINE, drained, refreshed
from .watched import LONG_S, Recorded, Told

pytestmark = pytest.mark.slow


SILENT_S = 1.5  # nothing is told of for so long once all is


class Followed:
    """A library, and the watch of its folder."""

    def __init__(self, library, told) -> None:
        self.library, self.told, self.reports = library, told, []

    def look(self):
        """Bring the library up to date as watching does: what was told of, and what was left before."""
        folder, settling = self.library.folder, self.told.settling
        scope = settling.left.get(folder, NOTHING)
        with suppress(queue.Empty):
            while True:
                scope |= self.told.changes.get_nowait().scope
        self.reports.append(drained(self.library.refresh(only={folder: scope}, settling=settling))[1])
        return self.reports[-1]

    def look_until(self, ready) -> None:
        """Wait for a change, and look until this is so."""
        self.told.changes.put(self.told.next())
        until = time.monotonic() + LONG_S
        self.look()
        while not ready():
            assert time.monotonic() < until
            self.look()

    def follow(self, last: Path) -> None:
        """Look until all is whole and all is told of: this is the last thing that happened."""
        watch, is_told = self.told.watch, False
        while not is_told or self.told.settling.left or not self.told.changes.empty():
            is_told = last in watch.noted and watch.is_quiet
            self.look()
            with suppress(queue.Empty):
                self.told.changes.put(self.told.changes.get(timeout=SILENT_S))

    @property
    def names(self) -> set[str]:
        return {hit.path.name for hit in self.library.search(Query([LINE]), 99)}


@pytest.fixture
def followed(library, encoder, monkeypatch):
    monkeypatch.setattr(watching, "_QUIET_S", 0.2)
    told = Told()
    folder = library.folder
    for photo in folder.rglob("*.*"):
        os.utime(photo, (1e9, 1e9))
    drained(library.refresh())
    watch = told.watch = Recorded(
        folder, library.excludes(folder), changed=told.changes.put, settling=told.settling
    )
    watch.start()
    assert watch.wait_until_ready(LONG_S)
    encoder.batches.clear()
    yield Followed(library, told)
    watch.stop()
    watch.join(LONG_S)


@pytest.fixture
def whole_once_closed(monkeypatch):
    """However long the writing of a file takes, it is not whole before it is closed."""
    monkeypatch.setattr(settling, "QUIET_S", 600.0)
    monkeypatch.setattr(settling, "_APART_S", 600.0)


@pytest.fixture
def one(photo_folder):
    return photo_folder / "seagreen circle.png"


def test_a_renamed_photo_keeps_its_vector(followed, encoder, one):
    one.rename(one.parent / "older" / "renamed.png")
    followed.look_until(lambda: "renamed.png" in followed.names)
    assert (one.name in followed.names, encoder.batches) == (False, [])
    assert [report.moved for report in followed.reports][-1] == 1


def test_a_renamed_folder_keeps_all_vectors(followed, encoder, photo_folder):
    (photo_folder / "older").rename(photo_folder / "ancient")
    followed.look_until(lambda: followed.reports[-1].moved == 3)
    assert (len(followed.names), encoder.batches) == (12, [])


def test_a_removed_photo_leaves(followed, one):
    one.unlink()
    followed.look_until(lambda: one.name not in followed.names)
    assert len(followed.names) == 11


def test_a_photo_written_in_pieces_is_indexed_once_it_is_whole(
    followed, whole_once_closed, encoder, one, photo_folder
):
    data, size = one.read_bytes(), one.stat().st_size
    with (photo_folder / "new.png").open("wb") as file:
        for start in range(0, size, size // 5):
            file.write(data[start : start + size // 5])
            file.flush()
            followed.look()
            assert "new.png" not in followed.names
    followed.look_until(lambda: "new.png" in followed.names)
    assert encoder.batches == []  # its content was known
    assert not any(report.skipped or report.odd for report in followed.reports)


def test_a_photo_that_is_being_changed_stays_as_it_was(
    followed, whole_once_closed, encoder, one, photo_folder
):
    other = (photo_folder / "crimson triangle.jpg").read_bytes()
    with one.open("wb") as file:
        file.write(other[: len(other) // 2])
        file.flush()
        assert not followed.look().changed
        assert one.name in followed.names
        file.write(other[len(other) // 2 :])
    followed.look_until(lambda: followed.reports[-1].changed)
    assert not any(report.skipped or report.odd for report in followed.reports)


def test_a_photo_of_the_future_is_indexed_all_the_same(followed, one, photo_folder):
    new = photo_folder / "new.png"
    new.write_bytes(one.read_bytes())
    os.utime(new, (4e9, 4e9))
    followed.look_until(lambda: "new.png" in followed.names)


def test_whoever_does_not_ask_indexes_what_was_changed_just_now(library, one, photo_folder):
    (photo_folder / "new.png").write_bytes(one.read_bytes())
    assert drained(library.refresh())[1].added == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a folder that changes has all looked at")
@pytest.mark.parametrize("seed", range(6))
def test_what_is_told_of_is_all_that_changed(followed, hand, seed, encoder):
    hand = hand(seed)
    for _ in range(3):
        for _ in range(hand.random.randrange(1, 5)):
            hand.act()
        (last := hand.folder / f"told {hand.count}.png").touch()
        followed.follow(last)
        encoder.batches.clear()
        report = refreshed(followed.library)
        assert (report.changed, encoder.batches) == (False, []), report
