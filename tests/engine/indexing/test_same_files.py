"""Files that go by other names now, as of a folder renamed, are known without being read; others are not."""

import shutil
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.folders.folder import Found, Listing, Walked
from engine.folders.scope import Scope
from engine.indexing import decoder as decoder_module
from engine.indexing import recording
from engine.indexing.plan import plan
from engine.state.records import Entry

from ..conftest import LINE, refreshed

OLD = Found(b"old/a", 9, 5_001, 7_001, 100)


def planned(*now, known, missing=(), inodes=True):
    listings = [Listing(b"", Walked.of(now), len(now))]
    entries = [{one.found.name: one for one in some} for some in (known, missing)]
    contents = {one.content for some in entries for one in some.values()}
    others = 0 if inodes else -9
    return plan(listings, entries[0], {}, missing=entries[1], encoded=contents, readers=(), settled=others)


@pytest.mark.parametrize(
    "after",
    [
        OLD._replace(name=b"new/a", inode=101, ctime_ns=7_009),  # a copy, whose times were kept
        OLD._replace(name=b"new/a", ctime_ns=7_009),  # another file, by the number of the one deleted
        OLD._replace(name=b"new/a", inode=101),  # the same of another disk
        OLD._replace(name=b"new/a", size=10),
        OLD._replace(name=b"new/a", mtime_ns=5_002),
    ],
)
def test_what_differs_in_anything_is_read(after):
    todo = planned(after, known=[Entry(OLD, 1)])
    assert (todo.jobs, dict(todo.moved), todo.gone) == ((after,), {}, (b"old/a",))


@pytest.mark.parametrize(
    "before",
    [
        OLD._replace(inode=0),
        OLD._replace(inode=2**63 - 1),
        OLD._replace(mtime_ns=10**9, ctime_ns=10**9),  # of a disk that keeps no time of change
        OLD._replace(ctime_ns=None),
    ],
)
def test_where_the_disk_does_not_tell_files_apart_they_are_read(before):
    after = before._replace(name=b"new/a")
    assert planned(after, known=[Entry(before, 1)]).jobs == (after,)


def test_what_is_gone_and_came_by_another_name_is_known_and_what_two_files_share_is_read():
    one, two = OLD._replace(name=b"new/a"), OLD._replace(name=b"new/b")
    todo = planned(one, known=[Entry(OLD, 1, "odd.")])
    assert (todo.kept, todo.jobs, todo.gone) == ((b"new/a",), (), ())
    assert (todo.moved[b"new/a"].before, todo.moved[b"new/a"].entry) == (b"old/a", Entry(one, 1, "odd."))
    assert set(planned(one, two, known=[Entry(OLD, 1)]).jobs) == {one, two}
    other = Entry(OLD._replace(name=b"old/b"), 2)
    assert planned(one, known=[Entry(OLD, 1), other]).jobs == (one,)
    assert planned(one, known=[Entry(OLD, 1)], missing=[Entry(other.found, 1)]).jobs == ()


@dataclass
class Disk:
    """Files by name, each with size, time, time of change, number and content; numbers are used again."""

    told_of: bool  # whether a file's own renaming is told by its time of change
    files: dict = field(default_factory=dict)
    clock: count = field(default_factory=lambda: count(10**6 + 1))

    def number(self):
        used = {file[3] for file in self.files.values()}
        return next(number for number in count(1) if number not in used)

    def write(self, name, size):
        now = next(self.clock)
        self.files[name] = (size, now, now, self.number(), now)

    def copy(self, name, other):
        size, time, _, _, content = self.files[name]
        self.files.pop(other, None)
        self.files[other] = (size, time, next(self.clock), self.number(), content)

    def edit(self, name, _):
        size, time, _, number, _ = self.files[name]
        now = next(self.clock)
        for other in [one for one, file in self.files.items() if file[3] == number]:
            self.files[other] = (size, time, now, number, now)

    def link(self, name, other):
        now, number = next(self.clock), self.files[name][3]
        self.files[other] = self.files[name]
        for one in [one for one, file in self.files.items() if file[3] == number]:
            self.files[one] = (*self.files[one][:2], now, *self.files[one][3:])

    def rename(self, name, other):
        file = self.files.pop(name)
        self.files[other] = (*file[:2], next(self.clock), *file[3:]) if self.told_of else file

    def remove(self, name, _):
        del self.files[name]

    def rename_folder(self, name, other):
        before, after = name.split("/")[0], other.split("/")[0]
        self.files = {
            one.replace(before, after) if one.startswith(before) else one: file
            for one, file in self.files.items()
            if one.startswith(before) or not one.startswith(after)
        }


NAMES = [f"{folder}/{name}" for folder in "def" for name in "ab"]
DEEDS = st.tuples(
    st.sampled_from(["write", "copy", "edit", "link", "rename", "remove", *["rename_folder"] * 3]),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
)


@given(st.booleans(), st.lists(st.lists(DEEDS, max_size=4), max_size=6))
def test_whatever_happens_between_looks_the_catalog_has_what_the_files_contain(told_of, looks):
    disk, known, missing = Disk(told_of), {}, {}
    for name in NAMES[:4]:
        disk.write(name, 9)
    for deeds in [[], *looks]:
        for deed, name, other in deeds:
            if deed == "write":
                disk.write(name, 9)
            elif name in disk.files and name != other:
                getattr(disk, deed)(name, other)
        found = [Found(name.encode(), *file[:4]) for name, file in disk.files.items()]
        contents = {name.encode(): file[4] for name, file in disk.files.items()}
        todo = planned(*found, known=known.values(), missing=missing.values())
        read = {photo.name: Entry(photo, contents[photo.name]) for photo in todo.jobs}
        now = {name: one.entry for name, one in todo.moved.items()}
        before = {**missing, **known}
        there = {photo.name: photo for photo in todo.restated}
        kept = {name: before[name] for name in todo.kept if name not in now}
        kept = {name: one._replace(found=there.get(name, one.found)) for name, one in kept.items()}
        known = {**kept, **now, **read}
        missing = {name: one for name, one in before.items() if name not in known}
        assert {name: one.content for name, one in known.items()} == contents
        assert {name: one.found for name, one in known.items()} == {photo.name: photo for photo in found}
        assert set(todo.gone) | {one.before for one in todo.moved.values()} <= missing.keys()


@pytest.fixture
def unread(library, monkeypatch):
    """A library in whose folder no photo can be read any more."""

    def refuse(*_, **__):
        raise AssertionError("a photo was read")

    monkeypatch.setattr(decoder_module, "content_hash", refuse)
    return library


@pytest.mark.parametrize("scoped", [False, True])
def test_photos_of_a_renamed_folder_are_found_at_once_without_being_read(
    unread, photo_folder, encoder, scoped
):
    before = sorted((photo_folder / "older").iterdir())
    hits = {hit.path for hit in unread.search([LINE], 99)}
    encoder.batches.clear()
    (photo_folder / "older").rename(photo_folder / "older Italy")
    now = {path: photo_folder / "older Italy" / path.name for path in before}
    only = {photo_folder: Scope.of(["", "older", "older Italy"])} if scoped else None
    report = refreshed(unread, only=only)
    assert (report.moved, report.added, report.removed, report.elsewhere) == (3, 0, 0, 0)
    assert (report.photos, report.skipped, dict(report.renamed)) == (12, (), now)
    assert {hit.path for hit in unread.search([LINE], 99)} == {now.get(path, path) for path in hits}
    assert (unread.places_now(before), encoder.batches) == (now, [])
    assert not refreshed(unread).changed


def test_photos_that_were_missing_are_known_elsewhere_in_the_folder_without_being_read(
    unread, photo_folder, tmp_path, encoder
):
    before, away = sorted((photo_folder / "older").iterdir()), tmp_path / "away"
    (photo_folder / "older").rename(away)
    assert refreshed(unread).removed == 3
    encoder.batches.clear()
    away.rename(photo_folder / "newer")
    report = refreshed(unread)
    assert (report.moved, report.added, report.photos, encoder.batches) == (3, 0, 12, [])
    assert unread.places_now(before) == {path: photo_folder / "newer" / path.name for path in before}


def test_a_folder_that_takes_the_name_of_one_deleted_brings_its_photos_in_their_place(
    library, photo_folder, monkeypatch
):
    [one, two, *_] = sorted((photo_folder / "older").iterdir())
    (photo_folder / "newer").mkdir()
    shutil.copy(two, photo_folder / "newer" / one.name)  # by the name of another
    refreshed(library)
    contents = [library._gallery.content(f"older/{path.name}".encode()) for path in (one, two)]
    assert contents[0] != contents[1]
    monkeypatch.setattr(decoder_module, "content_hash", lambda *_, **__: 1 / 0)
    shutil.rmtree(photo_folder / "older")
    (photo_folder / "newer").rename(photo_folder / "older")
    report = refreshed(library)
    assert library._gallery.content(f"older/{one.name}".encode()) == contents[1]
    assert (report.moved, report.photos, report.elsewhere) == (2, 10, 0)  # of both copies of the second


def test_a_copied_folder_is_read_though_its_times_are_kept_and_the_first_is_deleted(
    library, photo_folder, monkeypatch
):
    read, asked = decoder_module.content_hash, []
    monkeypatch.setattr(
        decoder_module, "content_hash", lambda path, **how: asked.append(path) or read(path, **how)
    )
    shutil.copytree(photo_folder / "older", photo_folder / "copy")
    shutil.rmtree(photo_folder / "older")
    report = refreshed(library)
    assert (report.moved, len(asked)) == (3, 3)


def test_a_folder_moved_to_another_one_of_the_library_is_followed(photo_folder, photos_in, open_library):
    library = open_library([photo_folder, other := photos_in(2)])
    refreshed(library)
    before = sorted((photo_folder / "older").iterdir())
    (photo_folder / "older").rename(other / "older")
    report = refreshed(library)
    assert (report.moved, report.added, report.removed, report.photos) == (3, 0, 0, 14)
    assert library.places_now(before) == {path: other / "older" / path.name for path in before}


def test_who_is_killed_before_the_old_names_are_recorded_as_gone_loses_nothing(
    unread, photo_folder, open_library, monkeypatch
):
    before = sorted((photo_folder / "older").iterdir())
    (photo_folder / "older").rename(photo_folder / "newer")
    with monkeypatch.context() as patched:
        patched.setattr(recording, "mark_missing", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            refreshed(unread)
    library = open_library(photo_folder)
    report = refreshed(library)
    assert (report.photos, report.added, report.skipped) == (12, 0, ())
    assert library.places_now(before) == {path: photo_folder / "newer" / path.name for path in before}
