"""Sketches and photos from files and the clipboard, as the paper takes them; for threads of their own."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PIL import Image

from app.drawing.snapshot import Opened, Picture, Underlay
from app.images import PNG_SIDE, to_qimage
from app.sketches import read_data, read_sketch
from engine.errors import ImageError
from engine.pictures.photos import open_photo, unusable_photo
from engine.preprocess import as_clean, clean_sketch, has_ink
from engine.sketches.svg_reader import MOST_BYTES, SavedSketch, read_svg

_UNDERLAY_SIDE = 1024  # pixels of a photo's short side: enough to trace on a large paper
_DAMAGED = "it is not an SVG drawing this program can read."
_START = 64  # bytes that tell one


def load_sketch(path: Path, *, given_up: Callable[[], bool] = lambda: False) -> Opened | None:
    """Return the sketch in a file: strokes, if this program saved it, else a picture; None without ink.

    Raises:
        ImageError: it cannot be used; the message names it.
    """
    saved = load_strokes(path)
    return saved if saved is not None else sketch_of(read_sketch(path, given_up=given_up))


def load_data(data: bytes, *, given_up: Callable[[], bool] = lambda: False) -> Opened | None:
    """Return the sketch that a file of these bytes would hold; see `load_sketch`.

    Raises:
        ImageError: it cannot be used; the message is the reason.
    """
    saved = read_svg(data)
    return opened(saved) if saved is not None else sketch_of(read_data(data, given_up=given_up))


def load_strokes(path: Path) -> Opened | None:
    """Return the strokes that this program saved in a file; None if it is any other file."""
    try:
        if not os.path.isfile(path) or path.stat().st_size > MOST_BYTES:
            return None
        with path.open("rb") as file:
            start = file.read(_START)
            saved = read_svg(start + file.read()) if start.lstrip().startswith(b"<svg") else None
    except (OSError, ValueError):
        return None
    return None if saved is None or not saved.strokes else opened(saved)


def sketch_of(image: Image.Image) -> Opened | None:
    """Return a picture of a drawing, cleaned, as a sketch for the paper; None without ink."""
    image = clean_sketch(image)
    return Opened(picture=Picture.of(image)) if has_ink(image) else None


def load_underlay(path: Path) -> Underlay:
    """Return a photo to be traced.

    Raises:
        ImageError: it cannot be used; the message names it.
    """
    try:
        return Underlay(to_qimage(open_photo(path, side=_UNDERLAY_SIDE)))
    except ImageError as error:
        raise unusable_photo(path, error) from error


def opened(saved: SavedSketch) -> Opened:
    """Return a saved sketch as it comes onto the paper.

    Raises:
        ImageError: the picture in it is damaged.
    """
    picture = None if saved.picture is None else _picture_of(saved.picture, saved.place)
    return Opened(saved.strokes, picture)


def _picture_of(png: bytes, place: tuple[float, float, float]) -> Picture:
    """Return the picture that is kept as a PNG.

    Raises:
        ImageError: it is damaged, or another one.
    """
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            if max(image.size) <= PNG_SIDE:
                return replace(Picture.of(as_clean(image.convert("L"))), place=place)
    except (OSError, ValueError, SyntaxError):
        pass
    raise ImageError(_DAMAGED)
