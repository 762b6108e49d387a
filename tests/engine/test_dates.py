import calendar
import io
import os
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFile
from PIL.PngImagePlugin import PngInfo

from engine import formats, photos
from engine.dates import NO_DATE, date_in, file_date, resolve
from engine.errors import UnavailableError
from engine.exif import read_exif
from engine.photos import date_of

EXIF, ORIGINAL, DIGITISED, CHANGED = 0x8769, 36867, 36868, 306
SUMMER = calendar.timegm((2019, 6, 1, 12, 34, 56))


def exif(*, original=None, digitised=None, changed=None):
    """Return EXIF with these texts for dates, as it stands in files."""
    made = Image.Exif()
    inner = {ORIGINAL: original, DIGITISED: digitised}
    if any(inner.values()):
        made._ifds[EXIF] = {tag: text for tag, text in inner.items() if text}
    if changed:
        made[CHANGED] = changed
    return made.tobytes()


def read(data):
    """Return EXIF as it comes out of a file."""
    made = Image.Exif()
    made.load(data)
    return made


@pytest.mark.parametrize(
    ("dates", "year"),
    [
        ({"original": "2001", "digitised": "2002", "changed": "2003"}, 2001),
        ({"original": "0000", "digitised": "2002", "changed": "2003"}, 2002),
        ({"original": "    ", "changed": "2003"}, 2003),
        ({"digitised": "2002", "changed": "2003"}, 2002),
        ({"original": "2001"}, 2001),
        ({"changed": "2003"}, 2003),
    ],
)
def test_when_it_was_taken_counts_first_then_when_it_was_digitised_then_when_the_file_was_made(dates, year):
    made = read(exif(**{name: f"{text}:05:06 07:08:09" for name, text in dates.items()}))
    assert date_in(made) == calendar.timegm((year, 5, 6, 7, 8, 9))


def test_a_date_in_the_wrong_directory_counts_too():
    made = Image.Exif()
    made[ORIGINAL], made[CHANGED] = "2019:06:01 12:34:56", "2020:01:01 00:00:00"
    assert date_in(read(made.tobytes())) == SUMMER


@pytest.mark.parametrize(
    "text",
    [
        "2019:06:01 12:34:56",
        "2019:06:01 12:34:56\0\0",
        "  2019:06:01 12:34:56  ",
        "2019-06-01 12:34:56",
        "2019-06-01T12:34:56",
        "2019-06-01T12:34:56.78+02:00",
        "2019/06/01 12.34.56",
        "2019:6:1 12:34:56",
        "20190601 123456",
        "20190601123456",
        b"2019:06:01 12:34:56\0",
        ("2019:06:01 12:34:56", "nonsense"),
    ],
)
def test_a_date_is_read_however_a_program_wrote_it(text):
    assert date_in({ORIGINAL: text}) == SUMMER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019:06:01", (2019, 6, 1, 0, 0, 0)),
        ("2019:06:01   :  :  ", (2019, 6, 1, 0, 0, 0)),
        ("2019:06:01 12:34", (2019, 6, 1, 12, 34, 0)),
        ("2016:12:31 23:59:60", (2016, 12, 31, 23, 59, 59)),
        ("1826:01:01 00:00:00", (1826, 1, 1, 0, 0, 0)),
        ("1903:07:04 10:00:00", (1903, 7, 4, 10, 0, 0)),
    ],
)
def test_what_is_known_of_a_date_counts(text, expected):
    assert date_in({ORIGINAL: text}) == calendar.timegm(expected)


@pytest.mark.parametrize(
    "text",
    [
        "0000:00:00 00:00:00", "    :  :     :  :  ", "", "\0" * 20, "1825:12:31 23:59:59",
        "2019:13:01 00:00:00", "2019:02:30 12:00:00", "2019:06:01 25:00:00", "01/06/2019 12:34:56",
        "yesterday",
        "9999:99:99 99:99:99", "-2019:06:01 12:34:56", "20190:06:01 12:34:56", "2019:06:011", "1559392496",
        b"\xff\xfe", b"", (), 20190601, 1559392496.0, None, ("",), "9" * 400,
        "\u0662\u0660\u0661\u0669:06:01 12:34:56",
    ],
)  # fmt: skip
def test_nonsense_is_no_date(text):
    assert date_in({ORIGINAL: text}) == NO_DATE


def test_what_lies_in_the_future_is_no_date_unless_it_may_be_that_late_somewhere(monkeypatch):
    monkeypatch.setattr("engine.dates.file_date", lambda _: SUMMER)
    assert date_in({ORIGINAL: "2019:06:02 12:34:56"}) == SUMMER + 86_400
    assert date_in({ORIGINAL: "2019:06:02 12:34:57"}) == NO_DATE


def test_a_directory_that_cannot_be_read_does_not_hide_the_other():
    class Broken(dict):
        def get_ifd(self, tag):
            raise struct.error(tag)

    assert date_in(Broken({CHANGED: "2019:06:01 12:34:56"})) == SUMMER


@pytest.fixture
def zone(monkeypatch):
    """Sets the time zone here."""
    if not hasattr(time, "tzset"):
        pytest.skip("the system's time zone cannot be set")

    def change(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield change
    monkeypatch.undo()
    time.tzset()


def test_a_files_date_is_what_the_wall_clock_here_showed(zone):
    moment = calendar.timegm((2019, 6, 1, 23, 30, 0))
    zone("UTC")
    assert file_date(moment * 10**9 + 999_999_999) == moment
    zone("XXX-05:30")
    assert file_date(moment * 10**9) == moment + 5 * 3600 + 1800
    assert file_date(-(10**9)) == -1 + 5 * 3600 + 1800


def test_a_files_date_beyond_all_calendars_is_a_date_all_the_same(monkeypatch):
    def beyond(_):
        raise OverflowError

    monkeypatch.setattr(time, "localtime", beyond)
    assert file_date(-(2**63)) == -(2**63) // 10**9


def test_the_files_date_stands_in_for_one_that_is_not_known():
    assert resolve(SUMMER, 5 * 10**9) == SUMMER
    assert resolve(0, 5 * 10**9) == 0
    assert resolve(NO_DATE, 5 * 10**9) == resolve(None, 5 * 10**9) == file_date(5 * 10**9)


# --- in files ----------------------------------------------------------------------------------------


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
        other = type("Other", (), {"timestamp": 1_559_392_496})

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    rawpy = type("rawpy", (), {"imread": staticmethod(lambda _: Opened())})
    monkeypatch.setattr("engine.raw.importlib", type("importlib", (), {"import_module": lambda _: rawpy}))
    monkeypatch.setattr(formats, "is_present", lambda _: True)
    saved(tmp_path / "photo.tif", "TIFF", exif=exif(original="2019:06:01 12:34:56"))
    os.rename(tmp_path / "photo.tif", tmp_path / "photo.nef")
    (tmp_path / "photo.raf").write_bytes(b"FUJIFILMCCD-RAW ")
    assert date_of(tmp_path / "photo.nef") == SUMMER
    assert date_of(tmp_path / "photo.raf") == file_date(1_559_392_496 * 10**9)
    Opened.other.timestamp = 0
    assert date_of(tmp_path / "photo.raf") == NO_DATE
