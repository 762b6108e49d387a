"""What photos and folders are called within a photo folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from engine.folders.patience import ANSWERS_S, ask

NOWHERE = Path()
"""Stands for what is above the folders of several drives: whatever lies in it goes by its whole path."""


def relative_name(path: str) -> bytes:
    """Return a relative path as the catalog keeps it: the system's bytes, "/" between the parts.

    Names that are not valid UTF-8 survive it, and `local_path` gives them back.
    """
    return os.fsencode(path.replace(os.sep, "/"))


def name_in(folder: Path, path: Path) -> bytes | None:
    """Return the name of a path within a folder, None if it does not lie there; see `NOWHERE`."""
    if folder == NOWHERE:
        return relative_name(str(path)) if path.is_absolute() else None
    return relative_name(str(path.relative_to(folder))) if path.is_relative_to(folder) else None


def spellings(path: Path) -> Iterator[Path]:
    """Yield what a photo or a folder may be called: as it is written, and where links lead.

    Names of photos hold links inside their folder as they are. Only what is asked for beyond the first looks
    at the disk; where that does not answer, nothing follows.
    """
    written = Path(os.path.abspath(path))
    yield written
    with suppress(TimeoutError):
        for other in ask(lambda: _real(path), within_s=ANSWERS_S, name="resolve a path"):
            if other != written:
                yield other


def _real(path: Path) -> tuple[Path, Path]:
    """Return where links lead, those before the name, and all."""
    return Path(os.path.realpath(path.parent), path.name), Path(os.path.realpath(path))


def prefix_of(name: bytes) -> bytes:
    """Return what the names of a folder's photos begin with, by its own: that of a drive ends in a slash."""
    return name if name.endswith(b"/") else name + b"/"


def folder_of(name: bytes) -> bytes:
    """Return the name of the folder that a file lies in; empty for the walked folder itself."""
    return name.rpartition(b"/")[0]


def local_path(root: Path, name: bytes) -> Path:
    """Return the absolute path of a name that `relative_name` gave."""
    return root / os.fsdecode(name)
