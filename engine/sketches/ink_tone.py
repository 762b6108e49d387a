"""Whether a drawing's ink is darker or lighter than its paper. Needs numpy and Pillow alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from engine.sketches.ink_box import FAINTEST, INK

MOST_CHALK = 0.25
"""Share of a picture that light lines on a dark ground cover at most."""

CUT = 0.15
"""Share of a picture's edge that is not paper, from which on its paper is cut off, or it has none."""

_SEEN_THROUGH = 0.15  # share of a picture from which on its transparent parts are its paper
_WHITE = 255 - FAINTEST  # the darkest tone that does not show on white
_SHADE = 64  # brightest channel of a colour up to which nobody draws with it on a dark ground
_MOST_SHADE = 0.01  # share of the ink in such colours, beside white lines
_CELLS = 24  # parts of the ink's longer side
_MOST_SOLID = 0.3  # share of the ink that fills such parts where it consists of lines
_LEAST_FLAT = 0.9  # share of a picture that a shape in one tone, and the white around it, make up
_UNEVEN_EDGE = 0.01  # share of the edge of white paper that is not white


def has_clear_paper(alpha: Image.Image) -> bool:
    """Return whether so much of a picture is transparent that this is the paper it is drawn on."""
    return bool(np.mean(np.asarray(alpha) < 128) >= _SEEN_THROUGH)


def is_light_on_clear(image: Image.Image, page: Image.Image) -> bool:
    """Return whether what is drawn on clear paper is light: it shows on black, and not on white.

    White lines may have others in colours among them. White fillings within lines, white cards and stickers
    with a white rim are none.

    Args:
        image: RGBA or LA, with clear paper.
        page: the picture on white, in grey.
    """
    alpha, white = image.getchannel("A"), np.asarray(page) > _WHITE
    if white.all():
        return alpha.getbbox() is not None
    seen = np.asarray(alpha) >= 128
    if seen.mean() >= 0.5 or not _is_most(white, seen):
        return False
    rim = seen & (np.asarray(alpha.filter(ImageFilter.MinFilter(3))) < 128)
    brightest = np.asarray(image.convert("RGBA"))[..., :3].max(axis=2)
    shade = float((brightest[seen] < _SHADE).mean())
    return _is_most(white, rim) and shade <= _MOST_SHADE and _has_lines(alpha)


def _is_most(white: NDArray[np.bool_], part: NDArray[np.bool_]) -> bool:
    return 2 * int((white & part).sum()) > int(part.sum())


def _has_lines(alpha: Image.Image) -> bool:
    """Return whether what is seen of a picture is thin, and no filled area."""
    inside = alpha.crop(alpha.getbbox())
    scale = _CELLS / max(inside.size)
    size = max(round(scale * inside.width), 1), max(round(scale * inside.height), 1)
    cells = np.asarray(inside.resize(size, Image.Resampling.BOX), np.float32)
    return float(cells[cells > 250].sum()) <= _MOST_SOLID * float(cells.sum())


def is_light_on_dark(page: Image.Image, counts: Sequence[int]) -> bool:
    """Return whether a picture shows light lines on a darker ground, which may be of a middle tone.

    Args:
        page: the picture, in grey.
        counts: its histogram.
    """
    ground = quantile(counts, 0.5)
    if ground < 128:
        return not is_shape_on_white(page, counts)
    if ground > INK:
        return False
    tones, shares = np.arange(256) - ground, np.array(counts) / sum(counts)
    lighter, darker = tones > FAINTEST, tones < -FAINTEST
    if not 0 < shares[lighter].sum() <= MOST_CHALK or edge_share(page, round(ground)) > CUT:
        return False
    return bool(shares[lighter] @ tones[lighter] > -2 * shares[darker] @ tones[darker])


def is_shape_on_white(page: Image.Image, counts: Sequence[int]) -> bool:
    """Return whether a picture is one dark shape on white, however large, and no framed black board.

    Args:
        page: the picture, in grey.
        counts: its histogram.
    """
    total, tone = sum(counts), max(range(256), key=counts.__getitem__)
    white = sum(counts[_WHITE:])
    shape = sum(counts[max(tone - FAINTEST, 0) : tone + FAINTEST + 1])
    if tone >= 128 or white < _SEEN_THROUGH * total or white + shape < _LEAST_FLAT * total:
        return False
    if edge_share(page, 255) > _UNEVEN_EDGE:
        return False
    box = page.point(lambda tone: 255 if tone < 128 else 0).getbbox()
    return edge_share(page.crop(box), tone) > 0.5


def edge_share(grey: Image.Image, paper: int) -> float:
    """Return how much of a picture's edge has not its paper's tone."""
    tones = np.asarray(grey, np.int16)
    edge = np.concatenate([tones[0], tones[-1], tones[:, 0], tones[:, -1]])
    return float(np.mean(np.abs(edge - paper) > FAINTEST))


def quantile(counts: Sequence[int], share: float) -> float:
    """Return a quantile of a picture's tones from its histogram, as numpy.quantile gives it of its pixels."""
    sums = np.cumsum(counts)
    place = share * (int(sums[-1]) - 1)
    whole = math.floor(place)
    low, high = (int(np.searchsorted(sums, rank, side="right")) for rank in (whole, math.ceil(place)))
    return low + (high - low) * (place - whole)
