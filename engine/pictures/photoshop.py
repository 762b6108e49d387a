"""Photoshop files: whether the channel behind the colours is transparency.

References:
    Adobe Photoshop File Formats Specification: "Layer and Mask Information Section", "Additional Layer
    Information".
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import IO

from PIL import ImageFile

SELECTION = "ffmln selection"
"""In the info of a picture: its alpha is a selection that was saved."""

_HEAD = 26  # bytes
_LAYERS_HEAD = 6  # bytes: how much there is of layers, and their number
_SIGNS = (b"8BIM", b"8B64")
_LAYERS = (b"Layr", b"Lr16", b"Lr32")  # where the layers stand in files of more than 8 bits
_MERGED = (b"Mtrn", b"Mt16", b"Mt32")


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
    file.seek(_HEAD)
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
