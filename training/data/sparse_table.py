"""Numbers about names, few of each name's row different from 0: what is known of photos and classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class NoTableError(Exception):
    """A file that does not hold the arrays."""


def read_sparse(
    file: Path, arrays: tuple[str, str, str], length: int
) -> tuple[NDArray[np.str_], NDArray[np.int64], NDArray[np.float32]]:
    """Return names (n,), and the places (n, k) in their rows with the values there (n, k).

    Args:
        file: of NumPy.
        arrays: what these three are called in it.
        length: of a row.

    Raises:
        NoTableError: it does not hold them.
        ValueError: they do not fit together, a place is outside a row, or a value is negative or not finite.
    """
    try:
        with np.load(file) as table:
            names, index = table[arrays[0]], table[arrays[1]].astype(np.int64)
            values = table[arrays[2]].astype(np.float32)
    except Exception as error:  # a damaged file raises what it likes
        raise NoTableError(str(error)) from error
    if index.ndim != 2 or index.shape != values.shape or names.shape != index.shape[:1]:
        raise ValueError("the arrays do not fit together")
    if not ((index >= 0) & (index < length) & np.isfinite(values) & (values >= 0)).all():
        raise ValueError("a place or a value makes no sense")
    return names, index, values
