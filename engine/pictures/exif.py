"""Finds the EXIF in a picture's file, without decoding a pixel."""

from __future__ import annotations

import struct
from typing import BinaryIO

from PIL import Image, TiffImagePlugin

from engine.pictures.formats import JXL_BOX, JXL_OF_JPEG, JXL_STREAM, opened
from engine.pictures.photoshop import START as PHOTOSHOP
from engine.pictures.photoshop import exif_block
from engine.pictures.tiff import STARTS as TIFF_STARTS

_PNG = b"\x89PNG\r\n\x1a\n"
_LONGEST = 1 << 24  # bytes: longer is no EXIF
_BIG = 43  # the number of a TIFF whose offsets have 64 bits


def read_exif(file: BinaryIO) -> Image.Exif:
    """Return the EXIF of an opened file; empty if it has none.

    The chunks of PNG, WebP and JPEG XL are gone through here: Pillow would decode the picture, or make room
    for it. AVIF and HEIC are read whole, undecoded; decoded is only a JPEG that was made into JPEG XL, whose
    EXIF may be packed.

    Raises:
        Exception: of almost any kind, for what is damaged or no picture.
    """
    start = file.read(16)
    if start.startswith(TIFF_STARTS):  # of kinds that Pillow cannot decode too, and many a camera's RAW
        return _tiff(file, start)
    if start.startswith(_PNG):
        block = _chunk(file, len(_PNG), "eXIf", ">I4s", behind=4)
        return _parsed(block) if block else _pillow(file)
    if start.startswith(PHOTOSHOP):
        return _parsed(exif_block(file))
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return _parsed(_chunk(file, 12, "EXIF", "<4sI", even=True))
    if start.startswith(JXL_BOX):
        block = _chunk(file, 0, "Exif", ">I4s", within=8)  # some programs leave out where TIFF begins in it
        packed = ("brob", JXL_OF_JPEG.decode())
        if not block and all(_chunk(file, 0, kind, ">I4s", within=8) for kind in packed):
            return _pillow(file)
        return _parsed(block if block.startswith(TIFF_STARTS) else block[4:])
    return Image.Exif() if start.startswith(JXL_STREAM) else _pillow(file)


def _tiff(file: BinaryIO, start: bytes) -> Image.Exif:
    exif = Image.Exif()
    exif.bigtiff = _BIG in start[2:4]
    exif.endian = "<" if start[:1] == b"I" else ">"
    directory = TiffImagePlugin.ImageFileDirectory_v2(start if exif.bigtiff else start[:8])
    exif.load_from_fp(file, directory.next)
    return exif


def _parsed(block: bytes) -> Image.Exif:
    exif = Image.Exif()
    if block:
        exif.load(block)
    return exif


def _pillow(file: BinaryIO) -> Image.Exif:
    """Ask Pillow, which opens these formats without decoding them."""
    file.seek(0)
    with opened(file) as image:
        return Image.Image.getexif(image)  # PNG's own would decode the picture


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
