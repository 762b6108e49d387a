"""The one tone that a PNG without alpha calls transparent, compared in the bits that the file has.

Pillow compares it with tones of 8 bits, whatever the file has: of one with 16, 4 or 2 bits it meets others.

References:
    Portable Network Graphics (PNG) Specification, third edition, 11.3.1.1 (tRNS): all bits have to match.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.preprocess import plain

_WIDENED = {"L;2": 85, "L;4": 17}
"""What Pillow multiplies tones of few bits by, but not the transparent one."""

_HIGH, _LOW = "RGB;16B", "RGB;16L"  # the second takes the other byte of each tone


def with_alpha(image: Image.Image) -> Image.Image:
    """Return a PNG that is open, decoded, its transparent tone as alpha; as it is where Pillow does that.

    A picture in colours of 16 bits is decoded twice, as Pillow keeps 8 of them, if it can be opened again.
    """
    tone = image.info.get("transparency")
    if image.format != "PNG" or not isinstance(tone, int | tuple) or getattr(image, "is_animated", False):
        return image
    layout = image.tile[0].args if getattr(image, "tile", None) else None  # type: ignore[attr-defined]
    image.load()
    if layout in _WIDENED and isinstance(tone, int):
        image.info["transparency"] = tone * _WIDENED[layout]
        return image
    if image.mode == "I;16":
        shown = np.not_equal(np.asarray(image), tone)
    elif layout == _HIGH and isinstance(tone, tuple) and (low := _low_bytes(image)) is not None:
        shown = _differ(np.asarray(image), [one >> 8 for one in tone])
        shown |= _differ(np.asarray(low), [one & 255 for one in tone])
    else:
        return image
    del image.info["transparency"]
    opaque = plain(image)
    opaque.info, opaque.format = dict(image.info), image.format
    opaque.putalpha(Image.fromarray(np.where(shown, 255, 0).astype(np.uint8)))
    return opaque


def _low_bytes(image: Image.Image) -> Image.Image | None:
    """Return the lower half of each tone of a picture in 16 bits; None where its file is not to be had."""
    name = getattr(image, "filename", "")
    if not name:
        return None
    with Image.open(name, formats=("PNG",)) as again:
        if again.size != image.size or [one.args for one in again.tile] != [_HIGH]:
            return None
        again.tile = [one._replace(args=_LOW) for one in again.tile]
        again.load()
        return again


def _differ(tones: NDArray[np.uint8], others: list[int]) -> NDArray[np.bool_]:
    """Return which pixels of (height, width, 3) have another colour."""
    return np.asarray((tones != np.array(others, np.uint8)).any(axis=2))
