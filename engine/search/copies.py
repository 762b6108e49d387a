"""Tells copies of one photo, saved again or scaled, by their vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NEAR = 0.97
"""Cosine from which on two vectors count as those of one photo; benchmarks/copies.py gives the figures."""

_REACH = 500


def group(
    vectors: NDArray[np.float32],
    most: int,
    likeness: NDArray[np.float32] | None = None,
    stacks: Sequence[int] | None = None,
) -> list[list[int]]:
    """Put copies together: each row joins the first row before it that is as near as NEAR, or begins a group.

    Copies match a query about equally well, so a row is compared with the _REACH before it, or more, alone,
    and for stacks with as many after it.

    Args:
        vectors: (n, dim) unit rows, best match first.
        most: how many groups are wanted; rows that would begin another one are left out.
        likeness: (n, n) the rows' cosines with one another, where they are known.
        stacks: for each row the number of the stack it is of, -1 for none. Rows of one stack join one another
            and nobody else; what is near to some of them joins that which is nearest.

    Returns:
        The row numbers of each group, in their order; a group's first row came before its others.
    """
    groups: list[list[int]] = []
    led_by: dict[int, list[int]] = {}  # groups by their first row
    stacked: dict[int, list[int]] = {}  # groups by their stack
    stack_of = [-1] * len(vectors) if stacks is None else stacks
    of_stack = np.asarray(stack_of, np.int64)
    for start in range(0, len(vectors), _REACH):
        first = max(0, start - _REACH)
        rows, others = slice(start, start + _REACH), slice(first, start + 2 * _REACH)
        alike = vectors[rows] @ vectors[others].T if likeness is None else likeness[rows, others]
        near = alike >= NEAR
        alone = (near.sum(axis=1) < 2).tolist()  # near to nothing but itself
        for row in range(start, start + len(near)):
            stack, joined = stack_of[row], None
            if stack < 0 and not alone[row - start]:
                near_ones = np.flatnonzero(near[row - start])
                in_stacks = near_ones[of_stack[first + near_ones] >= 0]
                if len(in_stacks):
                    stack = int(of_stack[first + in_stacks[alike[row - start, in_stacks].argmax()]])
                else:
                    before = (first + near_ones[near_ones < row - first]).tolist()
                    joined = next((led_by[leader] for leader in before if leader in led_by), None)
            if stack >= 0:
                joined = stacked.get(stack)
            if joined is not None:
                joined.append(row)
            elif len(groups) < most:
                groups.append([row])
                (led_by if stack < 0 else stacked)[row if stack < 0 else stack] = groups[-1]
    return groups
