"""Paths for libraries written in C++ that open files by bytes, as hnswlib does."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def narrow(path: Path) -> bytes:
    """Return a path as the system's C library takes it, whatever is in its name.

    Windows opens by bytes in its ANSI code page, which lacks most letters of the world: a folder goes by
    its short name there.

    Raises:
        OSError: the code page has no name for it.
    """
    if sys.platform != "win32":
        return os.fsencode(path)
    return in_code_page(path)


def in_code_page(path: Path, page: str = "mbcs") -> bytes:
    """Return a path in a code page of Windows, by the short name of its folder if need be."""
    text = str(path)
    if not text.isascii():
        text = os.path.join(short_name(str(path.parent)), path.name)
    try:
        return text.encode(page, "strict")
    except UnicodeEncodeError as error:
        raise OSError(f"the system's code page has no name for {path}") from error


def short_name(folder: str) -> str:
    """Return the name in few letters that Windows keeps of a folder beside the long one, if it does."""
    if sys.platform != "win32":
        return folder
    import ctypes

    get = ctypes.windll.kernel32.GetShortPathNameW
    room = get(folder, None, 0)
    short = ctypes.create_unicode_buffer(room) if room else None
    return short.value if short is not None and get(folder, short, room) else folder
