"""A library by date, and narrowed, through its public face."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from engine.errors import FolderError
from engine.search.ordering import Order
from engine.search.query import Query

from ..conftest import LINE, refreshed


def paths(hits):
    return [hit.path for hit in hits]


def dated(folder):
    """Give the photos of a folder dates a day apart, in order of name; return them newest first."""
    photos = sorted(path for path in folder.rglob("*") if path.is_file())
    for number, path in enumerate(photos):
        os.utime(path, (1_400_000_000 + number * 86_400,) * 2)
    return photos[::-1]


def test_with_nothing_drawn_all_photos_come_newest_first_in_pages(photo_folder, open_library):
    newest, library = dated(photo_folder), open_library(photo_folder)
    assert library.newest().take(3) == []
    refreshed(library)
    answer = library.newest()
    assert paths(answer.take(5)) + paths(answer.take(50)) + paths(answer.take(5)) == newest
    assert answer.strength is None
    spread = library.newest().spread
    assert (len(spread.times.photos), spread.ridge, spread.looked_at) == (12, (), 12)
    assert spread.folders == {Path("older"): 3}


def test_the_newest_of_a_folder_and_of_days_alone(photo_folder, open_library):
    newest, library = dated(photo_folder), open_library(photo_folder)
    refreshed(library)
    older = library.newest(Query(within=(Path("older"),)))
    assert paths(older.take(50)) == [path for path in newest if path.parent.name == "older"]
    assert older.spread.looked_at == 3
    day = datetime.fromtimestamp(newest[4].stat().st_mtime).date()
    assert paths(library.newest(Query(since=day)).take(50)) == newest[:5]
    assert paths(library.newest(Query(since=day, until=day)).take(50)) == [newest[4]]
    with pytest.raises(FolderError, match="There is no folder"):
        library.newest(Query(within=(Path("nowhere"),)))


def test_each_folder_counts_what_the_time_leaves_and_each_day_what_the_folders_leave(
    photo_folder, open_library
):
    newest, library = dated(photo_folder), open_library(photo_folder)
    refreshed(library)
    older = [number for number, path in enumerate(newest[::-1]) if path.parent.name == "older"]
    other = next(path for path in newest if path.parent.name != "older")
    day = datetime.fromtimestamp(other.stat().st_mtime).date()
    spread = library.newest(Query(since=day, until=day)).spread
    assert (spread.folders, spread.in_all_folders, spread.photos) == ({Path("older"): 0}, 1, 12)
    assert sum(spread.times.photos) == 12
    within = library.newest(Query(within=(Path("older"),))).spread
    assert [day for day, count in enumerate(within.times.photos) if count] == older
    assert within.folders == {Path("older"): 3}


def test_the_best_by_date_are_the_best_newest_first(photo_folder, open_library):
    newest, library = dated(photo_folder), open_library(photo_folder)
    refreshed(library)
    assert paths(library.rank([LINE], order=Order.NEWEST).take(50)) == newest
    assert paths(library.search([LINE], 12)) != newest


def test_where_matches_lie_is_told_of_all_times_whatever_time_is_looked_at(photo_folder, open_library):
    newest, library = dated(photo_folder), open_library(photo_folder)
    refreshed(library)
    best = library.search([LINE], 1)[0].path
    other = next(path for path in newest if path != best)
    day = datetime.fromtimestamp(other.stat().st_mtime).date()
    narrow, whole = library.rank(Query([LINE], since=day, until=day)).spread, library.rank([LINE]).spread
    assert (narrow.looked_at, whole.looked_at) == (1, 12)
    assert narrow.ridge == whole.ridge
    assert narrow.ridge[11 - newest.index(best)] == 1


def test_the_disk_is_asked_once_for_a_narrowing_that_stays(library, monkeypatch):
    query = Query([LINE], within=(Path("older"),))
    first = paths(library.search(query, 12))
    assert len(first) == 3
    monkeypatch.setattr("engine.search.narrowing.all_prefixes", None)
    assert paths(library.search(Query([LINE], within=(Path("older"),)), 12)) == first
    with pytest.raises(TypeError):
        library.search(Query([LINE], within=(Path("other"),)), 12)


def test_what_has_no_likely_date_comes_last_whether_something_is_drawn_or_not(photo_folder, open_library):
    newest, library = dated(photo_folder), open_library(photo_folder)
    future = newest.pop(3)
    os.utime(future, (4_400_000_000, 4_400_000_000))  # in the year 2109
    refreshed(library)
    for answer in (library.newest(), library.rank([LINE], order=Order.NEWEST)):
        assert paths(answer.take(50)) == [*newest, future]
