"""Tells copies of one photo, saved again or scaled, by their vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEAR = 0.97
"""Cosine from which on two vectors count as those of one photo; benchmarks/copies.py gives the figures."""

_REACH = 500


def group(vectors: NDArray[np.float32], most: int) -> list[list[int]]:
    """Put copies together: each row joins the first row before it that is as near as NEAR, or begins a group.

    Copies match a query about equally well, so a row is compared with the last _REACH groups alone.

    Args:
        vectors: (n, dim) unit rows, best match first.
        most: how many groups are wanted; rows that would begin another one are left out.

    Returns:
        The row numbers of each group, in their order; a group's first row came before its others.
    """
    groups: list[list[int]] = []
    leaders = np.empty((min(most, len(vectors)), vectors.shape[1]), np.float32)
    for row, vector in enumerate(vectors):
        first = max(0, len(groups) - _REACH)
        near = np.flatnonzero(leaders[first : len(groups)] @ vector >= NEAR)
        if len(near):
            groups[first + int(near[0])].append(row)
        elif len(groups) < most:
            leaders[len(groups)] = vector
            groups.append([row])
    return groups
