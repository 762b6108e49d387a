"""Colours are shown as a picture's ICC profile means them."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from engine.pictures.photos import open_photo, open_sketch


@pytest.fixture(scope="module")
def swapped() -> bytes:
    """The profile of a screen whose red and green are exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for first, second in ((b"rXYZ", b"gXYZ"), (b"rTRC", b"gTRC")):
        profile = profile.replace(first, b"....").replace(second, first).replace(b"....", second)
    return profile.replace("sRGB".encode("utf-16-be"), "Mine".encode("utf-16-be"))


def saved(tmp_path, image: Image.Image, profile: bytes, name: str = "photo.png"):
    image.save(tmp_path / name, icc_profile=profile)
    return tmp_path / name


@pytest.mark.parametrize("name", ["photo.png", "photo.jpg", "photo.webp", "photo.tif"])
def test_a_photo_comes_in_the_colours_that_its_profile_means(tmp_path, swapped, name):
    photo = open_photo(saved(tmp_path, Image.new("RGB", (64, 48), (250, 10, 10)), swapped, name), side=32)
    assert photo.size == (43, 32)
    red, green, blue = photo.getpixel((20, 16))
    assert green > 240
    assert max(red, blue) < 30


def test_a_drawing_of_printing_inks_without_a_profile_comes_as_before(tmp_path):
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(tmp_path / "photo.tif")
    assert open_sketch(tmp_path / "photo.tif").mode == "RGB"
    assert open_photo(tmp_path / "photo.tif", side=8).getpixel((4, 4))[0] > 200


def test_what_is_clear_stays_so(tmp_path, swapped):
    image = Image.new("RGBA", (64, 64), (250, 10, 10, 255))
    image.paste((0, 0, 0, 0), (0, 0, 32, 64))
    sketch = open_sketch(saved(tmp_path, image, swapped))
    assert sketch.getpixel((10, 10))[3] == 0
    assert sketch.getpixel((50, 50))[1] > 240


def test_colours_of_srgb_are_not_touched(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = open_photo(saved(tmp_path, Image.new("RGB", (8, 8), (201, 33, 7)), profile), side=8)
    assert photo.getpixel((4, 4)) == (201, 33, 7)


@pytest.mark.parametrize("how", ["broken", "empty", "of other colours"])
def test_a_profile_that_says_nothing_of_these_colours_is_left_out(tmp_path, swapped, how):
    profile = {"broken": swapped[:90], "empty": b"?", "of other colours": swapped}[how]
    mode, colour = ("L", 77) if how == "of other colours" else ("RGB", (201, 33, 7))
    image = Image.new(mode, (8, 8), colour)
    image.info["icc_profile"] = profile
    buffer = io.BytesIO()
    image.save(buffer, "PNG", icc_profile=profile)
    (tmp_path / "photo.png").write_bytes(buffer.getvalue())
    expected = (77, 77, 77) if mode == "L" else colour
    assert open_photo(tmp_path / "photo.png", side=8).getpixel((4, 4)) == expected


def test_a_tiff_of_floating_point_comes_in_the_colours_that_its_profile_means(tmp_path, swapped):
    pixels = np.full((48, 64, 3), (0.98, 0.04, 0.04), "<f4").tobytes()
    whole = {256: 64, 257: 48, 259: 1, 262: 2, 273: 8, 277: 3, 278: 48, 279: len(pixels)}
    behind = 8 + len(pixels) + 2 + 12 * (len(whole) + 3) + 4
    rows = {tag: (4, 1, value) for tag, value in whole.items()}
    rows |= {258: (3, 3, behind), 339: (3, 3, behind + 6), 34675: (7, len(swapped), behind + 12)}
    table = b"".join(struct.pack("<HHII", tag, *row) for tag, row in sorted(rows.items()))
    longer = struct.pack("<6H", 32, 32, 32, 3, 3, 3) + swapped
    start = b"II*\0" + struct.pack("<I", 8 + len(pixels))
    directory = struct.pack("<H", len(rows)) + table + bytes(4)
    (tmp_path / "photo.tif").write_bytes(start + pixels + directory + longer)
    red, green, blue = open_photo(tmp_path / "photo.tif", side=32).getpixel((20, 16))
    assert green > 240
    assert max(red, blue) < 30
