"""Opens photos and sketches: reduced while decoding, upright, within the memory there is."""

from __future__ import annotations

import importlib
import math
import os
import stat
import sys
import warnings
from functools import lru_cache
from pathlib import Path

import PIL
from PIL import ExifTags, Image, UnidentifiedImageError

from engine.errors import ImageError
from engine.preprocess import on_white, plain

Image.MAX_IMAGE_PIXELS = None  # `pixel_cap` is the limit: Pillow's own prints warnings and knows no memory
warnings.filterwarnings("ignore", module=r"PIL\b")  # a photo with odd metadata is no news for the person

_FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "DIB", "TIFF", "AVIF", "JPEG2000", "PPM", "TGA")
_READ = tuple(f".{ending}" for ending in (
    "jpg", "jpeg", "jpe", "jfif", "mpo", "png", "webp", "gif", "bmp", "dib", "tif", "tiff", "avif", "avifs",
    "jp2", "j2k", "jpx", "ppm", "pgm", "pbm", "pnm", "tga",
))  # fmt: skip
_HEIC = (".heic", ".heif", ".hif", ".heics", ".heifs")
_RAW = tuple(f".{ending}" for ending in (
    "3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "kdc", "mef", "mos", "mrw", "nef", "nrw", "orf",
    "pef", "raf", "raw", "rw2", "srw", "x3f",
))  # fmt: skip
_NEEDS_HEIC = "HEIC files need the optional package pillow-heif: install ffmln with the extra `heic`."
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")

_MOST_PIXELS = 300_000_000
_FEWEST_PIXELS = 24_000_000
_BYTES_PER_PIXEL = 12  # the decoder's picture, its conversion to colour, and what the decoder needs beside
_MEMORY_SHARE = 4  # two photos are decoded at once, and other programs want memory too
_SMALLER_THAN_ANY = 1 << 31  # memory to assume where the system does not say

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class UnavailableError(ImageError):
    """A file that could not be read now through no fault of its own: another try may succeed."""


def is_photo(name: str) -> bool:
    """Return whether a file of this name is a photo by its ending, one we cannot decode included."""
    return name.lower().endswith((*_READ, *_HEIC, *_RAW))


def reader_version() -> str:
    """Return what decodes the photos here; a file it refused is worth another try once this changes."""
    return f"pillow {PIL.__version__}, heic {heic_readable()}"


@lru_cache
def heic_readable() -> bool:
    """Return whether the optional package pillow-heif is here to read HEIC; registers it if so."""
    try:
        importlib.import_module("pillow_heif").register_heif_opener()
    except ImportError:
        return False
    return True


def pixel_cap() -> int:
    """Return how many pixels a picture may have to be decoded, from the memory available now."""
    affordable = _available_memory() // _MEMORY_SHARE // _BYTES_PER_PIXEL
    return max(_FEWEST_PIXELS, min(_MOST_PIXELS, affordable))


def open_photo(path: Path, *, side: int) -> Image.Image:
    """Return a photo as RGB, upright, transparent parts white, its short side about `side` pixels or less.

    Raises:
        ImageError: the file cannot be used; the message is the reason, without the file's name.
        UnavailableError: the same, but the file may be fine.
    """
    try:
        with _open(path) as image:
            _refuse_bombs(image, side)
            image.load()
            upright = _turn(_shrunk(plain(image), side), _orientation(image))
            return on_white(upright).convert("RGB")
    except Exception as error:  # broken files make Pillow's plugins raise almost anything
        raise refusal(error) from error


def open_sketch(path: Path) -> Image.Image:
    """Return a picture of a drawing, whole and upright, transparency kept, for `Encoder.embed_sketches`.

    Raises:
        ImageError: the file cannot be used; the message names it.
    """
    try:
        with _open(path) as image:
            _refuse_bombs(image, None)
            image.load()
            return _turn(plain(image), _orientation(image))
    except Exception as error:
        raise ImageError(f"{path} cannot be used as a sketch: {refusal(error)}") from error


def refuse_at_sight(path: Path) -> None:
    """Raise ImageError for what need not be opened to be refused; OSError if the file is not there."""
    details, name = path.stat(), path.name.lower()
    if not stat.S_ISREG(details.st_mode):
        raise ImageError("it is a folder or a device, not a file.")
    if not details.st_size:
        raise ImageError("the file is empty.")
    if name.endswith(_RAW):
        raise ImageError("camera RAW files cannot be read: export the photo as JPEG.")
    if name.endswith(_HEIC) and not heic_readable():
        raise ImageError(_NEEDS_HEIC)


def _open(path: Path) -> Image.Image:
    """Read the picture's header; the pixels follow with load()."""
    refuse_at_sight(path)
    Image.init()
    readable = (*_FORMATS, "HEIF") if heic_readable() else _FORMATS
    formats = [name for name in readable if name in Image.OPEN]
    try:
        return Image.open(path, formats=formats)
    except UnidentifiedImageError:
        with path.open("rb") as file:
            start = file.read(12)
        if start[4:8] == b"ftyp" and start[8:12] in _HEIC_BRANDS and not heic_readable():
            raise ImageError(_NEEDS_HEIC) from None
        raise


def _refuse_bombs(image: Image.Image, side: int | None) -> None:
    """Let a JPEG decode itself smaller, then refuse what still has too many pixels for the memory."""
    width, height = image.size
    if side is not None:
        image.draft(None, _box(image.size, 2 * side))
    counted = (width, height) if image.info.get("progressive") else image.size  # all coefficients at once
    pixels, cap = math.prod(counted), pixel_cap()
    if pixels > cap:
        kind = ImageError if pixels > _MOST_PIXELS else UnavailableError
        raise kind(f"{width}x{height} pixels are too many: {cap // 10**6} million fit into memory now.")


def _box(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return the size, aspect kept, whose short side is `side`, or the size itself if that is smaller."""
    scale = min(1.0, side / min(size))
    return math.ceil(size[0] * scale), math.ceil(size[1] * scale)


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    box = _box(image.size, side)
    if box == image.size:
        return image
    return image.resize(box, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; a photo with broken metadata counts as upright."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # whatever the EXIF parser trips over, the pixels are good
        return 1


def _turn(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image


def refusal(error: Exception) -> ImageError:
    """Say in a sentence why a picture cannot be used, given what reading it raised."""
    if isinstance(error, ImageError):
        return error
    if isinstance(error, MemoryError):
        return UnavailableError("there was not enough memory to read it.")
    if isinstance(error, UnidentifiedImageError):
        return ImageError("it is not a picture this program can read.")
    if isinstance(error, FileNotFoundError):
        return UnavailableError("there is no such file.")
    if isinstance(error, OSError) and error.errno is not None:
        return UnavailableError(f"it cannot be read: {(error.strerror or 'unknown error').lower()}.")
    if isinstance(error, OSError) and "truncated" in str(error):
        return ImageError("the file is incomplete: its end is missing.")
    return ImageError("the file is damaged.")


def _available_memory() -> int:
    """Return the bytes of memory that could be used now without swapping, as far as the system tells."""
    if sys.platform == "win32":
        return _windows_memory()
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")) * 1024
    except (OSError, StopIteration, ValueError):
        pass
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (OSError, ValueError):
        return _SMALLER_THAN_ANY


def _windows_memory() -> int:
    import ctypes  # Windows alone needs it

    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("all", "available", "c", "d", "e", "f", "g")),
        )

    status = Status(length=ctypes.sizeof(Status))
    windows = getattr(ctypes, "windll", None)
    if windows is None or not windows.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return _SMALLER_THAN_ANY
    return int(status.available)
