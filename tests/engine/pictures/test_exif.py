import calendar
import io
import os
import struct
import zlib
from datetime import datetime

import numpy as np
import pytest
from PIL import Image, ImageFile
from PIL.PngImagePlugin import PngInfo

from engine.errors import UnavailableError
from engine.pictures import formats, photos
from engine.pictures.dates import NO_DATE
from engine.pictures.exif import read_exif
from engine.pictures.photos import date_of

from ..conftest import exif

SUMMER = calendar.timegm((2019, 6, 1, 12, 34, 56))


@pytest.fixture
def forbid_decoding(monkeypatch):
    """Makes pictures impossible to decode from now on, and gives the list of tries."""
    tries = []

    def decoded(self):
        tries.append(self)
        raise OSError

    def forbid():
        formats.pillow_formats()  # which decodes something of Pillow's own the first time
        for kind in (Image.Image, ImageFile.ImageFile, *(plugin for plugin, _ in Image.OPEN.values())):
            if isinstance(kind, type):
                monkeypatch.setattr(kind, "load", decoded)
        return tries

    return forbid


KINDS = [
    ("photo.jpg", "JPEG"), ("photo.tif", "TIFF"), ("photo.png", "PNG"), ("photo.webp", "WEBP"),
    ("photo.avif", "AVIF"), ("photo.heic", "HEIF"), ("photo.jxl", "JXL"),
]  # fmt: skip


def saved(path, kind, **options):
    if not formats.format_of(path.name).is_read:
        pytest.skip("needs an optional package")
    Image.new("RGB", (48, 32), "teal").save(path, kind, **options)
    return path


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_every_format_tells_its_date_without_being_decoded(tmp_path, name, kind, forbid_decoding):
    made = exif(original="2019:06:01 12:34:56", changed="2020:01:01 00:00:00")
    dated, plain = saved(tmp_path / name, kind, exif=made), saved(tmp_path / f"plain {name}", kind)
    decoded = forbid_decoding()
    assert (date_of(dated), date_of(plain), decoded) == (SUMMER, NO_DATE, [])


XMP = '<rdf:Description xmp:CreateDate="2020-01-01T00:00:00" {} tiff:Make="Canon"/>'
TOLD = ["exif:DateTimeOriginal='2019-06-01T12:34:56+02:00'",
        "><photoshop:DateCreated>2019-06-01T12:34:56.7Z</photoshop:DateCreated"]  # fmt: skip


@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize(
    ("name", "kind"), [*(one for one in KINDS if one[1] != "JXL"), ("with EXIF.png", "PNG")]
)
def test_a_date_that_the_xmp_alone_tells_counts(tmp_path, name, kind, told, forbid_decoding):
    packet = XMP.format(told)
    options = {"xmp": packet.encode()}
    if kind == "PNG":
        options = {"pnginfo": PngInfo()} | ({"exif": exif()} if "EXIF" in name else {})
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", packet)
    elif kind == "TIFF":
        options = {"tiffinfo": {700: packet.encode()}}
    path = saved(tmp_path / name, kind, **options)
    decoded = forbid_decoding()
    assert (date_of(path), decoded) == (SUMMER, [])


def test_a_date_in_the_xmp_of_jpeg_xl_counts_and_that_in_exif_counts_more(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "is_present", lambda _: True)
    packet, block = XMP.format(TOLD[0]).encode(), bytes(4) + exif(changed="2001:06:01 12:34:56")[6:]
    boxes = [
        struct.pack(">I4s", 8 + len(data), kind) + data
        for kind, data in ((b"xml ", packet), (b"Exif", block))
    ]
    for count, year in ((1, 2019), (2, 2001)):
        (tmp_path / "photo.jxl").write_bytes(b"\0\0\0\x0cJXL \r\n\x87\n" + b"".join(boxes[:count]))
        assert date_of(tmp_path / "photo.jxl") == calendar.timegm((year, 6, 1, 12, 34, 56))


@pytest.mark.parametrize("told", ["exif:DateTimeOriginal=", 'xmp:CreateDate="2019-\xff"', "no date"])
def test_xmp_that_tells_no_date_leaves_the_exif_as_it_is(tmp_path, told):
    path = saved(tmp_path / "photo.webp", "WEBP", xmp=told.encode("latin-1"), exif=exif())
    assert date_of(path) == NO_DATE


@pytest.mark.parametrize(
    ("told", "in_exif", "year"),
    [
        ('exif:DateTimeOriginal="0000-00-00T00:00:00" xmp:CreateDate="2021-03-04T05:06:07"', None, 2021),
        ('xmp:CreateDate="2021-03-04T05:06:07" photoshop:DateCreated="2021"', None, 2021),
        ('photoshop:DateCreated="2021-03" xmp:CreateDate="2021-03-04T05:06:07"', None, 2021),
        ('xmp:CreateDate="2021-03-04T05:06:07"><xmp:CreateDate>2011-03-04T05:06:07<', None, 2021),
        ('xmp:CreateDate="2011-03-04T05:06:07"', "2936:03:04 05:06:07", 2011),
        ('exif:DateTimeOriginal="2937-03-04T05:06:07"', "2936:03:04 05:06:07", 2936),
        ('exif:DateTimeOriginal="2937-03-04" xmp:CreateDate="2011-03-04T05:06:07"', None, 2011),
        ('exif:DateTimeOriginal="1000-03-04" xmp:CreateDate="2937-03-04T05:06:07"', None, 2937),
    ],
)
def test_a_date_that_cannot_be_true_hides_no_good_one(tmp_path, told, in_exif, year):
    path = saved(tmp_path / "photo.webp", "WEBP", xmp=told.encode(), exif=exif(original=in_exif))
    assert date_of(path) == calendar.timegm((year, 3, 4, 5, 6, 7))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_exif_behind_the_pixels_of_a_png_is_found(tmp_path):
    path = saved(tmp_path / "photo.png", "PNG")
    data, block = path.read_bytes(), exif(original="2019:06:01 12:34:56")[6:]
    path.write_bytes(data[:-12] + chunk(b"eXIf", block) + data[-12:])
    assert date_of(path) == SUMMER


def test_exif_as_text_in_a_png_is_found(tmp_path):
    block, about = exif(original="2019:06:01 12:34:56"), PngInfo()
    about.add_text("Raw profile type exif", f"\nexif\n{len(block):8}\n{block.hex()}\n", zip=True)
    assert date_of(saved(tmp_path / "photo.png", "PNG", pnginfo=about)) == SUMMER


@pytest.mark.parametrize("big", [False, True])
def test_tiffs_that_pillow_cannot_decode_have_dates(tmp_path, big):
    Image.new("RGB", (48, 32)).save(
        tmp_path / "photo.tif", exif=exif(original="2019:06:01 12:34:56"), big_tiff=big
    )
    data = (tmp_path / "photo.tif").read_bytes()
    assert (data[2] == 43) is big
    found = data.index(struct.pack("<HH", 259, 3))  # the compression, of a kind that nobody knows
    value = found + (12 if big else 8)
    (tmp_path / "photo.tif").write_bytes(data[:value] + struct.pack("<H", 9999) + data[value + 2 :])
    assert date_of(tmp_path / "photo.tif") == SUMMER


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_damaged_files_have_a_date_or_none_and_nothing_is_raised(tmp_path, name, kind):
    path = saved(tmp_path / name, kind, exif=exif(original="2019:06:01 12:34:56"))
    data, rng = path.read_bytes(), np.random.default_rng(3)
    for length in range(1, len(data), max(1, len(data) // 60)):
        path.write_bytes(data[:length])
        assert date_of(path) in (SUMMER, NO_DATE)
    for _ in range(60):
        spoiled = np.frombuffer(data, np.uint8).copy()
        spoiled[rng.integers(0, min(len(data), 400), 8)] = rng.integers(0, 256, 8)
        path.write_bytes(spoiled.tobytes())
        assert isinstance(date_of(path), int)


@pytest.mark.parametrize("size", ["short", "long", "open"])
def test_the_exif_of_jpeg_xl_is_found_behind_where_it_says_that_tiff_begins(tmp_path, monkeypatch, size):
    monkeypatch.setattr(formats, "is_present", lambda _: True)
    block = bytes(4) + exif(original="2019:06:01 12:34:56")[6:]
    heads = {
        "short": struct.pack(">I4s", 8 + len(block), b"Exif"),
        "long": struct.pack(">I4sQ", 1, b"Exif", 16 + len(block)),
        "open": struct.pack(">I4s", 0, b"Exif"),
    }
    picture = struct.pack(">I4s", 12, b"jxlp") + b"\xff\x0a\0\0"
    (tmp_path / "photo.jxl").write_bytes(b"\0\0\0\x0cJXL \r\n\x87\n" + picture + heads[size] + block)
    assert date_of(tmp_path / "photo.jxl") == SUMMER


def test_the_exif_of_webp_is_found_behind_a_chunk_of_odd_length(tmp_path):
    path = saved(tmp_path / "photo.webp", "WEBP", exif=exif(original="2019:06:01 12:34:56"))
    before, after = path.read_bytes().split(b"EXIF")
    path.write_bytes(before + struct.pack("<4sI4s", b"MINE", 3, b"odd") + b"EXIF" + after)
    assert date_of(path) == SUMMER


def test_chunks_that_lead_nowhere_end():
    for data in (
        b"\0\0\0\x0cJXL \r\n\x87\n" + struct.pack(">I4s", 2, b"free"),
        b"\0\0\0\x0cJXL \r\n\x87\n" + struct.pack(">I4sQ", 1, b"free", 0),
        b"\0\0\0\x0cJXL \r\n\x87\n" + struct.pack(">I4s", 0, b"jxlc"),
        b"RIFF\xff\xff\xff\xffWEBP" + struct.pack("<4sI", b"VP8 ", 2**32 - 1),
        b"\xff\x0a",
    ):
        assert dict(read_exif(io.BytesIO(data))) == {}


def test_a_file_that_is_not_there_now_may_have_a_date_later(tmp_path, monkeypatch):
    assert date_of(tmp_path / "absent.jpg") is None
    path = saved(tmp_path / "photo.jpg", "JPEG", exif=exif(original="2019:06:01 12:34:56"))

    def short(_):
        raise UnavailableError("no memory")

    monkeypatch.setattr(photos, "read_exif", short)
    assert date_of(path) is None
    path.rename(tmp_path / "photo.psb")  # as where an optional package is not here any more
    assert date_of(tmp_path / "photo.psb") is None


def test_what_is_no_picture_has_no_date(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"no picture")
    assert date_of(tmp_path / "photo.jpg") == NO_DATE


def test_a_camera_raw_file_has_the_date_of_its_directory_or_what_libraw_tells(tmp_path, monkeypatch):
    class Opened:
        other = type("Other", (), {"timestamp": datetime(2019, 6, 1, 12, 34, 56)})

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    rawpy = type("rawpy", (), {"imread": staticmethod(lambda _: Opened())})
    monkeypatch.setattr(
        "engine.pictures.raw.importlib", type("importlib", (), {"import_module": lambda _: rawpy})
    )
    monkeypatch.setattr(formats, "is_present", lambda _: True)
    saved(tmp_path / "photo.tif", "TIFF", exif=exif(original="2019:06:01 12:34:56"))
    os.rename(tmp_path / "photo.tif", tmp_path / "photo.nef")
    (tmp_path / "photo.raf").write_bytes(b"FUJIFILMCCD-RAW ")
    assert date_of(tmp_path / "photo.nef") == SUMMER
    assert date_of(tmp_path / "photo.raf") == SUMMER
    Opened.other.timestamp = datetime.fromtimestamp(0)
    assert date_of(tmp_path / "photo.raf") == NO_DATE
