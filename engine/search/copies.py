"""Tells copies of one photo, saved again or scaled, by their vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEAR = 0.97
"""Cosine from which on two vectors count as those of one photo; benchmarks/copies.py gives the figures."""

_REACH = 500


def group(
    vectors: NDArray[np.float32], most: int, likeness: NDArray[np.float32] | None = None
) -> list[list[int]]:
    """Put copies together: each row joins the first row before it that is as near as NEAR, or begins a group.

    Copies match a query about equally well, so a row is compared with the _REACH before it, or more, alone.

    Args:
        vectors: (n, dim) unit rows, best match first.
        most: how many groups are wanted; rows that would begin another one are left out.
        likeness: (n, n) the rows' cosines with one another, where they are known.

    Returns:
        The row numbers of each group, in their order; a group's first row came before its others.
    """
    groups: list[list[int]] = []
    led_by: dict[int, list[int]] = {}  # groups by their first row
    for start in range(0, len(vectors), _REACH):
        first = max(0, start - _REACH)
        rows, others = slice(start, start + _REACH), slice(first, start + _REACH)
        near = (vectors[rows] @ vectors[others].T if likeness is None else likeness[rows, others]) >= NEAR
        alone = near.sum(axis=1) < 2  # near to nothing but itself
        for row in range(start, start + len(near)):
            before: list[int] = []
            if not alone[row - start]:
                before = (first + np.flatnonzero(near[row - start, : row - first])).tolist()
            joined = next((led_by[leader] for leader in before if leader in led_by), None)
            if joined is not None:
                joined.append(row)
            elif len(groups) < most:
                groups.append([row])
                led_by[row] = groups[-1]
    return groups
