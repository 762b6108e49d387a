"""Files that are cut or damaged: read as far as they go, and how much of the picture is there."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import ImageError
from engine.pictures.formats import JXL_BOX, JXL_STREAM, read_header
from engine.pictures.tiff import STARTS as TIFF_STARTS

ENOUGH = 0.75
"""The share of a picture that must be there: of what viewers show, a person recognises so much."""

_STRAY = 4096  # bytes that other programs have put before a picture
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"RIFF", *TIFF_STARTS[:2])
_OTHERS = (b"%PDF", b"%!PS", b"PK\3\4", b"ID3", b"fLaC", b"OggS", b"\x1aE\xdf\xa3", b"\xd0\xcf\x11\xe0")
"""How documents, archives, music and films begin: a picture in them, as a cover, is not what they are."""

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = (b"PLTE", b"tRNS", b"eXIf")
_XMP = b"XML:com.adobe.xmp\0"
_LONGEST_XMP = 1 << 20
_GROUNDS = {
    "1": (0, 255),
    "L": (128, 0),
    "P": (0, 255),
    "F": (0.5, 0.0),
}  # (128, ...), (0, ...) in the others
_WEBP_HEAD = 64  # bytes of a WebP file that hold no pixels, at least
_TIFF_TAIL = 64  # bytes: the end of a directory may be missing, which is zeros more often than not
_LESS = (0.0, 0.02, 0.06)  # shares of the file to leave out so that its decoder takes the rest
_FILLINGS = (b"\x55", b"\xff")
_NEARLY = 0.99  # what is said of a file of which only the last bytes are missing


@dataclass(frozen=True, eq=False)
class Mended:
    """A damaged file in a form that its decoder reads as far as it goes.

    Attributes:
        data: the file.
        share: of the pixels' data that is there, 0 to 1; None where the decoded picture tells.
        end: where what is there ends and zeros begin.
    """

    data: bytes
    share: float | None = None
    end: int = 0


def mend(data: bytes) -> Mended:
    """Return a file without what its decoder stumbles over, and with what it misses."""
    data = _without_stray_bytes(data)
    if data.startswith(_PNG):
        return Mended(b"".join(_sound_chunks(data)))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _pad(data, 8 + int.from_bytes(data[4:8], "little"), _webp_head(data))
    if data[4:8] == b"ftyp":
        return _pad(data, *_boxes_end(data))
    if data[4:8] == b"jP  " or data[:4] == b"\xff\x4f\xff\x51":
        return _mend_jpeg2000(data)
    if data.startswith(TIFF_STARTS):
        return Mended(data + bytes(_TIFF_TAIL))
    return Mended(data)


def _without_stray_bytes(data: bytes) -> bytes:
    """Return a file from where a picture begins, if none begins at its start."""
    if data.startswith((*_STARTS, *_OTHERS, JXL_STREAM, JXL_BOX)) or data[4:8] in (b"ftyp", b"jP  "):
        return data
    with suppress(Exception), read_header(io.BytesIO(data)):
        return data
    starts = [at for at in (data.find(start, 0, _STRAY) for start in _STARTS) if at >= 0]
    return data[min(starts) :] if starts else data


def read(mended: Mended, prepare: Callable[[Image.Image], object]) -> tuple[Image.Image, float, bool]:
    """Decode as far as it goes.

    Args:
        mended: the file.
        prepare: called with the opened picture before it is decoded.

    Returns:
        The picture, loaded; the share of it that is there; whether all of it is, in less detail.
    """
    if mended.share is not None:
        return _load_padded(mended, mended.share, prepare)
    image = _load(mended.data, prepare, ground=0)
    if image.format in ("JPEG", "MPO"):
        cut = not image.info.get("ffmln whole")
        share = _share_of_jpeg(image)
        return (
            image,
            min(share, _NEARLY) if cut else share,
            bool(image.info.get("progressive")) and share == 1.0,
        )
    there = _agreement(image, _load(mended.data, prepare, ground=1))
    share = float(there.mean())
    return _fill_gaps(image, there), share, False


def _load_padded(
    mended: Mended, share: float, prepare: Callable[[Image.Image], object]
) -> tuple[Image.Image, float, bool]:
    """Decode a file filled up with zeros; some decoders go on at the end only if there are more of them."""
    for less in _LESS:
        kept = mended.end - int(less * mended.end)
        try:
            image = _load(_fill(mended, kept, b"\0"), prepare, ground=0)
        except (MemoryError, RecursionError):
            raise
        except Exception as error:
            failure = error
            continue
        return image, min(_NEARLY, _share_of_padded(image, mended, kept, prepare, share - less)), False
    raise failure


def _share_of_padded(
    image: Image.Image, mended: Mended, kept: int, prepare: Callable[[Image.Image], object], estimate: float
) -> float:
    """Return the share of the pixels that are the same whatever stands in the place of what is missing."""
    for filling in () if image.format == "JPEG2000" else _FILLINGS:
        with suppress(Exception):  # not every decoder takes every filling
            other = _load(_fill(mended, kept, filling), prepare, ground=0)
            return float(_agreement(image, other).mean())
    return estimate


def _fill(mended: Mended, kept: int, filling: bytes) -> bytes:
    """Return a file that misses its end with something in its place."""
    if kept == mended.end and filling == b"\0":
        return mended.data
    return mended.data[:kept] + filling * (len(mended.data) - kept)


def _load(data: bytes, prepare: Callable[[Image.Image], object], *, ground: int) -> Image.Image:
    """Decode over a plain ground, which stays where there is nothing to decode."""
    image = read_header(io.BytesIO(data))
    prepare(image)
    if image.format in ("JPEG", "MPO"):
        _end_early(image)
        image.load()
        return image
    if image.format not in ("WEBP", "AVIF", "HEIF", "JXL"):
        image.im = Image.new(image.mode, image.size, _ground(image.mode, ground)).im
    try:
        image.load()
    except (MemoryError, RecursionError):
        raise
    except Exception:  # the rows before the damage are there
        if getattr(image, "_im", None) is None:
            raise
        image.tile = []  # nothing more is to be decoded
    return image


def _ground(mode: str, which: int) -> float | tuple[int, ...]:
    plain = _GROUNDS.get(mode)
    if plain is not None:
        return plain[which]
    bands = len(Image.new(mode, (1, 1)).getbands())
    tone = 0 if which else 128
    if bands == 1:
        return tone
    return (tone,) * (bands - 1) + ((255 if which == 0 else 0) if mode in ("RGBA", "LA", "PA") else tone,)


def _end_early(image: Image.Image) -> None:
    """Let a JPEG that stops in the middle end there: libjpeg then gives the rest in plain grey."""
    file = image.fp  # type: ignore[attr-defined]

    def read(count: int) -> bytes:
        block: bytes = file.read(count)
        if not block:
            image.info["ffmln whole"] = False
            return b"\xff\xd9"
        return block

    image.info["ffmln whole"] = True
    image.load_read = read  # type: ignore[attr-defined]


def _share_of_jpeg(image: Image.Image) -> float:
    """Return the share of the rows above those that libjpeg made up: grey from edge to edge."""
    tones = np.asarray(image)
    rows = np.abs(tones.reshape(tones.shape[0], -1).astype(np.int16) * 2 - 255).max(axis=1) > 1
    there = np.flatnonzero(rows)
    return float(there[-1] + 1) / len(rows) if len(there) else 0.0


def _agreement(one: Image.Image, other: Image.Image) -> NDArray[np.bool_]:
    """Return which pixels, (height, width), do not show the ground they were decoded over."""
    first, second = np.asarray(one), np.asarray(other)
    there: NDArray[np.bool_] = np.equal(first, second).reshape(*first.shape[:2], -1).all(axis=2)
    return there


def _fill_gaps(image: Image.Image, there: NDArray[np.bool_]) -> Image.Image:
    """Return a picture stored in passes with each row that the last pass lacks as the one above it."""
    full = there.mean(axis=1) > 0.5
    if not (full[1:] & ~full[:-1]).any():  # nothing is missing above what is there
        return image
    rows = np.where(full, np.arange(len(there)), 0)
    filled = Image.fromarray(np.asarray(image.convert("RGBA"))[np.maximum.accumulate(rows)])
    filled.info = {name: value for name, value in image.info.items() if name != "transparency"}
    return filled


def _sound_chunks(data: bytes) -> Iterator[bytes]:
    """Yield a PNG without chunks that no picture needs, each with its right checksum."""
    yield _PNG
    at, end = len(_PNG), len(data)
    while at + 8 <= end:
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if not kind.isalpha() or (len(body) < length and kind != b"IDAT"):
            at = data.find(b"IDAT", at + 8) - 4  # stray bytes: on with the next piece of pixels
            if at < 0:
                break
            continue
        if kind == b"IEND":
            break
        small = kind in _PNG_KEPT or (kind == b"iTXt" and body.startswith(_XMP))
        if kind in (b"IHDR", b"IDAT") or (small and length < _LONGEST_XMP):
            yield _chunk(kind, body)
        at += 12 + length
    yield _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _pad(data: bytes, whole: int, head: int) -> Mended:
    """Return a file with zeros in the place of what is missing at its end.

    Args:
        data: what there is.
        whole: how long it should be.
        head: how many of its bytes hold no pixels.
    """
    missing = whole - len(data)
    if missing <= 0:
        return Mended(data)
    if missing > 3 * len(data) + head:
        raise too_little(max(0.0, (len(data) - head) / max(whole - head, 1)))
    share = max(0.0, min(_NEARLY, 1 - missing / max(whole - head, 1)))
    return Mended(data + bytes(missing), share, len(data))


def _webp_head(data: bytes) -> int:
    """Return how many bytes come before the pixels: a lossy WebP begins with what is said of all blocks."""
    at = data.find(b"VP8 ", 12, _STRAY)
    tag = int.from_bytes(data[at + 8 : at + 11], "little")
    return at + 18 + (tag >> 5) if at >= 0 else _WEBP_HEAD


def _boxes_end(data: bytes) -> tuple[int, int]:
    """Return where the boxes of an AVIF or HEIC file end, and where its pixels' data begin."""
    at, head = 0, 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if length == 1 and at + 16 <= len(data):
            length = struct.unpack_from(">Q", data, at + 8)[0]
        if kind == b"mdat":
            head = at + 8
        if length < 8:
            return len(data), head
        at += length
    return at, head


def _mend_jpeg2000(data: bytes) -> Mended:
    """Fill up the last tile: zeros are packets with nothing in them; then end the stream."""
    stream = data.find(b"\xff\x4f\xff\x51")
    tile = data.find(b"\xff\x90\x00\x0a", stream)
    if stream < 0 or tile < 0:
        return Mended(data)
    first, last = tile, tile
    while tile + 12 <= len(data) and data[tile : tile + 2] == b"\xff\x90":
        length = struct.unpack_from(">I", data, tile + 6)[0]
        last = tile
        if length < 14:
            break
        tile += length
    if tile > 4 * len(data):
        raise too_little(len(data) / tile)
    if tile <= len(data):
        return Mended(data + b"\xff\xd9") if tile == len(data) else Mended(data)
    share = (len(data) - last) / (tile - last) if last == first else None
    return Mended(data + bytes(tile - len(data)) + b"\xff\xd9", share, len(data))


def too_little(share: float) -> ImageError:
    """Return why a picture of which so little is there is not used."""
    return ImageError(f"the file is incomplete: only {int(100 * share)}% of the picture is there.")


def remark(share: float, *, coarse: bool) -> str:
    """Return what there is to say of a picture that is used though its file is damaged, if anything."""
    if coarse:
        return "the file is incomplete: all of the picture is there, in less detail."
    return f"the file is incomplete: {int(100 * share)}% of the picture is there." if share < 0.9995 else ""
