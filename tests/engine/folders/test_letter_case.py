import os
import unicodedata
from pathlib import Path

import pytest

from engine.folders.letter_case import as_on_disk
from engine.indexing.roots import distinct
from engine.inventory import known_folders
from engine.search.query import Query
from engine.upkeep import Upkeep

from ..conftest import refreshed


@pytest.fixture
def careless(tmp_path, monkeypatch):
    """Lets the disk not tell upper from lower case, nor how accents are written, below the test's folder."""

    def wanted(path):
        text = os.fspath(path) if isinstance(path, str | os.PathLike) else ""
        if not isinstance(text, str) or not text.casefold().startswith(str(tmp_path).casefold() + "/"):
            return path
        here = str(tmp_path)
        for part in text[len(here) + 1 :].split("/"):
            alike = [one for one in listdir(here) if plain(one) == plain(part)] if isdir(here) else []
            here = os.path.join(here, alike[0] if alike else part)
        return here

    def plain(name):
        return unicodedata.normalize("NFC", name).casefold()

    def isdir(path):
        try:
            return (stat(path).st_mode & 0o170000) == 0o040000
        except OSError:
            return False

    listdir, stat = os.listdir, os.stat
    for name in ("stat", "lstat", "listdir", "scandir"):
        real = getattr(os, name)
        monkeypatch.setattr(
            os, name, lambda path=".", *rest, real=real, **more: real(wanted(path), *rest, **more)
        )


def other_case(folder: Path) -> Path:
    return folder.with_name(folder.name.swapcase())


def test_a_folder_in_other_letters_is_the_same_folder(photo_folder, careless, open_library):
    other = other_case(photo_folder)
    assert distinct([photo_folder, other, other / "OLDER"]) == [photo_folder]
    library = open_library([photo_folder])
    assert refreshed(library).photos == 12
    again = open_library([other])
    assert (again.folder, again.photo_count) == (photo_folder, 12)
    assert len(again.newest(Query(within=(other / "Older",))).take(50)) == 3
    photo = next((photo_folder / "older").iterdir())
    assert again.search(Query(like=(other / "Older" / photo.name.upper(),)), 1)[0].path == photo
    with Upkeep(other) as upkeep:
        assert upkeep.forget() == 12


@pytest.mark.parametrize("is_known_twice", [False, True])
def test_a_folder_that_an_earlier_version_kept_in_other_letters_is_not_indexed_again(
    photo_folder, careless, open_library, encoder, is_known_twice
):
    library, other = open_library([photo_folder]), other_case(photo_folder)
    refreshed(library)
    with library._catalog._db.change() as db:
        db.execute("UPDATE roots SET path = ?", (os.fsencode(other),))
        if is_known_twice:
            db.execute("INSERT INTO roots (path) VALUES (?)", (os.fsencode(photo_folder),))
            copied = "path, size, mtime, content, ctime, inode"
            db.execute(f"INSERT INTO photos (root, {copied}) SELECT 2, {copied} FROM photos")
    library.close()
    encoder.batches.clear()
    library = open_library([photo_folder])
    assert library.photo_count == 12
    report = refreshed(library)
    assert (report.changed, encoder.batches, known_folders()) == (False, [], [photo_folder])
    photo = next(photo_folder.glob("*.png"))
    assert library.places_now([other / photo.name]) == {other / photo.name: photo}


def test_an_accent_written_in_two_ways_is_one_name(tmp_path, careless):
    (tmp_path / unicodedata.normalize("NFD", "été")).mkdir()
    assert os.listdir(as_on_disk(tmp_path / "été").parent) == [as_on_disk(tmp_path / "été").name]


def test_a_disk_that_tells_letters_apart_is_left_alone(tmp_path):
    (tmp_path / "Photos").mkdir()
    (tmp_path / "photos").mkdir()
    for name in ("Photos", "photos", "PHOTOS"):
        assert as_on_disk(tmp_path / name) == tmp_path / name
