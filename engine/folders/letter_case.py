"""Names in the letters that the disk has them by: some disks do not tell upper from lower case."""

from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path


def as_on_disk(path: Path) -> Path:
    """Return an absolute path as the disk writes it, so that one folder has one name.

    On macOS and Windows, and on drives of theirs elsewhere, `Photos` is also found as `photos`, and a letter
    with an accent also as two. What is not there, or cannot be listed, stays as it is.
    """
    written = Path(path.anchor)
    for part in path.parts[1:]:
        written /= _on_disk(written, part)
    return written


def in_other_letters(path: Path, other: Path) -> bool:
    """Return whether two paths are one where a disk does not tell upper from lower case."""
    return path != other and _plain(str(path)) == _plain(str(other))


def as_compared(name: str) -> str:
    """Return a name, or a pattern of names, so that what means the same file is the same.

    A letter with an accent may be written as one or as two, as macOS does. On macOS and Windows disks do not
    tell upper from lower case.
    """
    return _plain(name) if sys.platform in ("darwin", "win32") else unicodedata.normalize("NFC", name)


def _on_disk(folder: Path, name: str) -> str:
    other = name.swapcase()
    try:
        if other == name or not os.path.samefile(folder / name, folder / other):
            return name
        names = os.listdir(folder)
    except (OSError, ValueError):
        return name
    alike = [one for one in names if _plain(one) == _plain(name)]
    return name if name in names or len(alike) != 1 else alike[0]


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
