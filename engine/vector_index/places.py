"""Which row of an index an id has: sorted arrays, and a small table for what came since."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.unit_vectors import Numbers

_MERGED_FROM = 4_096  # late ids, or an eighth of all, from which on they are sorted in


class Places:
    """Rows by id; an id that comes again has its newest row. One thread adds, any thread looks up."""

    def __init__(self, ids: Numbers) -> None:
        """Take the ids of rows 0 to n - 1."""
        order = np.arange(len(ids)) if (ids[1:] > ids[:-1]).all() else np.argsort(ids, kind="stable")
        self._ids, self._rows = ids[order], order
        self._late: dict[int, int] = {}

    def add(self, ids: Sequence[int], first: int) -> Places:
        """Return the same with these ids in the rows from `first` on; older rows stay what they are."""
        late = len(self._late) + len(ids)
        if late <= max(_MERGED_FROM, len(self._ids) // 8):
            self._late.update(zip(ids, range(first, first + len(ids)), strict=True))
            return self
        newer = {**self._late, **dict(zip(ids, range(first, first + len(ids)), strict=True))}
        old = ~np.isin(self._ids, np.fromiter(newer, np.int64, len(newer)))
        merged = Places(np.empty(0, np.int64))
        numbers = np.concatenate([self._ids[old], np.fromiter(newer, np.int64, len(newer))])
        rows = np.concatenate([self._rows[old], np.fromiter(newer.values(), np.int64, len(newer))])
        order = np.argsort(numbers)
        merged._ids, merged._rows = numbers[order], rows[order]
        return merged

    def find(self, ids: Numbers) -> Numbers:
        """Return (n,) the rows of (n,) ids, -1 for those that have none."""
        rows = np.full(len(ids), -1)
        if len(self._ids):
            places = np.searchsorted(self._ids, ids).clip(max=len(self._ids) - 1)
            rows = np.where(self._ids[places] == ids, self._rows[places], -1)
        if len(ids) <= len(self._late):
            newest = np.fromiter((self._late.get(number, -1) for number in ids.tolist()), np.int64, len(ids))
            return np.where(newest >= 0, newest, rows)
        late = sorted(self._late.copy().items())  # copied at one stroke: another thread may be adding
        if late:
            numbers, newest = np.array(late, np.int64).T
            places = np.searchsorted(numbers, ids).clip(max=len(numbers) - 1)
            rows = np.where(numbers[places] == ids, newest[places], rows)
        return rows
