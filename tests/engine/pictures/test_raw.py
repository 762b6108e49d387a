import calendar
import io
import os
import struct
import sys

import numpy as np
import pytest
from PIL import Image

from engine.errors import ImageError
from engine.pictures import formats, memory, raw
from engine.pictures.dates import NO_DATE
from engine.pictures.facts import facts_of
from engine.pictures.formats import RAW
from engine.pictures.photos import UnavailableError, date_of, open_photo

rawpy = pytest.importorskip("rawpy")

SHORT, LONG, BYTE, TEXT, RATIONAL = 3, 4, 1, 2, 10
CODES = {SHORT: "H", LONG: "I", BYTE: "B", TEXT: "B"}
WIDE, HIGH = 640, 480


def directory(entries, at):
    """A TIFF directory that stands at an offset, with what does not fit into it after it."""
    table, longer = struct.pack("<H", len(entries)), b""
    behind = at + 2 + 12 * len(entries) + 4
    for tag, kind, values in sorted(entries):
        if kind == RATIONAL:
            packed = b"".join(struct.pack("<ii", round(value * 10_000), 10_000) for value in values)
        else:
            packed = struct.pack(f"<{len(values)}{CODES[kind]}", *values)
        where = packed.ljust(4, b"\0") if len(packed) <= 4 else struct.pack("<I", behind + len(longer))
        longer += packed if len(packed) > 4 else b""
        table += struct.pack("<HHI", tag, kind, len(values)) + where
    return table + bytes(4) + longer


def jpeg(size, colour):
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()


def dng(preview=None, *, orientation=1, date=""):
    """A DNG whose sensor saw red above and blue below; with a JPEG in it, or without."""
    mosaic = np.full((HIGH, WIDE), 3000, np.uint16)
    mosaic[: HIGH // 2 : 2, ::2] = 50_000  # the red cells of the upper half
    mosaic[HIGH // 2 + 1 :: 2, 1::2] = 50_000  # the blue ones of the lower half
    pixels = mosaic.astype("<u2").tobytes()
    small = preview or b""
    start = 8 + len(pixels) + len(small)
    sensor = [
        (254, LONG, [0]), (256, LONG, [WIDE]), (257, LONG, [HIGH]), (258, SHORT, [16]), (259, SHORT, [1]),
        (262, SHORT, [32803]), (273, LONG, [8]), (277, SHORT, [1]), (278, LONG, [HIGH]),
        (279, LONG, [len(pixels)]),
        (33421, SHORT, [2, 2]), (33422, BYTE, [0, 1, 1, 2]),
    ]  # fmt: skip
    camera = [
        (274, SHORT, [orientation]), (271, BYTE, list(b"Maker\0")), (272, BYTE, list(b"Model\0")),
        (50706, BYTE, [1, 4, 0, 0]), (50708, BYTE, list(b"Maker Model\0")),
        (50721, RATIONAL, [1, 0, 0, 0, 1, 0, 0, 0, 1]), (50728, RATIONAL, [1, 1, 1]),
    ]  # fmt: skip
    if date:
        camera.append((306, TEXT, list(date.encode() + b"\0")))
    if preview is None:
        return b"II*\0" + struct.pack("<I", start) + pixels + directory(sensor + camera, start)
    inside = directory(sensor, start)
    size = Image.open(io.BytesIO(small)).size
    shown = [
        (254, LONG, [1]), (256, LONG, [size[0]]), (257, LONG, [size[1]]), (258, SHORT, [8, 8, 8]),
        (259, SHORT, [7]), (262, SHORT, [6]), (273, LONG, [8 + len(pixels)]), (277, SHORT, [3]),
        (278, LONG, [size[1]]), (279, LONG, [len(small)]), (330, LONG, [start]),
    ]  # fmt: skip
    outer = start + len(inside)
    whole = pixels + small + inside + directory(shown + camera, outer)
    return b"II*\0" + struct.pack("<I", outer) + whole


def halves(image):
    """The mean colours of the upper and the lower half."""
    tones = np.asarray(image, float)
    middle = len(tones) // 2
    return tones[: middle - 4].mean(axis=(0, 1)), tones[middle + 4 :].mean(axis=(0, 1))


def test_without_a_preview_the_sensors_picture_is_developed(tmp_path):
    (tmp_path / "photo.dng").write_bytes(dng())
    photo = open_photo(tmp_path / "photo.dng", side=100)
    above, below = halves(photo)
    assert (photo.mode, photo.size) == ("RGB", (134, 100))
    assert above[0] > above[2] + 50
    assert below[2] > below[0] + 50


def test_the_preview_the_camera_made_is_taken_where_it_is_large_enough(tmp_path):
    (tmp_path / "large.dng").write_bytes(dng(jpeg((480, 360), "lime")))
    (tmp_path / "small.dng").write_bytes(dng(jpeg((80, 60), "lime")))
    assert halves(open_photo(tmp_path / "large.dng", side=100))[0][1] > 200
    assert halves(open_photo(tmp_path / "small.dng", side=100))[0][1] < 150


@pytest.mark.parametrize("preview", [None, jpeg((480, 360), "lime")])
def test_a_raw_photo_stands_upright(tmp_path, preview):
    (tmp_path / "photo.dng").write_bytes(dng(preview, orientation=6))
    assert open_photo(tmp_path / "photo.dng", side=100).size in ((100, 133), (100, 134))


def test_libraw_and_the_directory_tell_the_same_date(tmp_path):
    (tmp_path / "photo.dng").write_bytes(dng(date="2019:06:01 12:34:56"))
    (tmp_path / "plain.dng").write_bytes(dng())
    for tell in (raw.date_of, date_of):
        assert tell(tmp_path / "photo.dng") == calendar.timegm((2019, 6, 1, 12, 34, 56))
        assert tell(tmp_path / "plain.dng") == NO_DATE


def test_developing_keeps_to_the_memory_there_is(tmp_path, monkeypatch):
    (tmp_path / "photo.dng").write_bytes(dng())
    monkeypatch.setattr(memory, "available_memory", lambda: 1 << 20)
    monkeypatch.setattr(memory, "_ALWAYS", 1 << 20)
    with pytest.raises(UnavailableError, match=f"{WIDE}x{HIGH}"):
        open_photo(tmp_path / "photo.dng", side=100)


def test_a_file_that_is_no_raw_photo_is_refused(tmp_path):
    (tmp_path / "photo.nef").write_bytes(b"II*\0" + bytes(300))
    with pytest.raises(ImageError):
        open_photo(tmp_path / "photo.nef", side=100)


def test_without_the_package_a_raw_photo_says_what_it_needs(tmp_path, monkeypatch):
    (tmp_path / "photo.arw").write_bytes(dng())
    monkeypatch.setattr(formats, "is_present", lambda extra: extra is not RAW)
    with pytest.raises(ImageError, match="rawpy: install ffmln with the extra `raw`"):
        open_photo(tmp_path / "photo.arw", side=100)


@pytest.mark.skipif(sys.platform != "linux", reason="names are text there")
def test_a_raw_file_whose_name_is_no_text_is_read(tmp_path):
    path = tmp_path / os.fsdecode(b"Fr\xfchling.dng")
    path.write_bytes(dng(jpeg((WIDE, HIGH), "green"), date="2019:06:01 12:34:56"))
    assert open_photo(path, side=32).size
    assert date_of(path) == calendar.timegm((2019, 6, 1, 12, 34, 56))
    assert raw.date_of(path) == date_of(path)
    assert facts_of(path).size == (WIDE, HIGH)


def test_a_jpeg_that_is_called_a_raw_file_is_read_as_what_it_is(tmp_path):
    path = tmp_path / "a.dng"
    path.write_bytes(jpeg((60, 40), "red")[:-20])  # cut
    assert open_photo(path, side=20).size == (30, 20)
    assert facts_of(path).size == (60, 40)
    assert date_of(path) == NO_DATE
