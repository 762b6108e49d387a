"""A sheet of paper as seen from above, out of a photograph that shows it askew. Needs OpenCV."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.paper.page import Colours, Mask, Sheet

_TRIM = 0.012  # taken off a found sheet's sides, of its longer one


@dataclass(frozen=True)
class Straightened:
    """A sheet seen from above.

    Attributes:
        colours: (height, width, 3).
        valid: (height, width), what belongs to the sheet.
    """

    colours: Colours
    valid: Mask


def straighten(colours: Colours, sheet: Sheet) -> Straightened:
    """Return the sheet seen from above, upright to the nearest quarter turn, without its rim."""
    height, width = colours.shape[:2]
    scale = np.array([width, height], np.float32)
    if sheet.corners is not None:
        corners = sheet.corners * scale
        across = (np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2
        down = (np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
        size = (max(round(float(across)), 8), max(round(float(down)), 8))
        target = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float32)
        matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    else:
        matrix, size = _turning(sheet, width, height)
    inside = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(inside, (sheet.outline * scale).round().astype(np.int32), 255)
    seen = cv2.warpPerspective(colours, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    valid = cv2.warpPerspective(inside, matrix, size, flags=cv2.INTER_NEAREST)
    rim = max(round(_TRIM * max(size)), 1)
    valid = cv2.erode(valid, np.ones((2 * rim + 1, 2 * rim + 1), np.uint8), borderValue=0)
    columns, rows = np.flatnonzero(valid.any(axis=0)), np.flatnonzero(valid.any(axis=1))
    if not len(columns):
        return Straightened(colours, np.ones((height, width), np.bool_))
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Straightened(np.ascontiguousarray(seen[part]), np.ascontiguousarray(valid[part] > 0))


def _turning(sheet: Sheet, width: int, height: int) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return the rotation that makes the sheet's sides upright, and the size of what it gives."""
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), sheet.slope, 1.0)
    frame = np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)], np.float64) @ turn.T
    low, high = frame.min(axis=0), frame.max(axis=0)
    turn[:, 2] -= low
    size = (round(float(high[0] - low[0])), round(float(high[1] - low[1])))
    return np.vstack([turn, [0, 0, 1]]), size
