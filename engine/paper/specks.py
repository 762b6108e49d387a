"""Tells a drawing from the specks, the signature and the dust around it. Needs OpenCV."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.paper.page import Floats, Mask

_STRONG = 1.7  # darkness a mark has somewhere, as a multiple of the faintest
_SHORTEST = 0.012  # of the page's longer side, what is smaller is dust
_DOT = (
    0.004  # of the longer side; what is larger, within the drawing and nearly as dark, is part of it: an eye
)
_AS_DARK = 0.8  # share of the lines' darkness that such a dot has at least
_APART = 0.04  # of the longer side; what lies nearer is one drawing
_NARROW = 0.03  # of the longer side
_EDGE = 0.16  # of the page's sides, where a signature stands
_SIGNATURE = 0.25  # share of all ink that a signature has at most
_ROD_WIDTH, _ROD_LENGTH = 0.012, 0.2  # of a pen on the page, of the longer side
_LEAST_DRAWING = 0.05  # share of all ink that a drawing beside a pen has
_FAINT = 0.5  # darkness up to which marks are faint beside the drawn lines, of those
_HARDLY_SEEN = 4  # the same, as a multiple of the faintest: a finer pen's lines are darker
_LEAST_FAINT = 0.05  # share of all ink from which on such marks beyond those lines, all together, are drawn
_FILLED = 0.02  # of the longer side; what is wider is filled
_BAND, _BAND_LENGTH = 0.1, 0.6  # how far from the page's edge a binding reaches, and how long it is
_NEAR_EDGE = 0.02  # how far from the page's edge it begins, of its side
_FEWEST_RINGS = 12
_EVEN = 0.15  # how far the distance of two rings lies from the others', of that
_SMALL = 0.1  # share of all ink that a part beside the drawing has at most


def kept_ink(darkness: Floats, valid: Mask, low: float) -> Mask:
    """Return where something is drawn, (height, width).

    Args:
        darkness: (height, width).
        valid: (height, width), what is page.
        low: darkness of the faintest line.
    """
    ink = ((darkness > low) & valid).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    peaks = np.zeros(count, np.float32)
    np.maximum.at(peaks, np.asarray(labels, np.int64), darkness)
    inward = _inward(labels, valid, count)
    for n in np.unique(labels[_rim(valid)]):
        short = min(*stats[n, 2:4], inward[n])
        if short < _NARROW * max(ink.shape) and max(stats[n, 2:4]) > 3 * short:
            peaks[n] = 0  # what is left of the page's own edge
    length = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    keep = (peaks > _STRONG * low) & (length > _SHORTEST * max(ink.shape))
    keep[0] = False
    drawn = _main(keep[labels], darkness)
    if not drawn.any():
        return drawn
    typical = float(np.percentile(darkness[drawn], 75))
    lines = float(np.percentile(darkness[_thin(drawn)], 75))
    faint = peaks < min(_FAINT * lines, _HARDLY_SEEN * low)
    if (clear := drawn & ~faint[labels]).any():
        beyond = drawn & (faint & ~_inside(stats, clear))[labels]
        if darkness[beyond].sum() < _LEAST_FAINT * darkness[drawn].sum():
            drawn &= ~beyond
    dots = ~keep & (peaks > _AS_DARK * typical) & (length > _DOT * max(ink.shape)) & _inside(stats, drawn)
    dots[0] = False
    return np.asarray(drawn | dots[labels], np.bool_)


def _thin(drawn: Mask) -> Mask:
    """Return the lines of a drawing without what is filled, which blurs less; all if none is thin."""
    wide = max(round(_FILLED * max(drawn.shape)), 3)
    filled = cv2.morphologyEx(drawn.astype(np.uint8), cv2.MORPH_OPEN, np.ones((wide, wide), np.uint8))
    thin = drawn & (cv2.dilate(filled, np.ones((wide, wide), np.uint8)) == 0)
    return np.asarray(thin if thin.any() else drawn, np.bool_)


def _inside(stats: NDArray[Any], drawn: Mask) -> Mask:
    """Return which parts lie within what the drawing takes up."""
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    left, top, width, height = stats[:, :4].T
    across = (left >= columns[0]) & (left + width <= columns[-1] + 1)
    return np.asarray(across & (top >= rows[0]) & (top + height <= rows[-1] + 1), np.bool_)


def _inward(labels: NDArray[Any], valid: Mask, count: int) -> Floats:
    """Return how far each part reaches into the page from where that ends, pixels."""
    page = np.pad(valid.astype(np.uint8), 1)
    away = cv2.distanceTransform(page, cv2.DIST_L2, 3)[1:-1, 1:-1]
    inward = np.zeros(count, np.float32)
    np.maximum.at(inward, np.asarray(labels, np.int64), away)
    return inward


def _rim(valid: Mask) -> Mask:
    """Return where the page ends."""
    inner = cv2.erode(valid.astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=0)
    return np.asarray(valid & (inner == 0), np.bool_)


def _main(ink: Mask, darkness: Floats) -> Mask:
    """Return the ink without small parts that lie apart from the drawing, towards the page's edge."""
    longer = max(ink.shape)
    scale = min(1.0, 256 / longer)
    size = (max(round(ink.shape[1] * scale), 1), max(round(ink.shape[0] * scale), 1))
    small = (cv2.resize(ink.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.02).astype(np.uint8)
    reach = max(round(_APART * max(size)), 1) | 1
    groups = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(groups, connectivity=8)
    if count <= 2:
        return ink
    wide = np.asarray(cv2.resize(labels, ink.shape[::-1], interpolation=cv2.INTER_NEAREST), np.int64)
    mass = np.bincount(wide[ink], weights=darkness[ink], minlength=count)
    mass[0] = 0
    parts = [ink & (wide == n) for n in range(count)]
    things = [_is_binding(part) or _is_rod(part) for part in parts]
    drawn = mass * ~np.array(things)
    main = int(np.argmax(drawn if drawn.max() > _LEAST_DRAWING * mass.sum() else mass))
    aside = [_is_aside(np.asarray(stats), n, main, mass, size) or drawn[n] == 0 for n in range(count)]
    keep = np.array([n == main or not aside[n] for n in range(count)])
    return np.asarray(ink & keep[wide], np.bool_)


def _is_aside(stats: NDArray[Any], n: int, main: int, mass: NDArray[Any], size: tuple[int, int]) -> bool:
    """Return whether a part lies beside the drawing and is small: a speck, or at the edge a signature."""
    x, y, w, h = stats[n, :4]
    left, top, width, height = stats[main, :4]
    if not (x > left + width or x + w < left or y > top + height or y + h < top):
        return False
    at_edge = y > (1 - _EDGE) * size[1] or y + h < _EDGE * size[1]
    at_edge = at_edge or x > (1 - _EDGE) * size[0] or x + w < _EDGE * size[0]
    return bool(mass[n] < (_SIGNATURE if at_edge else _SMALL) * mass.sum())


def _is_binding(part: Mask) -> bool:
    """Return whether these are the holes and rings of a notebook: many, along an edge, at one distance."""
    return any(_is_row_of_rings(np.rot90(part, turns)) for turns in range(4))


def _is_row_of_rings(part: Mask) -> bool:
    """Return whether this is a binding along the top of the page."""
    height, width = part.shape
    rows, columns = np.flatnonzero(part.any(axis=1)), part.any(axis=0)
    if not len(rows) or rows[0] > _NEAR_EDGE * height or rows[-1] > _BAND * height:
        return False
    starts = np.flatnonzero(np.diff(columns.astype(np.int8), prepend=0) == 1)
    if len(starts) < _FEWEST_RINGS or starts[-1] - starts[0] < _BAND_LENGTH * width:
        return False
    gaps = np.diff(starts) / np.median(np.diff(starts))
    return bool(np.mean(np.abs(gaps - 1) < _EVEN) > 0.8)


def _is_rod(part: Mask) -> bool:
    """Return whether this is long, straight, thick and filled, as a pen that lies on the page."""
    rows, columns = np.nonzero(part)
    if len(rows) < 3:
        return False
    points = np.stack([columns, rows], axis=1).astype(np.float32)
    _, sides, _ = cv2.minAreaRect(cv2.convexHull(points))
    short, long = sorted(sides)
    longer = max(part.shape)
    thick = short > _ROD_WIDTH * longer and long > max(_ROD_LENGTH * longer, 5 * short)
    return bool(thick and len(rows) > 0.7 * short * long)
