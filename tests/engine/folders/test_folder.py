import errno
import itertools
import os
import stat
import sys
import threading
from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import pytest

from engine import long_paths
from engine.folders.folder import identity_of, walk
from engine.folders.names import local_path
from engine.folders.patience import from_a_thread
from engine.folders.there import may_be_there
from engine.long_paths import is_too_long
from engine.pictures.photos import refusal

from ..conftest import refreshed


def names(root):
    return sorted(photo.name for listing in walk(root) for photo in listing.photos)


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


def test_photos_are_found_at_every_depth_by_relative_name(tmp_path):
    for name in ("a.jpg", "deep/er/b.png", "notes.txt"):
        touch(tmp_path / name)
    assert names(tmp_path) == [b"a.jpg", b"deep/er/b.png"]


def test_folders_and_photos_come_in_the_order_of_their_names_each_before_what_lies_in_it(tmp_path):
    for name in ("c/3.jpg", "a/2.jpg", "a/1.jpg", "a/deep/4.jpg", "b/5.jpg"):
        touch(tmp_path / name)
    assert [listing.name for listing in walk(tmp_path)] == [b"", b"a", b"a/deep", b"b", b"c"]
    assert [photo.name for listing in walk(tmp_path) for photo in listing.photos][:2] == [
        b"a/1.jpg",
        b"a/2.jpg",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "._a.jpg",
        ".hidden.jpg",
        ".hidden/a.jpg",
        ".thumbnails/a.jpg",
        "@eaDir/a.jpg",
        "$RECYCLE.BIN/a.jpg",
        ".Trash-1000/a.jpg",
        "Trash/a.jpg",
        "#recycle/a.jpg",
        "System Volume Information/a.jpg",
    ],
)
def test_what_no_person_put_there_is_left_out(tmp_path, name):
    touch(tmp_path / "sub" / name)
    touch(tmp_path / "sub" / "kept.jpg")
    assert names(tmp_path) == [b"sub/kept.jpg"]


def test_a_hidden_folder_that_was_chosen_itself_is_walked(tmp_path):
    touch(tmp_path / ".hidden" / "a.jpg")
    assert names(tmp_path / ".hidden") == [b"a.jpg"]


def test_folders_of_a_drive_that_numbers_none_are_told_apart(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    numbered = os.stat_result((0o40755, 0, 7, 1, 0, 0, 0, 0, 0, 0))
    a, again, b = (identity_of(tmp_path / name, numbered) for name in ("a", "a/../a", "b"))
    assert a == again != b


def test_a_link_that_leads_back_is_followed_once(tmp_path):
    touch(tmp_path / "sub" / "a.jpg")
    (tmp_path / "sub" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "again").symlink_to(tmp_path / "sub", target_is_directory=True)
    assert len(names(tmp_path)) == 1


def test_links_to_nowhere_and_pipes_are_passed_over(tmp_path):
    (tmp_path / "broken.jpg").symlink_to(tmp_path / "absent.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "folder.jpg").mkdir()
    touch(tmp_path / "a.jpg")
    assert names(tmp_path) == [b"a.jpg"]


def test_a_folder_that_cannot_be_listed_is_told_and_the_rest_is_found(tmp_path, unreadable):
    touch(tmp_path / "closed" / "a.jpg")
    touch(tmp_path / "open" / "b.jpg")
    unreadable("closed")
    listings = {listing.name: listing for listing in walk(tmp_path)}
    assert listings[b"closed"].trouble == "permission denied"
    assert names(tmp_path) == [b"open/b.jpg"]


@pytest.fixture
def tell_of_files(monkeypatch):
    """Makes the files in folders of a name have the details that a function says."""
    scandir = os.scandir

    def doctor(folder, details):
        def doctored(path):
            with scandir(path) as entries:
                listed = list(entries)
            if path.name == folder:
                listed = [
                    SimpleNamespace(
                        name=one.name,
                        path=one.path,
                        is_dir=one.is_dir,
                        is_symlink=one.is_symlink,
                        stat=partial(details, one),
                    )
                    for one in listed
                ]
            return nullcontext(listed)

        monkeypatch.setattr(os, "scandir", doctored)

    return doctor


def test_a_folder_that_can_be_listed_and_not_entered_is_told(tmp_path, tell_of_files):
    def denied(_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    touch(tmp_path / "locked" / "a.jpg")
    touch(tmp_path / "open" / "b.jpg")
    tell_of_files("locked", denied)
    listings = {listing.name: listing for listing in walk(tmp_path)}
    assert listings[b"locked"].trouble == "permission denied"
    assert listings[b"open"].photos


def test_a_file_that_cannot_be_looked_at_is_told_and_takes_no_other_with_it(tmp_path, tell_of_files):
    def one_is_damaged(entry):
        if entry.name == "a.jpg":
            raise OSError(errno.EIO, "Input/output error")
        return entry.stat()

    touch(tmp_path / "card" / "a.jpg")
    touch(tmp_path / "card" / "b.jpg")
    touch(tmp_path / "card" / "more" / "c.jpg")
    tell_of_files("card", one_is_damaged)
    assert names(tmp_path) == [b"card/b.jpg", b"card/more/c.jpg"]
    told = {listing.name: listing.unasked for listing in walk(tmp_path)}
    assert told == {b"": (), b"card": ((b"card/a.jpg", "input/output error"),), b"card/more": ()}


def test_what_cannot_be_told_from_a_folder_is_looked_into(tmp_path):
    (tmp_path / "nas").symlink_to("x" * 300)  # asking of it is an error
    assert [(listing.name, listing.trouble) for listing in walk(tmp_path)][1:] == [
        (b"nas", "file name too long")
    ]


def test_links_that_lead_to_themselves_are_passed_over(tmp_path):
    for name in ("loop.jpg", "loop"):
        (tmp_path / name).symlink_to(name)
    touch(tmp_path / "a.jpg")
    assert [(listing.trouble, len(listing.photos)) for listing in walk(tmp_path)] == [(None, 1)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a name be any bytes")
def test_a_name_that_is_no_text_is_found_and_opened(tmp_path):
    raw = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    with open(raw, "wb") as file:
        file.write(b"x")
    assert names(tmp_path) == [b"caf\xe9.jpg"]
    assert local_path(tmp_path, b"caf\xe9.jpg").read_bytes() == b"x"


@pytest.mark.parametrize("time", [2**63 + 10**9, -(2**63) - 10**9])
def test_a_date_beyond_what_the_catalog_can_keep_is_cut(tmp_path, tell_of_files, time):
    touch(tmp_path / "odd" / "a.jpg")
    details = SimpleNamespace(
        st_mode=stat.S_IFREG, st_size=1, st_mtime_ns=time, st_ctime_ns=time, st_ino=2**64 - 1
    )
    tell_of_files("odd", lambda _: details)
    [mtime] = [photo.mtime_ns for listing in walk(tmp_path) for photo in listing.photos]
    assert -(2**63) <= mtime < 2**63


def test_hidden_entries_count_as_something_being_there(tmp_path):
    touch(tmp_path / ".hidden")
    assert [listing.entries for listing in walk(tmp_path)] == [1]


def test_a_folder_that_is_not_there_has_no_listing(tmp_path):
    assert list(walk(tmp_path / "absent")) == []


@pytest.mark.parametrize("apart", [0.0, 60.0])
def test_what_a_thread_gives_comes_in_order_and_before_what_it_raises(monkeypatch, apart):
    monkeypatch.setattr("engine.folders.patience._HANDFUL_S", apart)

    def work():
        yield from range(1_000)
        raise OSError("gone")

    given = []
    with pytest.raises(OSError, match="gone"):
        given.extend(from_a_thread(work, name="work"))
    assert [piece for piece in given if piece is not None] == list(range(1_000))


def test_a_thread_that_nobody_asks_any_more_ends():
    ended = threading.Event()

    def work():
        try:
            yield from itertools.count()
        finally:
            ended.set()

    pieces = from_a_thread(work, name="work")
    next(pieces)
    pieces.close()
    assert ended.wait(30)


@pytest.fixture
def as_windows(monkeypatch):
    """Lets nobody reach paths of more than some characters, as Windows does by default."""

    def limit(most):
        def short(ask):
            def answer(path, *more, **how):
                if isinstance(path, str | os.PathLike) and len(os.fspath(path)) > most:
                    raise FileNotFoundError(errno.ENOENT, "No such file or directory", os.fspath(path))
                return ask(path, *more, **how)

            return answer

        for name in ("stat", "lstat", "scandir"):
            monkeypatch.setattr(os, name, short(getattr(os, name)))
        monkeypatch.setattr(long_paths, "sys", SimpleNamespace(platform="win32"))
        monkeypatch.setattr(long_paths, "_MOST", most)

    return limit


def test_a_folder_whose_path_windows_does_not_reach_is_told_and_its_photos_stay_known(
    photo_folder, library, as_windows
):
    (photo_folder / "older").rename(photo_folder / ("o" * 60))
    refreshed(library)
    (photo_folder / "older").mkdir()
    as_windows(len(str(photo_folder)) + 50)
    report = refreshed(library)
    assert (report.photos, report.removed) == (12, 0)
    assert [(one.path.name, one.reason) for one in report.skipped] == [
        ("o" * 60, "the folder cannot be listed: its path is too long for Windows.")
    ]
    assert [one.name for one in walk(photo_folder) if one.trouble] == [b"o" * 60]


def test_what_windows_does_not_reach_may_be_there_and_what_it_reaches_is_gone(tmp_path, as_windows):
    as_windows(len(str(tmp_path)) + 10)
    gone, far = tmp_path / "a.png", tmp_path / ("a" * 20 + ".png")
    assert (may_be_there(gone), may_be_there(far)) == (False, True)
    reasons = [str(refusal(FileNotFoundError(errno.ENOENT, "?", str(one)))) for one in (gone, far)]
    assert reasons == ["there is no such file.", "it cannot be read: its path is too long for Windows."]
    assert not is_too_long("\\\\?\\" + str(far))
    assert not is_too_long(3)


def test_a_character_that_windows_counts_twice_counts_twice(as_windows):
    as_windows(259)
    path = "C:\\" + "\U0001f600" * 15 + "\\" + "a" * 225
    assert (is_too_long(path), is_too_long(path + "a"), is_too_long(path + "\udc80")) == (False, True, True)
