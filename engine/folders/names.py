"""What photos and folders are called within a photo folder."""

from __future__ import annotations

import os
from pathlib import Path

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
    inside, text = os.path.join(folder, ""), str(path)  # as strings: very many are asked for
    if os.path.normcase(text).startswith(os.path.normcase(inside)):
        return relative_name(text[len(inside) :])
    return b"." if path == folder else None


def prefix_of(name: bytes) -> bytes:
    """Return what the names of a folder's photos begin with, by its own: that of a drive ends in a slash."""
    return name if name.endswith(b"/") else name + b"/"


def folder_of(name: bytes) -> bytes:
    """Return the name of the folder that a file lies in; empty for the walked folder itself."""
    return name.rpartition(b"/")[0]


def local_path(root: Path, name: bytes) -> Path:
    """Return the absolute path of a name that `relative_name` gave."""
    return root / os.fsdecode(name)
