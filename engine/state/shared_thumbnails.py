"""Thumbnails in a folder that machines share: a file for each content, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from engine.days import DAY_S
from engine.errors import StoreError, cause
from engine.state.thumbnail_file import ThumbnailFile
from engine.whole_files import replacing, sweep_leftovers

_LARGEST = 1 << 20  # bytes: no thumbnail has more
_JPEG_END = b"\xff\xd9"


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
    count, swept = 0, set[Path]()
    for digest in digests:
        place = _file(folder, digest)
        if _is_whole(place) or (picture := kept.get(digest)) is None:
            continue
        if place.parent not in swept:
            swept.add(place.parent)
            sweep_leftovers(place.parent, older_s=DAY_S)
        try:
            _write(place, picture)
        except OSError as error:
            if _is_whole(place):  # another machine was faster, and has it open
                continue
            reason = cause(error)
            raise StoreError(f"Thumbnails cannot be left in {folder}: {reason}.") from error
        count += 1
    return count


def _file(folder: Path, digest: bytes) -> Path:
    name = digest.hex()
    return folder / name[:2] / f"{name}.jpg"


def _is_whole(place: Path) -> bool:
    try:
        with place.open("rb") as file:
            file.seek(-len(_JPEG_END), os.SEEK_END)
            return file.read() == _JPEG_END
    except OSError:  # it is not there, or shorter than that
        return False


def _write(place: Path, picture: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with replacing(place, flushed=False) as new:  # what a power cut leaves is not whole, and left again
        new.write_bytes(picture)
