"""When a photo was taken: by its EXIF, or else by its file.

A date is a whole number: seconds since 1970-01-01 00:00 of the wall clock where the photo was taken, as if
that clock showed UTC. Cameras tell no time zone that could be relied on, and a person looks for the day it
was there.
"""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from engine.days import DAY_S

NO_DATE = -(2**63)
"""In the place of a date: a file was looked at, and tells none. No date is so early."""

EARLIEST = calendar.timegm((1826, 1, 1, 0, 0, 0))
"""The first date that is likely: that of the first photo there is."""

_TAGS = (ExifTags.Base.DateTimeOriginal, ExifTags.Base.DateTimeDigitized, ExifTags.Base.DateTime)
_SPAN_S = DAY_S  # nowhere are clocks changed and changed back within one
_SECOND_NS = 10**9
_WRITTEN = re.compile(
    r"[^\w+-]*(\d{4})[^\w]+(\d{1,2})[^\w]+(\d{1,2})(?:[T\W]+(\d{1,2})\W+(\d{1,2})(?:\W+(\d{1,2}))?)?(?!\d)",
    re.ASCII,
)
_DENSE = re.compile(r"\s*(\d{4})(\d\d)(\d\d)(?:[T\W]*(\d\d)(\d\d)(\d\d)?)?(?!\d)", re.ASCII)


def date_in(exif: Image.Exif) -> int:
    """Return the date that EXIF tells, `NO_DATE` if it tells none that can be true. Raises nothing.

    When the picture was taken counts first, when it was digitised next, when the file was made last. What
    lies ahead counts where nothing else is told: the clock here may be wrong now, and `resolve` asks again.
    """
    dates = [date for date in map(_parse, _values(exif)) if date is not None and date >= EARLIEST]
    return next(filter(is_likely, dates), dates[0] if dates else NO_DATE)


def is_likely(date: int) -> bool:
    """Return whether a photo can have been taken then."""
    return EARLIEST <= date <= latest()


def likely_date(date: int) -> int:
    """Return a date, `NO_DATE` where no photo can have been taken then."""
    return date if is_likely(date) else NO_DATE


def likely(dates: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return (n,) whether photos can have been taken at these (n,) dates; never at `NO_DATE`."""
    return np.asarray((dates >= EARLIEST) & (dates <= latest()))


def latest() -> int:
    """Return the last date that is likely now."""
    return file_date(time.time_ns()) + DAY_S  # where it was taken it may be tomorrow already


def day_now() -> int:
    """Return what is another number once dates may be likely that were not."""
    return latest() // DAY_S


def file_date(mtime_ns: int) -> int:
    """Return the date of a file's last change, on the wall clock here.

    Args:
        mtime_ns: nanoseconds since 1970-01-01 00:00 UTC.
    """
    seconds = mtime_ns // _SECOND_NS
    with suppress(OverflowError, OSError, ValueError):  # a year that the system's calendar does not reach
        return calendar.timegm(time.localtime(seconds))
    return seconds


def resolve(taken: int | None, mtime_ns: int) -> int:
    """Return the date of a photo.

    Args:
        taken: what its EXIF tells, `NO_DATE` for nothing, None where it was not looked at yet. It counts
            where it is likely by the clock of now.
        mtime_ns: its file's last change, see `file_date`.
    """
    return file_date(mtime_ns) if taken is None or not is_likely(taken) else taken


def is_of_camera(taken: int | None) -> bool:
    """Return whether the date of a photo is its EXIF's, not its file's; `taken` as of `resolve`."""
    return taken is not None and is_likely(taken)


def resolve_all(taken: NDArray[np.int64], mtimes_ns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (n,) the dates of n photos; the calendar is asked for few of them.

    Args:
        taken: (n,) as of `resolve`; `NO_DATE` also where it was not looked at yet.
        mtimes_ns: (n,) as of `resolve`.
    """
    told = taken.copy()
    untold = np.flatnonzero(~likely(told))
    seconds = mtimes_ns[untold] // _SECOND_NS
    spans, places = np.unique(seconds // _SPAN_S, return_inverse=True)
    ends = [(span * _SPAN_S, (span + 1) * _SPAN_S - 1) for span in spans.tolist()]
    shifts = [tuple(file_date(second * _SECOND_NS) - second for second in pair) for pair in ends]
    steady = np.array([first == last for first, last in shifts], np.bool_).reshape(-1)
    shift = np.array([first for first, _ in shifts], np.int64).reshape(-1)
    told[untold] = seconds + shift[places]
    for row in untold[~steady[places]].tolist():  # the clock was changed within this span
        told[row] = file_date(int(mtimes_ns[row]))
    return told


def _values(exif: Image.Exif) -> Iterator[object]:
    """Yield what stands under the tags, the best first; some programs put all of them into one directory."""
    inner: dict[int, object] = {}
    with suppress(Exception):  # whatever the parser trips over, the other directory may be good
        inner = exif.get_ifd(ExifTags.IFD.Exif)
    for tag in _TAGS:
        for directory in (inner, exif):
            with suppress(Exception):
                yield directory.get(tag)


def _parse(value: object) -> int | None:
    """Return the date that a tag's value means, None if it means none."""
    if isinstance(value, tuple) and value:
        value = value[0]
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    if not isinstance(text, str):
        return None
    found = _WRITTEN.match(text) or _DENSE.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    with suppress(ValueError):  # no such day, or time of day
        return calendar.timegm(
            datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).timetuple()
        )
    return None
