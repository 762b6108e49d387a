"""Tells a drawing from the specks, the signature and the dust around it. Needs OpenCV."""

from __future__ import annotations

import cv2
import numpy as np

from engine.page import Floats, Mask

_STRONG = 1.7  # darkness a mark has somewhere, as a multiple of the faintest
_SHORTEST = 0.012  # of the page's longer side, what is smaller is dust
_APART = 0.04  # of the longer side; what lies nearer is one drawing
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
    length = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    keep = (peaks > _STRONG * low) & (length > _SHORTEST * max(ink.shape))
    keep[0] = False
    return _main(keep[labels], darkness)


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
    main = int(np.argmax(mass))
    left, top, width, height = stats[main, :4]
    keep = np.ones(count, np.bool_)
    for n in range(1, count):
        x, y, w, h = stats[n, :4]
        apart = x > left + width or x + w < left or y > top + height or y + h < top
        keep[n] = n == main or mass[n] > _SMALL * mass.sum() or not apart
    return np.asarray(ink & keep[wide], np.bool_)
