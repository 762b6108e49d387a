"""Thumbnails in a folder that several machines share."""

from contextlib import closing

from engine.state.shared_thumbnails import leave_thumbnails, read_shared
from engine.state.thumbnail_file import ThumbnailFile


def test_a_thumbnail_that_was_left_in_part_in_a_shared_folder_is_left_again(tmp_path):
    with closing(ThumbnailFile(tmp_path / "state")) as kept:
        (tmp_path / "state").mkdir()
        kept.put({b"digest": b"picture"}, limit=1 << 30, seen=True)
        left = [leave_thumbnails(kept, tmp_path / "shared", [b"digest"]) for _ in range(2)]
        next((tmp_path / "shared").rglob("*.jpg")).write_bytes(b"pic")  # as after a power cut
        left.append(leave_thumbnails(kept, tmp_path / "shared", [b"digest"]))
    assert (left, read_shared(tmp_path / "shared", b"digest")) == ([1, 0, 1], b"picture")
