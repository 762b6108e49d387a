"""Files that are written whole or not at all, whatever stops the writer."""

from __future__ import annotations

import errno
import glob
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from engine.days import DAY_S
from engine.visible import ANY_NAME
from engine.whole_files import ENDING, LEFTOVERS, replacing, sweep_leftovers

_EARLIER = "{}.new", ".{}." + "[0-9a-f]" * 8 + ENDING  # what versions before this one left of a file


def must_be_writable(file: Path) -> None:
    """Try whether a file, and its folder if need be, can be written, before what is to be in it is computed.

    Raises:
        OSError: it cannot be; the error names the file.
    """
    folder = file.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        error.filename = str(file)
        raise


def write_atomically(file: Path, text: str) -> None:
    """Write a file of text, and its folder if need be; names that are no text as the bytes they are."""
    data = text.encode("utf-8", ANY_NAME)  # JSON may hold half of a pair, too
    fill_atomically(file, lambda temporary: temporary.write_bytes(data))


def fill_atomically(file: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file that stands beside this one, then put it in this one's place.

    What writers that were killed a day ago or more have left half written beside it goes.

    Raises:
        OSError: it cannot be written; a full disk names it too.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(file.parent, [file.name], older_s=DAY_S)
        with replacing(file) as temporary:
            write(temporary)
    except OSError as error:
        if error.filename is None:
            error.filename = str(file)
        raise


def save_arrays(file: Path, **arrays: ArrayLike) -> None:
    """Write arrays by their names, compressed, as `numpy.load` reads them.

    Raises:
        OSError: as `fill_atomically`.
    """

    def write(temporary: Path) -> None:
        with temporary.open("wb") as out:  # a path would be given another ending
            np.savez_compressed(out, **arrays)  # type: ignore[arg-type]  # names are no options of its own

    fill_atomically(file, write)


def remove_leftovers(folder: Path, names: Iterable[str] = (), *, older_s: float = 0.0) -> None:
    """Remove what writers that were killed have left half written in a folder.

    Args:
        folder: where nobody writes now, unless `older_s` says so.
        names: of files; what versions before this one left of them goes too.
        older_s: what was written to in the last so many seconds stays, as somebody may be writing it.
    """
    earlier = [form.format(glob.escape(name)) for name in names for form in _EARLIER]
    sweep_leftovers(folder, older_s=older_s, names=(LEFTOVERS, *earlier))
