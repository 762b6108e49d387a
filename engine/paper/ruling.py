"""Takes printed lines, squares and folds off a photographed page, not what is drawn across. Needs OpenCV."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.paper.page import Floats, Mask

_STRIPS = 32  # parts of a line that are looked at one by one
_ROWS = 240  # rows the lines' slope is searched in
_STEEPEST = 0.13  # slope of a printed line, about 7 degrees
_FAN = 0.06  # most that the slope changes from the first row to the last
_COVERED = 0.72  # share of a line's parts that are seen at least
_FEWEST = 6  # printed lines on a page
_SPAN = 0.45  # share of the page from the first printed line to the last
_FAINTEST = 0.02  # darkness of a printed line
_FOLD = 0.5  # most darkness of a fold, of the drawn lines'
_WAVE = 0.006  # how far a drawn line waves around its path, of the page's height
_INK = 0.055  # darkness from which on anything is a drawn line


@dataclass(frozen=True)
class Line:
    """A printed line.

    Attributes:
        rows: (strips,), where it runs in the middle of each strip.
    """

    rows: Floats


def without_ruling(darkness: Floats, valid: Mask, noise: float) -> Floats:
    """Return the darkness of a page (height, width) without printed lines, squares and folds, if it has any.

    Without a ruling, a line from edge to edge is a fold where it is clearly fainter than what is drawn.
    """
    if min(darkness.shape) < 4 * _STRIPS:
        return darkness
    level = max(_FAINTEST, 1.2 * noise)
    across = _find(darkness, valid, level)
    down = _find(np.ascontiguousarray(darkness.T), np.ascontiguousarray(valid.T), level)
    ruled_across, ruled_down = _is_ruling(across, darkness.shape[0]), _is_ruling(down, darkness.shape[1])
    if not (ruled_across or ruled_down):
        thin, thin_down = _sharp(darkness), np.ascontiguousarray(_sharp(np.ascontiguousarray(darkness.T)).T)
        most = _FOLD * _drawn_darkness(np.maximum(thin, thin_down), noise)
        across = [line for line in across if _darkness_along(thin, line) < most]
        down = [line for line in down if _darkness_along(np.ascontiguousarray(thin_down.T), line) < most]
    clean = _erase(darkness, _fill_in(across) if ruled_across else across, noise)
    down = _fill_in(down) if ruled_down else down
    return np.ascontiguousarray(_erase(np.ascontiguousarray(clean.T), down, noise).T)


def _drawn_darkness(thin: Floats, noise: float) -> float:
    """Return how dark the darkest tenth is of the lines that are darker than paper."""
    ink = thin[thin > max(_INK, 5 * noise)]
    return float(np.percentile(ink, 90)) if ink.size else 0.0


def _darkness_along(thin: Floats, line: Line) -> float:
    """Return how dark a line is in half of its places at least, be it drawn by hand and wavy."""
    height, width = thin.shape
    reach = max(round(_WAVE * height), 2)
    centres = (np.arange(_STRIPS) + 0.5) * width / _STRIPS
    middle = np.interp(np.arange(width), centres, line.rows).round().astype(np.int64)
    rows = (middle + np.arange(-reach, reach + 1)[:, None]).clip(0, height - 1)
    return float(np.median(np.take_along_axis(thin, rows, axis=0).max(axis=0)))


def _find(darkness: Floats, valid: Mask, level: float) -> list[Line]:
    """Return the lines that run from the left edge of the page to the right, top to bottom."""
    height, width = darkness.shape
    profile = _quantile(_sharp(darkness), 0.35)
    seen = _quantile(valid.astype(np.float32), 0.35) > 0.5
    slope, fan = _slope(np.minimum(profile, 4 * level), width)
    offsets = _offsets(height, width, slope, fan)
    tolerant = np.asarray(cv2.dilate(profile, np.ones((5, 1), np.uint8)), np.float32)
    total = cv2.blur(_along(np.minimum(profile, 4 * level), offsets).mean(axis=1)[:, None], (1, 5))[:, 0]
    hits = _along(tolerant, offsets) > level
    known = _along(seen.astype(np.float32), offsets) > 0.5
    covered = (hits & known).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    ends = (hits | ~known)[:, :3].any(axis=1) & (hits | ~known)[:, -3:].any(axis=1)
    sure = (covered >= _COVERED) & ends & (known.sum(axis=1) >= _STRIPS // 2)
    return [_track(row, offsets, profile, level) for row in _peaks(np.where(sure, total, 0), height)]


def _quantile(darkness: Floats, share: float) -> Floats:
    """Return what this share of each row's places in a strip lies below, (rows, strips)."""
    each = darkness.shape[1] // _STRIPS
    starts = np.arange(_STRIPS) * darkness.shape[1] // _STRIPS
    parts = darkness[:, starts[:, None] + np.arange(each)]
    place = round(share * (each - 1))
    return np.asarray(np.partition(parts, place, axis=2)[:, :, place], np.float32)


def _sharp(darkness: Floats) -> Floats:
    """Return how much darker each place is than what lies a little above and below it."""
    reach = max(round(0.006 * max(darkness.shape)), 2)
    near = np.ones((2 * reach + 1, 1), np.uint8)
    thin = darkness - cv2.morphologyEx(darkness, cv2.MORPH_OPEN, near)
    return np.asarray(cv2.dilate(cv2.GaussianBlur(thin, (0, 0), 0.8), np.ones((3, 1), np.uint8)), np.float32)


def _offsets(height: int, width: int, slope: float, fan: float) -> Floats:
    """Return how far each line has moved down in each strip, (rows, strips), if it starts in the middle."""
    x = (np.arange(_STRIPS) + 0.5) / _STRIPS - 0.5
    y = np.arange(height) / height - 0.5
    return np.asarray((slope + fan * y[:, None]) * x * width, np.float32)


def _along(profile: Floats, offsets: Floats) -> Floats:
    """Return the profile (rows, strips) read along sloping lines, by offsets of its shape or many such."""
    height = len(profile)
    rows = (np.arange(height)[:, None] + offsets).round().astype(np.int64)
    outside = (rows < 0) | (rows >= height)
    values = profile[rows.clip(0, height - 1), np.arange(profile.shape[1])]
    return np.asarray(np.where(outside, 0, values), np.float32)


def _slope(profile: Floats, width: int) -> tuple[float, float]:
    """Return the slope of the lines in the page's middle, and how much it changes from top to bottom."""
    height = len(profile)
    shrink = min(1.0, _ROWS / height)
    size = (_STRIPS, max(round(height * shrink), 8))
    small = np.asarray(cv2.resize(profile, size, interpolation=cv2.INTER_AREA), np.float32)

    def best(choices: list[tuple[float, float]]) -> tuple[float, float]:
        offsets = [_offsets(len(small), round(width * shrink), *choice) for choice in choices]
        return choices[int(_along(small, np.stack(offsets)).mean(axis=2).var(axis=1).argmax())]

    slope, _ = best([(float(slope), 0.0) for slope in np.linspace(-_STEEPEST, _STEEPEST, 41)])
    near, fans = slope + np.linspace(-0.008, 0.008, 5), np.linspace(-_FAN, _FAN, 11)
    return best([(float(slope), float(fan)) for slope in near for fan in fans])


def _peaks(strength: Floats, height: int) -> list[int]:
    """Return the rows where the strength is highest, apart from each other."""
    apart = max(round(0.008 * height), 3)
    highest = cv2.dilate(strength[:, None], np.ones((2 * apart + 1, 1), np.uint8))[:, 0]
    rows = np.flatnonzero((strength > 0) & (strength == highest))
    return [int(row) for n, row in enumerate(rows) if n == 0 or row - rows[n - 1] > apart]


def _track(row: int, offsets: Floats, profile: Floats, level: float) -> Line:
    """Return the line through this row, led by what is darkest near it in each strip."""
    height = len(profile)
    expected = row + offsets[row]
    reach = max(round(0.004 * height), 2)
    moves = np.arange(-reach, reach + 1)
    rows = (expected[None, :] + moves[:, None]).round().astype(np.int64).clip(0, height - 1)
    around = np.take_along_axis(cv2.blur(profile, (1, 3)), rows, axis=0) - 1e-4 * np.abs(moves)[:, None]
    best = moves[np.argmax(around, axis=0)].astype(np.float32)
    best[around.max(axis=0) < level] = 0
    padded = np.pad(best, 2, mode="edge")
    smooth = np.median(np.stack([padded[n : n + _STRIPS] for n in range(5)]), axis=0)
    return Line(np.asarray(expected + smooth, np.float32))


def _is_ruling(lines: list[Line], height: int) -> bool:
    """Return whether lines are a page's ruling: many, at one distance, over most of the page."""
    if len(lines) < _FEWEST:
        return False
    rows = np.sort([float(np.median(line.rows)) for line in lines])
    gaps = np.diff(rows)
    pitch = float(np.median(gaps))
    steps = gaps / max(pitch, 1)
    regular = np.abs(steps - steps.round()) < 0.2
    return bool(rows[-1] - rows[0] > _SPAN * height and regular.mean() > 0.65 and np.median(steps) < 1.5)


def _fill_in(lines: list[Line]) -> list[Line]:
    """Return a ruling's lines with those that a drawing or the page's end hides, by their pitch."""
    middles = [float(np.median(line.rows)) for line in lines]
    pitch = float(np.median(np.diff(middles)))
    ends = [(lines[0], -pitch), (lines[0], -2 * pitch), (lines[-1], pitch), (lines[-1], 2 * pitch)]
    found = [*lines, *(Line(line.rows + np.float32(move)) for line, move in ends)]
    for upper, lower, gap in zip(lines, lines[1:], np.diff(middles) / max(pitch, 1), strict=False):
        steps = round(float(gap))
        if steps > 1 and abs(gap - steps) < 0.2 * steps:
            shares = [n / steps for n in range(1, steps)]
            found += [Line(upper.rows + share * (lower.rows - upper.rows)) for share in shares]
    return found


def _erase(darkness: Floats, lines: list[Line], noise: float) -> Floats:
    """Return the darkness without these lines, what crosses them closed over the gaps."""
    if not lines:
        return darkness
    height, width = darkness.shape
    reach = max(round(0.005 * max(height, width)), 3)
    centres = (np.arange(_STRIPS) + 0.5) * width / _STRIPS
    columns = np.arange(width)
    paths = [np.interp(columns, centres, line.rows).round().astype(np.int64) for line in lines]
    bands = [(path + np.arange(-reach, reach + 1)[:, None]).clip(0, height - 1) for path in paths]
    models = [_typical(darkness[rows, columns[None, :]], width) for rows in bands]
    most = 1.5 * float(np.median([np.median(model.max(axis=0)) for model in models]))
    printed = np.zeros_like(darkness)
    for rows, model in zip(bands, models, strict=True):
        np.maximum.at(printed, (rows, np.broadcast_to(columns, rows.shape)), np.minimum(model, most))
    crossed = darkness > 1.6 * printed + max(3 * noise, 0.05)
    touched = (printed > max(noise, 0.012)) & ~crossed
    bare = np.where(touched, 0, darkness)
    closed = cv2.morphologyEx(bare, cv2.MORPH_CLOSE, np.ones((2 * reach + 3, 1), np.uint8))
    return np.asarray(np.where(touched, np.minimum(closed, darkness), darkness), np.float32)


def _typical(band: NDArray[np.float32], width: int) -> Floats:
    """Return the printed darkness along a band (rows, width): what most of its neighbourhood has."""
    tall = np.ones((3, 1), np.uint8)  # a path is right to a pixel
    levels = cv2.dilate(_quantile(band, 0.6), tall)
    padded = np.pad(levels, ((0, 0), (4, 4)), mode="edge")
    steady = np.median(np.stack([padded[:, n : n + _STRIPS] for n in range(9)]), axis=0)
    wide = cv2.dilate(steady.astype(np.float32), tall)
    return np.asarray(cv2.resize(wide, (width, len(band)), interpolation=cv2.INTER_LINEAR), np.float32)
