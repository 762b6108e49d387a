"""Whether a page on clean paper, as scanning and note-taking programs make it, is printed with lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SIDE = 1024  # longer side of the picture that is looked at, pixels
_SMALLEST = 128  # a side of it in which lines can be told
_STRIPS = 16  # parts of a line that are looked at one by one
_DARKER = 8  # than the paper a printed line is at least, of 255 tones
_FILLED = 0.8  # share of a strip that a line fills
_COVERED = 0.88  # share of the strips that a line fills: what is drawn has some room around it
_THICKEST = 0.012  # of the page
_ASKEW = 0.006  # of the page that a line may rise or fall from its middle
_FEWEST = 6  # lines on a page
_SPAN = 0.45  # of the page from the first line to the last
_EVEN = 0.15  # of the usual step between lines that others differ by at most
_MOST_EVEN = 0.75  # share of the steps that do, or are twice the usual one


def is_ruled(grey: Image.Image, paper: int) -> bool:
    """Return whether thin lines at even distances run across a whole page, or down.

    Args:
        grey: the page, in grey.
        paper: tone of its paper.
    """
    small = grey.reduce(-(-max(grey.size) // _SIDE))
    if min(small.size) < _SMALLEST:
        return False
    marked = np.asarray(small) < paper - _DARKER
    return any(_has_lines(each) for each in (marked, marked.T))


def _has_lines(marked: NDArray[np.bool_]) -> bool:
    """Return whether lines run from left to right; of (height, width), where there is anything."""
    height, width = marked.shape
    bounds = np.arange(_STRIPS + 1) * width // _STRIPS
    sums = np.add.reduceat(marked, bounds[:-1], axis=1, dtype=np.int64)
    filled = sums >= _FILLED * np.diff(bounds)
    if not (filled.sum(axis=0) >= _FEWEST).mean() >= _COVERED:
        return False
    reach = max(round(_ASKEW * height), 1)
    padded = np.pad(filled, ((reach, reach), (0, 0)))
    near = np.any([padded[n : n + height] for n in range(2 * reach + 1)], axis=0)
    starts, ends = _runs(near.mean(axis=1) >= _COVERED)
    thin = ends - starts <= _THICKEST * height + 2 * reach + 1
    middles = (starts + ends)[thin] / 2
    if len(middles) < _FEWEST or middles[-1] - middles[0] < _SPAN * height:
        return False
    steps = np.diff(middles)
    shares = steps / np.median(steps)
    even = (np.abs(shares - shares.round()) <= _EVEN) & (shares.round() <= 2)
    return bool(even.mean() >= _MOST_EVEN)


def _runs(rows: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where runs of true rows begin, and where they end."""
    steps = np.diff(rows.astype(np.int8), prepend=0, append=0)
    return np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
