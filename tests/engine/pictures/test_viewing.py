"""That pictures of rare kinds look as other programs show them."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine.pictures.formats import JXL, is_present
from engine.pictures.photos import open_photo

SIZE, SIDE = (160, 120), 120
NOISE = np.random.default_rng(0).integers(0, 255, (6, 8, 3), np.uint8)
PHOTO = Image.fromarray(NOISE).resize(SIZE, Image.Resampling.BICUBIC)
GREY = PHOTO.convert("L")
FLOAT, HALF, DOUBLE = np.float32, np.float16, np.float64


def apart(path, expected=PHOTO):
    """How far a photo lies from what it should show, in tones."""
    shown = open_photo(path, side=SIDE)
    assert (shown.mode, shown.size) == ("RGB", expected.size)
    return np.abs(np.asarray(shown, int) - np.asarray(expected.convert("RGB"), int)).mean()


def tiff(numbers, *, kind, order="<", packed=False, predictor=1, planar=False, tile=0, alpha=False):
    """A TIFF of any numbers, (height, width, samples), in strips of 50 rows or square tiles."""
    high, wide, samples = numbers.shape
    parts = [numbers[..., [band]] for band in range(samples)] if planar else [numbers]
    pieces = [
        part[y : y + (tile or 50), x : x + (tile or wide)]
        for part in parts
        for y in range(0, high, tile or 50)
        for x in range(0, wide, tile or wide)
    ]
    if tile:
        pieces = [np.pad(one, [(0, tile - one.shape[0]), (0, tile - one.shape[1]), (0, 0)]) for one in pieces]
    blocks = [differences(np.ascontiguousarray(one), order, predictor) for one in pieces]
    blocks = [zlib.compress(block) if packed else block for block in blocks]
    offsets = [8 + sum(map(len, blocks[:number])) for number in range(len(blocks))]
    lengths = list(map(len, blocks))
    entries = [
        (256, [wide]), (257, [high]), (258, [8 * numbers.itemsize] * samples), (259, [8 if packed else 1]),
        (262, [2 if samples > 2 else 1]), (277, [samples]), (284, [2 if planar else 1]), (317, [predictor]),
        *([(338, [2])] if alpha else []), (339, [kind] * samples),
        *([(322, [tile]), (323, [tile]), (324, offsets), (325, lengths)] if tile else
          [(273, offsets), (278, [50]), (279, lengths)]),
    ]  # fmt: skip
    at = 8 + sum(lengths)
    table, longer = struct.pack(f"{order}H", len(entries)), b""
    behind = at + 2 + 12 * len(entries) + 4
    for tag, values in sorted(entries):
        data = struct.pack(f"{order}{len(values)}I", *values)
        where = data if len(values) == 1 else struct.pack(f"{order}I", behind + len(longer))
        longer += data if len(values) > 1 else b""
        table += struct.pack(f"{order}HHI", tag, 4, len(values)) + where
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", at)
    return start + b"".join(blocks) + table + bytes(4) + longer


def differences(rows, order, predictor):
    """The bytes of a strip, each number or byte as what it differs from the one before."""
    high, wide, samples = rows.shape
    size = rows.itemsize
    if predictor == 2:
        whole = rows.view(f"u{size}").copy()
        whole[:, 1:] -= rows.view(f"u{size}")[:, :-1]
        return whole.astype(f"{order}u{size}").tobytes()
    if predictor == 3:
        split = rows.astype(rows.dtype.newbyteorder(">")).view(np.uint8).reshape(high, wide * samples, size)
        split = split.transpose(0, 2, 1).reshape(high, -1)
        changed = split.copy()
        changed[:, samples:] -= split[:, :-samples]
        return changed.tobytes()
    return rows.astype(rows.dtype.newbyteorder(order)).tobytes()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("number", [HALF, FLOAT, DOUBLE])
@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"packed": True},
        {"packed": True, "predictor": 3},
        {"planar": True},
        {"tile": 64, "packed": True},
        {"tile": 64, "packed": True, "predictor": 3},
    ],
)
def test_a_tiff_of_floating_point_in_colour_is_read(tmp_path, stored, number, order):
    tones = (np.asarray(PHOTO) / 255).astype(number)
    (tmp_path / "photo.tif").write_bytes(tiff(tones, kind=3, order=order, **stored))
    assert apart(tmp_path / "photo.tif") < 1.5


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("stored", [{}, {"packed": True}, {"packed": True, "predictor": 3}])
def test_a_tiff_of_floating_point_in_grey_is_read(tmp_path, stored, order):
    tones = (np.asarray(GREY) / 255).astype(FLOAT)[..., None]
    (tmp_path / "photo.tif").write_bytes(tiff(tones, kind=3, order=order, **stored))
    assert apart(tmp_path / "photo.tif", GREY) < 1.5


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("stored", [{}, {"packed": True, "predictor": 2}, {"planar": True}])
def test_a_tiff_of_16_bit_grey_with_alpha_is_read(tmp_path, stored, order):
    grey = np.asarray(GREY, np.uint16) * 257
    both = np.dstack([grey, np.full_like(grey, 65535)])
    both[:60, :, 1] = 0
    (tmp_path / "photo.tif").write_bytes(tiff(both, kind=1, order=order, alpha=True, **stored))
    expected = GREY.copy()
    expected.paste(255, (0, 0, 160, 60))
    assert apart(tmp_path / "photo.tif", expected) < 1.5


def test_a_png_of_16_bit_grey_with_alpha_is_read(tmp_path):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    grey = np.asarray(GREY, np.uint16) * 257
    rows = np.dstack([grey, np.full_like(grey, 65535)]).astype(">u2")
    body = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    header = struct.pack(">IIBBBBB", *SIZE, 16, 4, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + parts)
    assert apart(tmp_path / "photo.png", GREY) < 1.5


@pytest.mark.parametrize("alpha", [0, 255])
def test_an_alpha_that_is_zero_everywhere_is_no_alpha_in_tga(tmp_path, alpha):
    clear = PHOTO.convert("RGBA")
    clear.putalpha(alpha)
    clear.save(tmp_path / "photo.tga")
    assert apart(tmp_path / "photo.tga") < 1


def test_an_alpha_that_is_zero_everywhere_is_no_alpha_in_bmp(tmp_path):
    clear = PHOTO.convert("RGBA")
    clear.putalpha(0)
    rows = np.asarray(clear)[::-1][..., [2, 1, 0, 3]].tobytes()
    masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    header = struct.pack("<IiiHHIIiiII4I", 108, *SIZE, 1, 32, 3, len(rows), 0, 0, 0, 0, *masks).ljust(
        108, b"\0"
    )
    (tmp_path / "photo.bmp").write_bytes(
        b"BM" + struct.pack("<IHHI", 122 + len(rows), 0, 0, 122) + header + rows
    )
    with Image.open(tmp_path / "photo.bmp") as opened:
        assert opened.mode == "RGBA"
    assert apart(tmp_path / "photo.bmp") < 1


def test_a_picture_with_some_alpha_keeps_it(tmp_path):
    half = PHOTO.convert("RGBA")
    half.putalpha(0)
    half.paste(PHOTO, (0, 0), Image.new("L", SIZE, 0))
    half.putpixel((0, 0), (0, 0, 0, 255))
    half.save(tmp_path / "photo.tga")
    assert np.asarray(open_photo(tmp_path / "photo.tga", side=SIDE))[1:].min() == 255


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png", ".avif"])
def test_of_a_film_that_begins_black_the_first_frame_that_shows_something_counts(tmp_path, suffix):
    black, dark = Image.new("RGB", SIZE), Image.eval(PHOTO, lambda tone: tone // 9)
    films = {"begins": [black, dark, PHOTO, Image.new("RGB", SIZE, "red")], "dark": [black, dark]}
    for name, frames in films.items():
        frames[0].save(tmp_path / f"{name}{suffix}", save_all=True, append_images=frames[1:], duration=100)
    assert apart(tmp_path / f"begins{suffix}") < 9
    assert apart(tmp_path / f"dark{suffix}", dark) < 9


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_of_a_film_that_begins_with_a_picture_the_first_frame_counts(tmp_path, suffix):
    PHOTO.save(tmp_path / f"film{suffix}", save_all=True, append_images=[PHOTO.rotate(180)], duration=100)
    assert apart(tmp_path / f"film{suffix}") < 9


XMP = '<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation={}{}{}/>'


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".avif"])
def test_a_photo_whose_orientation_stands_in_its_xmp_alone_is_turned(tmp_path, suffix, quote):
    packet = XMP.format(quote, 6, quote)
    options = {"xmp": packet.encode()}
    if suffix == ".png":
        options = {"pnginfo": PngInfo()}
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", packet)
    elif suffix == ".tif":
        options = {"tiffinfo": {700: packet.encode()}}
    PHOTO.transpose(Image.Transpose.ROTATE_90).save(tmp_path / f"photo{suffix}", **options)
    assert apart(tmp_path / f"photo{suffix}") < 9


def test_exif_outweighs_xmp_and_no_photo_is_turned_twice(tmp_path):
    exif = Image.Exif()
    for orientation, stored in ((1, PHOTO), (6, PHOTO.transpose(Image.Transpose.ROTATE_90))):
        exif[0x0112] = orientation
        stored.save(tmp_path / "photo.jpg", exif=exif, xmp=XMP.format('"', 6, '"').encode(), quality=95)
        assert apart(tmp_path / "photo.jpg") < 9


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_tiff_whose_tag_and_xmp_say_the_same_is_turned_once(tmp_path, quote):
    turned = PHOTO.transpose(Image.Transpose.ROTATE_90)
    about = {0x0112: 6, 700: XMP.format(quote, 6, quote).encode()}
    turned.save(tmp_path / "photo.tif", tiffinfo=about)
    assert apart(tmp_path / "photo.tif") < 1


def test_jpeg_xl_is_read_with_its_package_and_not_turned_by_its_exif(tmp_path):
    pytest.importorskip("pillow_jxl")
    assert is_present(JXL)
    exif = Image.Exif()
    exif[0x0112] = 6  # for JPEG XL the orientation in the codestream counts, and the decoder obeys it
    PHOTO.save(tmp_path / "photo.jxl", exif=exif.tobytes(), lossless=True)
    assert apart(tmp_path / "photo.jxl") < 2
