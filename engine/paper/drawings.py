"""Tells the drawings on one sheet apart, where there are several. Needs OpenCV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.paper.page import Mask

MOST = 6
"""Drawings on one sheet that are told apart; where there are more, all are taken for one."""

_SIDE = 256  # pixels of the ink's longer side in which it is looked at
_LINE = 0.08  # share of such a pixel that ink covers at least
_NEAR = 0.02  # of the ink's longer side: what lies nearer is one piece
_MOST_PIECES = 80  # where there are more, it is dots, or rain
_SHARE = 0.08  # of all ink that a drawing has at least; what has less belongs to the nearest one
_LEAST_GAP = 0.12  # between two drawings, of the largest one's longer side
_CLEAR = 1.5  # times that gap is wider than the widest within a drawing
_TIGHT = 0.02  # of the ink's longer side: a gap within a drawing counts as no narrower
_LEAST_SIDE = 0.5  # of the largest drawing's longer side: a sun above a house is part of it
_LEAST_INK = 0.15  # of the ink of the drawing that has most
_LEAST_LINES = 1.5  # length of a drawing's lines, of its longer side: a bare line is none
_OVERLAP = 0.05  # of a drawing's box that another's may cover: eyes are part of their face

_Numbers = NDArray[np.int64]
_Lengths = NDArray[np.float64]


@dataclass(frozen=True)
class _Pieces:
    """Connected pieces of ink.

    Attributes:
        apart: (n, n), how far they lie from each other, pixels.
        boxes: (n, 4), left, top, right and bottom.
        ink: (n,), pixels of ink.
        lines: (n,), how long their lines are, pixels.
    """

    apart: _Lengths
    boxes: _Numbers
    ink: _Lengths
    lines: _Lengths


def find_drawings(ink: Mask) -> list[Mask]:
    """Return which parts of a sheet belong to each of its drawings, in the order of reading.

    Drawings are about as large as each other, and lie farther apart than the pieces of any of them. In
    case of doubt all are one.

    Args:
        ink: (height, width), where anything is drawn.

    Returns:
        Two to MOST masks of the sheet's size, each place in one of them; none where there is one drawing.
    """
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        return []
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    labels, count = _label(ink[box])
    if not 2 <= count <= _MOST_PIECES:
        return []
    pieces = _pieces(labels, count)
    best, clearest = None, 0.0
    for groups, widest in _groupings(pieces):
        clear = _clearness(pieces, groups, widest)
        if clear > clearest:
            best, clearest = groups, clear
    if best is None:
        return []
    nearest = _nearest(labels, best, ink[box].shape)
    top, left = int(rows[0]), int(columns[0])
    beyond = ((top, ink.shape[0] - 1 - int(rows[-1])), (left, ink.shape[1] - 1 - int(columns[-1])))
    sheet = np.pad(nearest, beyond, mode="edge")
    return [sheet == number for number in _in_reading_order(pieces, best)]


def _label(ink: Mask) -> tuple[_Numbers, int]:
    """Return the number of the piece that each pixel of a small picture is ink of, 0 for none; how many."""
    scale = min(1.0, _SIDE / max(ink.shape))
    size = (max(round(ink.shape[1] * scale), 1), max(round(ink.shape[0] * scale), 1))
    cover = cv2.resize(ink.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    drawn = (cover > _LINE).astype(np.uint8)
    reach = 2 * max(round(_NEAR / 2 * max(size)), 1) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    count, labels = cv2.connectedComponents(cv2.dilate(drawn, disc))
    return np.where(drawn > 0, labels, 0).astype(np.int64), count - 1


def _pieces(labels: _Numbers, count: int) -> _Pieces:
    rows, columns = np.nonzero(labels)
    owners = labels[rows, columns] - 1
    apart = np.full((count, count), np.inf)
    boxes, lines = np.zeros((count, 4), np.int64), np.zeros(count)
    for n in range(count):
        away = cv2.distanceTransform((labels != n + 1).astype(np.uint8), cv2.DIST_L2, 5)
        np.minimum.at(apart[n], owners, away[rows, columns])
        x, y = columns[owners == n], rows[owners == n]
        boxes[n] = x.min(), y.min(), x.max() + 1, y.max() + 1
        rims, _ = cv2.findContours((labels == n + 1).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        lines[n] = sum(cv2.arcLength(rim, True) for rim in rims) / 2
    ink = np.bincount(owners, minlength=count).astype(float)
    return _Pieces(np.minimum(apart, apart.T), boxes, ink, lines)


def _groupings(pieces: _Pieces) -> Iterator[tuple[_Numbers, float]]:
    """Yield how pieces may make drawings, from wide gaps to narrow ones: a number each, and a gap.

    The gap is the widest within a drawing, but for those around small pieces that belong to the nearest.
    """
    gaps = _spanning_gaps(pieces.apart)
    for place in range(len(gaps)):
        groups = _join(pieces.apart, gaps[place])
        ink = np.bincount(groups, weights=pieces.ink)
        large = np.flatnonzero(ink >= _SHARE * ink.sum())
        if 2 <= len(large) <= MOST:
            between = np.stack([pieces.apart[groups == n].min(axis=0) for n in large])
            own = np.searchsorted(large, groups)
            within = gaps[place + 1] if place + 1 < len(gaps) else 0.0
            yield np.where(np.isin(groups, large), own, between.argmin(axis=0)), float(within)


def _spanning_gaps(apart: _Lengths) -> list[float]:
    """Return the gaps of the shortest tree that joins all pieces, the widest first."""
    left, gaps = np.arange(1, len(apart)), []
    away = apart[0].copy()
    while len(left):
        nearest = left[np.argmin(away[left])]
        gaps.append(float(away[nearest]))
        away = np.minimum(away, apart[nearest])
        left = left[left != nearest]
    return sorted(gaps, reverse=True)


def _join(apart: _Lengths, gap: float) -> _Numbers:
    """Return a number for each piece, the same for those that narrower gaps join."""
    groups = np.arange(len(apart))
    for one, other in zip(*np.nonzero(apart < gap), strict=True):
        groups[groups == groups[one]] = groups[other]
    return np.asarray(np.unique(groups, return_inverse=True)[1], np.int64)


def _clearness(pieces: _Pieces, groups: _Numbers, widest: float) -> float:
    """Return how many times the gap between drawings is the widest within one; 0 if they are no drawings."""
    numbers = range(int(groups.max()) + 1)
    boxes = np.array([_box(pieces, groups == n) for n in numbers])
    sides = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    ink = np.bincount(groups, weights=pieces.ink)
    gap = float(pieces.apart[groups[:, None] != groups].min())
    clear = gap / max(widest, _TIGHT * _SIDE)
    if gap < _LEAST_GAP * sides.max() or clear < _CLEAR or sides.min() < _LEAST_SIDE * sides.max():
        return 0.0
    if (np.bincount(groups, weights=pieces.lines) < _LEAST_LINES * sides).any():
        return 0.0
    if ink.min() < _LEAST_INK * ink.max() or _overlap(boxes) > _OVERLAP:
        return 0.0
    return clear


def _box(pieces: _Pieces, which: Mask) -> _Numbers:
    boxes = pieces.boxes[which]
    return np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])


def _overlap(boxes: _Numbers) -> float:
    """Return the largest share of any box that another one covers."""
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    common = np.maximum(high - low, 0).prod(axis=2) / (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    np.fill_diagonal(common, 0)
    return float(common.max())


def _nearest(labels: _Numbers, groups: _Numbers, shape: tuple[int, ...]) -> _Numbers:
    """Return the number of the nearest drawing at each place of a picture of this shape."""
    drawn = np.where(labels > 0, groups[labels - 1], -1)
    away = [
        cv2.distanceTransform((drawn != n).astype(np.uint8), cv2.DIST_L2, 5) for n in range(groups.max() + 1)
    ]
    nearest = np.argmin(away, axis=0).astype(np.uint8)
    return np.asarray(cv2.resize(nearest, shape[1::-1], interpolation=cv2.INTER_NEAREST), np.int64)


def _in_reading_order(pieces: _Pieces, groups: _Numbers) -> list[int]:
    """Return the numbers of the drawings row by row, each from left to right."""
    boxes = [_box(pieces, groups == n) for n in range(int(groups.max()) + 1)]
    left, order = sorted(range(len(boxes)), key=lambda n: int(boxes[n][1])), []
    while left:
        middle = (boxes[left[0]][1] + boxes[left[0]][3]) / 2  # of the row's highest
        row = [n for n in left if boxes[n][1] < middle]
        order += sorted(row, key=lambda n: int(boxes[n][0]))
        left = [n for n in left if n not in row]
    return order
