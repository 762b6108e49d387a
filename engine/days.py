"""How long a day is, and when days begin and end by the clock on the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime

DAY_S = 86_400
"""Seconds of a day."""


def day_start(day: date) -> int:
    """Return when a day begins, in seconds since 1970 by the clock on the wall."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def bounds(since: date | None, until: date | None) -> tuple[int | None, int | None]:
    """Return when the first of these days begins and the last one ends, as `day_start`; None for no limit."""
    return (
        None if since is None else day_start(since),
        None if until is None else day_start(until) + DAY_S,
    )
