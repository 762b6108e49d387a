"""Cut and damaged files: read as far as they go, and how much of the picture is said to be there."""

import io
import random
import re
import struct
import zlib
from contextlib import suppress
from functools import lru_cache

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine.errors import ImageError
from engine.pictures.formats import HEIC, is_present
from engine.pictures.photos import UnavailableError, open_photo, open_sketch, remark_on

SIDE = 200
NOISE = np.random.default_rng(0).integers(0, 255, (24, 32, 3), np.uint8)
PHOTO = Image.fromarray(NOISE).resize((800, 600), Image.Resampling.BICUBIC)
REDUCED = np.asarray(PHOTO.resize((267, 200)), int)
BY_ROW = [  # formats that store the picture row by row, so that what is cut off is the bottom
    (".jpg", {"quality": 90}),
    (".png", {}),
    (".webp", {}),
    (".webp", {"lossless": True}),
    (".gif", {"interlace": 0}),
    (".tga", {"compression": "tga_rle"}),
    (".ppm", {}),
    (".tif", {}),
    (".avif", {"speed": 8}),
    (".heic", {}),
]
SAID = re.compile(r"the file is incomplete: (only )?(\d+)% of the picture is there\.")


def stored(suffix, options):
    """The bytes of the photo in a format."""
    if suffix == ".heic":
        pytest.importorskip("pillow_heif")
        assert is_present(HEIC)
    return encoded(suffix, tuple(options.items()))


@lru_cache
def encoded(suffix, options):
    file = io.BytesIO()
    Image.init()
    PHOTO.save(file, Image.EXTENSION[suffix], **dict(options))
    return file.getvalue()


def shown(photo):
    """The share of the pixels that show what the photo shows."""
    return (np.abs(np.asarray(photo, int) - REDUCED).mean(axis=2) < 25).mean()


def chunk(kind, data, *, wrong=0):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data) ^ wrong)


def with_chunk(*chunks):
    """The photo as PNG, with this behind its header."""
    png = stored(".png", {})
    return png[:33] + b"".join(chunks) + png[33:]


@pytest.mark.parametrize("share", [0.95, 0.85])
@pytest.mark.parametrize(("suffix", "options"), BY_ROW)
def test_a_cut_file_is_read_as_far_as_it_goes_and_says_how_far(tmp_path, suffix, options, share):
    data, path = stored(suffix, options), tmp_path / f"cut{suffix}"
    path.write_bytes(data[: int(len(data) * share)])
    photo = open_photo(path, side=SIDE)
    match = SAID.fullmatch(remark_on(photo))
    assert match is not None
    assert match[1] is None
    assert abs(int(match[2]) / 100 - share) < (
        0.08 if suffix == ".webp" else 0.03
    )  # its blocks' modes come first
    assert abs(shown(photo) - int(match[2]) / 100) < 0.05


@pytest.mark.parametrize("share", [0.7, 0.5])
@pytest.mark.parametrize(("suffix", "options"), [*BY_ROW, (".jp2", {}), (".bmp", {}), (".gif", {})])
def test_a_file_of_which_less_than_three_quarters_are_there_is_refused_with_the_share(
    tmp_path, suffix, options, share
):
    data, path = stored(suffix, options), tmp_path / f"cut{suffix}"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ImageError) as caught:
        open_photo(path, side=SIDE)
    match = SAID.fullmatch(str(caught.value))
    assert match is not None
    assert match[1] == "only "
    assert abs(int(match[2]) / 100 - share) < (0.2 if suffix == ".webp" else 0.04)
    assert not isinstance(caught.value, UnavailableError)


def test_a_photo_without_its_last_two_bytes_is_there(tmp_path):
    for suffix, options in [*BY_ROW, (".jp2", {}), (".bmp", {}), (".jpg", {"progressive": True})]:
        path = tmp_path / f"cut{suffix}"
        path.write_bytes(stored(suffix, options)[:-2])
        assert shown(open_photo(path, side=SIDE)) > 0.97, suffix


@pytest.mark.parametrize("share", [0.6, 0.8, 0.95])
def test_a_progressive_jpeg_cut_late_is_there_in_less_detail(tmp_path, share):
    data = stored(".jpg", {"progressive": True})
    (tmp_path / "cut.jpg").write_bytes(data[: int(len(data) * share)])
    photo = open_photo(tmp_path / "cut.jpg", side=SIDE)
    assert shown(photo) > 0.99
    assert remark_on(photo) == "the file is incomplete: all of the picture is there, in less detail."


def test_a_progressive_jpeg_cut_in_its_first_scan_is_refused(tmp_path):
    data = stored(".jpg", {"progressive": True})
    (tmp_path / "cut.jpg").write_bytes(data[: data.index(b"\xff\xda") + 2500])
    with pytest.raises(ImageError, match="only"):
        open_photo(tmp_path / "cut.jpg", side=SIDE)


def test_rows_that_the_last_pass_of_a_gif_lacks_are_filled_from_above(tmp_path):
    data = stored(".gif", {"interlace": 1})
    (tmp_path / "cut.gif").write_bytes(data[: len(data) * 8 // 10])
    photo = open_photo(tmp_path / "cut.gif", side=SIDE)
    assert "incomplete" in remark_on(photo)
    assert shown(photo) > 0.95


def test_a_night_photo_that_is_cut_is_not_called_whiter_than_it_is(tmp_path):
    night = PHOTO.copy()
    night.paste("black", (0, 300, 800, 600))
    night.save(tmp_path / "night.ppm")
    data = (tmp_path / "night.ppm").read_bytes()
    (tmp_path / "night.ppm").write_bytes(data[: len(data) * 9 // 10])
    assert remark_on(open_photo(tmp_path / "night.ppm", side=SIDE)).startswith("the file is incomplete: 8")


DAMAGED = {
    "checksum": lambda: with_chunk(chunk(b"tEXt", b"Comment\0hello", wrong=1)),
    "profile": lambda: with_chunk(
        chunk(b"iCCP", b"profile\0\0" + zlib.compress(random.Random(0).randbytes(3 << 20)))
    ),
    "text": lambda: with_chunk(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(70 << 20)))),
    "unicode": lambda: with_chunk(chunk(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(bytes(7 << 20)))),
    "stray": lambda: with_chunk(b"some bytes that are no chunk"),
    "leading": lambda: b"abc" + stored(".png", {}),
    "no end": lambda: stored(".png", {})[:-12] + b"tail",
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_png_with_damage_beside_the_picture_is_read_whole(tmp_path, damage):
    (tmp_path / "photo.png").write_bytes(DAMAGED[damage]())
    photo = open_photo(tmp_path / "photo.png", side=SIDE)
    assert (shown(photo), remark_on(photo)) == (1.0, "")
    assert np.asarray(open_sketch(tmp_path / "photo.png").convert("RGB")).shape == (600, 800, 3)


def test_a_damaged_png_keeps_its_orientation_and_its_transparency(tmp_path):
    text, exif = PngInfo(), Image.Exif()
    text.add_text("Comment", "hello")
    exif[0x0112] = 6
    Image.new("P", (60, 40)).save(tmp_path / "photo.png", pnginfo=text, exif=exif, transparency=0)
    data = (tmp_path / "photo.png").read_bytes()
    (tmp_path / "photo.png").write_bytes(data.replace(b"hello", b"hallo"))
    photo = open_photo(tmp_path / "photo.png", side=SIDE)
    assert (photo.size, photo.getpixel((5, 5))) == ((40, 60), (255, 255, 255))


@pytest.mark.parametrize("before", [b"\0", b"HTTP/1.1 200 OK\r\n\r\n", bytes(128)])
@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_bytes_before_a_photo_and_after_it_do_not_matter(tmp_path, suffix, before):
    (tmp_path / f"photo{suffix}").write_bytes(before + stored(suffix, {}) + b"stray")
    photo = open_photo(tmp_path / f"photo{suffix}", side=SIDE)
    assert (shown(photo), remark_on(photo)) == (1.0, "")


def test_a_png_whose_pixels_are_damaged_is_read_down_to_the_damage(tmp_path):
    data = bytearray(stored(".png", {}))
    data[len(data) * 9 // 10] ^= 0x5A
    (tmp_path / "photo.png").write_bytes(data)
    photo = open_photo(tmp_path / "photo.png", side=SIDE)
    assert shown(photo) > 0.85


@pytest.mark.filterwarnings("ignore:Truncated File Read", "ignore:Corrupt EXIF data")  # as outside pytest
def test_a_tiff_whose_directory_is_cut_off_is_incomplete(tmp_path):
    data = stored(".tif", {"compression": "tiff_lzw"})
    (tmp_path / "photo.tif").write_bytes(data[: len(data) * 9 // 10])
    with pytest.raises(ImageError, match=r"^the file is incomplete: its end is missing\.$"):
        open_photo(tmp_path / "photo.tif", side=SIDE)


def test_a_picture_promised_by_its_first_bytes_alone_is_damaged(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(50))
    with pytest.raises(ImageError, match="damaged"):
        open_photo(tmp_path / "photo.jpg", side=SIDE)


def test_a_jpeg2000_that_promises_gigabytes_is_not_filled_up(tmp_path):
    data = bytearray(stored(".jp2", {}))
    at = data.index(b"\xff\x90\x00\x0a") + 6
    data[at : at + 4] = struct.pack(">I", 0xFFFFFF00)
    (tmp_path / "photo.jp2").write_bytes(data[: len(data) // 2])
    with pytest.raises(ImageError, match="only 0%"):
        open_photo(tmp_path / "photo.jp2", side=SIDE)


def test_no_library_writes_to_the_terminal(tmp_path, capfd):
    for suffix, options in [(".tif", {"compression": kind}) for kind in ("tiff_lzw", "jpeg", "tiff_deflate")]:
        data = bytearray(stored(suffix, options))
        data[len(data) // 2 : len(data) // 2 + 200] = b"\xff" * 200
        data[400:420] = b"\x55" * 20
        (tmp_path / f"photo{suffix}").write_bytes(data)
        with suppress(ImageError):
            open_photo(tmp_path / f"photo{suffix}", side=SIDE)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_a_file_at_which_a_decoder_panics_is_damaged(tmp_path, monkeypatch, suffix):
    class PanicException(BaseException):
        """As decoders in Rust raise it."""

    def panic(*_: object, **__: object) -> None:
        raise PanicException("index out of bounds")

    (tmp_path / f"a{suffix}").write_bytes(stored(suffix, {}))
    monkeypatch.setattr(Image, "open", panic)
    with pytest.raises(ImageError, match="damaged"):
        open_photo(tmp_path / f"a{suffix}", side=SIDE)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"%PDF-1.4\n", "PDF files are not read: save the page as JPEG or PNG."),
        (b"PK\3\4 word/media/", "not a picture this program can read"),
        (b"ID3\3\0 cover", "not a picture this program can read"),
    ],
)
def test_a_document_or_a_song_is_not_the_picture_in_it(tmp_path, start, said):
    path = tmp_path / "scan.jpg"
    path.write_bytes(start + stored(".jpg", {}))
    for read in (open_sketch, lambda path: open_photo(path, side=SIDE)):
        with pytest.raises(ImageError, match=said):
            read(path)
