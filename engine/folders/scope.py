"""Which folders within a photo folder are looked at after a change, listed without a walk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.folders.excludes import Excludes
from engine.folders.folder import Heard, Listing, Visit, visit_folder
from engine.folders.mounts import inventing_devices
from engine.folders.names import relative_name

MOST = 500
"""Folders from which on a walk through all is as quick, and simpler."""


@dataclass(frozen=True)
class Scope:
    """Some folders within a photo folder, each without those below it.

    Attributes:
        names: paths within the photo folder as the system writes them, empty for that one itself; None for
            all there are.
    """

    names: frozenset[str] | None = None

    @classmethod
    def of(cls, names: Iterable[str]) -> Scope:
        """Return these folders; all, where they are very many."""
        few = frozenset(names)
        return cls(few if len(few) <= MOST else None)

    def __or__(self, other: Scope) -> Scope:
        if self.names is None or other.names is None:
            return EVERYTHING
        return Scope.of(self.names | other.names)

    @property
    def folders(self) -> frozenset[bytes] | None:
        """The same as the catalog names them; None for all."""
        return None if self.names is None else frozenset(map(relative_name, self.names))


EVERYTHING = Scope()
NOTHING = Scope(frozenset())


@dataclass(frozen=True)
class Change:
    """What is to be looked at in a photo folder: something else may be found there than before.

    Attributes:
        folder: absolute.
        scope: where in it.
    """

    folder: Path
    scope: Scope = EVERYTHING


def listings(
    root: Path, excludes: Excludes, names: Iterable[str], *, heard: Heard = lambda: None
) -> Iterator[Listing]:
    """Yield what a walk would find in these folders alone.

    The folders above them are looked at too: one that is left out, closed or gone hides what is below, as in
    a walk. One that cannot be listed is yielded as well: nothing is known of what lies below. Of several
    names asked for that links make one folder's, the first counts, as in a walk.

    Args:
        root: the photo folder.
        excludes: what is left out.
        names: paths within it, as the system writes them.
        heard: see `Heard`.
    """
    wanted, invented = frozenset(names), inventing_devices(root)
    looked: dict[str, Visit | None] = {}
    seen = set[tuple[int, int]]()

    def look(name: str) -> Visit | None:
        if name not in looked:
            above = look(os.path.dirname(name)) if name else None
            is_reached = not name or (above is not None and name in above.folders)
            visit = None
            if is_reached:
                visit = visit_folder(
                    root, name, excludes, seen, photos=name in wanted, heard=heard, invented=invented
                )
            looked[name] = visit
            if visit is not None:
                seen.add(visit.identity)
        return looked[name]

    for name in sorted(wanted, key=lambda name: name.split(os.sep)):
        look(name)
    for name, visit in looked.items():
        if visit is not None and (name in wanted or visit.listing.trouble):
            yield visit.listing
