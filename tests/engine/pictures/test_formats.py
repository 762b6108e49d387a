import struct

import numpy as np
import pytest
from PIL import Image

from engine.errors import ImageError
from engine.pictures import formats
from engine.pictures.dates import NO_DATE
from engine.pictures.facts import facts_of
from engine.pictures.formats import FORMATS, HEIC, JXL, RAW, format_of, is_photo, reader_version, table
from engine.pictures.photos import date_of, open_photo, refuse_at_sight


def test_no_ending_belongs_to_two_formats_and_each_is_a_photo():
    endings = [ending for one in FORMATS for ending in one.endings]
    assert len(endings) == len(set(endings))
    assert all(is_photo(f"a.b.{ending.upper()}") for ending in endings)


@pytest.mark.parametrize(
    "ending",
    [
        "3fr", "arw", "cr3", "dcr", "dng", "erf", "fff", "gpr", "iiq", "kdc", "mrw", "nef", "nrw", "orf",
        "pef", "raf", "rw2", "rwl", "sr2", "srf", "srw", "x3f",
    ],
)  # fmt: skip
def test_what_a_camera_saw_is_a_photo(ending):
    assert formats.is_raw(f"photo.{ending}", b"")


@pytest.mark.parametrize("ending", ["jxl", "psd", "psb", "heic", "jp2", "exr", "hdr", "xcf", "avif"])
def test_a_picture_by_name_is_never_passed_over(ending):
    assert is_photo(f"photo.{ending}")


@pytest.mark.parametrize(
    "name", ["a.svg", "a.ico", "a.ptx", "a.r3d", "a.txt", "a.mp4", "jpg", ".jpg", "a.jpg.part"]
)
def test_drawings_icons_films_and_half_loaded_files_are_no_photos(name):
    assert not is_photo(name)


@pytest.mark.parametrize(
    ("name", "needs"),
    [
        ("a.heic", "HEIC files need the optional package pillow-heif: install ffmln with the extra `heic`"),
        (
            "a.jxl",
            "JPEG XL files need the optional package pillow-jxl-plugin: install ffmln with the extra `jxl`",
        ),
        ("a.nef", "camera RAW files need the optional package rawpy: install ffmln with the extra `raw`"),
    ],
)
def test_what_is_not_read_says_what_it_needs_where_that_can_be_had(tmp_path, monkeypatch, name, needs):
    (tmp_path / name).write_bytes(b"x")
    monkeypatch.setattr(formats, "is_present", lambda extra: False)
    with pytest.raises(ImageError) as caught:
        refuse_at_sight(tmp_path / name)
    assert str(caught.value) == f"{needs}, or save the picture as JPEG."
    monkeypatch.setattr("sys.frozen", True, raising=False)  # a bundle: nothing can be added to it
    with pytest.raises(ImageError, match="files are not read: save the picture as JPEG or PNG") as caught:
        refuse_at_sight(tmp_path / name)
    assert "extra" not in str(caught.value)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
@pytest.mark.parametrize("name", ["phone.heic", "a.jxl", "a.psb", "a.dng"])
def test_a_picture_that_is_read_without_an_extra_is_read_by_any_name(tmp_path, monkeypatch, name, kind):
    monkeypatch.setattr(formats, "is_present", lambda extra: False)
    Image.new("RGB", (30, 20), "red").save(tmp_path / name, kind)
    assert open_photo(tmp_path / name, side=10).size == (15, 10)
    assert facts_of(tmp_path / name).size == (30, 20)
    assert date_of(tmp_path / name) == NO_DATE


def test_what_begins_as_a_tiff_may_be_of_a_camera_and_goes_by_its_name(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "is_present", lambda extra: False)
    Image.new("RGB", (30, 20), "red").save(tmp_path / "a.dng", "TIFF")
    with pytest.raises(ImageError, match="camera RAW files need"):
        open_photo(tmp_path / "a.dng", side=10)


def test_what_nothing_reads_says_so(tmp_path):
    (tmp_path / "a.psb").write_bytes(b"x")
    with pytest.raises(ImageError) as caught:
        refuse_at_sight(tmp_path / "a.psb")
    assert str(caught.value) == "large Photoshop files are not read: save the picture as JPEG or PNG."


def test_the_table_says_what_is_read_and_what_the_rest_needs(monkeypatch):
    rows = {name: state for name, _, state in table()}
    assert (rows["JPEG"], rows["OpenEXR"]) == ("yes", "no")
    monkeypatch.setattr(formats, "is_present", lambda extra: extra is HEIC)
    rows = {name: state for name, _, state in table()}
    assert rows["HEIC"] == "yes"
    assert rows["JPEG XL"] == "needs the extra `jxl` (pillow-jxl-plugin)"
    assert rows["camera RAW"] == "needs the extra `raw` (rawpy)"


@pytest.mark.parametrize("extra", [HEIC, JXL, RAW])
def test_another_package_makes_another_reader(monkeypatch, extra):
    monkeypatch.setattr(formats, "is_present", lambda _: False)
    without = reader_version()
    monkeypatch.setattr(formats, "is_present", lambda one: one is extra)
    assert reader_version() != without


def test_a_package_that_is_not_there_is_not_there():
    assert not formats.is_present(formats.Extra("x", "x", "no_such_module_at_all"))
    assert format_of("a.jpg").is_read


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tiff_of_sixteen_bits_in_which_nought_is_white_is_no_negative(tmp_path, order):
    """Tags: width, height, bits, no compression, white is zero, one strip, rows of it, its bytes."""
    rows = np.full((8, 8), 65535, order + "u2")
    rows[:, :4] = 0
    tags = [
        (256, 8),
        (257, 8),
        (258, 16),
        (259, 1),
        (262, 0),
        (273, 8 + 2 + 8 * 12 + 4),
        (278, 8),
        (279, 128),
    ]
    data = (b"II" if order == "<" else b"MM") + struct.pack(order + "HIH", 42, 8, len(tags))
    data += b"".join(struct.pack(order + "HHII", tag, 4, 1, value) for tag, value in tags)
    (tmp_path / "x-ray.tif").write_bytes(data + struct.pack(order + "I", 0) + rows.tobytes())
    tones = np.asarray(open_photo(tmp_path / "x-ray.tif", side=64).convert("L"))
    assert (tones[0, 0], tones[0, -1]) == (255, 0)
