"""Sketches and photos from files and the clipboard, as the paper takes them; for threads of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PIL import Image

from app.drawing.paper.prints import MOST_SIDE, Print
from app.drawing.paper.snapshot import Opened, Picture, Sheet, Underlay
from app.pictures.images import to_qimage
from app.pictures.sketches import read_data, read_saved, read_sketch
from engine.elsewhere import here
from engine.errors import ImageError
from engine.pictures.photos import open_photo, remark_on, unusable_photo
from engine.pictures.saved import picture_of
from engine.preprocess import compact_sketch, drawings_on, has_ink
from engine.sketches.svg_reader import SavedSketch, read_svg

_UNDERLAY_SIDE = 1024  # pixels of a photo's short side: enough to trace on a large paper


def load_sketch(path: Path, *, given_up: Callable[[], bool] = lambda: False) -> Opened | None:
    """Return the sketch in a file: strokes, if this program saved it, else a picture; None without ink.

    Raises:
        ImageError: it cannot be used; the message names it.
    """
    saved = load_saved(path)
    return saved if saved is not None else sketch_of(read_sketch(path, given_up=given_up))


def load_data(data: bytes, *, given_up: Callable[[], bool] = lambda: False) -> Opened | None:
    """Return the sketch that a file of these bytes would hold; see `load_sketch`.

    Raises:
        ImageError: it cannot be used; the message is the reason.
    """
    saved = read_svg(data)
    if saved is not None and not saved.is_empty:
        return open_saved(saved)
    return sketch_of(read_data(data, given_up=given_up))


def load_saved(path: Path) -> Opened | None:
    """Return the sketch that this program saved in a file; None if it is any other file.

    Raises:
        ImageError: the picture in it is damaged.
    """
    saved = read_saved(path)
    return None if saved is None else open_saved(saved)


def sketch_of(image: Image.Image) -> Opened | None:
    """Return a picture of a drawing, cleaned, as a sketch for the paper; None without ink.

    Where it is a page that holds several drawings, its picture says so.
    """
    remark, image = remark_on(image), compact_sketch(image)
    if not has_ink(image):
        return None
    drawings = drawings_on(image)
    picture = Sheet(image, drawings).pictures[0] if drawings else Picture.of(image)
    return Opened(picture=picture, remark=remark)


def load_underlay(path: Path) -> Underlay:
    """Return a photo to be traced.

    Raises:
        EngineError: it cannot be used, or lies on another machine; the message names it.
    """
    try:
        return underlay_of(open_photo(here(path), side=_UNDERLAY_SIDE))
    except ImageError as error:
        raise unusable_photo(path, error) from error


def underlay_of(photo: Image.Image) -> Underlay:
    """Return a photo that is in memory to be traced."""
    photo.thumbnail((MOST_SIDE, MOST_SIDE))
    source = Print(None, photo.convert("RGB"))
    source.encode()
    return Underlay(to_qimage(photo), source)


def open_saved(saved: SavedSketch) -> Opened:
    """Return a saved sketch as it comes onto the paper.

    Raises:
        ImageError: the picture in it is damaged.
    """
    if saved.picture is None:
        return Opened(saved.strokes)
    picture = Picture.of(picture_of(saved.picture))
    return Opened(saved.strokes, replace(picture, place=saved.place, file=saved.picture))
