"""Walks a photo folder: what photos it holds, leaving out what no person put there as a photo."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from operator import attrgetter
from pathlib import Path

from engine.errors import cause
from engine.folders.excludes import Excludes, is_closed
from engine.folders.file_facts import TOLD, columns
from engine.folders.found import NO_PHOTOS, Found, Walked
from engine.folders.hidden import is_hidden
from engine.folders.mounts import inventing_devices
from engine.folders.names import relative_name
from engine.long_paths import TOO_LONG, is_too_long
from engine.pictures.photos import is_photo

__all__ = [
    "Found", "Heard", "Listing", "Visit", "Walked",
    "identity", "identity_of", "visit_folder", "visits", "walk",
]  # fmt: skip

Heard = Callable[[], None]
"""Is called now and then in the middle of a large folder: the drive goes on answering."""

_ENCODING, _ERRORS = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()  # as `os.fsencode`
_NOWHERE = errno.ENOENT, errno.ENOTDIR, errno.ELOOP  # what a link that leads nowhere is told by
_LISTED, _TOLD_OF = 1024, 4  # entries between two signs of life of a very large folder: names, and facts


@dataclass(frozen=True, slots=True)
class Listing:
    """One folder of a walk.

    Attributes:
        name: the folder's own path within the walked folder; empty for that one itself.
        photos: the photos directly in it.
        entries: how many files and folders of any kind are in it, hidden ones included.
        trouble: why it could not be listed; None if it could.
        unasked: the photos, or folders, in it that the disk told nothing of: path as of `Found`, and why.
    """

    name: bytes
    photos: Walked
    entries: int
    trouble: str | None = None
    unasked: tuple[tuple[bytes, str], ...] = ()


@dataclass(frozen=True)
class Visit:
    """One folder of a walk, and how to get there.

    Attributes:
        name: the folder's path within the walked folder, as the system writes it.
        identity: the disk's number and the folder's number on it.
        mtime_ns: when something came into it or went, before it was listed.
        listing: what is in it.
        folders: those directly in it that are not left out, as `name`.
        is_closed: it says of itself that it holds no photos of the person's; nothing in it is looked at.
    """

    name: str
    identity: tuple[int, int]
    mtime_ns: int
    listing: Listing
    folders: tuple[str, ...] = ()
    is_closed: bool = False


def identity(folder: Path) -> tuple[int, int] | None:
    """Return the disk's number and the folder's number on it, None if the folder is not there."""
    try:
        return identity_of(folder, folder.stat())
    except OSError:
        return None


def identity_of(folder: Path, details: os.stat_result) -> tuple[int, int]:
    """Return what tells a folder from all others; some drives give every one the number 0."""
    if details.st_ino:
        return details.st_dev, details.st_ino
    return details.st_dev, ~abs(hash(os.path.normcase(os.path.realpath(folder))))


def _unheard() -> None:
    """Nobody wants to hear of it."""


def walk(root: Path, excludes: Excludes | None = None, *, heard: Heard = _unheard) -> Iterator[Listing]:
    """Yield the folder and each folder below it, as they are found.

    A folder reached twice, by a link that leads back, is listed once. A folder that vanished in the meantime
    is passed over, as is one below the root that `is_closed`.

    Args:
        root: the folder.
        excludes: what is left out; without, what no person put there as a photo.
        heard: see `Heard`.
    """
    invented = inventing_devices(root)
    for visit in visits(root, excludes or Excludes(folder=root.name), heard=heard, invented=invented):
        yield visit.listing


def visits(
    root: Path,
    excludes: Excludes,
    *,
    photos: bool = True,
    closed: bool = False,
    start: str = "",
    known: Iterable[tuple[int, int]] = (),
    heard: Heard = _unheard,
    invented: Container[int] = (),
) -> Iterator[Visit]:
    """Walk as `walk` does.

    Args:
        root: the folder.
        excludes: what is left out.
        photos: look at files too; else listings hold none.
        closed: yield closed folders too.
        start: the folder in it to begin with.
        known: folders, by their `identity`, that are passed over.
        heard: see `Heard`.
        invented: the disks whose numbers of files are kept as 0, see `inventing_devices`.
    """
    seen = set(known)
    waiting = [start]
    look = partial(visit_folder, root, photos=photos, closed=closed, heard=heard, invented=invented)
    while waiting:
        visit = look(waiting.pop(), excludes, seen)
        if visit is not None:
            seen.add(visit.identity)
            yield visit
            waiting.extend(reversed(visit.folders))


def visit_folder(
    root: Path,
    name: str,
    excludes: Excludes,
    seen: Container[tuple[int, int]] = (),
    *,
    photos: bool = True,
    closed: bool = False,
    heard: Heard = _unheard,
    invented: Container[int] = (),
) -> Visit | None:
    """Look at one folder; None if it is not there, was `seen`, or lies below the root and is closed.

    Arguments as of `visits`.
    """
    where, mtime_ns = (0, 0), 0
    try:
        details = (root / name).stat()
        where, mtime_ns = identity_of(root / name, details), details.st_mtime_ns
        if where in seen:
            return None
        with os.scandir(root / name) as entries:
            listed = _list(entries, heard)
        if name and is_closed(name, [entry.name for entry in listed]) and not excludes.takes_in(name):
            empty = Listing(relative_name(name), NO_PHOTOS, 0)
            return Visit(name, where, mtime_ns, empty, is_closed=True) if closed else None
        count = len(listed)
        folders, found, unasked = _look(name, listed, excludes, heard, photos=photos)
        if where[0] in invented:
            found = found.without_numbers()
    except OSError as error:
        trouble = cause(error).lower()
        if isinstance(error, FileNotFoundError):
            if not is_too_long(root / name, to_list=True):
                return None
            trouble = TOO_LONG  # it was listed in the folder above
        return Visit(name, where, mtime_ns, Listing(relative_name(name), NO_PHOTOS, 0, trouble))
    return Visit(name, where, mtime_ns, Listing(relative_name(name), found, count, None, unasked), folders)


def _list(entries: Iterable[os.DirEntry[str]], heard: Heard) -> list[os.DirEntry[str]]:
    """Return the entries by name."""
    coming = iter(entries)
    listed = list(islice(coming, _LISTED))
    while more := list(islice(coming, _LISTED)):
        heard()
        listed += more
    return sorted(listed, key=attrgetter("name"))


def _look(
    folder: str, entries: list[os.DirEntry[str]], excludes: Excludes, heard: Heard, *, photos: bool
) -> tuple[tuple[str, ...], Walked, tuple[tuple[bytes, str], ...]]:
    """Return the folders among the entries, the photos, and what is `unasked`, without what is left out.

    Entries are taken from the list one by one, so that what each has been told by the system is given back at
    once: of very many, that is a fifth of the time.

    Raises:
        OSError: the folder can be listed but not entered.
    """
    folders, names, rows = list[str](), list[str](), list[tuple[int, ...]]()
    looked_at, troubles, unasked = False, list[OSError](), list[tuple[bytes, str]]()
    leaves_file_out = excludes.of_files(folder)
    entries.reverse()
    while entries:
        entry = entries.pop()
        if not len(entries) % _TOLD_OF:
            heard()
        try:
            if entry.is_dir():
                if not is_hidden(entry) or excludes.takes_in(os.path.join(folder, entry.name)):
                    folders.append(entry.name)
                continue
        except OSError as error:
            if error.errno not in _NOWHERE and not is_photo(entry.name):
                folders.append(entry.name)  # whether it is one is not told: looking into it tells why
                continue
        if not photos or not is_photo(entry.name) or leaves_file_out(entry.name):
            continue
        try:
            told = TOLD(entry.stat())
        except OSError as error:
            if error.errno not in _NOWHERE:  # nor is it a file that has just gone
                unasked.append((relative_name(os.path.join(folder, entry.name)), cause(error).lower()))
                troubles += [] if entry.is_symlink() else [error]
            continue
        looked_at = True
        if stat.S_ISREG(told[0]):
            names.append(entry.name)
            rows.append(told)
    if troubles and not looked_at and (len(troubles) > 1 or isinstance(troubles[0], PermissionError)):
        raise troubles[0]
    below = (os.path.join(folder, name) for name in folders)
    kept = tuple(path for path in below if not excludes.leaves_out(path, is_folder=True))
    return kept, _make_walked(folder, names, rows), tuple(unasked)


def _make_walked(folder: str, names: list[str], rows: list[tuple[int, ...]]) -> Walked:
    if not names:
        return NO_PHOTOS
    above = relative_name(os.path.join(folder, ""))
    encoded = "\0".join(names).encode(_ENCODING, _ERRORS).split(b"\0")  # no name holds a zero byte
    return Walked([above + name for name in encoded], columns(rows))
