"""Walks a photo folder: what photos it holds, leaving out what no person put there as a photo."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.photos import is_photo

_NOT_FOR_PEOPLE = frozenset(
    ("@eadir", "@recycle", "#recycle", "$recycle.bin", "recycler", "trash", "lost+found", "__macosx")
) | {"system volume information"}
_EARLIEST_NS, _LATEST_NS = -(2**63), 2**63 - 1  # some disks can tell more years than the catalog can keep


@dataclass(frozen=True)
class Found:
    """A photo as the walk saw it.

    Attributes:
        name: path within the walked folder, as `relative_name` gives it.
        size: in bytes.
        mtime_ns: time of the last change.
    """

    name: bytes
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Listing:
    """One folder of a walk.

    Attributes:
        name: the folder's own path within the walked folder; empty for that one itself.
        photos: the photos directly in it.
        entries: how many files and folders of any kind are in it, hidden ones included.
        trouble: why it could not be listed; None if it could.
    """

    name: bytes
    photos: tuple[Found, ...]
    entries: int
    trouble: str | None = None


def relative_name(path: str) -> bytes:
    """Return a relative path as the catalog keeps it: the system's bytes, "/" between the parts.

    Names that are not valid UTF-8 survive it, and `local_path` gives them back.
    """
    return os.fsencode(path.replace(os.sep, "/"))


def local_path(root: Path, name: bytes) -> Path:
    """Return the absolute path of a name that `relative_name` gave."""
    return root / os.fsdecode(name)


def walk(root: Path) -> Iterator[Listing]:
    """Yield the folder and each folder below it, as they are found.

    Hidden files and folders, thumbnails and bins are left out. A folder reached twice, by a link that leads
    back, is listed once. A folder that vanished in the meantime is passed over.
    """
    seen: set[tuple[int, int]] = set()
    waiting = [""]
    while waiting:
        name = waiting.pop()
        try:
            details = (root / name).stat()
            if (details.st_dev, details.st_ino) in seen:
                continue
            seen.add((details.st_dev, details.st_ino))
            with os.scandir(root / name) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
            wanted = [entry for entry in listed if not _is_left_out(entry.name)]
            photos = tuple(_photos(name, wanted))
        except FileNotFoundError:
            continue
        except OSError as error:
            yield Listing(relative_name(name), (), 0, (error.strerror or "unknown error").lower())
            continue
        yield Listing(relative_name(name), photos, len(listed))
        waiting.extend(os.path.join(name, entry.name) for entry in reversed(wanted) if _is_folder(entry))


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or name.lower() in _NOT_FOR_PEOPLE


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _photos(folder: str, entries: list[os.DirEntry[str]]) -> Iterator[Found]:
    """Yield the photos among the entries; raise OSError where the folder can be listed but not entered."""
    looked_at, trouble = 0, None
    for entry in entries:
        if not is_photo(entry.name):
            continue
        try:
            details = entry.stat()
        except FileNotFoundError:  # a link to nowhere, or a file that has just gone
            continue
        except OSError as error:
            if not entry.is_symlink():
                trouble = error
            continue
        looked_at += 1
        if stat.S_ISREG(details.st_mode):
            name = relative_name(os.path.join(folder, entry.name))
            yield Found(name, details.st_size, _clamp_time(details.st_mtime_ns))
    if trouble is not None and not looked_at:
        raise trouble


def _clamp_time(nanoseconds: int) -> int:
    return max(_EARLIEST_NS, min(nanoseconds, _LATEST_NS))
