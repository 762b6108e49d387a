"""A saved sketch as it is searched for and learned from: its strokes, or a picture with what lies on it."""

from __future__ import annotations

import io

from PIL import Image

from engine.errors import ImageError
from engine.preprocess import MARGIN, as_clean, sketch_square
from engine.sketches.drawing import Stroke, rasterise
from engine.sketches.kept import PICTURE_SIDE
from engine.sketches.svg_reader import Place, SavedSketch

PAGE_SIDE = 512
"""Pixels of a paper that is searched as a picture, since a picture lies on it."""

NO_SVG = "it is not an SVG drawing this program can read."
"""Why other files, and damaged ones, are refused."""


def drawing_of(saved: SavedSketch) -> Image.Image | tuple[Stroke, ...]:
    """Return what a saved sketch is searched for, as the window searches for it.

    Raises:
        ImageError: the picture in it is damaged.
    """
    if saved.picture is None:
        return saved.strokes
    original = picture_of(saved.picture)
    if not saved.strokes and lies_on_paper(saved.place):
        return original
    left, top, side = (round(PAGE_SIDE * one) for one in saved.place)
    page = Image.new("L", (PAGE_SIDE, PAGE_SIDE), 255)
    page.paste(sketch_square(original, max(side, 1)), (left, top))
    return as_clean(rasterise(saved.strokes, PAGE_SIDE, page=page), is_dark=True)


def lies_on_paper(place: Place) -> bool:
    """Return whether the ink of a picture that lies here, with its margin, lies on the paper."""
    left, top, side = place
    margin = MARGIN * side
    return min(left, top) >= -margin and max(left, top) + side <= 1 + margin


def picture_of(png: bytes) -> Image.Image:
    """Return the picture that a saved sketch holds.

    Raises:
        ImageError: it is damaged, or another one.
    """
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            if max(image.size) <= PICTURE_SIDE:
                return as_clean(image.convert("L"))
    except (OSError, ValueError, SyntaxError):
        pass
    raise ImageError(NO_SVG)
