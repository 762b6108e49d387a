"""What the tile of a hit tells: its copies, the others of its moment, and where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from app.words import phrases
from engine.elsewhere import display_path, place_of
from engine.library import Hit

Run = tuple[int, int]
_NAMED = 6  # copies named in a tooltip, and as many photos of the moment


def others_of(hit: Hit) -> list[str]:
    """Return the lines of a tooltip that name a photo's copies, and the others of its moment."""
    lines = list[str]()
    for counted, files in ((phrases.copies, hit.copies), (phrases.of_the_moment, hit.burst)):
        lines += [counted(len(files)) + ":", *map(display_path, files[:_NAMED])] if files else []
        lines += ["…"] if len(files) > _NAMED else []
    return lines


class Painted:
    """Which tiles are to be painted where hits take the places of others; a score is not seen.

    How many photos are behind a hit changes nearly everywhere with each answer. While that waits, the others
    alone are painted, and these follow.
    """

    def __init__(self) -> None:
        self._late: set[int] = set()  # rows whose tiles show another number than they have

    def exchange(self, before: Sequence[Hit], hits: Sequence[Hit], *, waits: bool) -> list[Run]:
        """Return the first and last rows of runs of tiles to be painted.

        Args:
            before: what is shown.
            hits: as many others that take its place.
            waits: numbers of what is behind are not painted for their own sake.
        """
        pairs = list(enumerate(zip(before, hits, strict=True)))
        rows = {row for row, (one, other) in pairs if (one.files, one.copies) != (other.files, other.copies)}
        self._late |= {row for row, (one, other) in pairs if one.behind != other.behind}
        if not waits:
            return _runs(rows | self._take_late())
        self._late -= rows
        return _runs(rows)

    def catch_up(self) -> list[Run]:
        """Return the runs of tiles whose numbers waited."""
        return _runs(self._take_late())

    def _take_late(self) -> set[int]:
        """Return the rows whose numbers waited, and note that they are painted."""
        late, self._late = self._late, set()
        return late


def _runs(rows: set[int]) -> list[Run]:
    runs = groupby(enumerate(sorted(rows)), lambda one: one[1] - one[0])
    together = [[row for _, row in run] for _, run in runs]
    return [(run[0], run[-1]) for run in together]


def host_of(hit: Hit) -> str:
    """Return on which other machine a photo lies; nothing for one of this machine."""
    place = place_of(hit.path)
    return "" if place is None else place.host
