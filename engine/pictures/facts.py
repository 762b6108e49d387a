"""What a file says of its photo: when, with which camera, how large. Decodes no pixels."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from PIL import ExifTags, Image

from engine.pictures.costs import START, before_opening
from engine.pictures.dates import date_in, is_of_camera, resolve
from engine.pictures.formats import HEIC_BRANDS, JXL_BOX, JXL_STREAM, is_raw, read_header
from engine.pictures.memory import room_to_open
from engine.pictures.photos import date_of, exif_in, refusal, refuse_at_sight
from engine.pictures.photoshop import header_of
from engine.pictures.raw import reading
from engine.pictures.tiff import STARTS as TIFF_STARTS

_LYING = range(5, 9)  # EXIF orientations that swap width and height


@dataclass(frozen=True)
class Facts:
    """What is known of a photo without decoding it.

    Attributes:
        size: width and height as a person sees it, in pixels; None if the file does not tell.
        bytes: how large the file is.
        taken: when the photo was taken, see `engine.pictures.dates`.
        is_file_date: whether that is the date of the file, since its EXIF tells none.
        camera: make and model; empty if the file does not tell.
    """

    size: tuple[int, int] | None
    bytes: int
    taken: int
    is_file_date: bool
    camera: str


def facts_of(path: Path) -> Facts:
    """Return what the file says of its photo; what it does not say, or says wrongly, is left out.

    Raises:
        ImageError: there is no such file, or it is none that could be a photo.
        UnavailableError: the same, but the file may be fine.
    """
    with ExitStack() as stack:
        try:
            refuse_at_sight(path)
            details = path.stat()
            file = stack.enter_context(path.open("rb"))
            start = file.read(START)
        except Exception as error:
            raise refusal(error) from error
        turned = _turned_size(path, start)
        facts = _facts(path, start, Image.Exif(), details, turned)
        with (
            suppress(Exception),
            exif_in(file, start) as exif,
        ):  # whatever trips it, the rest may be good
            facts = _facts(path, start, exif, details, turned)
    return facts


def _facts(
    path: Path, start: bytes, exif: Image.Exif, details: os.stat_result, turned: tuple[int, int] | None
) -> Facts:
    by_maker = is_raw(path.name, start) and not start.startswith(
        TIFF_STARTS
    )  # of which LibRaw alone reads the date
    taken = date_of(path) if by_maker else date_in(exif)
    return Facts(
        turned or _size(path, start, exif),
        details.st_size,
        resolve(taken, details.st_mtime_ns),
        not is_of_camera(taken),
        _camera(exif),
    )


def _camera(exif: Image.Exif) -> str:
    """Return make and model; the model alone where it begins with the maker's name, as in "Canon EOS 5D"."""
    make, model = (_words(exif, tag) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
    first = make.split(" ")[0].lower()
    return model if first and model.lower().startswith(first) else f"{make} {model}".strip()


def _words(exif: Image.Exif, tag: int) -> str:
    value: object = None
    with suppress(Exception):
        value = exif.get(tag)
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    return " ".join(text.split("\0")[0].split()) if isinstance(text, str) else ""


def _turned_size(path: Path, start: bytes) -> tuple[int, int] | None:
    """Return the size of a HEIC, which its decoder turns by what stands beside EXIF; None for other files."""
    if start[4:8] != b"ftyp" or start[8:12] not in HEIC_BRANDS:
        return None
    with suppress(Exception), room_to_open(start, path.stat().st_size), read_header(path) as image:
        return image.size if image.format == "HEIF" else None
    return None


def _size(path: Path, start: bytes, exif: Image.Exif) -> tuple[int, int] | None:
    with suppress(Exception):
        if is_raw(path.name, start):
            return _sensor_size(path)
        if (header := header_of(start)) is not None:  # Photoshop has turned it, and knows of more bits
            return header.width, header.height
        upright = start.startswith((JXL_STREAM, JXL_BOX))  # whatever its EXIF says
        cost = before_opening(start, path.stat().st_size)
        if cost is not None:
            size = cost.size
        else:
            with read_header(path) as image:
                size, upright = image.size, upright or image.format == "TIFF"
        lying = exif.get(ExifTags.Base.Orientation) in _LYING
        return (size[1], size[0]) if lying and not upright else size
    return None


def _sensor_size(path: Path) -> tuple[int, int]:
    with reading(path) as raw:
        width, height = raw.sizes.width, raw.sizes.height
        return (height, width) if raw.sizes.flip in (5, 6) else (width, height)
