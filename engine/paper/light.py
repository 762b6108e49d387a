"""Takes lamp and shadow out of a photographed page: tones are measured by the paper around. Needs OpenCV."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.paper.page import Colours, Floats, Mask, edges

_SMALL = 320  # longer side of the picture that the paper's tone is read in, pixels
_WIDEST_LINE = 0.042  # of the longer side; what is wider is a filled area
_STEEP = 0.12  # change of a logarithmic tone, per pixel, that parts two areas
_SAME = 0.82  # tone of an area, of the paper around it, down to which it may be paper
_DEEPEST_SHADOW = 0.3  # tone of a shadow, of the paper around it
_CRISP = 0.22  # steepness of an area's rim by the depth of the area; a shadow's rim is softer
_WIDE_SHADOW = 0.018  # of the longer side; narrower ones look like lines
_SHADOW_REST = 0.05  # darkness that an opening leaves of a rounded shadow
_SOFT = 0.12  # steepness of a shadow's rim by the shadow's depth, per pixel
_MOST_SPREADS = 64  # times that the paper's tones are spread anew, since more of it was found
_RIM = 0.015, 0.035  # steepness of the paper's tones from which on, and at which, they change as by a shadow
_RIM_REACH = 4  # how far a shadow's rim is smoothed out, pixels of the small picture
_HUE = 0.14  # how far a shadow's colour may lie from the paper's, of the tone's logarithm


@dataclass(frozen=True)
class Page:
    """A page in even light.

    Attributes:
        darkness: (height, width), 0 for paper to 1 for black.
        at_rims: (height, width), the same where shadows end, measured by their own tone; elsewhere as above.
        valid: (height, width), what is page: no table, no thumb.
        noise: standard deviation of the paper's darkness from place to place.
    """

    darkness: Floats
    at_rims: Floats
    valid: Mask
    noise: float


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
    tone = _spread(cover, paper)
    strange = cv2.resize(foreign.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
    page = valid & ~strange
    even, at_rims = (_darkness(colours, each, page) for each in (tone, _shade_rims(tone, inside)))
    return Page(even, at_rims, page, _noise(even, page))


def _darkness(colours: Colours, tone: Floats, page: Mask) -> Floats:
    """Return how dark a picture (height, width, 3) is by its paper's tone, 0 to 1, and 0 beside the page."""
    paper = cv2.resize(tone, colours.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    share = colours.astype(np.float32) / np.maximum(paper, 1)
    grey = share @ np.array([0.3, 0.45, 0.25], np.float32)
    darkness = np.clip(1 - 0.5 * (grey + share.min(axis=2)), 0, 1)
    darkness[~page] = 0
    return np.asarray(darkness, np.float32)


def _shade_rims(tone: Floats, inside: Mask) -> Floats:
    """Return the paper's tones (height, width, 3) with the rims of shadows as dark as the shadows.

    The tones are smooth, and a shadow's rim may not be: what lies just within it would count as a line.
    A shadow's rim runs to the page's edge: one that closes within is of something shaded.

    Args:
        tone: of the paper.
        inside: (height, width), what is page.
    """
    low, high = _RIM
    steep = edges(np.asarray(np.log(tone + 4), np.float32))
    _, rims = cv2.connectedComponents((steep > low).astype(np.uint8))
    edge = cv2.erode(inside.astype(np.uint8), _disc(_RIM_REACH), borderValue=0) == 0
    near = cv2.dilate(np.where(np.isin(rims, rims[edge]), steep, 0), _disc(_RIM_REACH))
    share = cv2.GaussianBlur(np.clip((near - low) / (high - low), 0, 1), (0, 0), 1.5)[..., None]
    return np.asarray(tone + share * (cv2.erode(tone, _disc(_RIM_REACH)) - tone), np.float32)


def _disc(reach: int) -> NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1)), np.uint8)


def _noise(darkness: Floats, valid: Mask) -> float:
    """Return the standard deviation of the paper's darkness from place to place."""
    fine = darkness - cv2.GaussianBlur(darkness, (0, 0), 1.5)
    calm = np.abs(fine[valid])
    return 1.7 * float(np.median(calm)) if calm.size else 0.0


def without_soft_shadows(darkness: Floats) -> Floats:
    """Take away what is wide and has no sharp rim: the shadow of a finger, too narrow to count as paper."""
    reach = max(round(_WIDE_SHADOW * max(darkness.shape)), 3)
    smooth = np.asarray(cv2.GaussianBlur(darkness, (0, 0), 1.3), np.float32)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    wide = cv2.morphologyEx(smooth, cv2.MORPH_OPEN, disc)
    _, labels, stats, _ = cv2.connectedComponentsWithStats((wide > 0.05).astype(np.uint8))
    if len(stats) < 2:
        return darkness
    steep = cv2.dilate(edges(np.asarray(wide, np.float32)), np.ones((5, 5), np.uint8))
    shadow = np.zeros_like(darkness)
    for n in range(1, len(stats)):
        x, y, w, h = stats[n, :4]
        box = np.s_[y : y + h, x : x + w]
        part = labels[box] == n
        ring = part & (cv2.erode(part.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0) == 0)
        if float(np.median(steep[box][ring])) < _SOFT * float(wide[box][part].max()):
            shadow[box][part] = wide[box][part] + _SHADOW_REST
    return np.asarray(np.maximum(darkness - cv2.GaussianBlur(shadow, (0, 0), 2.0), 0), np.float32)


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
    tones = np.asarray(np.log(cover + 4), np.float32)
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
    steepest = np.asarray(cv2.dilate(steep, np.ones((7, 7), np.uint8)), np.float32)
    order = sorted(range(1, len(stats)), key=lambda n: -int(stats[n, cv2.CC_STAT_AREA]))
    around, spreads, is_known = _spread(tones, paper), 1, True
    for n in order:
        part = labels == n
        if stats[n, cv2.CC_STAT_AREA] < 12 or (part & paper).any():
            continue
        if not is_known and spreads < _MOST_SPREADS:  # a mosaic has thousands of areas
            around, spreads, is_known = _spread(tones, paper), spreads + 1, True
        if _is_paper(part, around, tones, steepest):
            paper |= part
            is_known = False
        elif (part & rim).any():
            foreign |= part
    reach = max(round(0.02 * max(cover.shape[:2])), 2)
    grown = cv2.dilate(foreign.astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0
    return paper & ~grown, grown & ~paper if foreign.any() else foreign


def _is_paper(part: Mask, around: Floats, tones: Floats, steepest: Floats) -> bool:
    """Return whether an area is paper, perhaps in a shadow, rather than ink or a thing.

    Args:
        part: (height, width), the area.
        around: (height, width, 3), the tones of the paper, carried on over what is none.
        tones: (height, width, 3), those of the page.
        steepest: (height, width), how steep the tones are nearby.
    """
    step = tones[part].mean(axis=0) - around[part].mean(axis=0)
    light = float(step.mean())
    if light > np.log(_SAME):
        return float(np.abs(step - light).max()) < _HUE
    if light < np.log(_DEEPEST_SHADOW) or float(np.abs(step - light).max()) > _HUE:
        return False
    ring = part & (cv2.erode(part.astype(np.uint8), np.ones((3, 3), np.uint8)) == 0)
    return float(np.median(steepest[ring])) < _CRISP * abs(light)


def _spread(values: Floats, known: Mask) -> Floats:
    """Return values (height, width, channels) smoothed where they are known, and carried on where not."""
    result = np.zeros_like(values)
    missing = np.ones(known.shape, np.float32)
    for side, reach in ((_SMALL, 2), (_SMALL // 4, 2.4), (_SMALL // 8, 5), (16, 9)):
        mean, total = _mean_of_known(values, known, side, reach)
        sure = np.clip(total / 0.15, 0, 1) * missing
        result += sure[..., None] * mean
        missing -= sure
        if missing.max() < 0.01:
            break
    left = values[known].mean(axis=0) if known.any() else values.reshape(-1, values.shape[-1]).max(axis=0)
    return np.asarray(result + missing[..., None] * left, np.float32)


def _mean_of_known(values: Floats, known: Mask, side: int, reach: float) -> tuple[Floats, Floats]:
    """Return what is known around each place, on average, and what share of the surroundings that is.

    Args:
        values: (height, width, channels).
        known: (height, width).
        side: longer side of the picture that is averaged in, pixels.
        reach: of the average, in pixels of that picture.
    """
    height, width = known.shape
    scale = min(1.0, side / max(height, width))
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    weight = known.astype(np.float32)
    weighted = np.dstack([values * weight[..., None], weight])
    if scale < 1:
        weighted = cv2.resize(weighted, size, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(weighted, (0, 0), reach)
    if scale < 1:
        blurred = cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR)
    total = blurred[..., -1]
    mean = blurred[..., :-1] / np.maximum(total, 1e-6)[..., None]
    return np.asarray(mean, np.float32), np.asarray(total, np.float32)
