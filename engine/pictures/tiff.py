"""TIFF files of kinds that Pillow does not know: several channels of 16 bits and more, and floating point."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from engine.errors import ImageError
from engine.pictures.costs import Cost
from engine.pictures.memory import BUDGET

STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""How TIFF files begin."""

_KINDS = {1: "u", 2: "i", 3: "f"}
_PACKED = (
    1,
    5,
    8,
    32773,
    32946,
    50000,
)  # not packed, LZW, deflate, PackBits, deflate, zstd: bytes stay bytes
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _STRIPS, _ORIENTATION = 256, 257, 258, 259, 262, 273, 274
_SAMPLES, _ROWS, _COUNTS, _PLANAR, _PREDICTOR, _PROFILE = 277, 278, 279, 284, 317, 34675
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_COUNTS, _EXTRA, _FORMAT = 322, 323, 324, 325, 338, 339
_EACH = 8  # times the picture's own bytes: packed, unpacked, as numbers, and as tones
_FULL = (1.0, 255.0, 65535.0)


@dataclass(frozen=True)
class _Layout:
    """How the numbers lie in the file."""

    width: int
    height: int
    samples: int
    number: np.dtype[np.generic]
    predictor: int
    tile_width: int
    planar: bool

    @property
    def padded(self) -> int:
        """The width of all tiles in a row, whose last reaches beyond the picture."""
        return -(-self.width // self.tile_width) * self.tile_width


def open_samples(path: Path) -> Image.Image | None:
    """Return the picture in 8 bits a channel; None for what is no such TIFF.

    Raises:
        ImageError: it cannot be decoded.
        UnavailableError: there is not enough memory now.
    """
    with path.open("rb") as file:
        start = file.read(16)
        if not start.startswith(STARTS):
            return None
        tags = TiffImagePlugin.ImageFileDirectory_v2(
            start[:16] if start[2:3] in b"+" or start[3:4] == b"+" else start[:8]
        )
        file.seek(tags.next)
        tags.load(file)
    layout = _layout(tags)
    if layout is None:
        return None
    whole = layout.padded * layout.height * layout.samples * layout.number.itemsize
    need = path.stat().st_size + _EACH * whole + 2 * _unit(tags, layout)
    cost = Cost((layout.width, layout.height), need, layout.width * layout.height)
    with BUDGET.room(cost):
        picture = _picture(_numbers(path.read_bytes(), tags, layout), tags, layout)
    picture.getexif()[_ORIENTATION] = tags.get(_ORIENTATION, 1)
    if isinstance(profile := tags.get(_PROFILE), bytes):
        picture.info["icc_profile"] = profile
    return picture


def _layout(tags: TiffImagePlugin.ImageFileDirectory_v2) -> _Layout | None:
    bits, kinds = _tuple(tags.get(_BITS, 1)), set(_tuple(tags.get(_FORMAT, 1)))
    samples, wide = int(tags.get(_SAMPLES, 1)), int(tags.get(_TILE_WIDTH, 0))
    kind = _KINDS.get(kinds.pop()) if len(kinds) == 1 else None
    fits = set(bits) <= {16, 32, 64} and len(set(bits)) == 1 and tags.get(_COMPRESSION, 1) in _PACKED
    if kind is None or not fits or tags.get(_PHOTOMETRIC) not in (0, 1, 2) or not 1 <= samples <= 8:
        return None
    number = np.dtype(f"{'<' if tags.prefix.startswith(b'II') else '>'}{kind}{bits[0] // 8}")
    width, height = int(tags[_WIDTH]), int(tags[_HEIGHT])
    planar = tags.get(_PLANAR, 1) == 2 and samples > 1
    return _Layout(width, height, samples, number, int(tags.get(_PREDICTOR, 1)), wide or width, planar)


def _unit(tags: TiffImagePlugin.ImageFileDirectory_v2, layout: _Layout) -> int:
    """Return the bytes of one tile or strip."""
    high = int(tags.get(_TILE_HEIGHT, 0)) or min(int(tags.get(_ROWS, layout.height)), layout.height)
    return layout.tile_width * high * layout.samples * layout.number.itemsize


def _numbers(
    data: bytes, tags: TiffImagePlugin.ImageFileDirectory_v2, layout: _Layout
) -> NDArray[np.generic]:
    """Return the picture's numbers, (height, width, samples)."""
    planes = layout.samples if layout.planar else 1
    inside = layout.samples // planes
    parts = [_plane(_as_bytes(data, tags, layout, plane, planes), layout, inside) for plane in range(planes)]
    return np.concatenate(parts, axis=2) if planes > 1 else parts[0]


def _as_bytes(
    data: bytes, tags: TiffImagePlugin.ImageFileDirectory_v2, layout: _Layout, plane: int, planes: int
) -> NDArray[np.uint8]:
    """Unpack one plane as if it were a grey picture of single bytes, (height, width in bytes).

    The file is given another directory, at its end, that says so: then Pillow reads it, however it is packed.
    """
    each = layout.number.itemsize * (layout.samples // planes)
    tiled = _TILES in tags
    offsets = _tuple(tags[_TILES if tiled else _STRIPS])
    counts = _tuple(tags[_TILE_COUNTS if tiled else _COUNTS])
    share = len(offsets) // planes
    part = slice(plane * share, (plane + 1) * share)
    entries: dict[int, tuple[int, ...]] = {
        _WIDTH: (layout.padded * each,),
        _HEIGHT: (layout.height,),
        _BITS: (8,),
        _COMPRESSION: (int(tags.get(_COMPRESSION, 1)),),
        _PHOTOMETRIC: (1,),
        _SAMPLES: (1,),
    }
    if tiled:
        entries |= {_TILE_WIDTH: (layout.tile_width * each,), _TILE_HEIGHT: (int(tags[_TILE_HEIGHT]),)}
        entries |= {_TILES: offsets[part], _TILE_COUNTS: counts[part]}
    else:
        entries |= {_STRIPS: offsets[part], _ROWS: (min(int(tags.get(_ROWS, layout.height)), layout.height),)}
        entries |= {_COUNTS: counts[part]}
    with Image.open(io.BytesIO(_redirect(data, entries)), formats=["TIFF"]) as grey:
        return np.asarray(grey)


def _redirect(data: bytes, entries: dict[int, tuple[int, ...]]) -> bytes:
    """Return the file with a directory of these 32-bit numbers in the place of its own."""
    if len(data) > 0xFFFFFFFF - (1 << 20):
        raise ImageError("the file is damaged.")
    table = len(data) + 2 + 12 * len(entries) + 4
    directory, longer = struct.pack("<H", len(entries)), b""
    for tag, values in sorted(entries.items()):
        packed = struct.pack(f"<{len(values)}I", *values)
        where = packed if len(values) == 1 else struct.pack("<I", table + len(longer))
        longer += packed if len(values) > 1 else b""
        directory += struct.pack("<HHI", tag, 4, len(values)) + where
    return b"II*\0" + struct.pack("<I", len(data)) + data[8:] + directory + bytes(4) + longer


def _plane(rows: NDArray[np.uint8], layout: _Layout, inside: int) -> NDArray[np.generic]:
    """Return the numbers that the bytes stand for, (height, width, inside); differences are added up."""
    size, height = layout.number.itemsize, layout.height
    tiles = [
        _tile(rows[:, at * inside * size : (at + layout.tile_width) * inside * size], layout, inside)
        for at in range(0, layout.padded, layout.tile_width)
    ]
    return np.concatenate(tiles, axis=1).reshape(height, -1, inside)[:, : layout.width]


def _tile(rows: NDArray[np.uint8], layout: _Layout, inside: int) -> NDArray[np.generic]:
    height, size = rows.shape[0], layout.number.itemsize
    if layout.predictor == 3:  # differences of bytes, the highest of all numbers first
        added = np.cumsum(rows.reshape(height, -1, inside), axis=1, dtype=np.uint8).reshape(height, size, -1)
        big = np.ascontiguousarray(added.transpose(0, 2, 1))
        return big.view(layout.number.newbyteorder(">")).reshape(height, -1, inside)
    numbers = np.ascontiguousarray(rows).view(layout.number).reshape(height, -1, inside)
    if layout.predictor != 2:
        return numbers
    whole = np.ascontiguousarray(rows).view(np.dtype(f"{layout.number.str[0]}u{size}"))
    added = np.cumsum(whole.reshape(height, -1, inside), axis=1, dtype=np.dtype(f"u{size}"))
    return added.view(np.dtype(f"{layout.number.kind}{size}"))


def _picture(
    numbers: NDArray[np.generic], tags: TiffImagePlugin.ImageFileDirectory_v2, layout: _Layout
) -> Image.Image:
    """Return numbers, (height, width, samples), as a picture: the brightest tone they can have is white."""
    colours = 3 if tags.get(_PHOTOMETRIC) == 2 else 1
    if numbers.shape[2] < colours:
        raise ImageError("the file is damaged.")
    values = np.nan_to_num(numbers.astype(np.float32), posinf=0, neginf=0)
    full = _full(layout.number, float(values[..., :colours].max(initial=0)))
    tones = (values.clip(0, full) * (255 / full)).round().astype(np.uint8)
    if tags.get(_PHOTOMETRIC) == 0:
        tones[..., :colours] = 255 - tones[..., :colours]
    extra = _tuple(tags.get(_EXTRA, ()))
    clear = numbers.shape[2] > colours and bool(extra) and extra[0] in (1, 2)
    shown = tones[..., : colours + clear]
    if not clear:
        return Image.fromarray(np.ascontiguousarray(shown[..., 0] if colours == 1 else shown))
    return Image.fromarray(np.ascontiguousarray(shown), "LA" if colours == 1 else "RGBA")


def _full(number: np.dtype[np.generic], brightest: float) -> float:
    """Return the number that stands for white."""
    if number.kind != "f" and number.itemsize == 2:
        return 65535.0 if number.kind == "u" else 32767.0
    return next((top for top in _FULL if brightest <= top), brightest)


def _tuple(value: object) -> tuple[int, ...]:
    values = value if isinstance(value, tuple) else (value,)
    return tuple(int(one) for one in values if isinstance(one, (int, float)))
