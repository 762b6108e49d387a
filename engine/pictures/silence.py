"""Keeps libraries that read pictures from writing to the terminal: a refusal says what is wrong."""

from __future__ import annotations

import ctypes
import logging
import warnings
from contextlib import suppress
from pathlib import Path

import PIL

_LIBRARIES = ("pillow.libs", "PIL/.dylibs", "PIL")  # where wheels of Pillow carry libtiff
_HANDLERS = (
    "TIFFSetErrorHandler",
    "TIFFSetErrorHandlerExt",
    "TIFFSetWarningHandler",
    "TIFFSetWarningHandlerExt",
)


def silence() -> None:
    """Turn off the warnings of Pillow and libtiff, once for the process."""
    warnings.filterwarnings("ignore", module=r"PIL\b")
    logging.getLogger("PIL").addHandler(logging.NullHandler())
    for library in _find_carried("libtiff"):
        _silence_libtiff(library)


def _find_carried(name: str) -> list[Path]:
    """Return the shared libraries that came with Pillow; none where they are built in, as on Windows."""
    site = Path(PIL.__file__).resolve().parents[1]
    return [file for folder in _LIBRARIES for file in sorted((site / folder).glob(f"{name}[-.]*"))]


def _silence_libtiff(library: Path) -> None:
    """Take away the functions that print; the library is the one Pillow has loaded, not a second one."""
    with suppress(OSError, AttributeError):
        loaded = ctypes.CDLL(str(library))
        for name in _HANDLERS:
            install = getattr(loaded, name)
            install.argtypes, install.restype = [ctypes.c_void_p], ctypes.c_void_p
            install(None)
