"""Walks a photo folder: what photos it holds, leaving out what no person put there as a photo."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from engine.excludes import Excludes, is_closed
from engine.photos import is_photo

NOWHERE = Path()
"""Stands for what is above the folders of several drives: whatever lies in it goes by its whole path."""

_ENCODING, _ERRORS = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()  # as `os.fsencode`
_NEW = tuple.__new__  # a named tuple at a third of the price
_LEAST, _MOST = -(2**63), 2**63 - 1  # some disks tell more years, and longer numbers, than the catalog keeps


class Found(NamedTuple):
    """A photo as the walk saw it; a tuple, as very many are made and compared.

    Attributes:
        name: path within the walked folder, as `relative_name` gives it.
        size: in bytes.
        mtime_ns: time of the last change, as programs may set it.
        ctime_ns: time of the last change, as the system keeps it; on Windows the time of creation. None in
            a catalog of before it was kept.
        inode: the file's number on its disk; None as above.
    """

    name: bytes
    size: int
    mtime_ns: int
    ctime_ns: int | None = None
    inode: int | None = None

    def is_as(self, before: Found, *, inodes: bool = True) -> bool:
        """Return whether this is the file as it was before, unchanged as far as can be told from outside.

        Args:
            before: what was known of it; what was not kept then counts as equal.
            inodes: whether its number on the disk counts too.
        """
        return (
            (self.size, self.mtime_ns) == (before.size, before.mtime_ns)
            and before.ctime_ns in (None, self.ctime_ns)
            and (not inodes or before.inode in (None, self.inode))
        )


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True)
class Visit:
    """One folder of a walk, and how to get there.

    Attributes:
        name: the folder's path within the walked folder, as the system writes it.
        identity: the disk's number and the folder's number on it.
        mtime_ns: when something came into it or went, before it was listed.
        listing: what is in it.
        folders: those directly in it that are not left out, as `name`.
    """

    name: str
    identity: tuple[int, int]
    mtime_ns: int
    listing: Listing
    folders: tuple[str, ...] = ()


def relative_name(path: str) -> bytes:
    """Return a relative path as the catalog keeps it: the system's bytes, "/" between the parts.

    Names that are not valid UTF-8 survive it, and `local_path` gives them back.
    """
    return os.fsencode(path.replace(os.sep, "/"))


def identity(folder: Path) -> tuple[int, int] | None:
    """Return the disk's number and the folder's number on it, None if the folder is not there."""
    try:
        details = folder.stat()
    except OSError:
        return None
    return details.st_dev, details.st_ino


def name_in(folder: Path, path: Path) -> bytes | None:
    """Return the name of a path within a folder, None if it does not lie there; see `NOWHERE`."""
    if folder == NOWHERE:
        return relative_name(str(path)) if path.is_absolute() else None
    return relative_name(str(path.relative_to(folder))) if path.is_relative_to(folder) else None


def folder_of(name: bytes) -> bytes:
    """Return the name of the folder that a file lies in; empty for the walked folder itself."""
    return name.rpartition(b"/")[0]


def local_path(root: Path, name: bytes) -> Path:
    """Return the absolute path of a name that `relative_name` gave."""
    return root / os.fsdecode(name)


def walk(root: Path, excludes: Excludes | None = None) -> Iterator[Listing]:
    """Yield the folder and each folder below it, as they are found.

    A folder reached twice, by a link that leads back, is listed once. A folder that vanished in the meantime
    is passed over, as is one below the root that `is_closed`.

    Args:
        root: the folder.
        excludes: what is left out; without, what no person put there as a photo.
    """
    for visit in visits(root, excludes or Excludes(folder=root.name)):
        yield visit.listing


def visits(
    root: Path,
    excludes: Excludes,
    *,
    photos: bool = True,
    start: str = "",
    known: Iterable[tuple[int, int]] = (),
) -> Iterator[Visit]:
    """Walk as `walk` does.

    Args:
        root: the folder.
        excludes: what is left out.
        photos: look at files too; else listings hold none.
        start: the folder in it to begin with.
        known: folders, by their `identity`, that are passed over.
    """
    seen = set(known)
    waiting = [start]
    while waiting:
        visit = visit_folder(root, waiting.pop(), excludes, seen, photos=photos)
        if visit is not None:
            seen.add(visit.identity)
            yield visit
            waiting.extend(reversed(visit.folders))


def visit_folder(
    root: Path, name: str, excludes: Excludes, seen: Container[tuple[int, int]] = (), *, photos: bool = True
) -> Visit | None:
    """Look at one folder; None if it is not there, was `seen`, or lies below the root and `is_closed`."""
    where, mtime_ns = (0, 0), 0
    try:
        details = (root / name).stat()
        where, mtime_ns = (details.st_dev, details.st_ino), details.st_mtime_ns
        if where in seen:
            return None
        with os.scandir(root / name) as entries:
            listed = sorted(entries, key=attrgetter("name"))
        if name and is_closed(name, [entry.name for entry in listed]):
            return None
        folders, files = _wanted(name, listed, excludes, photos=photos)
        count = len(listed)
        del listed
        found = tuple(_photos(name, files))
    except FileNotFoundError:
        return None
    except OSError as error:
        trouble = (error.strerror or "unknown error").lower()
        return Visit(name, where, mtime_ns, Listing(relative_name(name), (), 0, trouble))
    below = tuple(os.path.join(name, entry.name) for entry in folders)
    return Visit(name, where, mtime_ns, Listing(relative_name(name), found, count), below)


def _wanted(
    folder: str, entries: Sequence[os.DirEntry[str]], excludes: Excludes, *, photos: bool
) -> tuple[list[os.DirEntry[str]], list[os.DirEntry[str]]]:
    """Return the folders among the entries, and the photos by name, without what is left out."""
    folders: list[os.DirEntry[str]] = []
    files: list[os.DirEntry[str]] = []
    leaves_file_out = excludes.of_files(folder)
    for entry in entries:
        try:
            is_folder = entry.is_dir()
        except OSError:
            is_folder = False
        if is_folder:
            if not excludes.leaves_out(os.path.join(folder, entry.name), is_folder=True):
                folders.append(entry)
        elif photos and is_photo(entry.name) and not leaves_file_out(entry.name):
            files.append(entry)
    return folders, files


def _photos(folder: str, entries: list[os.DirEntry[str]]) -> Iterator[Found]:
    """Yield the photos among the entries; raise OSError where the folder can be listed but not entered.

    Entries are taken from the list one by one, so that what each has been told by the system is given back at
    once: of very many, that is a fifth of the time.
    """
    looked_at, trouble = 0, None
    above = relative_name(os.path.join(folder, ""))
    entries.reverse()
    while entries:
        entry = entries.pop()
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
            name = above + entry.name.encode(_ENCODING, _ERRORS)
            mtime_ns, ctime_ns, inode = details.st_mtime_ns, details.st_ctime_ns, details.st_ino
            if not (_LEAST <= mtime_ns <= _MOST and _LEAST <= ctime_ns <= _MOST and inode <= _MOST):
                mtime_ns, ctime_ns, inode = _clamp(mtime_ns), _clamp(ctime_ns), _clamp(inode)
            yield _NEW(Found, (name, details.st_size, mtime_ns, ctime_ns, inode))
    if trouble is not None and not looked_at:
        raise trouble


def _clamp(number: int) -> int:
    return max(_LEAST, min(number, _MOST))
