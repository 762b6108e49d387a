"""Thumbnails in a folder that machines share: a file for each content, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from engine.errors import StoreError, cause
from engine.state.thumbnail_file import ThumbnailFile
from engine.whole_files import replacing

_LARGEST = 1 << 20  # bytes: no thumbnail has more


def read_shared(folder: Path, digest: bytes) -> bytes | None:
    """Return a thumbnail by the hash of its photo's content, None if there is none."""
    try:
        with _file(folder, digest).open("rb") as file:
            return file.read(_LARGEST)
    except OSError:
        return None


def leave_thumbnails(kept: ThumbnailFile, folder: Path, digests: Iterable[bytes]) -> int:
    """Leave thumbnails that are kept here in a folder, unless they lie there whole; return how many.

    Raises:
        StoreError: the folder cannot be written.
    """
    count = 0
    for digest in digests:
        place, picture = _file(folder, digest), kept.get(digest)
        if picture is None or _size(place) == len(picture):
            continue
        try:
            _write(place, picture)
        except OSError as error:
            reason = cause(error)
            raise StoreError(f"Thumbnails cannot be left in {folder}: {reason}.") from error
        count += 1
    return count


def _file(folder: Path, digest: bytes) -> Path:
    name = digest.hex()
    return folder / name[:2] / f"{name}.jpg"


def _size(place: Path) -> int:
    try:
        return os.stat(place).st_size
    except OSError:
        return -1


def _write(place: Path, picture: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with replacing(place) as new:
        new.write_bytes(picture)
