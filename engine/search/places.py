"""What the names of photos begin with that lie in a folder which a query names."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from engine.errors import FolderError
from engine.folders.letter_case import as_on_disk
from engine.folders.names import local_path, name_in, prefix_of
from engine.folders.patience import ask, awaiting, begin, does_not_answer, real_path, to_the_end

T = TypeVar("T")

_LOOKS = 100  # folders that a drive is asked for at a time


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


def all_prefixes(within: Sequence[Path], known: Known, *, strict: bool) -> list[set[bytes]]:
    """Return `prefixes_of` each of these; their drives are asked at once."""
    if len(within) < 2:
        return [prefixes_of(one, known, strict=strict) for one in within]
    asked = [
        begin(partial(prefixes_of, one, known, strict=strict), name="look for folders") for one in within
    ]
    to_the_end(awaiting(asked, within_s=math.inf))  # each gives up by itself
    return [one.result() for one in asked]


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
        found = {prefix for one in places if (prefix := _lexical_prefix(one, known.folder)) is not None}
        if found and found <= set(known.tops) and all(map(known.has, found)):
            return found  # a folder of the library itself: no drive is asked
        if strict:
            found = set(filter(known.has, found))
            try:
                found |= set() if silent else _on_disk(places, known)
            except TimeoutError as error:  # what is known is searched
                silent = error
        if found:
            return found
    try:
        if silent:
            raise silent
        here = _ask(partial(_in_working_folder, within, known))
    except TimeoutError as error:
        raise FolderError(does_not_answer(within)) from error
    return prefixes_of(here, known, strict=strict)


def _ask(work: Callable[[], T]) -> T:
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


def _lexical_prefix(place: Path, folder: Path) -> bytes | None:
    """Return what names begin with in a place as it is written; None outside the folder."""
    path = Path(os.path.abspath(place))
    name = name_in(folder, path)
    return None if name is None else b"" if path == folder else prefix_of(name)


def _on_disk(places: Sequence[Path], known: Known) -> set[bytes]:
    """Return what names begin with in those of these folders that are there, whatever links lead to them.

    A folder that is met twice in a walk has its photos once, by the name that was met first. Very many are
    looked at a few at a time: a slow drive answers each time, and one that falls silent ends it.

    Raises:
        TimeoutError: it does not say whether they are there.
    """
    there = _ask(partial(_there, places))
    if str(known.folder) in there.values():
        return {b""}
    found = {prefix for place in there if (prefix := _lexical_prefix(place, known.folder)) is not None}
    inside = tuple(os.path.join(one, "") for one in there.values() if not known.folder.is_relative_to(one))
    names = [name for name in known.folders() if there and not prefix_of(name).startswith(tuple(found))]
    real = _RealPaths(known.folder)
    with suppress(TimeoutError):
        for start in range(0, len(names), _LOOKS):
            paths = [str(local_path(known.folder, name)) for name in names[start : start + _LOOKS]]
            led = _ask(partial(real.of, paths))
            found.update(
                prefix_of(name)
                for name, path in zip(names[start:], led, strict=False)
                if os.path.join(path, "").startswith(inside)
            )
    return found


def _there(places: Sequence[Path]) -> dict[Path, str]:
    """Return those of these folders that are there, as the disk writes them, and where links lead."""
    there = [as_on_disk(Path(os.path.abspath(place))) for place in places if os.path.isdir(place)]
    return {place: str(real_path(place)) for place in there}


class _RealPaths:
    """Where folders lie, links resolved: each is looked at once, and is not looked for from the root on."""

    def __init__(self, folder: Path) -> None:
        """Take the folder that they lie in, of which no part is a link."""
        self._known = {str(folder): str(folder)}

    def of(self, paths: Sequence[str]) -> list[str]:
        """Return where these lie."""
        return [self._real(path) for path in paths]

    def _real(self, path: str) -> str:
        real = self._known.get(path)
        if real is None:
            above, name = os.path.split(path)
            real = os.path.join(self._real(above), name) if name and os.name != "nt" else path
            if not name or os.name == "nt" or os.path.islink(real):
                real = os.path.realpath(real)
            self._known[path] = real
        return real
