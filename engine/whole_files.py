"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path

ENDING = ".tmp"
"""How the names of files end that are not whole yet; they begin with a dot."""

_BYTES = 8  # of chance in such a name

LEFTOVERS = f".{'[0-9a-f]' * 2 * _BYTES}{ENDING}"
"""The names, for `Path.glob`, under which `replacing` leaves half a file where the process is killed."""

_UNABLE = errno.EINVAL, errno.ENOSYS, errno.ENOTSUP  # so say disks that cannot be told to flush


@contextmanager
def replacing(file: Path, *, flushed: bool = True) -> Iterator[Path]:
    """Give the name of a new file beside this one, which takes its place once it is filled and on the disk.

    Where filling it fails, or the power does, an earlier file is as before; where it fails, nothing is left
    beside it.

    Args:
        file: what is to be replaced.
        flushed: wait for the disk, which may take seconds where others write much; if not, some file systems
            have an empty file after a power cut.

    Raises:
        OSError: the file cannot be replaced.
    """
    new = file.with_name(f".{secrets.token_hex(_BYTES)}{ENDING}")
    try:
        yield new
        if flushed:
            flush(new)
        os.replace(new, file)
        if flushed:
            sync_folder(file.parent)
    finally:
        new.unlink(missing_ok=True)


def sweep_leftovers(folder: Path, *, older_s: float, names: Iterable[str] = (LEFTOVERS,)) -> None:
    """Remove what `replacing` left in a folder, though not below it, where a process was killed.

    What cannot be removed stays, and nothing is said.

    Args:
        folder: need not be there.
        older_s: what was written to in the last so many seconds stays, as somebody may be writing it.
        names: patterns of such files.
    """
    now = time.time()
    with suppress(OSError):  # of a folder that cannot be listed
        for file in chain.from_iterable(map(folder.glob, names)):
            with suppress(OSError):
                if now - file.lstat().st_mtime >= older_s:
                    file.unlink()


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, where the system knows how."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def flush(file: Path) -> None:
    """Wait until the disk has what was written to a file.

    Raises:
        OSError: it did not take it.
    """
    number = os.open(file, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)  # Windows asks for both
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in _UNABLE:
            raise
    finally:
        os.close(number)
