"""What a person sees of an opened picture: which frame, which way up, and whether transparency is meant."""

from __future__ import annotations

import math
import re
from contextlib import suppress

from PIL import ExifTags, Image

from engine.pictures.costs import ANIMATED
from engine.pictures.formats import TURNED
from engine.pictures.photoshop import SELECTION

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_XMP = re.compile(rb"""tiff:Orientation\s*(?:=\s*["']|>)\s*([1-8])""")
_XMP_PLACES = ("XML:com.adobe.xmp", "xmp")  # in PNG; in the others

# Tones between darkest and brightest: of a frame that shows nothing, and of one that does.
_EMPTY, _FULL = 8, 64
_LOOKED_THROUGH = 200_000_000  # pixels
_MOST_FRAMES = 60


def turn(image: Image.Image, orientation: int) -> Image.Image:
    """Return the picture upright, given its EXIF orientation."""
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image


def orientation(image: Image.Image) -> int:
    """Return the orientation of a picture, 1 to 8, by EXIF, or where that is silent by XMP.

    A photo with broken metadata counts as upright. Decoders of HEIC turn the picture themselves, and so does
    that of JPEG XL, unless it only gives back a JPEG.
    """
    if image.format == "HEIF" or (image.format == "JXL" and not getattr(image, "jpeg", False)):
        return 1
    with suppress(Exception):  # whatever the EXIF parser trips over, the pixels are good
        found = image.getexif().get(ExifTags.Base.Orientation)
        if found is not None:
            return int(found)
    match = None if image.info.get(TURNED) else _XMP.search(xmp_of(image))
    return 1 if match is None else int(match[1])


def xmp_of(image: Image.Image) -> bytes:
    """Return the XMP of an opened picture; empty if it has none."""
    packets = (image.info.get(place, b"") for place in _XMP_PLACES)
    texts = (one.encode("utf-8", "replace") if isinstance(one, str) else one for one in packets)
    return next((one for one in texts if isinstance(one, bytes) and one), b"")


def seek_telling_frame(image: Image.Image) -> None:
    """Go to the first frame of an animation that shows something, if the first of all is of one colour.

    Films fade in from black; what a person remembers of them comes later. Leaves the picture loaded.
    """
    image.load()
    if image.format not in ANIMATED or not getattr(image, "is_animated", False):
        return
    first = _spread(image)
    if first >= _EMPTY:
        return
    best, chosen = first, 0
    for number in range(1, max(2, min(_MOST_FRAMES, _LOOKED_THROUGH // math.prod(image.size)))):
        try:
            image.seek(number)
            image.load()
        except Exception:  # there is no such frame, or it is damaged: the first is as good as before
            break
        if (spread := _spread(image)) > best:
            best, chosen = spread, number
        if best >= _FULL:
            break
    image.seek(chosen if best >= _EMPTY else 0)
    image.load()


def _spread(image: Image.Image) -> int:
    """Return how far the tones of a frame lie apart, transparent parts apart."""
    frame = image.convert("RGBA") if image.mode != "RGB" else image
    if frame.mode == "RGBA":
        shown = Image.new("RGBA", frame.size, "white")
        shown.alpha_composite(frame)
        frame = shown.convert("RGB")
    small = frame.reduce(max(1, min(frame.size) // 256))
    return max(int(high) - int(low) for low, high in _extrema(small))


def _extrema(image: Image.Image) -> list[tuple[float, float]]:
    return [band.getextrema() for band in image.split()]  # type: ignore[misc]


def opaque_if_unused(image: Image.Image, kind: str | None) -> Image.Image:
    """Return a picture without an alpha that other programs pay no heed.

    That is one of a BMP or TGA that is nowhere above zero, and in a Photoshop file a selection.
    """
    if kind not in ("BMP", "DIB", "TGA", "PSD") or image.mode not in ("RGBA", "LA"):
        return image
    is_used = not image.info.get(SELECTION) if kind == "PSD" else image.getchannel("A").getextrema()[1]
    return image if is_used else image.convert(image.mode[:-1])
