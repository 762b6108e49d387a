"""Photoshop files of 16 bits a channel, which Pillow does not know."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
from PIL import Image
from PIL.PsdImagePlugin import MODES

from engine.errors import ImageError
from engine.pictures.costs import Cost
from engine.pictures.formats import DAMAGED
from engine.pictures.memory import BUDGET
from engine.pictures.photoshop import HEAD, START, Header, header_of, is_transparent

_COLOURS = {1: 1, 3: 3, 4: 4, 7: 1, 8: 1, 9: 3}  # channels of grey, RGB, CMYK, others, duotone and Lab
_DEPTHS = (1, 8, 16)
_GREY, _RGB = 1, 3
_RAW, _PACKED = 0, 1
_EACH = 20  # bytes a pixel: a channel as it is stored, unpacked and as an array, and all of them in 8 bits


def open_deep(path: Path) -> Image.Image | None:
    """Return the picture of a Photoshop file of 16 bits, in 8 bits a channel; None for what is no such file.

    It shows the layers together, as Photoshop keeps them beside the layers.

    Raises:
        ImageError: it cannot be decoded, or is of a kind that is not read.
        UnavailableError: there is not enough memory now.
        Exception: of almost any kind, for what is damaged.
    """
    with path.open("rb") as file:
        header = header_of(file.read(HEAD.size))
        if header is None:
            return None
        kind = _unread(header)
        if kind is not None:
            raise ImageError(f"{kind} files are not read: save the picture as JPEG or PNG.")
        if header.depth != 16:
            return None
        pixels = header.width * header.height
        need = path.stat().st_size + _EACH * pixels
        with BUDGET.room(Cost((header.width, header.height), need, pixels)):
            return Image.open(io.BytesIO(_in_8_bits(file, header)), formats=["PSD"])


def _unread(header: Header) -> str | None:
    """Return what a good file is called that is not read; None for what is read, or is damaged."""
    if header.version == 2:
        return "large Photoshop"
    if header.depth == 32:
        return "32-bit Photoshop"
    is_known = header.mode in _COLOURS if header.depth == 16 else (header.mode, header.depth) in MODES
    return None if is_known or header.depth not in _DEPTHS else f"Photoshop mode {header.mode}"


def _in_8_bits(file: IO[bytes], header: Header) -> bytes:
    """Return a file without layers, of the higher bytes of a picture of 16 bits."""
    file.seek(HEAD.size)
    colours, resources = _section(file), _section(file)
    composite = int.from_bytes(file.read(4), "big") + file.tell()
    is_clear = header.mode == _RGB and header.channels > _COLOURS[_RGB] and is_transparent(file)
    kept = _COLOURS[header.mode] + is_clear
    file.seek(composite)
    planes = b"".join(_high_bytes(file, header, kept))
    head = header._replace(channels=kept, depth=8)
    return HEAD.pack(*head) + colours + resources + bytes(4) + struct.pack(">H", _RAW) + planes


def _section(file: IO[bytes]) -> bytes:
    """Read a part of the file that begins with its length."""
    length = file.read(4)
    return length + file.read(int.from_bytes(length, "big"))


def _high_bytes(file: IO[bytes], header: Header, kept: int) -> Iterator[bytes]:
    """Yield the higher bytes of the first channels, as many as are kept.

    Each is read as if it were a grey picture of single bytes, twice as wide, so that Pillow unpacks it.
    """
    packing = int.from_bytes(file.read(2), "big")
    if packing not in (_RAW, _PACKED) or header.channels < kept:
        raise ImageError(DAMAGED)
    head = HEAD.pack(START, 1, 1, header.height, 2 * header.width, 8, _GREY) + bytes(12)
    rows = file.read(2 * header.height * header.channels) if packing == _PACKED else b""
    for channel in range(kept):
        table = rows[2 * header.height * channel : 2 * header.height * (channel + 1)]
        packed = int(np.frombuffer(table, ">u2").sum(dtype=np.int64))
        data = file.read(packed if packing == _PACKED else 2 * header.width * header.height)
        whole = b"".join((head, struct.pack(">H", packing), table, data))
        with Image.open(io.BytesIO(whole), formats=["PSD"]) as grey:
            yield np.asarray(grey)[:, ::2].tobytes()
