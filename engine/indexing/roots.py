"""The photo folders of a library: found in the catalog, each with its part of the gallery."""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.errors import CatalogError, FolderError, cause
from engine.folders.names import NOWHERE, name_in, prefix_of
from engine.folders.patience import ask, awaiting, begin, does_not_answer, real_path, resolve_paths
from engine.folders.scope import EVERYTHING, Scope
from engine.indexing.renamed_roots import take_over
from engine.indexing.side_by_side import Outcome
from engine.state.catalog import Catalog

MANY = 20
"""Photos from which on a folder found empty is taken for a drive that is not there, not for a deletion."""

_NOT_THERE, _EMPTY, _FILLED = "not there", "empty", "filled"


@dataclass(frozen=True)
class LibraryFolder:
    """One folder of a library as it is now.

    Attributes:
        folder: absolute, links resolved.
        photos: how many of its files can be found.
        offline: it was not there, or empty as without its drive, when last looked at; what was indexed of it
            can be found.
        trouble: why it could not be read then, as one sentence; empty if it could.
    """

    folder: Path
    photos: int
    offline: bool = False
    trouble: str = ""


@dataclass
class Root:
    """One photo folder of a library. What changes is set by the library, in one thread.

    Attributes:
        folder: absolute, links resolved.
        prefix: what the names of its photos begin with in the library's gallery.
        number: of the folder in the catalog; None where it is neither there nor known.
        offline: it was not there, or empty as without its drive, when last looked at.
        trouble: why it could not be read then, as one sentence; empty if it could.
        is_known: it was looked through to its end since it was opened, and all that changed there was too.
    """

    folder: Path
    prefix: bytes
    number: int | None = None
    offline: bool = False
    trouble: str = ""
    is_known: bool = False

    def scope(self, only: Collection[Path] | Mapping[Path, Scope] | None) -> Scope:
        """Return where to look, of folders to look at: everywhere, where not all is known that was before.

        Whatever comes of it, it counts as not known until somebody says that it went well.
        """
        asked = only.get(self.folder, EVERYTHING) if isinstance(only, Mapping) else EVERYTHING
        whole = not self.is_known or self.offline or bool(self.trouble)
        self.is_known = False
        return EVERYTHING if whole else asked

    def note(self, seen: Future[tuple[str, Path]], catalog: Catalog, others: Collection[Root]) -> None:
        """Note whether it is there, and which one it is in the catalog.

        Args:
            seen: what `_entries` says of it; not there yet where its drive does not answer.
            catalog: all that is known.
            others: the other folders of the library, none of which it is by another path.

        Raises:
            FolderError: there is no such folder and the catalog knows none, or it cannot be read.
            CatalogError: the catalog cannot be used.
        """
        self.trouble = ""
        try:
            self.number, self.offline = _find(self.folder, seen, catalog, others)
            with suppress(CatalogError):  # of a disk that takes nothing
                catalog.root_names.note_away(self.number, self.offline and seen.done())
        except FolderError as error:
            self.trouble = str(error)
            raise


class Roots(tuple[Root, ...]):
    """All photo folders of a library, in the order they were given."""

    @property
    def are_offline(self) -> bool:
        """Whether none was there when last looked at, or each empty as without its drive."""
        return all(root.offline or root.trouble for root in self)

    @property
    def numbers(self) -> frozenset[int]:
        """Their numbers in the catalog, of those that are known there."""
        return frozenset(root.number for root in self if root.number is not None)

    def hold(self, path: Path) -> bool:
        """Return whether a file or folder lies in one of them."""
        return any(path.is_relative_to(root.folder) for root in self)

    def number(self, folder: Path) -> int | None:
        """Return the number of one of them in the catalog; None where it is not known there."""
        return next((root.number for root in self if root.folder == folder), None)

    def look(self, catalog: Catalog, only: Sequence[Root] | None = None) -> Generator[None, None, None]:
        """Find out which of them are there, or of these, under whatever path. Yields while that is awaited.

        Raises:
            FolderError: the only one, or all of several, cannot be opened.
            CatalogError: the catalog cannot be used.
        """
        failures, roots = [], self if only is None else only
        seen = [begin(partial(_entries, root.folder), name=f"look at {root.folder.name}") for root in roots]
        yield from awaiting(seen)
        there = [root.folder for root, one in zip(roots, seen, strict=True) if _is_filled(one)]
        yield from take_over(catalog, there, [root.folder for root in self], anew=only is None)
        for root, one in zip(roots, seen, strict=True):
            try:
                root.note(one, catalog, [other for other in self if other is not root])
            except FolderError as error:
                failures.append(error)
        if len(failures) == len(self):
            raise failures[0]

    def take(self, outcomes: Mapping[Path, Outcome]) -> None:
        """Note how those were found that were looked through.

        Raises:
            FolderError: the only folder could not be read.
        """
        for root in self:
            outcome = outcomes.get(root.folder)
            if outcome is None:
                continue
            root.is_known = outcome.was_there
            root.offline = outcome.trouble is None and not outcome.was_there
            root.trouble = "" if outcome.trouble is None else str(outcome.trouble)
            if outcome.trouble is not None and len(self) == 1:
                raise outcome.trouble


def _find(
    folder: Path, seen: Future[tuple[str, Path]], catalog: Catalog, others: Collection[Root]
) -> tuple[int, bool]:
    """Return the folder's number in the catalog, and whether it is offline."""
    name = os.fsencode(folder)
    known = catalog.root(name)
    is_known = known is not None and catalog.has_photos(known)
    if not seen.done():
        if known is not None and is_known:  # as if the drive were not there
            return known, True
        raise FolderError(does_not_answer(folder))
    entries, real = seen.result()
    if entries is _NOT_THERE:
        if known is None or not is_known:
            known = _away_elsewhere(name, catalog, others)
        if known is None:
            raise FolderError(f"There is no folder {folder}.")
        return known, True
    if known is None and real != folder:  # nothing was heard of it until now
        raise FolderError(does_not_answer(folder))
    if entries is _FILLED:
        with suppress(CatalogError):  # of a disk that takes nothing
            catalog.root_names.part_with(name)
    number = catalog.add_root(name)
    return number, entries is _EMPTY and catalog.has_photos(number, MANY)


def _away_elsewhere(name: bytes, catalog: Catalog, others: Collection[Root]) -> int | None:
    """Return the number of the folder that went by a path before, if it is not there by its own either."""
    number, now = catalog.root_names.formerly(name) or (None, b"")
    place = Path(os.fsdecode(now))
    if number is None or not catalog.has_photos(number):
        return None
    if any(place == other.folder or number == other.number for other in others):
        return None
    try:
        return (
            number if ask(partial(_entries, place), name=f"look at {place.name}")[0] is not _FILLED else None
        )
    except TimeoutError:
        return number
    except FolderError:
        return None


def _is_filled(seen: Future[tuple[str, Path]]) -> bool:
    return seen.done() and seen.exception() is None and seen.result()[0] is _FILLED


def _entries(folder: Path) -> tuple[str, Path]:
    """Return whether there is something in a folder, and its real path.

    Raises:
        FolderError: it cannot be listed.
    """
    if not os.path.exists(folder):
        return _NOT_THERE, folder
    if not os.path.isdir(folder):
        raise FolderError(f"{folder} is not a folder.")
    try:
        with os.scandir(folder) as entries:
            return _EMPTY if next(entries, None) is None else _FILLED, real_path(folder)
    except OSError as error:
        reason = cause(error).lower()
        raise FolderError(f"The folder {folder} cannot be read: {reason}.") from error


def distinct(folders: Iterable[Path | str]) -> list[Path]:
    """Return these folders, links resolved, each once; what lies in another one comes with that."""
    real = list(dict.fromkeys(resolve_paths(folders)))
    return [one for one in real if not any(other in one.parents for other in real)]


def common_folder(folders: Sequence[Path]) -> Path:
    """Return the nearest folder that all of these are or lie in; for several drives, `NOWHERE`."""
    try:
        return Path(os.path.commonpath([str(folder) for folder in folders]))
    except ValueError:
        return NOWHERE


def make_roots(folders: Sequence[Path], above: Path) -> Roots:
    """Return what stands for these folders, none of them looked at yet.

    Args:
        folders: as `distinct` gives them.
        above: their `common_folder`, which names are relative to.
    """
    return Roots(Root(folder, _prefix(folder, above)) for folder in folders)


def _prefix(folder: Path, above: Path) -> bytes:
    if folder == above:
        return b""
    name = name_in(above, folder) or b""
    return prefix_of(name)
