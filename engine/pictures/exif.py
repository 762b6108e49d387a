"""Finds the EXIF in a picture's file, without decoding a pixel."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import BinaryIO

from PIL import ExifTags, Image, TiffImagePlugin

from engine.pictures import photoshop
from engine.pictures.dates import NO_DATE, date_in, is_likely
from engine.pictures.formats import JXL_BOX, JXL_OF_JPEG, JXL_STREAM, read_header
from engine.pictures.photoshop import START as PHOTOSHOP
from engine.pictures.photoshop import resource_of
from engine.pictures.tiff import STARTS as TIFF_STARTS
from engine.pictures.viewing import xmp_of

_PNG = b"\x89PNG\r\n\x1a\n"
_LONGEST = 1 << 24  # bytes: longer is no EXIF
_XMP_TAG = 700  # of a TIFF
_DATES = (b"exif:DateTimeOriginal", b"photoshop:DateCreated", b"exif:DateTimeDigitized", b"xmp:CreateDate")
_DATE = re.compile(rb"""(%s)\s*(?:=\s*["']|>)\s*(\d[^"'<]*)""" % b"|".join(_DATES))
_BIG = 43  # the number of a TIFF whose offsets have 64 bits


def read_exif(file: BinaryIO) -> Image.Exif:
    """Return the EXIF of an opened file; empty if it has none. A date that its XMP alone tells is put in.

    The chunks of PNG, WebP and JPEG XL are gone through here: Pillow would decode the picture, or make room
    for it. AVIF and HEIC are read whole, undecoded; decoded is only a JPEG that was made into JPEG XL, whose
    EXIF may be packed.

    Raises:
        Exception: of almost any kind, for what is damaged or no picture.
    """
    exif, tell_xmp = _exif_and_xmp(file, file.read(16))
    told = date_in(exif)
    if not is_likely(told):
        with suppress(Exception):  # whatever the XMP trips over, the EXIF is good
            texts = _dates_in(tell_xmp())
            likely = [text for text in texts if is_likely(_date(text))]
            ahead = [text for text in texts if _date(text) != NO_DATE and told == NO_DATE]
            exif[ExifTags.Base.DateTimeOriginal] = (likely + ahead)[0]
    return exif


def _dates_in(xmp: bytes) -> list[str]:
    """Return what XMP tells as dates, the best first; the photo's own stand before those of what it shows."""
    found = sorted(_DATE.findall(xmp), key=lambda match: _DATES.index(match[0]))
    return [text.decode("latin-1") for _, text in found]


def _date(text: str) -> int:
    """Return the date that a text means, as `date_in`."""
    exif = Image.Exif()
    exif[ExifTags.Base.DateTimeOriginal] = text
    return date_in(exif)


def _exif_and_xmp(file: BinaryIO, start: bytes) -> tuple[Image.Exif, Callable[[], bytes]]:
    """Return the EXIF, and what reads the XMP."""
    if start.startswith(TIFF_STARTS):  # of kinds that Pillow cannot decode too, and many a camera's RAW
        exif = _tiff(file, start)
        return exif, lambda: exif[_XMP_TAG]
    if start.startswith(_PNG):
        block = _chunk(file, len(_PNG), "eXIf", ">I4s", behind=4)
        return (_parse(block), lambda: _pillow(file)[1]()) if block else _pillow(file)
    if start.startswith(PHOTOSHOP):
        return _parse(resource_of(file, photoshop.EXIF)), lambda: resource_of(file, photoshop.XMP)
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        find = partial(_chunk, file, 12, head="<4sI", even=True)
        return _parse(find("EXIF")), lambda: find("XMP ")
    if start.startswith(JXL_BOX):
        find = partial(_chunk, file, 0, head=">I4s", within=8)
        block = find("Exif")  # some programs leave out where TIFF begins in it
        if not block and all(map(find, ("brob", JXL_OF_JPEG.decode()))):
            return _pillow(file)
        return _parse(block if block.startswith(TIFF_STARTS) else block[4:]), lambda: find("xml ")
    return (Image.Exif(), bytes) if start.startswith(JXL_STREAM) else _pillow(file)


def _tiff(file: BinaryIO, start: bytes) -> Image.Exif:
    exif = Image.Exif()
    exif.bigtiff = _BIG in start[2:4]
    exif.endian = "<" if start[:1] == b"I" else ">"
    directory = TiffImagePlugin.ImageFileDirectory_v2(start if exif.bigtiff else start[:8])
    exif.load_from_fp(file, directory.next)
    return exif


def _parse(block: bytes) -> Image.Exif:
    exif = Image.Exif()
    if block:
        exif.load(block)
    return exif


def _pillow(file: BinaryIO) -> tuple[Image.Exif, Callable[[], bytes]]:
    """Ask Pillow, which opens these formats without decoding them."""
    file.seek(0)
    with read_header(file) as image:
        xmp = xmp_of(image)
        return Image.Image.getexif(image), lambda: xmp  # PNG's own would decode the picture


def _chunk(
    file: BinaryIO, at: int, kind: str, head: str, *, within: int = 0, behind: int = 0, even: bool = False
) -> bytes:
    """Return what the first chunk of a kind holds; empty if there is none.

    Args:
        file: opened.
        at: where the first chunk stands.
        kind: what it is called.
        head: the layout of a chunk's head, its size and its kind in their order.
        within: how many bytes of its head a chunk's size counts.
        behind: how many bytes follow on what it holds.
        even: each chunk begins at an even place.
    """
    while True:
        file.seek(at)
        found = file.read(8)
        if len(found) < 8:
            return b""
        first, second = struct.unpack(head, found)
        size, name = (first, second) if isinstance(first, int) else (second, first)
        length, head_length = size - within, 8
        if within and size == 1:  # the size follows, in 64 bits
            length, head_length = struct.unpack(">Q", file.read(8))[0] - 16, 16
        if name == kind.encode():
            to_the_end = bool(within) and size == 0
            return file.read(_LONGEST if to_the_end else max(0, min(length, _LONGEST)))
        if length < 0:  # the last one, or nonsense
            return b""
        at += head_length + length + behind + (length % 2 if even else 0)
