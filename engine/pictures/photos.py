"""Opens photos and sketches: reduced while decoding, upright, within the memory there is."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Literal

from PIL import Image, UnidentifiedImageError

from engine.errors import ImageError, UnavailableError, cause
from engine.long_paths import TOO_LONG, is_too_long
from engine.pictures import incomplete, raw
from engine.pictures.colours import in_srgb
from engine.pictures.costs import START, Cost, before_opening, when_open
from engine.pictures.dates import NO_DATE, date_in
from engine.pictures.deep_photoshop import open_deep
from engine.pictures.exif import read_exif
from engine.pictures.formats import (
    DAMAGED,
    format_of,
    is_photo,
    is_raw,
    read_header,
    reader_version,
    refuse_unread,
)
from engine.pictures.memory import BUDGET, free_share, out_of_memory, room_to_open
from engine.pictures.reduction import reduced_size
from engine.pictures.silence import silence
from engine.pictures.tiff import STARTS as TIFF_STARTS
from engine.pictures.tiff import open_samples
from engine.pictures.transparent_tone import with_alpha
from engine.pictures.viewing import opaque_if_unused, orientation, seek_telling_frame, turn
from engine.preprocess import on_white, plain

__all__ = [
    "UnavailableError", "date_of", "exif_in", "is_photo", "open_photo", "open_sketch", "reader_version",
    "refusal", "refuse_at_sight", "remark_on", "unusable_photo", "unusable_sketch",
]  # fmt: skip

Image.MAX_IMAGE_PIXELS = None  # `memory.BUDGET` is the limit: Pillow's own warns and knows no memory
silence()

_SIGNATURE = 16  # bytes that tell what a file is
_PHOTOMETRIC = 262  # of a TIFF: 0 where 0 is white
_BLOCK = 1 << 20  # bytes that a JPEG is decoded from at a time: at each end a row of blocks is begun anew
_REMARK = "ffmln remark"
_CUT = "the file is incomplete: its end is missing."
_SIGNED = (*TIFF_STARTS, b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"8BPS", b"\0\0\0\x0cjP")
_REDUCIBLE = {"1": "L", "I;16": "I", "I;16B": "I", "I;16L": "I", "I;16N": "I"}
"""Modes that Pillow cannot reduce, and in which it can without loss."""


def open_photo(path: Path, *, side: int) -> Image.Image:
    """Return a photo as RGB, upright, transparent parts white, its short side about `side` pixels or less.

    A picture much longer than wide is reduced further. A damaged file is read as far as it goes, and
    `remark_on` says so.

    Raises:
        ImageError: the file cannot be used; the message is the reason, without the file's name.
        UnavailableError: the same, but the file may be fine.
    """
    try:
        image, remark = _read(path, side)
        photo = on_white(image).convert("RGB")
    except Exception as error:  # broken files make Pillow's plugins raise almost anything
        raise refusal(error) from error
    photo.info = {_REMARK: remark} if remark else {}
    return photo


def open_sketch(path: Path) -> Image.Image:
    """Return a picture of a drawing, whole and upright, transparency kept, for `Encoder.embed_sketches`.

    Of a damaged file as much as can be read, and `remark_on` says so.

    Raises:
        ImageError: as `open_photo`.
    """
    try:
        sketch, remark = _read(path, None)
    except Exception as error:
        raise refusal(error) from error
    if remark:
        sketch.info[_REMARK] = remark
    return sketch


def remark_on(photo: Image.Image) -> str:
    """Return what a person should know of a picture that was opened here: that its file is incomplete."""
    return str(photo.info.get(_REMARK, ""))


def date_of(path: Path) -> int | None:
    """Return when a photo was taken as its EXIF tells, see `engine.pictures.dates`.

    Decodes no pixels, raises nothing.

    Returns:
        `NO_DATE` if it tells none; None if the file, or what it takes to read it, is not there now.
    """
    try:
        refuse_at_sight(path)
        with path.open("rb") as file:
            start = file.read(START)
            if is_raw(path.name, start) and not start.startswith(TIFF_STARTS):
                return raw.date_of(path)
            with exif_in(file, start) as exif:
                return date_in(exif)
    except Exception as error:
        unavailable = isinstance(error, ImageError) or isinstance(refusal(error), UnavailableError)
        return None if unavailable else NO_DATE


@contextmanager
def exif_in(file: BinaryIO, start: bytes) -> Iterator[Image.Exif]:
    """Give the EXIF of an opened file, within the memory there is; empty if it has none.

    Args:
        file: its inner directories are read from it when they are asked for.
        start: its first bytes, START of them.

    Raises:
        Exception: as `read_exif`.
    """
    file.seek(0)
    with room_to_open(start, os.fstat(file.fileno()).st_size):
        yield read_exif(file)


def refuse_at_sight(path: Path) -> os.stat_result:
    """Return what the system tells of a file that need not be refused before it is opened.

    Raises:
        ImageError: it is to be refused.
        OSError: it is not there.
    """
    details = path.stat()
    if not stat.S_ISREG(details.st_mode):
        raise ImageError("it is a folder or a device, not a file.")
    if not details.st_size:
        raise ImageError("the file is empty.")
    one = format_of(path.name)
    if one is not None and not one.is_read:  # many a JPEG is called IMG_0001.HEIC
        refuse_unread(path.name, _start(path, _SIGNATURE))
    return details


def _start(path: Path, count: int = START) -> bytes:
    with path.open("rb") as file:
        return file.read(count)


def unusable_photo(path: Path, error: ImageError) -> ImageError:
    """Return what `open_photo` raised, with the photo's name, for who chose this photo among others."""
    return ImageError(f"{path} cannot be used as a photo: {error}")


def unusable_sketch(path: Path, error: ImageError) -> ImageError:
    """Return the same of a sketch."""
    return ImageError(f"{path} cannot be used as a sketch: {error}")


def refusal(error: Exception) -> ImageError:
    """Say in a sentence why a picture cannot be used, given what reading it raised."""
    if isinstance(error, ImageError):
        return error
    if out_of_memory(error):
        return UnavailableError("there was not enough memory to read it.")
    if isinstance(error, UnidentifiedImageError):
        return ImageError("it is not a picture this program can read.")
    if isinstance(error, FileNotFoundError):
        if is_too_long(error.filename):
            return UnavailableError(f"it cannot be read: {TOO_LONG}.")
        return UnavailableError("there is no such file.")
    if isinstance(error, OSError) and error.errno is not None:
        return UnavailableError(f"it cannot be read: {cause(error).lower()}.")
    if isinstance(error, OSError) and "truncated" in str(error):
        return ImageError(_CUT)
    return ImageError(DAMAGED)


def _read(path: Path, side: int | None) -> tuple[Image.Image, str]:
    """Return the picture, reduced and upright, and what is to be said of it."""
    refuse_at_sight(path)
    try:
        return _intact(path, side), ""
    except Exception as error:
        if out_of_memory(error):  # in spite of the budget: others took it meanwhile
            return _intact(path, side, alone=True), ""
        if isinstance(error, UnavailableError) or (isinstance(error, OSError) and error.errno is not None):
            raise
        if (found := _as_far_as_it_goes(path, side)) is not None:
            return found
        raise


def _intact(path: Path, side: int | None, *, alone: bool = False) -> Image.Image:
    with _open_with_room(path, side, alone=alone) as image:
        return _finish(image, side)


@contextmanager
def _open_with_room(path: Path, side: int | None, *, alone: bool) -> Iterator[Image.Image]:
    """Give the picture, its header read, while the memory to decode it is held."""
    start, size = _start(path), path.stat().st_size
    if is_raw(path.name, start):
        with raw.open_raw(path, side=side) as image, _room(image, side, size, alone=alone):
            yield image
    elif (cost := before_opening(start, size)) is not None:
        with BUDGET.room(cost, alone=alone), _open(path, start) as image:
            yield image
    else:
        with _open(path, start) as image, _room(image, side, size, alone=alone):
            yield image


@contextmanager
def _room(image: Image.Image, side: int | None, file_size: int, *, alone: bool) -> Iterator[None]:
    cost = _draft(image, side, file_size)
    with BUDGET.room(cost, alone=alone):
        yield


def _draft(image: Image.Image, side: int | None, file_size: int) -> Cost:
    """Let a JPEG decode itself smaller; return what it takes then."""
    full = image.size
    if side is not None:
        image.draft(None, reduced_size(full, 2 * side))
    return when_open(image, full, file_size=file_size, reduced=side is not None)


def _open(path: Path, start: bytes) -> Image.Image:
    """Read the picture's header; the pixels follow with load()."""
    try:
        image = read_header(path)
        if image.format in ("JPEG", "MPO"):
            image.decodermaxblock = _BLOCK
        if image.format == "TIFF" and (  # Pillow mistakes the order of packed bytes, and 0 for black
            image.mode in ("I", "F")
            or (image.mode == "I;16" and getattr(image, "tag_v2", {}).get(_PHOTOMETRIC) == 0)
        ):
            samples = open_samples(path)
            if samples is not None:
                image.close()
                return samples
        return image
    except UnidentifiedImageError:
        refuse_unread(path.name, start)
        if _ends_early(start, path.stat().st_size):
            raise ImageError(_CUT) from None
        if deep := open_samples(path) or open_deep(path):
            return deep
        if start.startswith(_SIGNED):
            raise ImageError(DAMAGED) from None
        raise


def _ends_early(start: bytes, size: int) -> bool:
    """Return whether a TIFF says that its directory lies where the file has ended."""
    order: Literal["little", "big"] = "little" if start[:1] == b"I" else "big"
    return start.startswith(TIFF_STARTS[:2]) and int.from_bytes(start[4:8], order) >= size - 2


def _as_far_as_it_goes(path: Path, side: int | None) -> tuple[Image.Image, str] | None:
    """Return what can be seen of a damaged file, with a remark; None if that is nothing at all.

    Raises:
        ImageError: too little of the picture is there.
    """
    size = path.stat().st_size
    if 4 * size > free_share() or is_raw(path.name, _start(path, _SIGNATURE)):
        return None
    data = path.read_bytes()
    refuse_unread(path.name, data[:START])
    mended = incomplete.mend(data)
    if mended.share is not None and mended.share < incomplete.ENOUGH:
        raise incomplete.too_little(mended.share)
    try:
        cost = before_opening(mended.data[:START], len(mended.data)) or _cost_of(mended, side)
        with BUDGET.room(replace(cost, need=4 * size + 6 * cost.need)):
            image, share, coarse = incomplete.read(mended, lambda shown: _draft(shown, side, size))
            if share < incomplete.ENOUGH:
                raise incomplete.too_little(share)
            return _finish(image, side), incomplete.remark(share, coarse=coarse)
    except ImageError:
        raise
    except Exception as failure:
        if mended.share is not None:
            raise ImageError(_CUT) from failure
        return None


def _cost_of(mended: incomplete.Mended, side: int | None) -> Cost:
    with read_header(io.BytesIO(mended.data)) as image:
        return _draft(image, side, len(mended.data))


def _finish(image: Image.Image, side: int | None) -> Image.Image:
    """Decode, and make of it what a person sees, reduced and upright."""
    whole = with_alpha(image)
    seek_telling_frame(whole)
    shown = opaque_if_unused(whole, image.format)
    return turn(in_srgb(_reduce(shown, side)), orientation(image))


def _reduce(image: Image.Image, side: int | None) -> Image.Image:
    box = image.size if side is None else reduced_size(image.size, side)
    if box == image.size:
        return image
    if image.mode in ("P", "PA", *_REDUCIBLE) or "transparency" in image.info:
        image = image.convert(_REDUCIBLE[image.mode]) if image.mode in _REDUCIBLE else plain(image)
    return image.resize(box, Image.Resampling.BILINEAR, reducing_gap=2.0)
