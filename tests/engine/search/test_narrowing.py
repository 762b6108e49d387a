import errno
import os
import shutil
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from engine.collection.shared import where_of
from engine.errors import FolderError, ImageError
from engine.folders.names import NOWHERE
from engine.inventory import take_inventory
from engine.search.narrowing import Narrowing
from engine.search.places import Known
from engine.search.query import Query
from engine.upkeep import Upkeep

from ..conftest import refreshed

FIRST, END = 1_563_667_200, 1_563_753_600  # 21 July 2019, 0:00, and the midnight after it


@pytest.mark.parametrize(("moment", "inside"), [(FIRST - 1, 0), (FIRST, 1), (END - 1, 1), (END, 0)])
def test_a_day_goes_from_midnight_to_midnight(moment: int, inside: bool, tmp_path: Path) -> None:
    day = date(2019, 7, 21)
    narrowing = Narrowing.of(Query(since=day, until=day), Known(tmp_path.resolve()))
    assert narrowing.looks_at(b"a.jpg", moment) == inside


@pytest.fixture
def dead(monkeypatch):
    """Lets folders be on a drive that is connected no more: asking for anything there fails."""
    gone, stat = list[str](), os.stat

    def fail(path, *arguments, **more):
        if isinstance(path, str | os.PathLike) and str(path).startswith(tuple(gone) or "\0"):
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")
        return stat(path, *arguments, **more)

    monkeypatch.setattr(os, "stat", fail)
    return lambda folder: gone.append(str(folder))


def test_a_folder_that_does_not_answer_is_searched_by_what_is_known(dead, library, photo_folder):
    refreshed(library)
    dead(photo_folder)
    assert {hit.path.parent.name for hit in library.newest(Query(within=(Path("older"),))).take(50)} == {
        "older"
    }
    with pytest.raises(FolderError, match="There is no folder"):
        library.newest(Query(within=(Path("nowhere"),)))
    assert [folder.offline for folder in take_inventory().folders] == [True]
    assert where_of(Query(within=(photo_folder,))).folders == (photo_folder.as_posix(),)


@pytest.fixture
def hanging(monkeypatch):
    """Lets a folder be on a drive that never answers, until the test ends."""
    gate, gone = threading.Event(), list[str]()

    def wait(ask):
        def asked(path, *arguments, **more):
            if isinstance(path, str | os.PathLike) and str(path).startswith(tuple(gone) or "\0"):
                gate.wait()
            return ask(path, *arguments, **more)

        return asked

    for name in ("stat", "lstat", "readlink", "scandir"):
        monkeypatch.setattr(os, name, wait(getattr(os, name)))
    monkeypatch.setattr("engine.folders.patience.ANSWERS_S", 0.2)
    yield lambda folder: gone.append(str(folder))
    gate.set()


def test_a_drive_that_hangs_is_not_waited_for(hanging, library, photo_folder, open_library):
    """Whatever is asked about it: a folder that is not there, a link, what is known of it."""
    refreshed(library)
    hanging(photo_folder)
    assert len(library.newest(Query(within=(Path("older"),))).take(50)) == 3
    for name in (Path("nowhere"), photo_folder / "nowhere"):
        with pytest.raises(FolderError, match=f"The folder {name} does not answer"):
            library.newest(Query(within=(name,)))
    with pytest.raises(ImageError, match="cannot be read: connection timed out"):
        library.search(Query(like=(photo_folder / "nowhere.png",)))
    assert [folder.offline for folder in take_inventory().folders] == [True]
    assert open_library(photo_folder).photo_count == 12
    with pytest.raises(FolderError, match="does not answer"):
        open_library(photo_folder / "deep")
    with Upkeep(photo_folder) as upkeep:
        assert (upkeep.is_known, upkeep.forget()) == (True, 12)
        with pytest.raises(FolderError, match="does not answer"):
            upkeep.exclude(["*.png"])


def test_of_a_slow_drive_a_folder_is_found_among_very_many(tmp_path, monkeypatch):
    inner, lstat = tmp_path.resolve() / "new" / "inner", os.lstat
    inner.mkdir(parents=True)
    (tmp_path / "f7").symlink_to(inner)
    monkeypatch.setattr("engine.folders.patience.ANSWERS_S", 1.0)
    monkeypatch.setattr("engine.search.places._LOOKS", 10)
    monkeypatch.setattr(os, "lstat", lambda *words, **more: time.sleep(0.002) or lstat(*words, **more))
    known = Known(tmp_path.resolve(), folders=lambda: [b"f%d" % number for number in range(200)])
    narrowing = Narrowing.of(Query(within=(Path("new"),), strict=True), known)
    assert narrowing.prefixes == (b"f7/", b"new/")


def test_the_drives_of_several_folders_are_asked_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.folders.patience.ANSWERS_S", 60.0)
    together = threading.Barrier(3)
    monkeypatch.setattr("engine.search.places._on_disk", lambda *_: {b"%d/" % together.wait(30)})
    within = tuple(map(Path, "abc"))
    assert Narrowing.of(Query(within=within, strict=True), Known(tmp_path)).prefixes == (b"0/", b"1/", b"2/")


def test_all_of_a_drive_is_looked_at(monkeypatch):
    monkeypatch.setattr(os.path, "realpath", lambda path: "/")  # stands for D:\\, whose name ends in a slash
    monkeypatch.setattr("engine.search.places.name_in", lambda folder, path: b"D:/")
    narrowing = Narrowing.of(Query(within=(Path("/"),)), Known(NOWHERE))
    assert narrowing.looks_at(b"D:/a.jpg", 0)
    assert not narrowing.looks_at(b"C:/a.jpg", 0)


@pytest.mark.parametrize("link", ["a link", "z link"])  # met before the folder itself, and after it
def test_a_folder_that_a_link_leads_to_is_looked_at_by_either_name(library, photo_folder, link):
    (photo_folder / "older" / "inner").mkdir()
    shutil.copy(next(photo_folder.glob("*.png")), photo_folder / "older" / "inner")
    (photo_folder / link).symlink_to(photo_folder / "older", target_is_directory=True)
    refreshed(library)
    assert library.photo_count == 13
    for within, count in ((link, 4), ("older", 4), (photo_folder / "older", 4), (f"{link}/inner", 1)):
        assert len(library.newest(Query(within=(Path(within),))).take(50)) == count
    assert len(library.newest(Query(within=(photo_folder / "older" / "inner",))).take(50)) == 1


def test_no_drive_is_asked_about_a_whole_folder_of_the_library(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.search.places.ask", None)
    known = Known(tmp_path, tops=(b"here/", b"away/"), has=lambda prefix: prefix in (b"here/", b"away/"))
    narrowing = Narrowing.of(Query(within=(tmp_path / "here",), strict=True), known)
    assert narrowing.prefixes == (b"here/",)
    with pytest.raises(TypeError):
        Narrowing.of(Query(within=(tmp_path / "here" / "inner",), strict=True), known)


def test_a_folder_elsewhere_that_a_link_leads_to_is_looked_at_by_either_name(library, photo_folder, tmp_path):
    (photo_folder / "older").rename(tmp_path / "elsewhere")
    (photo_folder / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    refreshed(library)
    for within in (Path("link"), tmp_path / "elsewhere"):
        assert len(library.newest(Query(within=(within,))).take(50)) == 3
    with pytest.raises(FolderError, match="does not lie in"):
        library.newest(Query(within=(tmp_path,)))
