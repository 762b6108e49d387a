"""Shows colours as they are meant: in sRGB, where a picture brings the ICC profile of another colour space.

Telephones tag their photos Display P3, cameras Adobe RGB, print shops some CMYK; taken as if they were sRGB
these look dull.
"""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageCms

from engine.preprocess import plain

_KEPT = 8  # transforms: of a folder most photos are of one or two cameras
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
_OUR_OWN = "sRGB"  # how the names of its profiles begin


def in_srgb(image: Image.Image) -> Image.Image:
    """Return a picture as `plain` does, with its colours in sRGB by the profile in its `info`.

    Without a profile, and where that is broken or of another kind of colours, they stay as they are.
    """
    profile = image.info.get("icc_profile")
    if image.mode != "CMYK":  # whose profile is of its inks
        image = plain(image)
    mode = image.mode.removesuffix("A")
    transform = _transform(profile, mode) if isinstance(profile, bytes) else None
    if transform is None:
        return plain(image)
    shown = transform.apply(image if mode == image.mode else image.convert(mode))
    if mode != image.mode:
        shown.putalpha(image.getchannel("A"))
    shown.info = {name: value for name, value in image.info.items() if name != "icc_profile"}
    return shown


@lru_cache(maxsize=_KEPT)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return what brings colours of a profile to sRGB; None where nothing is to be done, or can be."""
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if opened.profile.xcolor_space.strip() != _SPACES[mode]:
            return None
        if mode == "RGB" and ImageCms.getProfileDescription(opened).startswith(_OUR_OWN):
            return None
        return ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (OSError, ImageCms.PyCMSError, ValueError):
        return None
