"""Thumbnails in a folder that several machines share."""

import errno
import os
from contextlib import closing

import pytest

from engine.errors import StoreError
from engine.state.shared_thumbnails import leave_thumbnails, read_shared
from engine.state.thumbnail_file import ThumbnailFile

PICTURE = b"picture\xff\xd9"  # as every JPEG file ends


def test_a_thumbnail_that_was_left_in_part_in_a_shared_folder_is_left_again(tmp_path):
    with closing(ThumbnailFile(tmp_path / "state")) as kept:
        (tmp_path / "state").mkdir()
        kept.put({b"digest": PICTURE}, limit=1 << 30, seen=True)
        left = [leave_thumbnails(kept, tmp_path / "shared", [b"digest"]) for _ in range(2)]
        for part in (b"pic", b""):  # as after a power cut
            next((tmp_path / "shared").rglob("*.jpg")).write_bytes(part)
            left.append(leave_thumbnails(kept, tmp_path / "shared", [b"digest"]))
    assert (left, read_shared(tmp_path / "shared", b"digest")) == ([1, 0, 1, 1], PICTURE)


def test_a_thumbnail_that_another_machine_left_stays_and_none_is_read_for_it(tmp_path, monkeypatch):
    place = tmp_path / "shared" / b"digest".hex()[:2] / f"{b'digest'.hex()}.jpg"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"longer " + PICTURE)
    with closing(ThumbnailFile(tmp_path / "state")) as kept:
        monkeypatch.delattr(ThumbnailFile, "get")
        assert leave_thumbnails(kept, tmp_path / "shared", [b"digest"]) == 0


def test_a_thumbnail_that_a_faster_machine_has_open_counts_as_left_by_it(tmp_path, monkeypatch):
    def refused(source, file):
        file.write_bytes(there)
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "replace", refused)
    with closing(ThumbnailFile(tmp_path)) as kept:
        kept.put({b"digest": PICTURE}, limit=1 << 30, seen=True)
        there = PICTURE
        assert leave_thumbnails(kept, tmp_path / "shared", [b"digest"]) == 0
        there = b"half"
        with pytest.raises(StoreError, match="Thumbnails cannot be left"):
            leave_thumbnails(kept, tmp_path / "other", [b"digest"])
