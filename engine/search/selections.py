"""What narrowings leave of all files, and how many of these lie when and where; worked out once each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.search.narrowing import Narrowing
from engine.search.roster import Roster, Selection
from engine.search.spread import Times

_KEPT = 4  # narrowings at a time: the one that is looked at, with its two halves


@dataclass(frozen=True, eq=False)
class Counts:
    """How many photos there are to choose from, where folders and times are narrowed.

    Attributes:
        times: how many of those that the folders leave were taken when.
        folders: how many of those that the time leaves lie in each folder.
        in_time: how many the time leaves.
        looked_at: how many both leave.
    """

    times: Times | None
    folders: Mapping[Path, int]
    in_time: int
    looked_at: int


class Selections:
    """Knows the last ones, as long as the files stay the same: many queries have the same narrowing."""

    def __init__(self) -> None:
        """Know none yet."""
        self._selected: tuple[Roster | None, dict[Narrowing, Selection]] = None, {}
        self._counted: tuple[Roster, Narrowing, Counts] | None = None

    def select(self, roster: Roster, narrowed: Narrowing) -> Selection:
        """Return what a narrowing leaves."""
        of, known = self._selected
        if of is not roster:
            known = {}
        if narrowed not in known:
            last = list(known.items())[1 - _KEPT :]
            known = dict(last) | {narrowed: roster.select(narrowed)}
            self._selected = roster, known
        return known[narrowed]

    def count(self, roster: Roster, narrowed: Narrowing | None) -> Counts:
        """Return how many there are to choose from: no choice changes the counts of its own kind."""
        if narrowed is None:
            total = len(roster.names)
            return Counts(roster.times, roster.folders, total, total)
        known = self._counted
        if known is None or known[0] is not roster or known[1] != narrowed:
            known = self._counted = roster, narrowed, self._count(roster, narrowed)
        return known[2]

    def _count(self, roster: Roster, narrowed: Narrowing) -> Counts:
        times, folders, in_time = roster.times, roster.folders, len(roster.names)
        if (place := narrowed.place) is not None and times is not None:
            times = times.recount(roster.taken[self.select(roster, place).rows])
        if (time := narrowed.time) is not None:
            rows = self.select(roster, time).rows
            folders, in_time = roster.folders_of(rows), len(rows)
        return Counts(times, folders, in_time, len(self.select(roster, narrowed).rows))
