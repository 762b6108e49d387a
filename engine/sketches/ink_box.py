"""Where the ink of a drawing lies. Needs numpy alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

INK = 200
"""Tones below this are ink, once the paper is at 255."""

FAINTEST = 16
"""How much darker than the paper a line is at least, of 255 tones."""

_FAINT_SIDE = 256  # pixels of the longer side at which faint lines are looked for: specks are gone there
_BEYOND = 0.03  # of the dark ink's longer side: from then on faint lines are more than its rims


def ink_box(tones: NDArray[np.float32]) -> tuple[int, int, int, int] | None:
    """Return the rows and columns that hold the ink, each from and to; None where there is none.

    Faint lines count where they lead clearly beyond the dark ones; specks and the rims of lines do not.
    """
    dark = _box_of(tones < INK)
    if dark is None:
        return None
    coarse = max(2, max(tones.shape) // _FAINT_SIDE)
    faint = _box_of(_block_means(tones, coarse) <= 255 - FAINTEST)
    if faint is None:
        return dark
    top, bottom, left, right = (place * coarse for place in faint)
    whole = min(top, dark[0]), max(bottom, dark[1]), min(left, dark[2]), max(right, dark[3])
    beyond = max(abs(one - other) for one, other in zip(whole, dark, strict=True))
    return whole if beyond > _BEYOND * max(dark[1] - dark[0], dark[3] - dark[2]) else dark


def _block_means(tones: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Return the means of the whole blocks of side x side pixels, in rows as they lie.

    Added up pixel by pixel of all blocks at once: numpy's own mean over two axes takes ten times as long.
    """
    height, width = (length // side * side for length in tones.shape)
    means = np.zeros((height // side, width // side), np.float32)
    for row, column in np.ndindex(side, side):
        means += tones[row:height:side, column:width:side]
    means /= side**2
    return means


def _box_of(mask: NDArray[np.bool_]) -> tuple[int, int, int, int] | None:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1) if len(rows) else None
