"""Room on the disk that thumbnails took is given back, and that takes little of it meanwhile."""

from contextlib import closing

import pytest

from engine.state import thumbnail_file
from engine.state.thumbnail_file import ThumbnailFile


@pytest.mark.parametrize("way", ["shrink", "keep_only"])
def test_room_that_thumbnails_took_is_given_back_in_portions(tmp_path, monkeypatch, way):
    logs, give_back = [], thumbnail_file._give_back

    def noted(db):
        logs.append(file.path.with_name(file.path.name + "-wal").stat().st_size)
        give_back(db)

    with closing(ThumbnailFile(tmp_path)) as file:
        pictures = {b"%d" % number: bytes(9000) for number in range(330)}
        file.put(pictures, limit=10_000_000, seen=True)
        monkeypatch.setattr(thumbnail_file, "_give_back", noted)
        file.shrink(0) if way == "shrink" else file.keep_only(())
        assert file.bytes < 100_000
        assert file.count == 0
        assert max(logs[1:]) < 1_500_000  # the first is that of putting them there
