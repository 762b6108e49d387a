"""What the system tells of a file, as numbers that the catalog keeps."""

from __future__ import annotations

import os
from itertools import chain
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -(2**63)
"""Stands in columns of facts for what the catalog does not know of a file."""

FACTS = 4
"""Size, two times and the number on the disk."""

TOLD = attrgetter("st_mode", "st_size", "st_mtime_ns", "st_ctime_ns", "st_ino")
"""Returns of what the system tells what kind of file it is, and the facts."""

MOST = 2**63 - 1
"""Stands for what is more: some disks tell more years, or longer numbers, than is kept."""

_LEAST = UNKNOWN + 1


def columns(rows: list[tuple[int, ...]]) -> NDArray[np.int64]:
    """Return (n, FACTS) the facts of n files, each as of `TOLD`."""
    size = len(rows) * (FACTS + 1)
    try:
        flat = np.fromiter(chain.from_iterable(rows), np.int64, size)
    except OverflowError:
        flat = np.fromiter(map(_clamp, chain.from_iterable(rows)), np.int64, size)
    return flat.reshape(-1, FACTS + 1)[:, 1:]


def facts_of(details: os.stat_result) -> list[int]:
    """Return the facts of one file."""
    return [_clamp(fact) for fact in TOLD(details)[1:]]


def _clamp(number: int) -> int:
    return max(_LEAST, min(number, MOST))
