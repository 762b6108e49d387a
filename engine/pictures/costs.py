"""What decoding a picture takes in memory, known before it is decoded."""

from __future__ import annotations

import math
import struct
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image

from engine.pictures.formats import AVIF_BRANDS, HEIC_BRANDS, JXL_BOX, JXL_STREAM

_BEFORE = 4 << 20  # what any decoder needs, however small the picture
_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16L": 2, "I;16B": 2, "I;16N": 2}
"""Bytes a pixel takes in Pillow's memory, by mode; 4 in the others."""

_CONVERTED = {
    "1": 1,
    "I;16": 4,
    "I;16B": 4,
    "I;16L": 4,
    "I;16N": 4,
    "P": 4,
    "PA": 8,
    "LA": 4,
    "RGBA": 4,
    "La": 4,
    "RGBa": 4,
}
"""Bytes a pixel takes beside it before the picture is reduced, since it must be converted first."""

# Bytes a pixel takes until it is Pillow's, as measured on 12 megapixels: peak resident memory while decoding.
_WEBP, _JXL, _AVIF, _HEIF = 18, 24, 14, 14
START = 1 << 16
"""How much of a file's start `before_opening` looks at, in bytes."""

_ISPE = b"ispe\0\0\0\0"
_LYING = 4  # orientations from which on width and height are swapped, counted from 0
_JXL_RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}

ANIMATED = ("GIF", "WEBP", "PNG", "AVIF")
"""Formats that may hold several pictures, one after the other."""
_TRANSPARENT = 8  # bytes a pixel: where one colour is transparent, all become RGBA, once more to be reduced
_TONES = 16  # bytes a pixel: of 16 bits a tone, it is decoded twice and compared
_FRAMES = 12  # bytes a pixel: the frame before, the one being made, and its conversion
_SKETCH = 16  # bytes a pixel of a sketch, which is not reduced: on white, in grey


@dataclass(frozen=True)
class Cost:
    """What a picture takes.

    Attributes:
        size: width and height.
        need: bytes.
        pixels: how many are decoded; fewer than it has where it is decoded smaller.
    """

    size: tuple[int, int]
    need: int
    pixels: int


def before_opening(start: bytes, file_size: int) -> Cost | None:
    """Return the cost of a picture whose decoder takes memory as soon as the file is opened.

    Args:
        start: the file's first 64 KB.
        file_size: in bytes.

    Returns:
        None for a format whose header can be read at no cost, and then counted by `when_open`.
    """
    size, each = None, 0
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        size, each = _webp_size(start), _WEBP + 4
    elif start.startswith((JXL_STREAM, JXL_BOX)):
        size, each = _jxl_size(start), _JXL
    elif start[4:8] == b"ftyp" and start[8:12] in (*HEIC_BRANDS, *AVIF_BRANDS):
        size, each = _heif_size(start), max(_AVIF, _HEIF)
    if size is None:
        return None
    return Cost(size, _BEFORE + 2 * file_size + math.prod(size) * each, math.prod(size))


def when_open(image: Image.Image, full: tuple[int, int], *, file_size: int, reduced: bool) -> Cost:
    """Return the cost of a picture whose header is read.

    Args:
        image: opened, not loaded, the draft mode set.
        full: its size before it was told to decode itself smaller.
        file_size: in bytes.
        reduced: it is to be reduced once decoded.
    """
    pixels = math.prod(image.size)
    each = _PIXEL.get(image.mode, 4) + _CONVERTED.get(image.mode, 0)
    if "transparency" in image.info:
        each += _TRANSPARENT
        each += _TONES if isinstance(image.info["transparency"], tuple) else 0
    if not reduced:
        each += _SKETCH
    if image.format in ANIMATED and getattr(image, "is_animated", False):
        each += _FRAMES
    extra = {"JPEG": _jpeg, "MPO": _jpeg, "TIFF": _tiff, "JPEG2000": _jpeg2000}.get(image.format or "")
    need = _BEFORE + pixels * each + file_size // 4
    if image.format == "TIFF":
        need += file_size  # libtiff maps the file
    return Cost(full, need + (extra(image, full) if extra is not None else 0), pixels)


def _jpeg(image: Image.Image, full: tuple[int, int]) -> int:
    """A baseline JPEG is decoded row by row; one in several scans is held whole, as coefficients."""
    layers = [(layer[1], layer[2]) for layer in getattr(image, "layer", ())]
    if not layers or not (image.info.get("progressive") or _is_in_scans(image, len(layers))):
        return 256 * full[0]
    widest, highest = max(across for across, _ in layers), max(down for _, down in layers)
    samples = sum(across * down for across, down in layers) / max(widest * highest, 1)
    return int(2 * samples * math.prod(full)) + 256 * full[0]


def _is_in_scans(image: Image.Image, layers: int) -> bool:
    """Return whether the first scan, before whose header the file stands now, lacks some of the layers."""
    file = getattr(image, "fp", None)
    if file is None:
        return False
    here = file.tell()
    header = file.read(3)
    file.seek(here)
    return len(header) == 3 and header[2] < layers


def _tiff(image: Image.Image, full: tuple[int, int]) -> int:
    """A tile or strip is decoded at a time, whatever of it lies within the picture."""
    tags = getattr(image, "tag_v2", {})
    bits, samples = _largest(tags.get(258, 8)), max(len(image.getbands()), _largest(tags.get(277, 1)))
    wide, high = _largest(tags.get(322, 0)), _largest(tags.get(323, 0))
    if not wide or not high:
        wide, high = full[0], min(_largest(tags.get(278, full[1])) or full[1], full[1])
    return 2 * wide * high * max(4, -(-bits * samples // 8))


def _jpeg2000(image: Image.Image, full: tuple[int, int]) -> int:
    """OpenJPEG holds whole tiles as 32-bit numbers, and their bytes once more."""
    return 6 * len(image.getbands()) * math.prod(full)


def _largest(value: object) -> int:
    """Return a tag's value, the largest of several; 0 for what is no number."""
    values = value if isinstance(value, tuple) else (value,)
    return max((abs(int(one)) for one in values if isinstance(one, (int, float))), default=0)


def _webp_size(start: bytes) -> tuple[int, int] | None:
    kind = start[12:16]
    if kind == b"VP8X" and len(start) >= 30:
        width, height = (int.from_bytes(start[at : at + 3], "little") + 1 for at in (24, 27))
    elif kind == b"VP8L" and len(start) >= 25:
        bits = int.from_bytes(start[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 " and len(start) >= 30:
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", start[26:30]))
    else:
        return None
    return width, height


def _heif_size(start: bytes) -> tuple[int, int] | None:
    """Return the largest of the sizes in the header of an AVIF or HEIC file, which holds thumbnails too."""
    sizes, at = [], start.find(_ISPE)
    while at >= 0:
        with suppress(struct.error):
            sizes.append(struct.unpack_from(">II", start, at + len(_ISPE)))
        at = start.find(_ISPE, at + 1)
    return max(sizes, key=math.prod, default=None)


def _jxl_size(start: bytes) -> tuple[int, int] | None:
    """Return the size of a JPEG XL as it is shown, by the orientation that follows the size stored."""
    at = 0
    if start.startswith(JXL_BOX):
        whole, part = start.find(b"jxlc"), start.find(b"jxlp")
        at = whole + 4 if whole >= 0 else part + 8 if part >= 0 else len(start)
    if not start.startswith(JXL_STREAM, at):
        return None
    bits = int.from_bytes(start[at + 2 : at + 18], "little")

    def take(count: int) -> int:
        nonlocal bits
        value = bits & (1 << count) - 1
        bits >>= count
        return value

    small = take(1)

    def length() -> int:
        return (take(5) + 1) * 8 if small else take((9, 13, 18, 30)[take(2)]) + 1

    height = length()
    across, down = _JXL_RATIOS.get(take(3), (0, 1))
    width = height * across // down or length()
    is_plain = take(1) or not take(1)
    return (width, height) if is_plain or take(3) < _LYING else (height, width)
