import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from engine.content_hash import content_hash
from engine.library import Library
from engine.state import thumbnail_file
from engine.state.thumbnail_file import FILE_NAME, ThumbnailFile
from engine.state.thumbnails import SIDE, KeptThumbnails
from engine.upkeep import Upkeep

MB = 1_000_000


def index(folder, encoder):
    with closing(Library(folder, encoder)) as library:
        for _ in library.refresh():
            pass


def photos(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def kept(state_folder):
    with closing(KeptThumbnails(state_folder)) as made:
        yield made


@pytest.fixture
def file(tmp_path):
    with closing(ThumbnailFile(tmp_path)) as made:
        yield made


def put(file, *digests, limit=MB, seen=True, size=100):
    file.put({digest: digest * size for digest in digests}, limit=limit, seen=seen)


def test_every_indexed_photo_has_a_thumbnail_that_outlives_its_folder(photo_folder, tiny_encoder, kept):
    index(photo_folder, tiny_encoder)
    paths = photos(photo_folder)
    photo_folder.rename(photo_folder.with_name("away"))
    assert len(paths) == 12
    assert [kept.find(path).size for path in paths] == [(58, 48)] * 12  # as large as photos are read at


def test_what_the_catalog_knows_of_a_photo_outlives_its_file(photo_folder, tiny_encoder, kept):
    path = photos(photo_folder)[0]
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2019:05:03 14:05:06"
    dated = path.with_name("dated.jpg")
    Image.new("RGB", (40, 30), "red").save(dated, exif=exif)
    sizes = {one: one.stat().st_size for one in (path, dated)}
    index(photo_folder, tiny_encoder)
    photo_folder.rename(photo_folder.with_name("away"))
    of_file, of_camera = kept.facts(path), kept.facts(dated)
    assert (of_file.bytes, of_file.is_file_date) == (sizes[path], True)
    assert (of_camera.bytes, of_camera.is_file_date) == (sizes[dated], False)
    assert of_camera.taken == 1556892306
    assert kept.facts(photo_folder / "never") is None


def test_thumbnails_are_upright_once_whole_and_white_where_nothing_is(tmp_path, tiny_encoder, kept):
    folder = tmp_path / "odd"
    folder.mkdir()
    turned = Image.new("RGB", (40, 20), "red")
    turned.paste("blue", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter to the right
    turned.save(folder / "turned.jpg", exif=exif, quality=95)
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(folder / "clear.png")
    Image.new("RGB", (9000, 100), "green").save(folder / "long.png")
    index(folder, tiny_encoder)
    assert (upright := kept.find(folder / "turned.jpg")).size == (20, 40)
    assert upright.getpixel((10, 5))[2] > 200
    assert kept.find(folder / "clear.png").getpixel((5, 5)) == (255, 255, 255)
    assert max(kept.find(folder / "long.png").size) == SIDE


def test_a_changed_photo_does_not_keep_its_old_thumbnail(photo_folder, tiny_encoder, kept):
    index(photo_folder, tiny_encoder)
    path = photo_folder / "new.png"
    for colour in ("red", "blue"):
        Image.new("RGB", (50, 50), colour).save(path)
        index(photo_folder, tiny_encoder)
    assert kept.find(path).getpixel((9, 9))[2] > 200


def test_a_photo_changed_since_it_was_indexed_is_not_kept_as_what_it_was(photo_folder, tiny_encoder, kept):
    index(photo_folder, tiny_encoder)
    path = photos(photo_folder)[0]
    before = kept.find(path).tobytes()
    Image.new("RGB", (300, 300), "blue").save(path)
    assert not kept.knows(path)
    kept.add(path, Image.new("RGB", (300, 300), "blue"), content_hash(path))
    assert kept.find(path).tobytes() == before


def test_what_was_read_before_a_photo_was_indexed_anew_is_not_kept_as_the_new_one(
    photo_folder, tiny_encoder, kept
):
    index(photo_folder, tiny_encoder)
    path = photos(photo_folder)[0]
    digest = kept.knows(path)
    assert digest == content_hash(path)
    Image.new("RGB", (300, 300), "blue").save(path)
    index(photo_folder, tiny_encoder)
    kept.add(path, Image.new("RGB", (300, 300), "red"), digest)
    assert kept.find(path).getpixel((9, 9))[2] > 200


def test_a_photo_replaced_by_one_of_the_same_size_and_time_is_another(photo_folder, tiny_encoder, kept):
    index(photo_folder, tiny_encoder)
    path = photos(photo_folder)[0]
    details = path.stat()
    copy = path.with_name("copy")
    copy.write_bytes(bytes(reversed(path.read_bytes())))
    os.utime(copy, ns=(details.st_atime_ns, details.st_mtime_ns))
    copy.replace(path)
    assert kept.knows(path) is None


def test_forgetting_a_folder_drops_the_thumbnails_that_no_other_folder_has(tmp_path, tiny_encoder, kept):
    for folder, colours in (("a", ("red", "blue")), ("b", ("blue",))):
        (tmp_path / folder).mkdir()
        for colour in colours:
            Image.new("RGB", (50, 50), colour).save(tmp_path / folder / f"{colour}.png")
        index(tmp_path / folder, tiny_encoder)
    with Upkeep(tmp_path / "a") as upkeep:
        upkeep.forget()
    assert kept.find(tmp_path / "b" / "blue.png") is not None
    assert ThumbnailFile(Path(os.environ["FFMLN_DATA_DIR"])).count == 1


def test_what_was_forgotten_does_not_lie_in_the_file_any_more(file):
    put(file, b"secret", b"public", size=1000)
    file.keep_only([b"public"])
    file.close()
    data = b"".join(one.read_bytes() for one in file.path.parent.glob(FILE_NAME + "*"))
    assert b"secret" * 20 not in data
    assert b"public" * 20 in data


def test_missing_photos_that_are_forgotten_lose_their_thumbnails(photo_folder, tiny_encoder, state_folder):
    index(photo_folder, tiny_encoder)
    photos(photo_folder)[0].unlink()
    index(photo_folder, tiny_encoder)
    assert ThumbnailFile(state_folder).count == 12
    with Upkeep(photo_folder) as upkeep:
        upkeep.forget_missing()
    assert ThumbnailFile(state_folder).count == 11


def test_no_thumbnails_are_kept_where_none_are_wanted(photo_folder, tiny_encoder, state_folder):
    with Upkeep(photo_folder) as upkeep:
        upkeep.thumbnail_mb = 0
    index(photo_folder, tiny_encoder)
    assert ThumbnailFile(state_folder).count == 0


def test_wanting_none_any_more_drops_those_there_are(photo_folder, tiny_encoder, state_folder):
    index(photo_folder, tiny_encoder)
    with Upkeep(photo_folder) as upkeep:
        upkeep.thumbnail_mb = 0
    assert ThumbnailFile(state_folder).count == 0


def test_what_was_used_last_stays_when_room_is_needed(file, monkeypatch):
    monkeypatch.setattr(thumbnail_file, "_AT_ONCE", 1)
    for day, digest in enumerate((b"a", b"b", b"c")):
        monkeypatch.setattr(thumbnail_file, "_today", lambda day=day: day)
        put(file, digest, size=100_000)
    monkeypatch.setattr(thumbnail_file, "_today", lambda: 5)
    assert file.get(b"a")
    file.close()
    again = ThumbnailFile(file.path.parent)
    put(again, b"d", size=100_000, limit=350_000)
    assert [digest for digest in (b"a", b"b", b"c", b"d") if again.get(digest)] == [b"a", b"c", b"d"]
    again.close()


def test_indexing_makes_no_room_at_the_cost_of_what_was_seen_today(file, monkeypatch):
    monkeypatch.setattr(thumbnail_file, "_today", lambda: 5)  # for as long as it takes
    put(file, b"a", b"b", size=100_000)
    put(file, b"c", size=100_000, limit=300_000, seen=False)
    assert [bool(file.get(digest)) for digest in (b"a", b"b", b"c")] == [True, True, False]


@pytest.mark.parametrize("seen", [True, False])
def test_what_was_kept_while_the_clock_was_ahead_makes_room(file, monkeypatch, seen):
    with monkeypatch.context() as ahead:
        ahead.setattr(thumbnail_file, "_today", lambda: 1 << 20)
        put(file, b"a", b"b", size=100_000)
    put(file, b"c", size=100_000, limit=300_000, seen=seen)
    assert file.get(b"c")
    with monkeypatch.context() as ahead:
        ahead.setattr(thumbnail_file, "_today", lambda: 1 << 20)
        put(file, b"d", size=100_000)
    file.shrink(0)
    assert file.count == 0


def test_looking_at_the_same_pictures_again_writes_nothing(file, monkeypatch):
    put(file, b"a", b"b")
    monkeypatch.setattr(thumbnail_file, "_today", lambda: 1 << 20)
    written = []
    monkeypatch.setattr(file._writer, "work", lambda deed: written.append(deed))
    for _ in range(2000):
        file.get(b"a")
    assert not written
    monkeypatch.undo()


@pytest.mark.parametrize("junk", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_begun_anew_with_one_line_in_the_log(tmp_path, caplog, junk):
    (tmp_path / FILE_NAME).write_bytes(junk)
    with closing(ThumbnailFile(tmp_path)) as file:
        assert file.get(b"a") is None
        put(file, b"a")
        assert file.get(b"a") == b"a" * 100
    assert len(caplog.records) == bool(junk)


def test_what_another_connection_has_begun_anew_is_written_by_all(tmp_path):
    with closing(ThumbnailFile(tmp_path)) as file:
        put(file, b"a")
        for name in tmp_path.glob(FILE_NAME + "*"):
            name.unlink()
        assert file.get(b"a") is None
        put(file, b"b")
        with closing(ThumbnailFile(tmp_path)) as again:
            assert again.get(b"b")


def test_a_picture_that_lies_there_damaged_is_not_shown(file):
    put(file, b"a", b"b")
    file.close()
    with closing(sqlite3.connect(file.path)) as db:
        db.execute("UPDATE pictures SET picture = x'00' WHERE digest = ?", (b"a",))
        db.commit()
    with closing(ThumbnailFile(file.path.parent)) as again:
        assert again.get(b"a") is None
        assert again.get(b"b")
        assert again.count == 1


def test_while_another_process_writes_pictures_are_read_and_new_ones_passed_over(file, monkeypatch, caplog):
    monkeypatch.setattr(thumbnail_file, "_PATIENCE_S", 0.05)
    put(file, b"a")
    again = ThumbnailFile(file.path.parent)
    with closing(sqlite3.connect(file.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        put(again, b"b")
        put(again, b"c")
        assert again.get(b"a")
        assert not again.get(b"b")
        other.execute("ROLLBACK")
    put(again, b"b")
    assert again.get(b"b")
    assert len(caplog.records) == 1
    again.close()


def test_a_place_that_cannot_be_written_is_done_without(tmp_path, caplog):
    with closing(ThumbnailFile(tmp_path / "nowhere")) as file:
        put(file, b"a")
        assert file.get(b"a") is None
        assert file.count == 0


def test_many_threads_and_two_files_at_once_lose_nothing(tmp_path):
    one, other = ThumbnailFile(tmp_path), ThumbnailFile(tmp_path)
    with closing(one), closing(other), ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: put((one, other)[n % 2], b"%d" % n), range(200)))
        found = list(pool.map(lambda n: one.get(b"%d" % n) == b"%d" % n * 100, range(200)))
    assert all(found)


_WRITES = """
import itertools, sys
from pathlib import Path
from engine.state.thumbnail_file import ThumbnailFile
file = ThumbnailFile(Path(sys.argv[1]))
for n in itertools.count():
    digest = b"%d" % (n % 50)
    file.put({digest: digest * 5000}, limit=300_000, seen=True)
    if n == 60:
        print("writing", flush=True)
"""


def test_a_process_killed_while_it_writes_leaves_pictures_that_are_right(tmp_path, caplog):
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", _WRITES, tmp_path], stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            writer.kill()
        with closing(ThumbnailFile(tmp_path)) as file:
            found = {n: file.get(b"%d" % n) for n in range(50)}
            assert any(found.values())
            assert all(picture in (None, b"%d" % n * 5000) for n, picture in found.items())
            put(file, b"new")
            assert file.get(b"new")
    assert not caplog.records
