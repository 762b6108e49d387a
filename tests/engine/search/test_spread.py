"""Where photos lie in time: spans of days, months or years, and what matches weigh."""

from datetime import UTC, date, datetime
from pathlib import Path, PureWindowsPath
from typing import cast

import numpy as np
import pytest

from engine.pictures.dates import NO_DATE
from engine.search.ordering import Order, arrange
from engine.search.spread import Spread, Times, Unit, weigh


def at(year: int, month: int = 1, day: int = 1, hour: int = 12) -> int:
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp())


def times(*moments: int) -> Times | None:
    return Times.of(np.array(moments, np.int64))


@pytest.mark.parametrize(
    ("last", "unit", "spans"),
    [
        (at(2014, 6, 2, 0), Unit.DAY, 2),
        (at(2014, 9, 1), Unit.DAY, 93),
        (at(2014, 9, 2), Unit.MONTH, 4),
        (at(2025, 5, 30), Unit.MONTH, 132),
    ],
)
def test_the_further_apart_the_longer_the_spans(last: int, unit: Unit, spans: int) -> None:
    found = times(at(2014, 6, 1, 23), last)
    assert found is not None
    assert (found.unit, len(found.photos)) == (unit, spans)
    assert len(found.edges) == spans + 1
    assert (found.photos[0], found.photos[-1]) == (1, 1)


def test_many_years_are_counted_by_year() -> None:
    found = times(at(1975, 3), at(1975, 4), at(2005, 3, 2))
    assert found is not None
    assert (found.unit, found.photos[0], found.photos[-1]) == (Unit.YEAR, 2, 1)
    assert (found.edges[0], found.edges[-1]) == (date(1975, 1, 1), date(2006, 1, 1))


def test_photos_of_one_day_or_of_none_have_no_times() -> None:
    assert times() is None
    assert times(at(2014, 6, 1, 0), at(2014, 6, 1, 23)) is None
    assert times(at(2014), NO_DATE, 2**50) is None


def test_dates_that_cannot_be_true_are_counted_apart() -> None:
    found = times(at(2014, 6, 1), at(2014, 6, 3), NO_DATE, 2**50, -(2**50))
    assert found is not None
    assert (found.photos, found.undated) == ((1, 0, 1), 3)


def test_each_moment_falls_into_its_span_and_others_into_none() -> None:
    found = times(at(2014, 6, 1), at(2015, 6, 3))
    assert found is not None
    moments = [
        at(2014, 5, 31, 23),
        at(2014, 6, 1, 0),
        at(2014, 7, 1, 0),
        at(2015, 6, 30, 23),
        at(2015, 7, 1, 0),
    ]
    assert found.places(moments).tolist() == [-1, 0, 1, 12, -1]


def test_photos_are_counted_from_a_day_to_a_day() -> None:
    found = times(at(2014, 6, 1), at(2014, 7, 3), at(2014, 7, 4), at(2015, 6, 3))
    assert found is not None
    assert found.count(None, None) == 4
    assert found.count(date(2014, 7, 1), date(2014, 7, 31)) == 2
    assert found.count(date(2014, 7, 1), None) == 3
    assert found.count(None, date(2014, 6, 30)) == 1


def test_a_match_weighs_as_its_chance_and_what_is_usual_nothing() -> None:
    background = np.array([-0.1, 0.1], np.float32)  # usual is below 0.2
    weights = weigh([(1, 0.5), (2, 0.45), (3, 0.21), (4, 0.19)], background).tolist()
    assert weights == pytest.approx([1, np.exp(-1), np.exp(-5.8), 0])
    assert weigh([(1, 0.05), (2, 0.05), (3, 0.04)], background).tolist() == [1, 1, 0]
    assert weigh([], background).tolist() == []


def test_the_best_come_by_date_and_the_rest_by_score() -> None:
    rows = np.zeros((300, 2), np.float32)
    rows[:, 0] = np.concatenate([np.linspace(0.9, 0.76, 60), np.linspace(0.74, 0.1, 240)])
    query, dates = np.array([1, 0], np.float32), list(range(300))
    arranged = arrange(query, rows, Order.NEWEST, dates=dates)
    assert list(arranged.places) == [*range(59, -1, -1), *range(60, 300)]
    assert arranged.scores[0] == pytest.approx(0.76)
    rows[1:, 0] = np.linspace(0.5, 0.1, 299)  # one far before all others: a screen of them all the same
    assert list(arrange(query, rows, Order.NEWEST, dates=dates).places)[:41] == [*range(39, -1, -1), 40]
    rows[:, 0] = 0.9
    assert list(arrange(query, rows, Order.NEWEST, dates=dates).places)[:201] == [*range(199, -1, -1), 200]


def test_a_date_that_cannot_be_true_counts_in_no_span_though_one_holds_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.pictures.dates.latest", lambda: at(2014, 6, 20))
    found = times(at(2010), at(2014, 6, 10))
    assert found is not None
    counted = found.recount(np.array([at(2014, 6, 9), at(2014, 6, 25)], np.int64))
    assert (counted.photos[-1], counted.undated) == (1, 1)
    assert found.ridge([([at(2014, 6, 25)], 1.0)])[-1] == 0


def test_a_drive_is_counted_within_itself() -> None:
    drive, other = PureWindowsPath("E:/"), PureWindowsPath("D:/")
    counts = {drive: 3, drive / "2020": 2, other: 4, PureWindowsPath("E:/20"): 1}
    spread = Spread(folders=cast("dict[Path, int]", counts), photos=7, weights={cast("Path", other): 1.0})
    within = spread.within([cast("Path", drive)])
    assert (within.in_all_folders, len(within.folders), within.weights) == (3, 3, {})


def test_a_folder_whose_name_begins_like_another_is_not_within_it() -> None:
    counts = {Path("a"): 3, Path("a/b"): 1, Path("ab"): 4}
    assert set(Spread(folders=counts).within([Path("a")]).folders) == {Path("a"), Path("a/b")}
