"""Takes lamp and shadow out of a photographed page: each tone is measured by the paper around it. Needs OpenCV."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.page import Colours, Floats, Mask, edges

_SMALL = 320  # longer side of the picture that the paper's tone is read in, pixels
_WIDEST_LINE = 0.042  # of the longer side; what is wider is a filled area
_STEEP = 0.12  # change of a logarithmic tone, per pixel, that parts two areas
_SAME = 0.82  # tone of an area, of the paper around it, down to which it may be paper
_DEEPEST_SHADOW = 0.3  # tone of a shadow, of the paper around it
_CRISP = 0.22  # steepness of an area's rim by the depth of the area; a shadow's rim is softer
_HUE = 0.14  # how far a shadow's colour may lie from the paper's, of the tone's logarithm


@dataclass(frozen=True)
class Page:
    """A page in even light.

    Attributes:
        darkness: (height, width), 0 for paper to 1 for black.
        valid: (height, width), what is page: no table, no thumb.
    """

    darkness: Floats
    valid: Mask


def even_out(colours: Colours, valid: Mask) -> Page:
    """Return a page's darkness, measured by the paper's own tone at each place.

    Args:
        colours: (height, width, 3).
        valid: (height, width), what belongs to the page.
    """
    height, width = valid.shape
    scale = min(1.0, _SMALL / max(height, width))
    size = (max(round(width * scale), 8), max(round(height * scale), 8))
    small = cv2.resize(colours, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    inside = cv2.resize(valid.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    cover = _without_lines(small, inside)
    paper, foreign = _paper_and_foreign(cover, inside)
    tone = cv2.resize(_spread(cover, paper), (width, height), interpolation=cv2.INTER_LINEAR)
    share = colours.astype(np.float32) / np.maximum(tone, 1)
    grey = share @ np.array([0.3, 0.45, 0.25], np.float32)
    darkness = np.clip(1 - 0.5 * (grey + share.min(axis=2)), 0, 1)
    strange = cv2.resize(foreign.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
    page = valid & ~strange
    darkness[~page] = 0
    return Page(np.asarray(darkness, np.float32), page)


def _without_lines(small: Floats, inside: Mask) -> Floats:
    """Return the page without what is as thin as a line; what is not page takes its neighbours' tones."""
    reach = max(round(_WIDEST_LINE * max(small.shape[:2])) | 1, 3)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    filled = np.where(inside[..., None], cv2.GaussianBlur(small, (0, 0), 1.0), 0)
    brightest = cv2.dilate(filled, kernel)
    closed = cv2.erode(np.where(brightest > 0, brightest, 255), kernel)
    return np.asarray(cv2.GaussianBlur(closed, (0, 0), 1.0), np.float32)


def _paper_and_foreign(cover: Floats, inside: Mask) -> tuple[Mask, Mask]:
    """Part the page into areas; return which places are paper, and which are things at its edge."""
    tones = np.log(cover + 4)
    steep = edges(tones)
    calm = (steep < _STEEP) & inside
    opened = cv2.morphologyEx(calm.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    if len(stats) < 2:
        return inside, np.zeros_like(inside)
    weight = [stats[n, cv2.CC_STAT_AREA] * float(cover[labels == n].mean()) for n in range(1, len(stats))]
    paper = labels == 1 + int(np.argmax(weight))
    rim = inside & (cv2.erode(inside.astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=0) == 0)
    foreign = np.zeros_like(inside)
    steepest = cv2.dilate(steep, np.ones((7, 7), np.uint8))
    order = sorted(range(1, len(stats)), key=lambda n: -int(stats[n, cv2.CC_STAT_AREA]))
    for n in order:
        part = labels == n
        if stats[n, cv2.CC_STAT_AREA] < 12 or (part & paper).any():
            continue
        if _is_paper(part, paper, tones, steepest):
            paper |= part
        elif (part & rim).any():
            foreign |= part
    reach = max(round(0.02 * max(cover.shape[:2])), 2)
    grown = cv2.dilate(foreign.astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0
    return paper & ~grown, grown & ~paper if foreign.any() else foreign


def _is_paper(part: Mask, paper: Mask, tones: Floats, steepest: Floats) -> bool:
    """Return whether an area is paper, perhaps in a shadow, rather than ink or a thing."""
    around = _spread(tones, paper)[part].mean(axis=0)
    step = tones[part].mean(axis=0) - around
    light = float(step.mean())
    if light > np.log(_SAME):
        return float(np.abs(step - light).max()) < _HUE
    if light < np.log(_DEEPEST_SHADOW) or float(np.abs(step - light).max()) > _HUE:
        return False
    ring = part & (cv2.erode(part.astype(np.uint8), np.ones((3, 3), np.uint8)) == 0)
    return float(np.median(steepest[ring])) < _CRISP * abs(light)


def _spread(values: Floats, known: Mask) -> Floats:
    """Return values (height, width, channels) smoothed where they are known, and carried on where not."""
    longer = max(known.shape)
    weight = known.astype(np.float32)
    result = np.zeros_like(values)
    missing = np.ones(known.shape, np.float32)
    for reach in (0.007, 0.03, 0.12, 0.6):
        sigma = max(reach * longer, 1)
        total = cv2.GaussianBlur(weight, (0, 0), sigma)
        mean = cv2.GaussianBlur(values * weight[..., None], (0, 0), sigma)
        sure = np.clip(total / 0.15, 0, 1) * missing
        result += (sure / np.maximum(total, 1e-6))[..., None] * mean
        missing -= sure
    left = values[known].mean(axis=0) if known.any() else values.reshape(-1, values.shape[-1]).max(axis=0)
    return np.asarray(result + missing[..., None] * left, np.float32)
