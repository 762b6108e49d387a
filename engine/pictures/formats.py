"""Which formats are photos, which of them can be read here, and what the others need."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import PIL
from PIL import ExifTags, Image, ImageFile

from engine.errors import ImageError
from engine.pictures.photoshop import note_selection

DAMAGED = "the file is damaged."
"""What is said of a file where nothing better is known."""

TURNED = "ffmln turned"
"""In the info of a TIFF: Pillow turns it by its tag when it is decoded, and leaves no tag then."""

_READER = 4
"""Raised when reading changes: what an older version refused is tried again."""


@dataclass(frozen=True)
class Extra:
    """An optional package that reads a format.

    Attributes:
        name: the extra of ffmln that brings it.
        package: its name.
        module: what is imported.
        register: its function that tells Pillow of it; empty if importing does, or Pillow is not used.
    """

    name: str
    package: str
    module: str
    register: str = ""


@dataclass(frozen=True)
class Format:
    """A format of pictures.

    Attributes:
        name: as people know it.
        endings: of its files, in small letters, without the dot.
        pillow: its names in Pillow; none for what Pillow does not read.
        extra: what reads it, if the program alone does not.
        is_raw: what a camera's sensor saw.
    """

    name: str
    endings: tuple[str, ...]
    pillow: tuple[str, ...] = ()
    extra: Extra | None = None
    is_raw: bool = False

    @property
    def is_read(self) -> bool:
        """Whether it can be read here and now."""
        return is_present(self.extra) if self.extra is not None else bool(self.pillow)


HEIC_BRANDS = (
    *(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"),
    *(b"mif1", b"msf1"),  # an AVIF file may say these too
)
"""What a HEIC file says behind `ftyp` (ISO/IEC 23008-12), its bytes 8 to 12; all that pillow-heif takes."""

AVIF_BRANDS = (b"avif", b"avis")
JXL_STREAM, JXL_BOX = b"\xff\x0a", b"\0\0\0\x0cJXL "
"""How JPEG XL begins, bare and in its container (ISO/IEC 18181-2)."""

JXL_OF_JPEG = b"jbrd"
"""The box of a JPEG XL that gives back the JPEG that it was made of."""

_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
"""How pictures begin that the program alone reads, and no camera's RAW file does."""

HEIC = Extra("heic", "pillow-heif", "pillow_heif", "register_heif_opener")
JXL = Extra("jxl", "pillow-jxl-plugin", "pillow_jxl")
RAW = Extra("raw", "rawpy", "rawpy")

FORMATS = (
    Format("JPEG", ("jpg", "jpeg", "jpe", "jfif", "jif", "jfi", "pjpeg", "pjpg", "mpo"), ("JPEG", "MPO")),
    Format("PNG", ("png", "apng"), ("PNG",)),
    Format("WebP", ("webp",), ("WEBP",)),
    Format("AVIF", ("avif", "avifs"), ("AVIF",)),
    Format("HEIC", ("heic", "heif", "hif", "heics", "heifs"), ("HEIF",), HEIC),
    Format("JPEG XL", ("jxl",), ("JXL",), JXL),
    Format("GIF", ("gif",), ("GIF",)),
    Format("TIFF", ("tif", "tiff"), ("TIFF",)),
    Format("Photoshop", ("psd",), ("PSD",)),
    Format("JPEG 2000", ("jp2", "j2k", "j2c", "jpc", "jpf", "jpx"), ("JPEG2000",)),
    Format("BMP", ("bmp", "dib"), ("BMP", "DIB")),
    Format("TGA", ("tga",), ("TGA",)),
    Format("PPM", ("ppm", "pgm", "pbm", "pnm"), ("PPM",)),
    # Left out on purpose, since their endings are other programs' too, or their files are films:
    # .cap .ptx .pxn .mdc .cine .r3d .ari .braw. A .eip is a zip archive that no library reads.
    Format(
        "camera RAW",
        (
            "3fr", "arq", "arw", "bay", "cr2", "cr3", "crw", "cs1", "dcr", "dcs", "dng", "drf", "eip", "erf",
            "fff", "gpr", "iiq", "k25", "kc2", "kdc", "mef", "mos", "mrw", "nef", "nrw", "orf", "ori", "pef",
            "raf", "raw", "rw2", "rwl", "rwz", "sr2", "srf", "srw", "sti", "x3f",
        ),
        extra=RAW,
        is_raw=True,
    ),
    # Pictures that people keep among their photos, and nothing here reads. Drawings, icons and pages (.svg,
    # .ico, .eps, .ai, .djvu) are not photos and are passed over.
    Format("large Photoshop", ("psb",)),
    Format("OpenEXR", ("exr",)),
    Format("Radiance HDR", ("hdr",)),
    Format("JPEG XR", ("jxr", "wdp", "hdp")),
    Format("GIMP", ("xcf",)),
    Format("Krita", ("kra",)),
)  # fmt: skip
"""All that a person may take for a photo."""

_BY_ENDING = {ending: one for one in FORMATS for ending in one.endings}


@lru_cache
def is_present(extra: Extra) -> bool:
    """Return whether the optional package is here; tells Pillow of it if so."""
    try:
        module = importlib.import_module(extra.module)
    except ImportError:
        return False
    if extra.register:
        getattr(module, extra.register)()
    return True


def is_photo(name: str) -> bool:
    """Return whether a file of this name is a photo by its ending, one we cannot decode included."""
    stem, dot, ending = name.rpartition(".")  # as `format_of`, at half the price: of very many, this is asked
    return bool(dot and stem) and ending.lower() in _BY_ENDING


def format_of(name: str) -> Format | None:
    """Return the format that a file's name promises; None if it is no photo."""
    stem, dot, ending = name.rpartition(".")
    return _BY_ENDING.get(ending.lower()) if dot and stem else None


def refuse_unread(name: str, start: bytes = b"") -> None:
    """Raise ImageError, saying what is needed, for a file that nothing here reads.

    Args:
        name: the file's.
        start: its first bytes, where they are known: they count for more than the name.
    """
    if start.lstrip().startswith(b"%PDF"):
        raise ImageError("PDF files are not read: save the page as JPEG or PNG.")
    one = None if _is_read_anyhow(start) else format_of(name)
    if start[4:8] == b"ftyp" and start[8:12] in HEIC_BRANDS:
        one = _BY_ENDING["heic"]
    elif start.startswith((JXL_STREAM, JXL_BOX)):
        one = _BY_ENDING["jxl"]
    if one is None or one.is_read:
        return
    if one.extra is None or getattr(sys, "frozen", False):  # nothing can be added to a bundle
        raise ImageError(f"{one.name} files are not read: save the picture as JPEG or PNG.")
    raise ImageError(
        f"{one.name} files need the optional package {one.extra.package}: "
        f"install ffmln with the extra `{one.extra.name}`, or save the picture as JPEG."
    )


def is_raw(name: str, start: bytes) -> bool:
    """Return whether a file of this name, that begins so, holds what a camera's sensor saw."""
    one = format_of(name)
    return one is not None and one.is_raw and not _is_read_anyhow(start)


def _is_read_anyhow(start: bytes) -> bool:
    """Return whether a file begins as a picture that the program alone reads, whatever its name says."""
    is_webp = start[:4] == b"RIFF" and start[8:12] == b"WEBP"
    is_avif = start[4:8] == b"ftyp" and start[8:12] in AVIF_BRANDS
    return is_webp or is_avif or start.startswith(_SIGNATURES)


def pillow_formats() -> list[str]:
    """Return Pillow's names of the formats that are read here."""
    Image.init()
    return [name for one in FORMATS if one.is_read for name in one.pillow if name in Image.OPEN]


def read_header(source: Path | BinaryIO) -> ImageFile.ImageFile:
    """Return a picture with its header read, by Pillow.

    Raises:
        ImageError: the decoder, one written in Rust, gave up; that is no Exception.
        Exception: of almost any kind, for what is damaged or no picture.
    """
    try:
        image = Image.open(source, formats=pillow_formats())
        note_selection(image)
        if ExifTags.Base.Orientation in getattr(image, "tag_v2", ()):
            image.info[TURNED] = True
        return image
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise ImageError(DAMAGED) from error
        raise


def reader_version() -> str:
    """Return what decodes the photos here; a file it refused is worth another try once this changes."""
    extras = ", ".join(f"{extra.name} {is_present(extra)}" for extra in (HEIC, JXL, RAW))
    return f"reader {_READER}, pillow {PIL.__version__}, {extras}"


def table() -> list[tuple[str, str, str]]:
    """Return for each format its name, its endings, and whether it is read here or what it needs."""
    return [(one.name, " ".join(one.endings), _state(one)) for one in FORMATS]


def _state(one: Format) -> str:
    if one.is_read:
        return "yes"
    return "no" if one.extra is None else f"needs the extra `{one.extra.name}` ({one.extra.package})"
