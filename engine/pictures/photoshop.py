"""What Photoshop files say of themselves: whether anything is transparent, their size and EXIF.

References:
    Adobe Photoshop File Formats Specification: "Image Resources Section", "Layer and Mask Information
    Section", "Additional Layer Information".
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import IO, NamedTuple

from PIL import ImageFile

START = b"8BPS"
"""How Photoshop files begin."""

SELECTION = "ffmln selection"
"""In the info of a picture: its alpha is a selection that was saved."""

HEAD = struct.Struct(">4sH6xHIIHH")
"""What they begin with, see `Header`."""

EXIF, XMP = 1058, 1060
"""The numbers of these resources."""

_LAYERS_HEAD = 6  # bytes: how much there is of layers, and their number
_SIGNS = (b"8BIM", b"8B64")
_LAYERS = (b"Layr", b"Lr16", b"Lr32")  # where the layers stand in files of more than 8 bits
_MERGED = (b"Mtrn", b"Mt16", b"Mt32")


class Header(NamedTuple):
    """What a Photoshop file says first; `mode` says what the channels are."""

    sign: bytes
    version: int
    channels: int
    height: int
    width: int
    depth: int
    mode: int


def header_of(start: bytes) -> Header | None:
    """Return what a file says first, by its first bytes; None if it is no Photoshop file."""
    return Header(*HEAD.unpack_from(start)) if start.startswith(START) and len(start) >= HEAD.size else None


def note_selection(image: ImageFile.ImageFile) -> None:
    """Note of a Photoshop file that is open, not loaded, that its alpha has nothing to do with how it looks.

    Pillow takes any fourth channel of a picture in colours for transparency.
    """
    if image.format != "PSD" or image.mode != "RGBA" or image.fp is None:
        return
    here = image.fp.tell()
    try:
        image.info[SELECTION] = not is_transparent(image.fp)
    except struct.error:
        image.info[SELECTION] = True
    finally:
        image.fp.seek(here)


def is_transparent(file: IO[bytes]) -> bool:
    """Return whether the first channel behind the colours of a Photoshop file says what is transparent.

    It does where the number of layers is negative. Otherwise it is a selection that the person saved, and
    has nothing to do with how the picture looks.

    Raises:
        struct.error: the file is damaged.
    """
    file.seek(HEAD.size)
    for _ in ("colours", "resources"):
        file.seek(_number(file, "I"), io.SEEK_CUR)
    end = _number(file, "I") + file.tell()
    if end - file.tell() < _LAYERS_HEAD:
        return False
    if _number(file, "I"):
        return _number(file, "h") < 0
    return any(
        key in _MERGED or (key in _LAYERS and _number(file, "h") < 0) for key in _more_blocks(file, end)
    )


def resource_of(file: IO[bytes], number: int) -> bytes:
    """Return what stands in a Photoshop file under this number, as `EXIF` or `XMP`; empty for nothing.

    Raises:
        struct.error: the file is damaged.
    """
    file.seek(HEAD.size)
    file.seek(_number(file, "I"), io.SEEK_CUR)
    end = _number(file, "I") + file.tell()
    while file.tell() + 12 <= end:
        sign, kind, name = struct.unpack(">4sHB", file.read(7))
        file.seek(name + (name + 1) % 2, io.SEEK_CUR)
        length = _number(file, "I")
        if sign not in _SIGNS:
            break
        if kind == number:
            return file.read(min(length, end - file.tell()))
        file.seek(length + length % 2, io.SEEK_CUR)
    return b""


def _more_blocks(file: IO[bytes], end: int) -> Iterator[bytes]:
    """Yield the keys of what follows the layers, up to this place, the file standing behind each."""
    if file.tell() + 4 > end:
        return
    file.seek(_number(file, "I"), io.SEEK_CUR)
    while file.tell() + 12 <= end:
        sign, key, length = struct.unpack(">4s4sI", file.read(12))
        if sign not in _SIGNS:
            return
        behind = file.tell() + length + -length % 4
        yield key
        file.seek(behind)


def _number(file: IO[bytes], kind: str) -> int:
    """Read a number of this kind, as `struct` calls it."""
    (number,) = struct.unpack(f">{kind}", file.read(struct.calcsize(f">{kind}")))
    return int(number)
