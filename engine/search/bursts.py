"""Photos of one moment: taken within seconds of one another, and alike.

Which those are is a property of the library, never of a query: a stack is the same for every drawing and
every stroke. Only what a camera tells counts as a date, and only with a time of day: files that were changed
together, or scans dated by the day, are no burst.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

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
"""Photos in one stack at most: of a time lapse, each so many photos make one."""

_KEPT = 4_000  # spans of which it is known what is of one moment

Stack = tuple[tuple[int, ...], ...]
"""Contents of one moment in order of time, by photo: those that are copies of one another stand together."""


class Bursts:
    """What is of one moment among the photos of a roster, worked out where it is met. From any thread."""

    def __init__(self, index: VectorIndex, roster: Roster, before: Bursts | None = None) -> None:
        """Take the vectors and the files, and what was known of earlier ones, of which most are the same."""
        self._index, self.roster = index, roster
        self._met = dict[int, Mapping[int, Stack]]()  # stacks by content, by the number of their span
        self._known: dict[bytes, Mapping[int, Stack]] = {} if before is None else before._known

    @cached_property
    def _line(self) -> _Line:
        return _Line(self.roster)

    def stacks(self, contents: Sequence[int]) -> dict[int, Stack]:
        """Return the stacks of those that are of one moment with others, which may be none of these."""
        spans = self._line.spans(np.asarray(contents, np.int64)).tolist()
        met = self._meet({span for span in spans if span >= 0})
        found = dict[int, Stack]()
        for content, span in zip(contents, spans, strict=True):
            if span >= 0 and (stack := met[span].get(content)):
                found[content] = stack
        return found

    def widened(self, contents: Collection[int]) -> set[int]:
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
            worked_out[span] = stacks = _stacks_in(contents, dates, rows)
            if rows.any(axis=1).all():  # else a photo is about to come, or has just gone
                self._met[span] = self._known[key] = stacks
        return worked_out


class _Line:
    """The contents whose cameras tell a time, in order of it, and the spans in which there may be stacks.

    In a span, no photo was taken more than GAP after the one before it. What goes on for longer than LONGEST
    photos is cut, from its beginning: so a span does not depend on where it is met.
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
        count = len(rows)
        runs = np.flatnonzero(np.diff(self._dates, prepend=-(2**62)) > GAP)
        begins = (np.arange(count) - np.repeat(runs, np.diff(runs, append=count))) % LONGEST == 0
        self._starts = np.append(np.flatnonzero(begins), count)
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
