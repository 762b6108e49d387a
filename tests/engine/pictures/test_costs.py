import struct
import zlib

import pytest
from PIL import Image

from engine.errors import ImageError, UnavailableError
from engine.pictures import memory
from engine.pictures.costs import START, before_opening
from engine.pictures.formats import HEIC, JXL, is_present
from engine.pictures.photos import open_photo

from .tiffs import tiled_tiff


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def long_png(width):
    """A picture of one row, a bit a pixel."""
    rows = zlib.compress(bytes(1 + (width + 7) // 8))
    header = struct.pack(">IIBBBBB", width, 1, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_long_thin_picture_is_reduced_by_its_long_side(tmp_path):
    (tmp_path / "long.png").write_bytes(long_png(2_000_000))
    assert open_photo(tmp_path / "long.png", side=100).size == (800, 1)


@pytest.mark.parametrize("brand", [b"heic", b"hevx", b"hevm", b"hevs", b"msf1", b"avis"])
def test_bursts_and_films_of_one_frame_are_reckoned_as_photos_are(brand):
    start = b"\0\0\0\x18ftyp" + brand + bytes(12) + b"ispe\0\0\0\0" + struct.pack(">II", 4000, 3000)
    assert before_opening(start, 1000).size == (4000, 3000)


def test_the_tiles_of_a_tiff_count_not_the_picture(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "available_memory", lambda: 1 << 30)
    for number, (wide, high) in enumerate([(65536, 32752), (16384, 8192)]):
        (tmp_path / f"{number}.tif").write_bytes(tiled_tiff(wide, high))
    assert (tmp_path / "0.tif").stat().st_size < 200
    with pytest.raises(ImageError, match="too many") as caught:
        open_photo(tmp_path / "0.tif", side=100)
    assert not isinstance(caught.value, UnavailableError)
    with pytest.raises(UnavailableError, match="10x10"):
        open_photo(tmp_path / "1.tif", side=100)


@pytest.mark.parametrize(
    ("suffix", "options", "extra"),
    [
        (".webp", {}, None),
        (".webp", {"lossless": True}, None),
        (".webp", {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"}, None),
        (".avif", {"speed": 10}, None),
        (".heic", {}, HEIC),
        (".jxl", {"effort": 1}, JXL),
        (".jxl", {"effort": 1, "use_container": True}, JXL),
    ],
)
@pytest.mark.parametrize("size", [(256, 128), (301, 407), (1000, 750), (64, 2000)])
def test_the_size_is_known_before_decoders_that_decode_at_once_see_the_file(
    tmp_path, suffix, options, extra, size
):
    if extra is not None:
        pytest.importorskip(extra.module)
        assert is_present(extra)
    path = tmp_path / f"photo{suffix}"
    Image.new("RGB", size, "red").save(path, **options)
    known = before_opening(path.read_bytes()[:START], path.stat().st_size)
    assert known is not None
    assert known.size in (size, tuple(length + length % 2 for length in size))  # HEIC stores even ones
    assert known.pixels == known.size[0] * known.size[1]
    assert known.need > 14 * size[0] * size[1]


def test_a_webp_that_promises_a_huge_canvas_is_refused_before_its_decoder_sees_it(tmp_path):
    side = (65534).to_bytes(3, "little")
    body = (
        b"WEBPVP8X"
        + struct.pack("<I", 10)
        + bytes((2, 0, 0, 0))
        + side
        + side
        + b"ANIM"
        + struct.pack("<IIH", 6, 0, 0)
    )
    (tmp_path / "photo.webp").write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    with pytest.raises(ImageError, match="65535x65535 pixels are too many"):
        open_photo(tmp_path / "photo.webp", side=100)
