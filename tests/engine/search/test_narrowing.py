import errno
import os
from datetime import date
from pathlib import Path

import pytest

from engine.collection.shared import where_of
from engine.errors import FolderError
from engine.folders.names import NOWHERE
from engine.inventory import take_inventory
from engine.search.narrowing import Narrowing
from engine.search.query import Query

from ..conftest import refreshed

FIRST, END = 1_563_667_200, 1_563_753_600  # 21 July 2019, 0:00, and the midnight after it


@pytest.mark.parametrize(("moment", "inside"), [(FIRST - 1, 0), (FIRST, 1), (END - 1, 1), (END, 0)])
def test_a_day_goes_from_midnight_to_midnight(moment: int, inside: bool, tmp_path: Path) -> None:
    day = date(2019, 7, 21)
    narrowing = Narrowing.of(Query(since=day, until=day), tmp_path.resolve())
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


def test_all_of_a_drive_is_looked_at(monkeypatch):
    monkeypatch.setattr(os.path, "realpath", lambda path: "/")  # stands for D:\\, whose name ends in a slash
    monkeypatch.setattr("engine.search.narrowing.name_in", lambda folder, path: b"D:/")
    narrowing = Narrowing.of(Query(within=(Path("/"),)), NOWHERE)
    assert narrowing.looks_at(b"D:/a.jpg", 0)
    assert not narrowing.looks_at(b"C:/a.jpg", 0)
