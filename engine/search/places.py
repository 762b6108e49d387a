"""What the names of photos begin with that lie in a folder which a query names."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from engine.errors import FolderError
from engine.folders.letter_case import as_on_disk
from engine.folders.names import local_path, name_in, prefix_of
from engine.folders.patience import ask, does_not_answer, real_path

T = TypeVar("T")


@dataclass(frozen=True)
class Known:
    """What a library knows of its folders.

    Attributes:
        folder: what names are relative to; absolute, links resolved.
        tops: what the names of photos begin with in each of its folders.
        has: says whether photos are known whose names begin like this; their folder need not be there.
        folders: returns the names of the folders that photos are known in.
    """

    folder: Path
    tops: Collection[bytes] = (b"",)
    has: Callable[[bytes], object] = lambda _: False
    folders: Callable[[], Iterable[bytes]] = tuple


def prefixes_of(within: Path, known: Known, *, strict: bool) -> set[bytes]:
    """Return what names begin with in a folder, by each name that it goes by.

    A relative one lies in each of the library's folders that has it; if none has, in what is above them all,
    and else in the working folder.

    Args:
        within: the folder, as it was asked for.
        known: what the library knows.
        strict: whether the disk is asked too, unless it is a whole folder of the library with photos, and one
            that is gone is an error; else the name is one of the library's own, relative to what is above all
            its folders.

    Raises:
        FolderError: it is neither there nor known, not in the library's folders, or does not answer.
    """
    tops = [local_path(known.folder, top) for top in known.tops]
    silent: TimeoutError | None = None
    for above in filter(None, (tops if strict else [], [known.folder])):
        places = [one / within for one in above]
        found = {prefix for one in places if (prefix := _written(one, known.folder)) is not None}
        if found and found <= set(known.tops) and all(map(known.has, found)):
            return found  # a folder of the library itself: no drive is asked
        if strict:
            found = set(filter(known.has, found))
            try:
                found |= set() if silent else _asked(partial(_on_disk, places, known))
            except TimeoutError as error:  # what is known is searched
                silent = error
        if found:
            return found
    try:
        if silent:
            raise silent
        here = _asked(partial(_in_working_folder, within, known))
    except TimeoutError as error:
        raise FolderError(does_not_answer(within)) from error
    return prefixes_of(here, known, strict=strict)


def _asked(work: Callable[[], T]) -> T:
    """Return what this finds on the disk; raise TimeoutError where its drive does not answer."""
    return ask(work, name="look for a folder")


def _in_working_folder(within: Path, known: Known) -> Path:
    """Return where a folder is that lies in the working folder; raise FolderError where none does."""
    path = Path(os.path.realpath(known.folder / within))
    if os.path.exists(path) and not os.path.isdir(path):
        raise FolderError(f"{within} is not a folder.")
    if not os.path.isdir(path) and not within.is_absolute() and os.path.isdir(within):
        return Path(os.path.abspath(within))
    if name_in(known.folder, path) is None:
        raise FolderError(f"The folder {within} does not lie in {known.folder}.")
    raise FolderError(f"There is no folder {path}.")


def _written(place: Path, folder: Path) -> bytes | None:
    """Return what names begin with in a place as it is written; None outside the folder."""
    path = Path(os.path.abspath(place))
    name = name_in(folder, path)
    return None if name is None else b"" if path == folder else prefix_of(name)


def _on_disk(places: Sequence[Path], known: Known) -> set[bytes]:
    """Return what names begin with in those of these folders that are there, whatever links lead to them.

    A folder that is met twice in a walk has its photos once, by the name that was met first.
    """
    there = [as_on_disk(Path(os.path.abspath(place))) for place in places if os.path.isdir(place)]
    real = {str(real_path(place)) for place in there}
    if str(known.folder) in real:
        return {b""}
    found = {prefix for place in there if (prefix := _written(place, known.folder)) is not None}
    inside = tuple(os.path.join(one, "") for one in real if not known.folder.is_relative_to(one))
    for name in sorted(known.folders()) if there else ():
        prefix = prefix_of(name)
        if not prefix.startswith(tuple(found)):
            path = os.path.realpath(local_path(known.folder, name))
            if os.path.join(path, "").startswith(inside):
                found.add(prefix)
    return found
