"""A drawing on paper, photographed, as a clean picture: dark ink on white. Needs OpenCV."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from engine.paper.light import even_out, without_soft_shadows
from engine.paper.page import Colours, Floats, Mask, edges, find_sheet
from engine.paper.ruling import without_ruling
from engine.paper.specks import kept_ink
from engine.paper.straighten import Straightened, straighten

_SIDE = 1024  # longer side of the page that is worked on, pixels
_NOISE_SIGMAS = 5.0
_PALE = 200  # tone of paper on which nothing is light
_FEW = 0.002  # share of a page that light lines cover at least, where it is no dark one
_CRISP = (
    0.12  # steepness near a light line, of how much lighter it is, per pixel; a lamp's reflection is softer
)
_RIM = 0.02  # of the page's longer side
_NEAR_LINE = 25  # pixels across which that is looked for
_FAINTEST = 0.055  # darkness of the faintest line, of black


def clean_page(image: Image.Image) -> Image.Image:
    """Return what is drawn on a photographed page, in grey: dark ink on white, the page straightened.

    Args:
        image: in colour or grey, opaque, any size.
    """
    return Image.fromarray(look_at(image).ink)


@dataclass(frozen=True)
class Look:
    """What cleaning makes of a picture.

    Attributes:
        colours: (height, width, 3), the page as it lies straight.
        valid: (height, width), what is page: no table, no thumb.
        darkness: (height, width), 0 for paper to 1 for black, printed lines taken out.
        ink: (height, width), grey tones: lines dark, paper white.
    """

    colours: Colours
    valid: Mask
    darkness: Floats
    ink: Colours


def look_at(image: Image.Image) -> Look:
    """Return what cleaning makes of a picture, step by step; see `clean_page`."""
    page = _page(np.asarray(image.convert("RGB")))
    even = even_out(_dark_on_light(page), page.valid)
    darkness = without_soft_shadows(without_ruling(even.darkness, even.valid, even.noise))
    darkness = np.minimum(darkness, even.at_rims)
    return Look(page.colours, even.valid, darkness, _draw_ink(darkness, even.valid, even.noise))


def _page(colours: Colours) -> Straightened:
    """Return the sheet of paper in a picture, or all of it, no larger than need be."""
    sheet = find_sheet(colours)
    if sheet is None:
        small = _reduce(colours, _SIDE / max(colours.shape[:2]))
        return Straightened(small, np.ones(small.shape[:2], np.bool_))
    low, high = sheet.outline.min(axis=0), sheet.outline.max(axis=0)
    long = float(((high - low) * np.array(colours.shape[1::-1])).max())
    return straighten(_reduce(colours, _SIDE / long), sheet)


def _reduce(colours: Colours, scale: float) -> Colours:
    if scale >= 1:
        return colours
    height, width = colours.shape[:2]
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return np.asarray(cv2.resize(colours, size, interpolation=cv2.INTER_AREA), np.uint8)


def _dark_on_light(page: Straightened) -> Colours:
    """Return the page's colours, inverted if it shows light lines on a dark ground."""
    colours = page.colours
    grey = cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY)
    tone = float(np.median(grey))
    if tone > _PALE:
        return colours
    is_dark = tone < 128
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.0).astype(np.float32)
    ground = cv2.resize(smooth, (128, 128), interpolation=cv2.INTER_AREA).astype(np.uint8)
    ground = cv2.resize(cv2.medianBlur(ground, 31), grey.shape[::-1]).astype(np.float32)
    step = np.where(_within(page.valid), smooth - ground, 0).astype(np.float32)
    spread = 6 * float(np.median(np.abs(step))) + 6
    light = step > spread
    if not is_dark:
        around = np.ones((_NEAR_LINE, _NEAR_LINE), np.uint8)
        light &= cv2.dilate(edges(smooth), around) > _CRISP * cv2.dilate(step, around)
    lighter, darker = step[light].sum(), -step[step < -spread].sum()
    if not is_dark and np.mean(light) < _FEW:
        return colours
    return np.asarray(255 - colours, np.uint8) if lighter > (2 if is_dark else 4) * darker else colours


def _within(valid: Mask) -> Mask:
    """Return the page without its rim, where a frame may be left of a board."""
    reach = 2 * max(round(_RIM * max(valid.shape)), 1) + 1
    inner = cv2.erode(valid.astype(np.uint8), np.ones((reach, reach), np.uint8), borderValue=0)
    return np.asarray(inner > 0, np.bool_)


def _draw_ink(darkness: Floats, valid: Mask, noise: float) -> Colours:
    """Return grey tones, (height, width): lines dark, paper white."""
    sigma = float(np.clip(25 * noise, 0.6, 1.6))
    smooth = np.asarray(cv2.GaussianBlur(darkness, (0, 0), sigma), np.float32)
    rest = noise / (1 + 2.5 * sigma**2) ** 0.5
    low = max(_FAINTEST, _NOISE_SIGMAS * rest)
    ink = kept_ink(smooth, valid, low)
    if not ink.any():
        return np.full(darkness.shape, 255, np.uint8)
    full = max(float(np.percentile(smooth[ink], 75)), 1.6 * low)
    tone = np.clip((smooth - 0.6 * low) / (full - 0.6 * low), 0, 1)
    near = cv2.dilate(ink.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.asarray(np.where(near, 255 - 255 * tone, 255).round(), np.uint8)
