"""Random views of sketches and photos. Each ends in engine.preprocess: training sees what search will."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from engine.preprocess import (
    LINE_WIDTH,
    as_clean,
    clean_sketch,
    has_light_ink,
    on_white,
    photo_square,
    plain,
    render_strokes,
    sketch_page,
    sketch_square,
)
from engine.sketches.drawing import Stroke, prefix

PAGE_SIDE = 512
"""Pixels of the longer side of a sketch that views are made of, at most."""

_PAGE = "page"  # key in the info of what `page_of` gave
_LEAST_INK = 0.25  # a partial drawing keeps at least this share of its ink
_CONTOUR_SIDE = 160  # photos are traced at this size, in pixels
_LEAST_CONTOUR = 25  # connected lines of fewer pixels are dropped from a contour drawing


def sketch_view(
    page: Image.Image, size: int, *, flip: bool, rng: random.Random, holes: float = 0.2
) -> Image.Image:
    """Return a raster sketch turned, sheared, thickened, and in a share `holes` of cases lacking a piece.

    A photographed one is cleaned first, as search does; not what `page_of` gave.
    """
    page = page if _PAGE in page.info else page_of(page)
    if flip:
        page = ImageOps.mirror(page)
    page = _turn(page, rng)
    thickness = rng.random()
    if thickness < 0.45:
        page = page.filter(ImageFilter.MinFilter(3 if thickness > 0.08 else 5))
    if rng.random() < holes:
        page = _with_hole(page, rng)
    return _place(sketch_square(as_clean(page, is_dark=True), size), rng)


def page_of(sketch: Image.Image) -> Image.Image:
    """Return a sketch as all its views are made of it: cleaned, dark on light, of PAGE_SIDE at most."""
    page = ImageOps.autocontrast(dark_on_light(sketch))
    if max(page.size) > PAGE_SIDE:
        page = page.reduce(-(-max(page.size) // PAGE_SIDE))
    return as_page(page)


def as_page(page: Image.Image) -> Image.Image:
    """Mark a picture as what `page_of` gave; return it."""
    page.info = {_PAGE: True}
    return page


def dark_on_light(sketch: Image.Image) -> Image.Image:
    """Return a sketch in grey, as search takes it: cleaned, on paper, light lines inverted.

    A picture that is marked as dark ink stays as it is, however much of it is ink.
    """
    page = sketch_page(clean_sketch(sketch))
    return as_clean(ImageOps.invert(page), is_dark=True) if has_light_ink(sketch, page) else page


def strokes_view(
    strokes: Sequence[Stroke], size: int, *, flip: bool, rng: random.Random, unfinished: float = 0.4
) -> Image.Image:
    """Return a stroke drawing bent, in a random line width, now and then lacking strokes.

    In a share `unfinished` of cases only its first part is there, a quarter of the ink or more.
    """
    if rng.random() < unfinished:
        strokes = prefix(strokes, rng.uniform(_LEAST_INK, 1))
    if len(strokes) > 3 and rng.random() < 0.3:
        kept = [stroke for stroke in strokes if rng.random() > 0.15]
        strokes = kept or strokes
    angle = np.deg2rad(rng.gauss(0, 8))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    bend = np.array([[rng.uniform(0.8, 1.25) * (-1 if flip else 1), 0], [rng.gauss(0, 0.1), 1]])
    matrix = (turn @ bend).astype(np.float32)
    moved = [replace(stroke, points=stroke.points @ matrix) for stroke in strokes]
    width = LINE_WIDTH * 2 ** rng.uniform(-1, 1.2)
    return _place(sketch_square(render_strokes(moved, line_width=width), size), rng)


def photo_view(photo: Image.Image, size: int, *, flip: bool, least: float, rng: random.Random) -> Image.Image:
    """Return a photo cropped to `least` (a share of its area) or more, recoloured, sometimes grey."""
    width, height = photo.size
    area = rng.uniform(least, 1)
    aspect = 2 ** rng.uniform(-0.4, 0.4)
    crop_width = min(1.0, (area * aspect) ** 0.5)
    crop_height = min(1.0, (area / aspect) ** 0.5)
    left, top = rng.uniform(0, 1 - crop_width) * width, rng.uniform(0, 1 - crop_height) * height
    box = (left, top, left + crop_width * width, top + crop_height * height)
    photo = on_white(plain(photo)).convert("RGB")
    photo = photo.resize((size, size), Image.Resampling.BILINEAR, box=box, reducing_gap=2.0)
    if flip:
        photo = ImageOps.mirror(photo)
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        photo = enhance(photo).enhance(rng.uniform(0.6, 1.4))
    if rng.random() < 0.15:
        photo = ImageOps.grayscale(photo).convert("RGB")
    return photo_square(photo, size)


def contour_view(photo: Image.Image, size: int, *, rng: random.Random) -> Image.Image | None:
    """Return a line drawing traced from a photo, or None where there is too little or too much to trace.

    Canny's edges of the smoothed photo, short lines dropped: a sketch of exactly this photo, for every
    class, seen by nobody's hand.
    """
    tones = cv2.resize(np.asarray(photo.convert("RGB")), (_CONTOUR_SIDE, _CONTOUR_SIDE))
    tones = cv2.bilateralFilter(tones, 7, rng.uniform(40, 90), 7)
    middle = float(np.median(tones))
    low, high = max(10.0, rng.uniform(0.4, 0.8) * middle), max(40.0, rng.uniform(1.1, 1.6) * middle)
    edges = cv2.Canny(tones, low, high)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(edges, connectivity=8)
    keep = np.zeros(count, bool)
    keep[1:] = stats[1:, cv2.CC_STAT_AREA] >= _LEAST_CONTOUR * rng.uniform(0.5, 1.5)
    lines = keep[parts]
    dense = cv2.boxFilter(lines.astype(np.float32), -1, (15, 15)) > 0.33  # fur and leaves, no lines
    lines &= ~dense
    if not 0.01 < lines.mean() < 0.2:
        return None
    page = Image.fromarray(np.where(lines, 0, 255).astype(np.uint8))
    page = page.resize((2 * _CONTOUR_SIDE, 2 * _CONTOUR_SIDE), Image.Resampling.BILINEAR)
    if rng.random() < 0.6:
        page = page.filter(ImageFilter.MinFilter(3))
    return _place(sketch_square(as_clean(_turn(page, rng), is_dark=True), size), rng)


def _turn(page: Image.Image, rng: random.Random) -> Image.Image:
    """Turn, stretch and shear a page about its centre, on more paper."""
    width, height = page.size
    angle, stretch, shear = np.deg2rad(rng.gauss(0, 8)), 2 ** rng.uniform(-0.25, 0.25), rng.gauss(0, 0.08)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[stretch, shear], [0, 1]]) * 1.3
    shift = np.array([width / 2, height / 2]) - matrix @ np.array([width / 2, height / 2])
    data = (matrix[0, 0], matrix[0, 1], shift[0], matrix[1, 0], matrix[1, 1], shift[1])
    return page.transform(page.size, Image.Transform.AFFINE, data, Image.Resampling.BILINEAR, fillcolor=255)


def _with_hole(page: Image.Image, rng: random.Random) -> Image.Image:
    """Paint a piece of the page white, as if not drawn yet."""
    width, height = page.size
    hole_width, hole_height = rng.uniform(0.2, 0.5) * width, rng.uniform(0.2, 0.5) * height
    left, top = rng.uniform(0, width - hole_width), rng.uniform(0, height - hole_height)
    page = page.copy()
    page.paste(255, (int(left), int(top), int(left + hole_width), int(top + hole_height)))
    return page


def _place(square: Image.Image, rng: random.Random) -> Image.Image:
    """Shrink a square sketch a little now and then, and put it down somewhere on its page."""
    if rng.random() < 0.5:
        return square
    size = square.width
    side = round(size * rng.uniform(0.75, 1))
    page = Image.new("L", square.size, 255)
    place = (rng.randint(0, size - side), rng.randint(0, size - side))
    page.paste(square.resize((side, side), Image.Resampling.BILINEAR), place)
    return page
