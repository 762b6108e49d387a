"""The photo folders of a library: found in the catalog, each with its part of the gallery."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.catalog import Catalog
from engine.errors import FolderError
from engine.folder import NOWHERE, name_in

MANY = 20
"""Photos from which on a folder found empty is taken for a drive that is not there, not for a deletion."""


@dataclass
class Root:
    """One photo folder of a library. What changes is set by the library, in one thread.

    Attributes:
        folder: absolute, links resolved.
        prefix: what the names of its photos begin with in the library's gallery.
        number: of the folder in the catalog; None where it is neither there nor known.
        offline: it was not there, or empty as without its drive, when last looked at.
        trouble: why it could not be read then, as one sentence; empty if it could.
    """

    folder: Path
    prefix: bytes
    number: int | None = None
    offline: bool = False
    trouble: str = ""

    def look(self, catalog: Catalog) -> None:
        """Find out whether it is there, and which one it is in the catalog.

        Raises:
            FolderError: there is no such folder and the catalog knows none, or it cannot be read.
            CatalogError: the catalog cannot be used.
        """
        self.trouble = ""
        try:
            self.number, self.offline = _find(self.folder, catalog)
        except FolderError as error:
            self.trouble = str(error)
            raise


def _find(folder: Path, catalog: Catalog) -> tuple[int, bool]:
    """Return the folder's number in the catalog, and whether it is offline."""
    name = os.fsencode(folder)
    known = catalog.root(name)
    if not os.path.exists(folder):
        if known is None or not catalog.photo_count(known):
            raise FolderError(f"There is no folder {folder}.")
        return known, True
    if not folder.is_dir():
        raise FolderError(f"{folder} is not a folder.")
    try:
        with os.scandir(folder) as entries:
            empty = next(entries, None) is None
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise FolderError(f"The folder {folder} cannot be read: {reason}.") from error
    number = catalog.add_root(name)
    return number, empty and catalog.photo_count(number) >= MANY  # a count takes its time


def distinct(folders: Iterable[Path | str]) -> list[Path]:
    """Return these folders, links resolved, each once; what lies in another one comes with that."""
    resolved = list(dict.fromkeys(Path(os.path.realpath(folder)) for folder in folders))
    return [one for one in resolved if not any(other in one.parents for other in resolved)]


def common_folder(folders: Sequence[Path]) -> Path:
    """Return the nearest folder that all of these are or lie in; for several drives, `NOWHERE`."""
    try:
        return Path(os.path.commonpath([str(folder) for folder in folders]))
    except ValueError:
        return NOWHERE


def make_roots(folders: Sequence[Path], above: Path) -> tuple[Root, ...]:
    """Return what stands for these folders, none of them looked at yet.

    Args:
        folders: as `distinct` gives them.
        above: their `common_folder`, which names are relative to.
    """
    return tuple(Root(folder, _prefix(folder, above)) for folder in folders)


def _prefix(folder: Path, above: Path) -> bytes:
    if folder == above:
        return b""
    name = name_in(above, folder) or b""
    return name if name.endswith(b"/") else name + b"/"
