"""A picture's tones: of more than eight bits, and in grey."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageChops

_GREY = 16  # spread of the channels, of 255, up to which a colour counts as grey
_MOST_INK = 0.25  # share of a picture in colours that are lines, and no filled areas


def eight_bit(image: Image.Image) -> Image.Image:
    """Return 16-bit, 32-bit and float tones as 8 bits; Pillow's own conversion would clip them to white."""
    tones = np.nan_to_num(np.asarray(image, dtype=np.float32), posinf=0, neginf=0)
    brightest = float(tones.max())
    full = next((top for top in (1.0, 255.0, 65535.0) if brightest <= top), brightest)
    if full == 1.0 and image.mode != "F":
        full = 255.0
    return Image.fromarray((tones.clip(0, full) * (255 / full)).round().astype(np.uint8))


def in_grey(image: Image.Image) -> Image.Image:
    """Return an opaque picture in grey, lines in colours that are nearly as light as their paper darkened.

    A yellow line is nearly white in grey, and as dark as others in its darkest channel: the mean of both is
    taken, as on photographed pages (`light.even_out`). On dark paper, dark colours are lightened by their
    lightest channel. Pictures without colours, and those that are filled with them, are in grey as Pillow
    has them.

    Args:
        image: in 8 bits a channel; alpha is not looked at.
    """
    grey = image.convert("L")
    if image.mode not in ("RGB", "RGBA"):
        return grey
    red, green, blue = image.split()[:3]
    low = ImageChops.darker(ImageChops.darker(red, green), blue)
    high = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    colour = ImageChops.subtract(high, low, offset=-_GREY)
    if colour.getextrema() == (0, 0):
        return grey
    is_light = max(range(256), key=grey.histogram().__getitem__) >= 128
    off = ImageChops.subtract(grey, low) if is_light else ImageChops.subtract(high, grey)
    half = ImageChops.darker(off, colour).point([tone // 2 for tone in range(256)])
    if sum(half.histogram()[1:]) > _MOST_INK * image.width * image.height:
        return grey
    return ImageChops.subtract(grey, half) if is_light else ImageChops.add(grey, half)
