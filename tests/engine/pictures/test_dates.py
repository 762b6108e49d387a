import calendar
import struct
import time

import numpy as np
import pytest
from PIL import Image

from engine.pictures.dates import NO_DATE, date_in, file_date, is_of_camera, resolve, resolve_all

from ..conftest import CHANGED, ORIGINAL, exif

SUMMER = calendar.timegm((2019, 6, 1, 12, 34, 56))


def read(data):
    """Return EXIF as it comes out of a file."""
    made = Image.Exif()
    made.load(data)
    return made


@pytest.mark.parametrize(
    ("dates", "year"),
    [
        ({"original": "2001", "digitised": "2002", "changed": "2003"}, 2001),
        ({"original": "0000", "digitised": "2002", "changed": "2003"}, 2002),
        ({"original": "    ", "changed": "2003"}, 2003),
        ({"digitised": "2002", "changed": "2003"}, 2002),
        ({"original": "2001"}, 2001),
        ({"changed": "2003"}, 2003),
    ],
)
def test_when_it_was_taken_counts_first_then_when_it_was_digitised_then_when_the_file_was_made(dates, year):
    made = read(exif(**{name: f"{text}:05:06 07:08:09" for name, text in dates.items()}))
    assert date_in(made) == calendar.timegm((year, 5, 6, 7, 8, 9))


def test_a_date_in_the_wrong_directory_counts_too():
    made = Image.Exif()
    made[ORIGINAL], made[CHANGED] = "2019:06:01 12:34:56", "2020:01:01 00:00:00"
    assert date_in(read(made.tobytes())) == SUMMER


@pytest.mark.parametrize(
    "text",
    [
        "2019:06:01 12:34:56",
        "2019:06:01 12:34:56\0\0",
        "  2019:06:01 12:34:56  ",
        "2019-06-01 12:34:56",
        "2019-06-01T12:34:56",
        "2019-06-01T12:34:56.78+02:00",
        "2019/06/01 12.34.56",
        "2019:6:1 12:34:56",
        "20190601 123456",
        "20190601123456",
        b"2019:06:01 12:34:56\0",
        ("2019:06:01 12:34:56", "nonsense"),
    ],
)
def test_a_date_is_read_however_a_program_wrote_it(text):
    assert date_in({ORIGINAL: text}) == SUMMER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019:06:01", (2019, 6, 1, 0, 0, 0)),
        ("2019:06:01   :  :  ", (2019, 6, 1, 0, 0, 0)),
        ("2019:06:01 12:34", (2019, 6, 1, 12, 34, 0)),
        ("2016:12:31 23:59:60", (2016, 12, 31, 23, 59, 59)),
        ("1826:01:01 00:00:00", (1826, 1, 1, 0, 0, 0)),
        ("1903:07:04 10:00:00", (1903, 7, 4, 10, 0, 0)),
    ],
)
def test_what_is_known_of_a_date_counts(text, expected):
    assert date_in({ORIGINAL: text}) == calendar.timegm(expected)


@pytest.mark.parametrize(
    "text",
    [
        "0000:00:00 00:00:00", "    :  :     :  :  ", "", "\0" * 20, "1825:12:31 23:59:59",
        "2019:13:01 00:00:00", "2019:02:30 12:00:00", "2019:06:01 25:00:00", "01/06/2019 12:34:56",
        "yesterday",
        "9999:99:99 99:99:99", "-2019:06:01 12:34:56", "20190:06:01 12:34:56", "2019:06:011", "1559392496",
        b"\xff\xfe", b"", (), 20190601, 1559392496.0, None, ("",), "9" * 400,
        "\u0662\u0660\u0661\u0669:06:01 12:34:56",
    ],
)  # fmt: skip
def test_nonsense_is_no_date(text):
    assert date_in({ORIGINAL: text}) == NO_DATE


def test_what_lies_in_the_future_is_no_date_unless_it_may_be_that_late_somewhere(monkeypatch):
    monkeypatch.setattr("engine.pictures.dates.latest", lambda: SUMMER)
    later = date_in({ORIGINAL: "2019:06:01 12:34:57"})
    assert is_of_camera(SUMMER)
    assert not is_of_camera(later)
    assert resolve(later, 5 * 10**9) == file_date(5 * 10**9)
    assert resolve_all(np.array([SUMMER, later]), np.array([5, 5])).tolist() == [SUMMER, file_date(5)]
    assert date_in({ORIGINAL: "2019:06:01 12:34:57", CHANGED: "2019:06:01 12:34:56"}) == SUMMER


def test_what_lay_in_the_future_by_a_wrong_clock_is_a_date_by_the_right_one(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("engine.pictures.dates.latest", lambda: SUMMER - 1)
        told = date_in({ORIGINAL: "2019:06:01 12:34:56", CHANGED: "2020:01:01 00:00:00"})
    assert (resolve(told, 5), is_of_camera(told)) == (SUMMER, True)


def test_a_directory_that_cannot_be_read_does_not_hide_the_other():
    class Broken(dict):
        def get_ifd(self, tag):
            raise struct.error(tag)

    assert date_in(Broken({CHANGED: "2019:06:01 12:34:56"})) == SUMMER


@pytest.fixture
def zone(monkeypatch):
    """Sets the time zone here."""
    if not hasattr(time, "tzset"):
        pytest.skip("the system's time zone cannot be set")

    def change(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield change
    monkeypatch.undo()
    time.tzset()


def test_a_files_date_is_what_the_wall_clock_here_showed(zone):
    moment = calendar.timegm((2019, 6, 1, 23, 30, 0))
    zone("UTC")
    assert file_date(moment * 10**9 + 999_999_999) == moment
    zone("XXX-05:30")
    assert file_date(moment * 10**9) == moment + 5 * 3600 + 1800
    assert file_date(-(10**9)) == -1 + 5 * 3600 + 1800


def test_a_files_date_beyond_all_calendars_is_a_date_all_the_same(monkeypatch):
    def beyond(_):
        raise OverflowError

    monkeypatch.setattr(time, "localtime", beyond)
    assert file_date(-(2**63)) == -(2**63) // 10**9


def test_the_files_date_stands_in_for_one_that_is_not_known():
    assert resolve(SUMMER, 5 * 10**9) == SUMMER
    assert resolve(0, 5 * 10**9) == 0
    assert resolve(NO_DATE, 5 * 10**9) == resolve(None, 5 * 10**9) == file_date(5 * 10**9)


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/St_Johns", "Africa/Monrovia", "UTC"])
def test_dates_of_many_files_are_those_of_each_also_where_clocks_were_changed(zone, name):
    zone(name)
    days = range(-30 * 365, 60 * 365, 11)
    mtimes = [(day * 86_400 + hour * 3_600 + 17) * 10**9 for day in days for hour in (0, 1, 2, 13)]
    mtimes += [(1_711_846_800 + second) * 10**9 for second in (-1, 0, 1)]  # in Berlin, to summer time
    taken = [(NO_DATE, 5)[place % 2] for place in range(len(mtimes))]
    expected = [resolve(*each) for each in zip(taken, mtimes, strict=True)]
    assert resolve_all(np.array(taken), np.array(mtimes)).tolist() == expected


def test_no_files_have_no_dates():
    assert resolve_all(np.empty(0, np.int64), np.empty(0, np.int64)).tolist() == []
