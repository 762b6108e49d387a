import os
import struct
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from engine.errors import ImageError
from engine.pictures import formats, memory, photos
from engine.pictures.formats import HEIC
from engine.pictures.photos import UnavailableError, is_photo, open_photo, open_sketch

ORIENTATION = 0x0112
STORED = {  # how a camera stores the upright picture for each orientation
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def quarters(size: tuple[int, int] = (120, 80)) -> Image.Image:
    """Four plain quarters: any turn or flip shows."""
    image = Image.new("RGB", size)
    half = (size[0] // 2, size[1] // 2)
    for x, y, colour in ((0, 0, "red"), (1, 0, "lime"), (0, 1, "blue"), (1, 1, "white")):
        image.paste(colour, (x * half[0], y * half[1], (x + 1) * half[0], (y + 1) * half[1]))
    return image


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def need_heic() -> None:
    """Skip the test where HEIC can be neither read nor written."""
    pytest.importorskip("pillow_heif")
    assert formats.is_present(HEIC)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".avif", ".heic"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_in_every_orientation(tmp_path, orientation, suffix):
    if suffix == ".heic":
        need_heic()
    image, exif = quarters(), Image.Exif()
    turn = STORED[orientation]
    exif[ORIENTATION] = orientation
    path = tmp_path / f"turned{suffix}"
    (image.transpose(turn) if turn is not None else image).save(path, exif=exif.tobytes(), quality=95)
    for opened in (open_photo(path, side=40), open_sketch(path).convert("RGB").resize((60, 40))):
        assert opened.size == (60, 40)
        assert np.abs(np.asarray(opened, int) - np.asarray(image.resize((60, 40)), int)).mean() < 12


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
def test_a_photo_of_any_mode_becomes_rgb(tmp_path, mode):
    suffix = ".tif" if mode in ("CMYK", "F", "I") else ".png"
    if mode in ("I;16", "I", "F"):
        tones = np.asarray(quarters().convert("L"), np.float32) / 255
        top, kind = {"I;16": (65535, np.uint16), "I": (65535, np.int32), "F": (1, np.float32)}[mode]
        image = Image.fromarray((tones * top).astype(kind))
    else:
        image = quarters().convert(mode)
    image.save(tmp_path / f"photo{suffix}")
    opened = open_photo(tmp_path / f"photo{suffix}", side=80)
    assert (opened.mode, opened.size) == ("RGB", (120, 80))
    assert min(opened.getpixel((100, 60))) > 250
    assert sum(opened.getpixel((20, 60))) < 400


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F"]
)
def test_a_large_photo_of_any_mode_is_reduced(tmp_path, mode):
    if mode in ("I;16", "I", "F"):
        tones = np.asarray(quarters((1200, 800)).convert("L"), np.float32) * 257
        kind = {"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]
        image = Image.fromarray(tones.astype(kind))
    else:
        image = quarters((1200, 800)).convert(mode)
    image.save(tmp_path / "photo.tif")
    opened = open_photo(tmp_path / "photo.tif", side=80)
    assert (opened.mode, opened.size) == ("RGB", (120, 80))
    assert min(opened.getpixel((100, 60))) > 250
    assert sum(opened.getpixel((20, 60))) < 400


def test_transparent_parts_of_a_photo_are_white(tmp_path):
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert open_photo(tmp_path / "clear.png", side=20).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".gif", ".bmp", ".tif"])
def test_the_short_side_is_reduced_and_the_aspect_kept(tmp_path, suffix):
    quarters((1200, 600)).save(tmp_path / f"large{suffix}")
    assert open_photo(tmp_path / f"large{suffix}", side=100).size == (200, 100)
    assert open_photo(tmp_path / f"large{suffix}", side=5000).size == (1200, 600)


@pytest.mark.parametrize(
    ("size", "decoded"), [((4000, 3000), (500, 375)), ((1200, 900), (600, 450)), ((400, 300), (400, 300))]
)
def test_a_jpeg_is_decoded_at_a_fraction_of_its_size_twice_as_large_as_needed(
    tmp_path, monkeypatch, size, decoded
):
    quarters(size).save(tmp_path / "large.jpg")
    sizes = []
    monkeypatch.setattr(photos, "opaque_if_unused", lambda image, _: sizes.append(image.size) or image)
    open_photo(tmp_path / "large.jpg", side=150)
    assert sizes == [decoded]


def test_a_jpeg_is_decoded_in_few_large_pieces(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (1000, 1000, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.jpg", quality=95)
    with photos._open(tmp_path / "noise.jpg", b"") as image:
        read, pieces = image.fp.read, []
        image.load_read = lambda size: pieces.append(size) or read(size)
        image.load()
    assert (tmp_path / "noise.jpg").stat().st_size > 500_000
    assert len(pieces) <= 2


def test_only_the_first_frame_of_an_animation_counts(tmp_path):
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "film.gif", save_all=True, append_images=frames[1:])
    assert open_photo(tmp_path / "film.gif", side=30).getpixel((3, 3)) == (255, 0, 0)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # as engine.pictures.photos has it outside pytest
def test_broken_metadata_does_not_spoil_a_photo(tmp_path):
    quarters().save(tmp_path / "odd.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\xffgarbage")
    assert open_photo(tmp_path / "odd.jpg", side=40).size == (60, 40)


def test_a_bomb_is_refused_before_it_is_decoded_with_its_size(tmp_path):
    (tmp_path / "bomb.png").write_bytes(png_header(30_000, 30_000))
    with pytest.raises(ImageError, match="30000x30000"):
        open_photo(tmp_path / "bomb.png", side=100)
    with pytest.raises(ImageError, match="30000x30000"):
        open_sketch(tmp_path / "bomb.png")


def test_a_picture_too_large_for_the_memory_free_now_may_fit_later(tmp_path, monkeypatch):
    (tmp_path / "large.png").write_bytes(png_header(10_000, 10_000))
    monkeypatch.setattr(memory, "available_memory", lambda: 1 << 28)
    with pytest.raises(UnavailableError, match="10000x10000"):
        open_photo(tmp_path / "large.png", side=100)


@pytest.mark.slow
def test_a_progressive_jpeg_counts_whole_since_its_decoder_holds_it_whole(tmp_path, monkeypatch):
    quarters((8000, 6000)).save(tmp_path / "plain.jpg")
    quarters((8000, 6000)).save(tmp_path / "progressive.jpg", progressive=True)
    monkeypatch.setattr(memory, "available_memory", lambda: 1 << 27)
    assert open_photo(tmp_path / "plain.jpg", side=150).size == (200, 150)
    with pytest.raises(UnavailableError, match="8000x6000"):
        open_photo(tmp_path / "progressive.jpg", side=150)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".gif", ".bmp", ".tif", ".avif"])
def test_a_truncated_file_is_refused_silently(tmp_path, suffix, capfd):
    path, noise = (
        tmp_path / f"cut{suffix}",
        np.random.default_rng(0).integers(0, 255, (200, 300, 3), np.uint8),
    )
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ImageError):
        open_photo(path, side=100)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.jpg", b"", "empty"),
        ("words.jpg", b"these are words", "not a picture"),
        ("zeros.png", bytes(1000), "not a picture"),
        ("phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "pillow-heif"),
        ("phone.jpg", b"\0\0\0\x18ftypheic\0\0\0\0", "pillow-heif"),
        ("burst.jpg", b"\0\0\0\x18ftyphevx\0\0\0\0", "pillow-heif"),
        ("camera.NEF", b"II*\0", "extra `raw`"),
        ("later.jxl", b"\xff\x0a", "pillow-jxl-plugin"),
        ("later.png", b"\xff\x0a", "pillow-jxl-plugin"),
        ("poster.psb", b"8BPS", "JPEG or PNG"),
    ],
)
def test_a_file_that_is_no_readable_picture_is_refused_with_the_reason(
    tmp_path, monkeypatch, name, content, reason
):
    monkeypatch.setattr(formats, "is_present", lambda extra: False)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ImageError, match=reason) as caught:
        open_photo(tmp_path / name, side=100)
    assert not isinstance(caught.value, UnavailableError)
    assert str(caught.value).endswith(".")


def test_a_heic_photo_with_another_ending_is_read_too(tmp_path, monkeypatch):
    need_heic()
    quarters().save(tmp_path / "phone.jpg", format="HEIF")
    monkeypatch.delitem(Image.OPEN, "HEIF")
    formats.is_present.cache_clear()  # as in a process that has read no HEIC yet
    assert open_photo(tmp_path / "phone.jpg", side=40).size == (60, 40)


def test_a_file_that_is_not_there_may_come_back(tmp_path):
    with pytest.raises(UnavailableError, match="no such file"):
        open_photo(tmp_path / "absent.jpg", side=100)


def test_a_folder_is_no_photo(tmp_path):
    with pytest.raises(ImageError, match="not a file"):
        open_photo(tmp_path, side=100)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(ImageError, match="not a file"):
        open_photo(tmp_path / "pipe.jpg", side=100)


def test_lack_of_memory_is_no_fault_of_the_photo(tmp_path, monkeypatch):
    def exhausted(*_: object) -> None:
        raise MemoryError

    quarters().save(tmp_path / "photo.png")
    monkeypatch.setattr(photos, "in_srgb", exhausted)
    with pytest.raises(UnavailableError, match="memory"):
        open_photo(tmp_path / "photo.png", side=10)


def test_a_refused_sketch_tells_the_reason_as_a_photo_does(tmp_path):
    with pytest.raises(ImageError, match=r"^there is no such file\.$"):
        open_sketch(tmp_path / "absent.png")


def png(bits, colour, tones, transparent, width):
    """Return a PNG of one row."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, 1, bits, colour, 0, 0, 0)
    parts = [
        (b"IHDR", header),
        (b"tRNS", transparent),
        (b"IDAT", zlib.compress(b"\0" + tones)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def tones(*values):
    return struct.pack(f">{len(values)}H", *values)


NEAR = (0x1234, 0x5678, 0x9ABC, 0x12FF, 0x5678, 0x9ABC, 0xBC00, 0x7800, 0x3400)


@pytest.mark.parametrize(
    ("content", "alpha"),
    [
        (png(16, 2, tones(*NEAR), tones(*NEAR[:3]), 3), [0, 255, 255]),
        (png(16, 2, tones(*NEAR), tones(*NEAR[3:6]), 3), [255, 0, 255]),
        (png(16, 2, tones(*NEAR), tones(0, 0, 0), 3), [255] * 3),
        (png(16, 0, tones(0x1234, 0x12FF, 0x3400), tones(0x12FF), 3), [255, 0, 255]),
        (png(8, 0, bytes([5, 6, 7]), tones(6), 3), [255, 0, 255]),
        (png(4, 0, b"\x5e", tones(5), 2), [0, 255]),
        (png(2, 0, b"\x1b", tones(3), 4), [255, 255, 255, 0]),
        (png(1, 0, b"\xaa", tones(1), 8), [0, 255] * 4),
    ],
    ids=["first", "second", "none", "grey", "8 bits", "4 bits", "2 bits", "1 bit"],
)
def test_the_transparent_tone_of_a_png_is_compared_in_all_its_bits(tmp_path, content, alpha):
    (tmp_path / "a.png").write_bytes(content)
    picture = open_sketch(tmp_path / "a.png")
    assert np.asarray(picture.convert("RGBA"))[0, :, 3].tolist() == alpha
    white = np.asarray(open_photo(tmp_path / "a.png", side=1))[0]
    assert [bool((one == 255).all()) for one in white] == [a == 0 for a in alpha]


def test_a_sketch_keeps_its_transparency_and_size(tmp_path):
    Image.new("RGBA", (300, 200), (0, 0, 0, 0)).save(tmp_path / "sketch.png")
    sketch = open_sketch(tmp_path / "sketch.png")
    assert (sketch.mode, sketch.size) == ("RGBA", (300, 200))


def test_what_is_a_photo_goes_by_the_ending_in_any_case():
    assert all(map(is_photo, ["a.jpg", "B.JPEG", "c.Png", "d.heic", "e.DNG", "f.avif", "two.dots.webp"]))
    assert not any(map(is_photo, ["notes.txt", "film.mp4", "jpg", "sketch.svg", "photo.jpg.part"]))
