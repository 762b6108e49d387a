"""That Photoshop files look as Photoshop shows them."""

import calendar
import struct

import numpy as np
import pytest

from engine.errors import ImageError
from engine.pictures.facts import facts_of
from engine.pictures.photos import date_of, open_photo, open_sketch

from ..conftest import exif as exif_bytes

SIZE = (20, 16)
SUMMER = calendar.timegm((2019, 6, 1, 12, 34, 56))
NOISE = np.random.default_rng(0).integers(0, 255, (16, 20, 3), np.uint8)
SELECTED = np.zeros((16, 20), np.uint8)
SELECTED[:, :10] = 255  # the left half


def block(key, data):
    return b"8BIM" + key + struct.pack(">I", len(data)) + data + bytes(-len(data) % 4)


def section(data):
    return struct.pack(">I", len(data)) + data


def psd(planes, *, depth=8, mode=3, resources=b"", layers=b"", packed=None):
    """A Photoshop file of these planes, (channels, height, width), of what stands before them."""
    channels, high, wide = planes.shape
    header = b"8BPS" + struct.pack(">H6xHIIHH", 1, channels, high, wide, depth, mode)
    data = packed if packed is not None else bytes(2) + planes.tobytes()
    return header + section(b"") + section(resources) + section(layers) + data


def with_selection(colours):
    return np.concatenate([colours.transpose(2, 0, 1), SELECTED[None]])


LAYER_COUNTS = {
    "none": (b"", False),
    "one": (section(struct.pack(">h", 1)), False),
    "one, transparent": (section(struct.pack(">h", -1)), True),
    "later": (section(b"") + section(b"abc") + block(b"Patt", b"12345") + block(b"Lr16", b"\xff\xfe"), True),
    "later, opaque": (section(b"") + section(b"") + block(b"Lr16", b"\0\2"), False),
    "merged": (section(b"") + section(b"") + block(b"Mt16", b""), True),
    "cut": (b"\0", False),
}


@pytest.mark.parametrize(("layers", "is_clear"), LAYER_COUNTS.values(), ids=LAYER_COUNTS)
def test_a_fourth_channel_is_transparency_only_where_the_layers_say_so(tmp_path, layers, is_clear):
    path = tmp_path / "photo.psd"
    path.write_bytes(psd(with_selection(NOISE), layers=layers))
    expected = np.where(SELECTED[..., None] | (not is_clear), NOISE, 255)
    assert np.array_equal(np.asarray(open_photo(path, side=16)), expected)
    assert open_sketch(path).mode == ("RGBA" if is_clear else "RGB")


def resource(number, data, name=b""):
    named = bytes([len(name)]) + name + bytes(1 - len(name) % 2)
    return (
        b"8BIM"
        + struct.pack(">H", number)
        + named
        + struct.pack(">I", len(data))
        + data
        + bytes(len(data) % 2)
    )


def in_16_bits(colours, *, packed):
    """The planes of a picture in 16 bits, and how they are stored where that is packed."""
    planes = (colours.transpose(2, 0, 1).astype(np.uint16) * 256 + 77).astype(">u2")
    rows = [b"".join(b"\0" + bytes([one]) for one in row.tobytes()) for plane in planes for row in plane]
    lengths = struct.pack(f">{len(rows)}H", *map(len, rows))
    return planes, b"\0\1" + lengths + b"".join(rows) if packed else None


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("layers", "is_clear"), LAYER_COUNTS.values(), ids=LAYER_COUNTS)
def test_a_photoshop_file_of_16_bits_shows_its_composite(tmp_path, layers, is_clear, packed):
    path, masked = tmp_path / "photo.psd", np.dstack([NOISE, SELECTED])
    planes, stored = in_16_bits(masked, packed=packed)
    exif = exif_bytes(original="2019:06:01 12:34:56")[6:]
    resources = resource(1000, b"odd", b"names") + resource(1058, exif)
    path.write_bytes(psd(planes, depth=16, layers=layers, packed=stored, resources=resources))
    expected = np.where(SELECTED[..., None] | (not is_clear), NOISE, 255)
    assert np.array_equal(np.asarray(open_photo(path, side=16)), expected)
    assert (facts_of(path).size, date_of(path)) == (SIZE, SUMMER)


def test_the_xmp_of_a_photoshop_file_dates_it_where_no_exif_does(tmp_path):
    resources = resource(1000, b"odd") + resource(1060, b'photoshop:DateCreated="2019-06-01T12:34:56"')
    (tmp_path / "photo.psd").write_bytes(psd(NOISE.transpose(2, 0, 1), resources=resources))
    assert date_of(tmp_path / "photo.psd") == SUMMER


@pytest.mark.parametrize(("mode", "colours"), [(1, 1), (4, 4), (7, 1), (9, 3)])
@pytest.mark.parametrize("more", [0, 2])
def test_a_photoshop_file_of_16_bits_looks_as_that_of_8_in_all_colours(tmp_path, mode, colours, more):
    tones = np.random.default_rng(1).integers(0, 255, (16, 20, colours + more), np.uint8)
    (tmp_path / "8.psd").write_bytes(psd(tones.transpose(2, 0, 1), mode=mode))
    (tmp_path / "16.psd").write_bytes(psd(in_16_bits(tones, packed=False)[0], mode=mode, depth=16))
    shallow, deep = (np.asarray(open_photo(tmp_path / f"{bits}.psd", side=16)) for bits in (8, 16))
    assert np.array_equal(shallow, deep)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (psd(np.zeros((3, 4, 4), ">u4"), depth=32), "32-bit Photoshop files are not read"),
        (
            psd(np.zeros((3, 4, 4), ">u2"), depth=16).replace(b"8BPS\0\1", b"8BPS\0\2"),
            "large Photoshop files",
        ),
        (psd(np.zeros((3, 4, 4), ">u2"), depth=16, mode=2), "Photoshop mode 2 files are not read"),
        (psd(np.zeros((3, 4, 4), np.uint8), mode=5), "Photoshop mode 5 files are not read"),
        (psd(np.zeros((2, 4, 4), np.uint8)), "damaged"),
        (psd(np.zeros((3, 4, 4), np.uint8), depth=77, mode=5), "damaged"),
        (psd(np.zeros((3, 4, 4), ">u2"), depth=16)[:-9], "its end is missing"),
        (psd(np.zeros((3, 4, 4), ">u2"), depth=16, packed=b"\0\2 zip"), "damaged"),
        (psd(np.zeros((2, 4, 4), ">u2"), depth=16), "damaged"),
        (psd(np.zeros((3, 4, 4), ">u2"), depth=16)[:30], "its end is missing"),
    ],
)
def test_what_is_not_read_of_photoshop_files_is_said(tmp_path, data, reason):
    (tmp_path / "photo.psd").write_bytes(data)
    with pytest.raises(ImageError, match=reason):
        open_photo(tmp_path / "photo.psd", side=16)


def test_a_photoshop_file_shows_its_composite(tmp_path):
    (tmp_path / "photo.psd").write_bytes(psd(NOISE.transpose(2, 0, 1)))
    assert np.array_equal(np.asarray(open_photo(tmp_path / "photo.psd", side=16)), NOISE)


def test_of_a_cut_photoshop_file_a_selection_is_no_transparency_either(tmp_path):
    path = tmp_path / "photo.psd"
    path.write_bytes(psd(with_selection(NOISE))[:-60])
    assert np.array_equal(np.asarray(open_photo(path, side=16)), NOISE)
