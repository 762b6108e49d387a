"""Finds the sheet of paper in a photograph. Needs OpenCV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Colours = NDArray[np.uint8]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

_SMALL = 384  # longer side of the picture the sheet is looked for in, pixels
_LEAST_AREA = 0.03  # of the picture
_LEAST_SOLID = 0.84  # share of its convex outline that it fills
_FRAME = 0.012  # how near the picture's edge a side of the sheet counts as cut off by it, of the diagonal
_SHORTEST = 0.06  # a side, of the diagonal
_INSIDE = (0.015, 0.03)  # where the two sides of an edge are compared, of the diagonal
_OUTSIDE = (0.015, 0.03, 0.06)
_PLACES = 30  # along an edge that are compared
_LEAST_PALE_AREA = 0.2  # of the picture, for a sheet on something nearly as pale
_LEAST_DARK_AREA = 0.3  # of the picture, for a sheet darker than what it lies on
_MOST_PAPER_AROUND = 0.4  # share of what lies around a sheet that has its colour
_SOFTEST = 8  # pixels that an edge is followed to either side
_CRISP = 0.5  # share of the step across an edge that three pixels see
_CONTRAST = 0.07  # least difference across an edge, of the tone's logarithm
_HUE = 0.1  # least difference of colour, of the same
_FOLD = 0.3  # most difference across a fold, of the same: the paper goes on beyond it


@dataclass(frozen=True)
class Sheet:
    """Where the sheet lies in a picture.

    Attributes:
        outline: (n, 2), its convex outline in shares of the picture's width and height.
        corners: (4, 2), clockwise from the top left, in the same shares, some perhaps outside the picture;
            None if fewer than four sides are to be seen.
        slope: degrees by which its sides lean, -45 to 45.
    """

    outline: Floats
    corners: Floats | None
    slope: float


def find_sheet(colours: Colours) -> Sheet | None:
    """Return the sheet of paper that lies on something else; None where the paper fills the picture.

    Args:
        colours: (height, width, 3), any size; about 400 pixels a side suffice.
    """
    height, width = colours.shape[:2]
    scale = min(1.0, _SMALL / max(height, width))
    size = (max(round(width * scale), 8), max(round(height * scale), 8))
    small = np.asarray(cv2.resize(colours, size, interpolation=cv2.INTER_AREA), np.uint8)
    tones = np.asarray(np.log(cv2.GaussianBlur(small, (0, 0), 0.8).astype(np.float32) + 6), np.float32)
    best, most = None, 0.0
    for region in _regions(small, tones):
        outline, solid = _outline(region)
        if outline is None:
            continue
        score = _score(outline, tones) * solid**8  # a sheet has straight sides
        if score > most:
            best, most = outline, score
    if best is None:
        return None
    return _describe(best, size)


def edges(tones: Floats) -> Floats:
    """Return how steeply tones change, per pixel, in the channel where they change most.

    Args:
        tones: (height, width) or (height, width, channels).
    """
    across = cv2.Scharr(tones, cv2.CV_32F, 1, 0, scale=1 / 32)
    down = cv2.Scharr(tones, cv2.CV_32F, 0, 1, scale=1 / 32)
    steep: Floats = np.hypot(across, down)
    return steep.max(axis=2) if steep.ndim == 3 else steep


def _regions(small: Colours, tones: Floats) -> Iterator[NDArray[np.uint8]]:
    """Yield what may be the sheet, as masks of 0 and 1: smooth parts within edges, bright or pale ones."""
    steep = edges(tones)
    calm = float(np.median(steep))
    masks = [steep < max(level, 2 * calm) for level in (0.05, 0.1, 0.2)]
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), (0, 0), 2)
    colour = cv2.GaussianBlur(small.max(axis=2) - small.min(axis=2), (0, 0), 2)
    masks.append(cv2.threshold(grey, 0, 1, cv2.THRESH_OTSU)[1] > 0)
    masks.append(cv2.threshold(colour, 0, 1, cv2.THRESH_OTSU)[1] == 0)
    least = _LEAST_AREA * grey.size
    for mask in masks:
        opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
        _, labels, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
        big = [n for n in range(1, len(stats)) if stats[n, cv2.CC_STAT_AREA] > least / 3]
        for n in big:
            if stats[n, cv2.CC_STAT_AREA] > least:
                yield (labels == n).astype(np.uint8)
        if len(big) > 1:  # a drawing may cut the sheet into parts
            yield _alike(np.asarray(labels, np.int32), big, tones)


def _alike(labels: NDArray[np.int32], big: list[int], tones: Floats) -> NDArray[np.uint8]:
    """Return the brightest large part together with those of about its colour."""
    means = {n: np.median(tones[labels == n], axis=0) for n in big}
    brightest = max(big, key=lambda n: float(means[n].sum()))
    close = [n for n in big if float(np.abs(means[n] - means[brightest]).max()) < 0.25]
    return np.isin(labels, close).astype(np.uint8)


def _outline(region: NDArray[np.uint8]) -> tuple[Floats | None, float]:
    """Return a region's convex outline and what share of it the region fills.

    Returns:
        (n, 2) in pixels with few corners, None if it is no sheet's; and the share, 0 to 1.
    """
    contours, _ = cv2.findContours(region, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    points = np.concatenate(contours)
    area = sum(cv2.contourArea(contour) for contour in contours)
    hull = cv2.convexHull(points)
    full = cv2.contourArea(hull)
    if full < _LEAST_AREA * region.size or area < _LEAST_SOLID * full:
        return None, 0.0
    outline = cv2.approxPolyDP(hull, 0.008 * cv2.arcLength(hull, True), True)
    if not 4 <= len(outline) <= 9 or abs(cv2.contourArea(outline) - full) > 0.06 * full:
        return None, 0.0
    return np.asarray(outline[:, 0], np.float32), area / full


def _sides(outline: Floats, size: tuple[int, int]) -> list[tuple[Floats, Floats]]:
    """Return the sides that are the sheet's own, not the edge of the picture; short ones left out."""
    limit = np.array(size, np.float32) - 1
    diagonal = float(np.hypot(*limit))
    near = max(_FRAME * diagonal, 4)
    found = []
    for start, end in zip(outline, np.roll(outline, -1, axis=0), strict=True):
        on_frame = ((start < near) & (end < near)) | ((start > limit - near) & (end > limit - near))
        if not on_frame.any() and np.linalg.norm(end - start) > _SHORTEST * diagonal:
            found.append((start, end))
    return found


def _score(outline: Floats, tones: Floats) -> float:
    """Return how surely this is a sheet: about its share of the picture; 0 if its sides are no edges."""
    height, width = tones.shape[:2]
    sides = _sides(outline, (width, height))
    if not sides:
        return 0.0
    cover = np.asarray(cv2.morphologyEx(tones, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)), np.float32)
    inward = outline.mean(axis=0)
    compared = [(side, found) for side in sides if (found := _steps(side, inward, cover)) is not None]
    if not compared:
        return 0.0
    lengths = np.array([np.linalg.norm(end - start) for (start, end), _ in compared])
    right = np.array([step.share for _, step in compared])
    mean = float((right * lengths).sum() / lengths.sum())
    if right.min() < 0.5 or mean < 0.75:
        return 0.0
    area = cv2.contourArea(outline) / (height * width)
    steps = [step for _, step in compared]
    is_whole = len(sides) >= 4
    may_be_folds = len(sides) < 3 or (not is_whole and area <= _LEAST_PALE_AREA)
    if may_be_folds and any(abs(step.light) < _FOLD and step.hue < _HUE for step in steps):
        return 0.0
    on_pale = is_whole and area > _LEAST_PALE_AREA and all(_CONTRAST < step.light < _FOLD for step in steps)
    on_pale = on_pale and sum(_ends_beyond(side, step, inward, cover) for side, step in compared) < 2
    if not on_pale and _paper_around(outline, cover) > _MOST_PAPER_AROUND:
        return 0.0
    darker = np.mean([step.light < 0 for step in steps]) > 0.5
    if darker and area < _LEAST_DARK_AREA:
        return 0.0
    return float(area * mean**4) * (0.3 if darker else 1.0)


def _paper_around(outline: Floats, tones: Floats) -> float:
    """Return which share of what lies around a sheet has its colour: much, if it is a frame that is drawn."""
    inside = np.zeros(tones.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, outline.round().astype(np.int32), 1)
    around = cv2.dilate(inside, np.ones((9, 9), np.uint8)) == 0
    if not around.any():
        return 0.0
    light = tones.mean(axis=2)
    hue = tones - light[..., None]
    low, high = np.percentile(light[inside > 0], (5, 95))
    alike = (light[around] > low - _CONTRAST) & (light[around] < high + _CONTRAST)
    alike &= np.abs(hue[around] - np.median(hue[inside > 0], axis=0)).max(axis=1) < _CONTRAST
    return float(alike.mean())


@dataclass(frozen=True)
class _Step:
    """How what lies within an edge differs from what lies without, in the tone's logarithm.

    Attributes:
        share: of the places along it that differ.
        light: how much brighter it is within.
        hue: how far the colours lie apart.
    """

    share: float
    light: float
    hue: float


def _steps(side: tuple[Floats, Floats], inward: Floats, tones: Floats) -> _Step | None:
    """Compare both sides of an edge; None for one beyond which the picture ends."""
    height, width = tones.shape[:2]
    diagonal = float(np.hypot(height, width))
    along, normal = _along(side, inward)

    def sample(distances: ArrayLike) -> tuple[Floats, Mask]:
        """Return tones (distances, places, 3), and where the picture has any."""
        away = np.asarray(distances, np.float32)[:, None, None]
        x, y = np.moveaxis((along + normal * away * np.float32(diagonal)).round().astype(int), -1, 0)
        seen = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        return np.asarray(tones[y.clip(0, height - 1), x.clip(0, width - 1)], np.float32), seen

    inner = sample(_INSIDE)[0].mean(axis=0)
    across = sample(np.arange(-_SOFTEST, _SOFTEST + 1) / diagonal)[0].mean(axis=2)
    crisp = np.abs(across[3:] - across[:-3]).max(axis=0) > _CRISP * np.abs(across[-1] - across[0])
    if crisp.mean() < 0.5:  # the edge of a shadow
        return _Step(0.0, 0.0, 0.0)
    shares, brighter, hues = [], [], []
    for outer, seen in zip(*sample(np.negative(_OUTSIDE)), strict=True):
        step = (inner - outer)[seen]
        if len(step) < _PLACES // 3:
            continue
        light = step.mean(axis=1)
        hue = np.abs(step - light[:, None]).max(axis=1)
        sign = 1.0 if np.median(light) >= 0 else -1.0
        shares.append(float(np.mean((light * sign > _CONTRAST) | (hue > _HUE))))
        brighter.append(float(np.median(light)))
        hues.append(float(np.median(hue)))
    if not shares:
        return None
    return _Step(min(shares), float(np.mean(brighter)), float(np.mean(hues)))


def _along(side: tuple[Floats, Floats], inward: Floats) -> tuple[Floats, Floats]:
    """Return places along an edge, (places, 2), and the direction from it to the inside."""
    start, end = side
    along = start + (end - start) * np.linspace(0.08, 0.92, _PLACES, dtype=np.float32)[:, None]
    normal = np.array([end[1] - start[1], start[0] - end[0]], np.float32)
    normal /= max(float(np.linalg.norm(normal)), 1e-6)
    return along, -normal if float(normal @ (inward - start)) < 0 else normal


def _ends_beyond(side: tuple[Floats, Floats], step: _Step, inward: Floats, tones: Floats) -> bool:
    """Return whether what lies beyond an edge ends before the picture does: a drawn frame, no table."""
    height, width = tones.shape[:2]
    diagonal = float(np.hypot(height, width))
    along, normal = _along(side, inward)
    away = np.arange(_OUTSIDE[0] * diagonal, diagonal, 2, dtype=np.float32)[:, None, None]
    x, y = (along - away * normal).round().astype(int).T
    seen = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    light = np.where(seen, tones.mean(axis=2)[y.clip(0, height - 1), x.clip(0, width - 1)], 0)
    rise = (light[:, 4:] - light[:, :-4]).max(axis=1)
    return bool(np.mean(rise > 0.5 * step.light) > 0.5)


def _describe(outline: Floats, size: tuple[int, int]) -> Sheet:
    """Return the sheet of an outline in pixels of a picture of this size."""
    sides = _sides(outline, size)
    scale = np.array(size, np.float32)
    longest = max(sides, key=lambda side: float(np.linalg.norm(side[1] - side[0])))
    direction = longest[1] - longest[0]
    slope = (np.degrees(np.arctan2(direction[1], direction[0])) + 45) % 90 - 45
    corners = _corners(sides)
    if corners is not None and not _plausible(corners, outline):
        corners = None
    shares = None if corners is None else corners / scale
    return Sheet(outline / scale, shares, float(slope))


def _corners(sides: list[tuple[Floats, Floats]]) -> Floats | None:
    """Return where four sides meet, clockwise from the top left; None if they are not four."""
    if len(sides) != 4:
        return None
    points = [_meeting(sides[n - 1], sides[n]) for n in range(4)]
    if any(point is None for point in points):
        return None
    corners = np.array(points, np.float32)
    around = corners - corners.mean(axis=0)
    corners = corners[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]
    first = int(np.argmin(corners.sum(axis=1)))
    turned: Floats = np.roll(corners, -first, axis=0)
    return _upright(turned)


def _upright(corners: Floats) -> Floats:
    """Return the corners begun so that the first side is the one that lies flattest at the top."""
    orders = [np.roll(corners, -n, axis=0) for n in range(4)]

    def lean(order: Floats) -> float:
        across = order[1] - order[0] + order[2] - order[3]
        return float(np.arctan2(across[1], across[0]))

    return min(orders, key=lambda order: abs(lean(order)))


def _meeting(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> Floats | None:
    """Return where the lines through two sides cross."""
    first = np.cross([*one[0], 1], [*one[1], 1])
    second = np.cross([*other[0], 1], [*other[1], 1])
    x, y, w = np.cross(first, second)
    return None if abs(w) < 1e-6 else np.array([x / w, y / w], np.float32)


def _plausible(corners: Floats, outline: Floats) -> bool:
    """Return whether a quadrilateral is about the outline it was made of, cut off corners aside."""
    area = cv2.contourArea(corners)
    return bool(cv2.isContourConvex(corners.astype(np.float32)) and area < 1.35 * cv2.contourArea(outline))
