"""Whether a picture that comes from anywhere is a drawing or a photo."""

from __future__ import annotations

import numpy as np
from PIL import Image

from engine.preprocess import is_clean, on_white, plain

_SIDE = 448  # longer side of the picture that is looked at, pixels
_MOST_COLOUR = 12.0  # mean difference of the channels of a picture on clean paper, of 255
_MOST_TONES = 0.12  # share of it that is neither paper nor ink

# what a photographed drawing has, once it is cleaned; shares of the page
_LEAST_PAPER = 0.9  # the rest is thumbs and things
_LEAST_SHEET = 0.09  # of the picture
_LEAST_INK, _MOST_INK = 0.003, 0.1
_MOST_NEAR = 0.22  # so near the ink as lines are thick
_NEAR = 0.01  # of the page's longer side
_MOST_DARK = 0.08
_MOST_HUE = ((50, 0.035), (75, 0.065))  # percentiles of how far colours lie from the paper's, in logarithms


def is_drawing(image: Image.Image) -> bool:
    """Return whether a picture shows a drawing, on a screen, a scan or a photographed page.

    Args:
        image: any mode, any size; a few hundred pixels a side suffice.
    """
    picture = plain(image)
    small = on_white(picture).convert("RGB")
    small.thumbnail((_SIDE, _SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    if is_clean(picture):
        return _has_few_tones(small)
    return _is_page(small)


def _has_few_tones(picture: Image.Image) -> bool:
    """Return whether all there is on clean paper is ink, and no thing in colour photographed on white."""
    tones = np.asarray(picture, np.float32)
    grey = tones.mean(axis=2)
    low, high = float(grey.min()), float(grey.max())
    between = (grey > low + 0.25 * (high - low)) & (grey < high - 0.25 * (high - low))
    colour = float((tones.max(axis=2) - tones.min(axis=2)).mean())
    return float(between.mean()) < _MOST_TONES and colour < _MOST_COLOUR


def _is_page(picture: Image.Image) -> bool:
    """Return whether there is sparse ink on a page of one colour, as the cleaning of photographs sees it."""
    import cv2  # what is drawn on a screen does without

    from engine.paper.cleaning import look_at

    look = look_at(picture)
    valid, ink = look.valid, look.ink < 200
    sheet = valid.size / (picture.width * picture.height)
    if valid.mean() < _LEAST_PAPER or sheet < _LEAST_SHEET or not _LEAST_INK < ink.mean() < _MOST_INK:
        return False
    reach = 2 * max(round(_NEAR * max(valid.shape)), 1) + 1
    near = cv2.dilate(ink.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    if near[valid].mean() > _MOST_NEAR or (look.darkness[valid] > 0.1).mean() > _MOST_DARK:
        return False
    tones = np.log(look.colours.astype(np.float32) + 12)
    hue = (tones - tones.mean(axis=2, keepdims=True))[valid]
    off = np.abs(hue - np.median(hue, axis=0)).max(axis=1)
    return all(np.percentile(off, share) < most for share, most in _MOST_HUE)
