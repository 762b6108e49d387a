"""Photos of one moment: taken within seconds of one another, and alike.

Which those are is a property of the library, never of a query: a stack is the same for every drawing and
every stroke. Only what EXIF tells counts as a date, as cameras write it, and only with a time of day: files
that were copied together, or scans dated by the day, are no burst.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise

import numpy as np

from engine.days import DAY_S
from engine.pictures.dates import likely
from engine.search.copies import NEAR
from engine.search.roster import Roster
from engine.state.encoded import rows_of
from engine.unit_vectors import Numbers, Vectors
from engine.vector_index.index import VectorIndex

GAP = 3
"""Seconds between two photos of one moment at most: a finger presses again so soon. None was measured."""

ALIKE = 0.85
"""Cosine from which on photos taken so close together are of one moment.

By `benchmarks/copies.py --photos 32 --others 800 --only frames`, 99.7% of the frames of a burst are so alike,
and 0.03% of any two photos; with the small encoder 98.3% and 0.10%.
"""

LONGEST = 30
"""Photos in one stack at most; what goes on for longer is cut, see `_Line`."""

_WINDOW_S = 30  # of the clock: there what goes on for longer than LONGEST photos is cut
_QUICK_S, _SHARE = 0.005, 0.02  # what takes longer is worked out anew for such a share of the time
_KEPT = 4_000  # spans of which it is known what is of one moment

Stack = tuple[tuple[int, ...], ...]
"""Contents of one moment in order of time, by photo: those that are copies of one another stand together."""


class Bursts:
    """What is of one moment among the photos of a roster, worked out where it is met. From any thread.

    Attributes:
        roster: the files.
        is_torn: whether a photo was met whose vector was about to come, or had just gone: others are to be
            worked out for the next search.
    """

    def __init__(self, index: VectorIndex, roster: Roster, before: Bursts | None = None) -> None:
        """Take the vectors and the files, and what was known of earlier ones, of which most are the same."""
        self._index, self.roster, self._line = index, roster, _Line(roster)
        self.is_torn = False
        self._met = dict[int, Mapping[int, Stack]]()  # stacks by content, by the number of their span
        self._known: dict[bytes, Mapping[int, Stack]] = {} if before is None else before._known

    def stacks(self, contents: Sequence[int]) -> dict[int, Stack]:
        """Return the stacks of those that are of one moment with others, which may be none of these."""
        spans = self._line.spans(np.asarray(contents, np.int64)).tolist()
        met = self._meet({span for span in spans if span >= 0})
        found = dict[int, Stack]()
        for content, span in zip(contents, spans, strict=True):
            if span >= 0 and (stack := met[span].get(content)):
                found[content] = stack
        return found

    def widen(self, contents: Collection[int]) -> set[int]:
        """Return these, and all that are of one moment with them."""
        stacks = self.stacks(list(contents)).values()
        return {*contents, *(one for stack in stacks for photo in stack for one in photo)}

    def _meet(self, spans: set[int]) -> dict[int, Mapping[int, Stack]]:
        """Return the stacks by content of these spans."""
        met, new = dict[int, Mapping[int, Stack]](), dict[int, bytes]()
        for span in spans:
            stacks = self._met.get(span)
            if stacks is None:
                key = self._line.key(span)
                stacks = self._known.get(key)
                new.update({span: key} if stacks is None else {})
            if stacks is not None:
                met[span] = self._met[span] = stacks
        if new:
            met |= self._work_out(new)
        return met

    def _work_out(self, spans: Mapping[int, bytes]) -> dict[int, Mapping[int, Stack]]:
        """Return the same of spans that were not met before, and keep it by their keys."""
        if max(len(self._met), len(self._known)) > _KEPT:  # somebody looks through very many
            self._met.clear()
            self._known.clear()
        parts = [self._line.part(span) for span in spans]
        vectors = self._index.vectors_of(np.concatenate([contents for contents, _ in parts]).tolist())
        worked_out, start = dict[int, Mapping[int, Stack]](), 0
        for (span, key), (contents, dates) in zip(spans.items(), parts, strict=True):
            rows = vectors[start : start + len(contents)]
            start += len(contents)
            worked_out[span] = self._met[span] = stacks = _stacks_in(contents, dates, rows)
            if rows.any(axis=1).all():
                self._known[key] = stacks
            else:
                self.is_torn = True
        return worked_out


class LatestBursts:
    """What is of one moment among the files as they are now, of very many as they just were.

    Where it takes long to work out, that is done for a share of the time alone, so that searches go on while
    files come and go.
    """

    def __init__(self, index: VectorIndex, roster: Callable[[], Roster]) -> None:
        """Take the vectors, and what gives the files."""
        self._index, self._roster = index, roster
        self._last: Bursts | None = None
        self._due = 0.0

    def __call__(self) -> Bursts:
        """Return it. From any thread."""
        last = self._last
        if last is not None and not last.is_torn and time.monotonic() < self._due:
            return last
        return self._renew(last)

    def settle(self) -> None:
        """Work it out now, if anybody asked for it: for the time being no more files come and go."""
        if self._last is not None:
            self._renew(self._last)

    def _renew(self, last: Bursts | None) -> Bursts:
        began, roster = time.thread_time(), self._roster()
        if last is not None and last.roster is roster and not last.is_torn:
            return last
        last = self._last = Bursts(self._index, roster, last)
        took = time.thread_time() - began
        self._due = time.monotonic() + took / _SHARE if took > _QUICK_S else 0.0
        return last


class _Line:
    """The contents whose cameras tell a time, in order of it, and the spans in which there may be stacks.

    In a span, no photo was taken more than GAP after the one before it. What goes on for longer than LONGEST
    photos is cut by the clock, and within _WINDOW_S of it by count: so a span does not depend on where it is
    met, nor on what was taken long before.
    """

    def __init__(self, roster: Roster) -> None:
        taken = roster.taken
        rows = np.flatnonzero(roster.by_camera & (taken % DAY_S != 0))
        rows = rows[likely(taken[rows])]
        rows = rows[np.argsort(taken[rows], kind="stable")]  # within a second by name, as cameras number
        close = np.diff(taken[rows]) <= GAP
        rows = rows[np.append(close, False) | np.append(False, close)] if len(rows) else rows
        self._sorted, first = np.unique(roster.contents[rows], return_index=True)
        is_first = np.zeros(len(rows), np.bool_)  # of the files of a content, by which it has its place
        is_first[first] = True
        places = (np.cumsum(is_first) - 1)[first]
        rows = rows[is_first]
        self._contents, self._dates = roster.contents[rows], taken[rows]
        self._starts = np.append(_beginnings(self._dates), len(rows))
        lengths = np.diff(self._starts)
        spans = np.repeat(np.where(lengths > 1, np.arange(len(lengths)), -1), lengths)
        self._spans = np.append(spans[places], -1)  # of the contents as sorted

    def spans(self, contents: Numbers) -> Numbers:
        """Return (n,) the spans of these (n,) contents, -1 for what stands alone or nowhere."""
        rows, there = rows_of(contents, self._sorted)
        return np.where(there, self._spans[rows], -1)

    def part(self, span: int) -> tuple[Numbers, Numbers]:
        """Return the contents of a span, and their dates."""
        part = slice(*self._starts[span : span + 2])
        return self._contents[part], self._dates[part]

    def key(self, span: int) -> bytes:
        """Return what is the same wherever a span of the same contents and dates is met."""
        contents, dates = self.part(span)
        return contents.tobytes() + dates.tobytes()


def _beginnings(dates: Numbers) -> Numbers:
    """Return where spans begin among (n,) dates in ascending order."""
    is_beginning = np.diff(dates, prepend=-(2**62)) > GAP
    runs = np.flatnonzero(is_beginning)
    long = np.diff(runs, append=len(dates)) > LONGEST
    is_long = np.repeat(long, np.diff(runs, append=len(dates)))
    is_beginning |= is_long & (np.diff(dates // _WINDOW_S, prepend=-1) != 0)
    spans = np.append(np.flatnonzero(is_beginning), len(dates))
    for start, end in zip(spans[:-1].tolist(), spans[1:].tolist(), strict=True):
        if end - start > LONGEST:
            is_beginning[_cuts(dates[start:end]) + start] = True
    return np.flatnonzero(is_beginning)


def _cuts(dates: Numbers) -> Numbers:
    """Return where (n,) dates in ascending order are cut, in parts of LONGEST at most.

    Photos of one second stay together, among which copies are, unless there are more of them.
    """
    seconds = np.append(np.flatnonzero(np.diff(dates, prepend=-1)), len(dates)).tolist()
    cuts, begun = list[int](), 0
    for start, end in pairwise(seconds):
        if end - begun > LONGEST:
            cuts += range(start, end, LONGEST)
            begun = cuts[-1]
    return np.array(cuts, np.int64)


def _stacks_in(contents: Numbers, dates: Numbers, vectors: Vectors) -> dict[int, Stack]:
    """Return the stacks by content of one span.

    A photo joins the last one before it that is alike and no more than GAP away: one that is blurred, or of
    another camera, does not part those around it.

    Args:
        contents: (n,) in order of time.
        dates: (n,).
        vectors: (n, dim) unit rows.
    """
    cosines = np.einsum("nd,md->nm", vectors, vectors)  # so small a product is slower on several cores
    apart = dates[:, None] - dates
    linked = np.tril(np.asarray((cosines >= ALIKE) & (apart <= GAP)), -1)
    is_linked = np.asarray(linked.any(axis=1))
    if not is_linked.any():
        return {}
    stack_of, stacks = list(range(len(contents))), dict[int, list[int]]()
    last = len(contents) - 1 - linked[:, ::-1].argmax(axis=1)  # the last one where any is linked
    for row, (joins, before) in enumerate(zip(is_linked.tolist(), last.tolist(), strict=True)):
        stack_of[row] = stack_of[before] if joins else row
        stacks.setdefault(stack_of[row], []).append(row)
    same = dict[int, list[int]]()
    for row, before in np.argwhere(np.tril((cosines >= NEAR) & (apart == 0), -1)).tolist():
        same.setdefault(row, []).append(before)
    numbers, found = contents.tolist(), dict[int, Stack]()
    for rows in stacks.values():
        if len(rows) > 1:
            stack = tuple(tuple(numbers[row] for row in photo) for photo in _photos(rows, same))
            found.update((numbers[row], stack) for row in rows)
    return found


def _photos(rows: Sequence[int], same: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """Return rows by photo: one that is the `same` as the first of a photo before it is a copy of that."""
    photos = dict[int, list[int]]()
    for row in rows:
        first = next((before for before in same.get(row, ()) if before in photos), row)
        photos.setdefault(first, []).append(row)
    return [*photos.values()]
