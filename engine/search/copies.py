"""Tells copies of one photo, saved again or scaled, by their vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.unit_vectors import Numbers, Vectors

NEAR = 0.97
"""Cosine from which on two vectors count as those of one photo; benchmarks/copies.py gives the figures."""

_REACH = 500

_Mask = NDArray[np.bool_]


def group(
    vectors: Vectors, likeness: Vectors | None = None, stacks: Sequence[int] | None = None
) -> list[list[int]]:
    """Put copies together: each row joins the first row before it that is as near as NEAR, or begins a group.

    Copies match a query about equally well, so a row is compared with the _REACH before it, or more, alone,
    and for stacks with as many after it.

    Args:
        vectors: (n, dim) unit rows, best match first.
        likeness: (n, n) the rows' cosines with one another, where they are known.
        stacks: for each row the number of the stack it is of, -1 for none. Rows of one stack join one another
            and nobody else; what is near to some of them joins that which is nearest.

    Returns:
        The row numbers of each group, in their order; a group's first row came before its others.
    """
    count = len(vectors)
    of_stack = np.full(count, -1) if stacks is None else np.asarray(stacks, np.int64)
    joined, leaders = (
        of_stack.copy(),
        np.arange(count),
    )  # of each row: its stack, who leads it
    for start in range(0, count, _REACH):
        first = max(0, start - _REACH)
        rows, others = slice(start, start + _REACH), slice(first, start + 2 * _REACH)
        alike = vectors[rows] @ vectors[others].T if likeness is None else likeness[rows, others]
        near = alike >= NEAR
        _join_stacks(joined[rows], of_stack[others], alike, near)
        _follow(leaders, joined, near, start, first)
    _lead_by_stack(leaders, joined)
    groups: dict[int, list[int]] = {}
    for row, leader in enumerate(leaders.tolist()):
        groups.setdefault(leader, []).append(row)
    return list(groups.values())


def _join_stacks(joined: Numbers, of_stack: Numbers, alike: Vectors, near: _Mask) -> None:
    """Let rows of no stack join that which the nearest of what they are near to is of.

    Args:
        joined: (b,) the rows' stacks, in which those that are joined are put.
        of_stack: (o,) those of the rows that they are compared with.
        alike: (b, o) cosines.
        near: (b, o) whether these are so near that they are copies.
    """
    columns = np.flatnonzero(of_stack >= 0)
    if not len(columns):
        return
    close = near[:, columns]
    rows = np.flatnonzero((joined < 0) & close.any(axis=1))
    best = np.where(close[rows], alike[np.ix_(rows, columns)], -np.inf).argmax(axis=1)
    joined[rows] = of_stack[columns[best]]


def _follow(leaders: Numbers, joined: Numbers, near: _Mask, start: int, first: int) -> None:
    """Let rows of no stack follow the first row before them that they are near to and that leads.

    Args:
        leaders: (n,) the row that leads each row, itself at first; put in for the b rows from `start` on.
        joined: (n,) the rows' stacks, which are known of the rows up to these.
        near: (b, o) whether these and the rows from `first` on are copies.
        start: the first of these rows.
        first: the first of those that they are compared with.
    """
    end = start + len(near)
    is_free = joined[start:end] < 0
    is_free &= near.sum(axis=1) > 1  # not those that are near to nothing but themselves
    before = np.arange(first, start)
    before = before[(leaders[before] == before) & (joined[before] < 0)]
    if len(before):
        close = near[:, before - first] & is_free[:, None]
        following = np.flatnonzero(close.any(axis=1))
        leaders[start + following] = before[close[following].argmax(axis=1)]
        is_free[following] = False
    for row in np.flatnonzero(is_free).tolist():
        if is_free[row]:
            following = np.flatnonzero(is_free & near[:, start - first + row])
            leaders[start + following] = start + row
            is_free[following] = False


def _lead_by_stack(leaders: Numbers, joined: Numbers) -> None:
    """Let the first row of each stack lead its others."""
    rows = np.flatnonzero(joined >= 0)
    _, firsts, places = np.unique(joined[rows], return_index=True, return_inverse=True)
    leaders[rows] = rows[firsts[places]]
