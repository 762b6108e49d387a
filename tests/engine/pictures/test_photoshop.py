"""That Photoshop files look as Photoshop shows them."""

import struct

import numpy as np
import pytest

from engine.pictures.photos import open_photo, open_sketch

SIZE = (20, 16)
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


def test_a_photoshop_file_shows_its_composite(tmp_path):
    (tmp_path / "photo.psd").write_bytes(psd(NOISE.transpose(2, 0, 1)))
    assert np.array_equal(np.asarray(open_photo(tmp_path / "photo.psd", side=16)), NOISE)


def test_of_a_cut_photoshop_file_a_selection_is_no_transparency_either(tmp_path):
    path = tmp_path / "photo.psd"
    path.write_bytes(psd(with_selection(NOISE))[:-60])
    assert np.array_equal(np.asarray(open_photo(path, side=16)), NOISE)
