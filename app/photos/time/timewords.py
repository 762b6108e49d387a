"""Spans of time in words, with how many photos lie there."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QCoreApplication

from app.photos.time.timezoom import Brush
from app.words import phrases
from engine.search.spread import Times, Unit


def spans_in_words(times: Times, first: int, last: int) -> str:
    """Return the spans from one to another, by number: "June 2014 to August 2014"."""
    return _between(times.edges[first], times.edges[last], times.unit)


def counted_spans(times: Times, first: int, last: int) -> str:
    """Return the same, and how many photos they hold."""
    return f"{spans_in_words(times, first, last)}, {phrases.photos(sum(times.photos[first : last + 1]))}"


def what_is_looked_at(times: Times, brush: Brush, since: date, until: date, photos: int) -> str:
    """Return the time looked at, and how many photos lie there.

    Args:
        times: what is shown.
        brush: its first and last span that are looked at, at least in part: units change as photos come.
        since: the first day that is looked at.
        until: the last.
        photos: how many are looked at, for where that is not all of the spans.
    """
    first, last = brush
    if (since, until) == (times.edges[first], times.edges[last + 1] - timedelta(days=1)):
        return counted_spans(times, first, last)
    return f"{_between(since, until, Unit.DAY)}, {phrases.photos(photos)}"


def _between(first: date, last: date, unit: Unit) -> str:
    words = [phrases.span(day, unit.name) for day in (first, last)]
    if first == last:
        return words[0]
    text = QCoreApplication.translate("Timeline", "%1 to %2")
    return text.replace("%1", words[0]).replace("%2", words[1])
