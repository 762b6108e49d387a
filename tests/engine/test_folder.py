import os
import sys

import pytest

from engine.folder import local_path, walk


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


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a name be any bytes")
def test_a_name_that_is_no_text_is_found_and_opened(tmp_path):
    raw = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    with open(raw, "wb") as file:
        file.write(b"x")
    assert names(tmp_path) == [b"caf\xe9.jpg"]
    assert local_path(tmp_path, b"caf\xe9.jpg").read_bytes() == b"x"


def test_a_date_beyond_what_the_catalog_can_keep_is_cut(tmp_path):
    os.utime(touch(tmp_path / "future.jpg"), ns=(0, 2**63 + 10**9))
    assert [photo.mtime_ns < 2**63 for listing in walk(tmp_path) for photo in listing.photos] == [True]


def test_hidden_entries_count_as_something_being_there(tmp_path):
    touch(tmp_path / ".hidden")
    assert [listing.entries for listing in walk(tmp_path)] == [1]


def test_a_folder_that_is_not_there_has_no_listing(tmp_path):
    assert list(walk(tmp_path / "absent")) == []
