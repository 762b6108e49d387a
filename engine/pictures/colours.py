"""Shows colours as they are meant: in sRGB, where a picture brings the ICC profile of another colour space.

Telephones tag their photos Display P3, cameras Adobe RGB, print shops some CMYK; taken as if they were sRGB
these look dull.
"""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageCms

_KEPT = 8  # transforms: of a folder most photos are of one or two cameras
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
_OUR_OWN = "sRGB"  # how the names of its profiles begin


def in_srgb(image: Image.Image) -> Image.Image:
    """Return a picture with its colours in sRGB, by the profile in its `info`; its transparency is kept.

    Args:
        image: of mode RGB, RGBA, L, LA or CMYK; any other, one without a profile, and one whose profile is
            broken or of another kind of colours comes back as it is.
    """
    profile = image.info.get("icc_profile")
    mode = image.mode.removesuffix("A") if image.mode in ("RGBA", "LA") else image.mode
    if not isinstance(profile, bytes) or mode not in _SPACES:
        return image
    transform = _transform(profile, mode)
    if transform is None:
        return image
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
