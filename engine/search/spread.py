"""How photos spread over time and folders, and where among them a query's matches lie."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.pictures.dates import likely
from engine.search.variety import TEMPERATURE
from engine.unit_vectors import Numbers
from engine.vector_index.index import Match

_MOST_DAYS, _MOST_MONTHS = 93, 360
_ABOVE = 2.0  # deviations from the background, from which on a score means something


class Unit(Enum):
    """How long each span of a count is; the value is what numpy calls it."""

    DAY = "D"
    MONTH = "M"
    YEAR = "Y"


@dataclass(frozen=True)
class Times:
    """How many photos were taken when.

    Attributes:
        unit: how long each span is.
        edges: n + 1 first days of the spans, from that of the oldest photo on, and of the one after the last.
        photos: n counts of files.
        undated: how many files have no date, or none that can be true.
    """

    unit: Unit
    edges: tuple[date, ...]
    photos: tuple[int, ...]
    undated: int = 0

    @classmethod
    def of(cls, taken: Numbers) -> Times | None:
        """Count dates, (n,), of `engine.pictures.dates`; None where all lie within a day or none is known."""
        dates = taken[likely(taken)].astype("datetime64[s]")
        if not len(dates) or dates.min().astype("M8[D]") == dates.max().astype("M8[D]"):
            return None
        unit = _unit(dates.min(), dates.max())
        days = dates.astype(f"M8[{unit.value}]")
        places = (days - days.min()).astype(np.int64)
        counts = np.bincount(places)
        edges = (days.min() + np.arange(len(counts) + 1)).astype("M8[D]")
        undated = len(taken) - len(dates)
        return cls(unit, tuple(edges.tolist()), tuple(counts.tolist()), undated)

    @cached_property
    def _seconds(self) -> Numbers:
        return np.array(self.edges, "M8[D]").astype("M8[s]").astype(np.int64)

    def places(self, taken: Sequence[int] | Numbers) -> Numbers:
        """Return (n,) the spans that n dates fall into, -1 for none, or where a date cannot be true."""
        dates = np.array(taken, np.int64)
        found = np.searchsorted(self._seconds, dates, side="right") - 1
        return np.where((found < len(self.photos)) & likely(dates), found, -1)

    def recount(self, taken: Numbers) -> Times:
        """Return how many of other dates, (n,), fall into the same spans."""
        places = self.places(taken)
        counts = np.bincount(places[places >= 0], minlength=len(self.photos))
        return replace(self, photos=tuple(counts.tolist()), undated=int((places < 0).sum()))

    def ridge(self, matches: Sequence[tuple[Sequence[int], float]]) -> tuple[float, ...]:
        """Return what matches, the dates of one content's files each and a weight, weigh in each span."""
        if not matches:
            return ()
        dates = [(place, date) for place, (dates, _) in enumerate(matches) for date in dates]
        spans, ridge = self.places([date for _, date in dates]), [0.0] * len(self.photos)
        for place, span in {(place, span) for (place, _), span in zip(dates, spans.tolist(), strict=True)}:
            if span >= 0:
                ridge[span] += matches[place][1]
        return tuple(ridge)

    def count(self, since: date | None, until: date | None) -> int:
        """Return how many photos lie in the spans that begin within these days, both included."""
        return sum(
            photos
            for first, photos in zip(self.edges, self.photos, strict=False)
            if (since is None or first >= since) and (until is None or first <= until)
        )


def _unit(first: np.datetime64, last: np.datetime64) -> Unit:
    """Return the shortest unit that makes not too many spans."""
    if (last.astype("M8[D]") - first.astype("M8[D]")).astype(int) < _MOST_DAYS:
        return Unit.DAY
    months = (last.astype("M8[M]") - first.astype("M8[M]")).astype(int)
    return Unit.MONTH if months < _MOST_MONTHS else Unit.YEAR


@dataclass(frozen=True)
class Spread:
    """Where photos lie, and matches among them.

    By time they are counted in the folders that the query looks into, by folder at the times it looks at.

    Attributes:
        times: how many photos of these folders were taken when, None where that is no question.
        folders: how many of these times lie in each folder below the library's, by its path in it.
        photos: how many files there are.
        looked_at: how many of them the query looks at.
        ridge: for each span of `times`, what matches in it weigh; empty where nothing is searched for.
        weights: the same for folders; those without a match are missing.
        in_time: how many files of these times lie in all folders; None for all files.
    """

    times: Times | None = None
    folders: Mapping[Path, int] = field(default_factory=dict)
    photos: int = 0
    looked_at: int = 0
    ridge: tuple[float, ...] = ()
    weights: Mapping[Path, float] = field(default_factory=dict)
    in_time: int | None = None

    @property
    def in_all_folders(self) -> int:
        """How many files of the times that are looked at lie in all folders."""
        return self.photos if self.in_time is None else self.in_time

    def within(self, folders: Collection[Path]) -> Spread:
        """Return the same where these of the library's folders alone can be looked into."""
        if Path() in folders:
            return self
        outermost = [one for one in folders if not any(other in one.parents for other in folders)]
        begins = tuple(map(_with_slash, outermost))

        def is_within(path: Path) -> bool:
            return _with_slash(path).startswith(begins)

        return replace(
            self,
            folders={path: count for path, count in self.folders.items() if is_within(path)},
            weights={path: weight for path, weight in self.weights.items() if is_within(path)},
            in_time=sum(self.folders.get(one, 0) for one in outermost),
        )


def _with_slash(path: Path) -> str:
    """Return a path as text that ends in a slash: very many are compared."""
    text = path.as_posix()
    return text if text.endswith("/") else f"{text}/"


def weigh(matches: Sequence[Match], background: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return (n,) what each match weighs, the first 1: chances as in `engine.search.variety`, 0 for usual.

    Args:
        matches: n of them, best first.
        background: (b,) scores of photos from all over the library.
    """
    if not matches:
        return np.zeros(0)
    scores = np.array([score for _, score in matches])
    usual = float(background.mean() + _ABOVE * background.std())
    weights = np.exp((scores - scores[0]) / TEMPERATURE)
    return np.where((scores >= usual) | (scores == scores[0]), weights, 0.0)
