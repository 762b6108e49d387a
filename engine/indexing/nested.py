"""Photos that several known folders hold, as one of those lies in another one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from engine.folders.names import local_path, name_in, prefix_of
from engine.folders.patience import ask
from engine.folders.there import is_away, those_there
from engine.state.catalog import Catalog


def mark_missing(catalog: Catalog, folder: Path, root: int, names: Sequence[bytes]) -> None:
    """Record that photos of a folder are not there any more, in known folders around it and inside it too.

    There a photo stays that is on the disk all the same, as what is left out of this folder alone, and all
    that a folder holds which is away or empty, as without its drive.

    Args:
        catalog: all that is known.
        folder: absolute.
        root: its number.
        names: relative to it.
    """
    catalog.mark_missing(root, names)
    for path, other in catalog.roots().items() if names else ():
        place = Path(os.fsdecode(path))
        there = _names_from(place, folder, names) if other != root else []
        if gone := _not_on_disk(place, _find_known(catalog, other, there)):
            catalog.mark_missing(other, gone, seen_from=root)


def _find_known(catalog: Catalog, root: int, names: Sequence[bytes]) -> list[bytes]:
    """Return those of these names that a folder knows, as of a photo or of what is left out."""
    photos = catalog.photos_named(root, names)
    refused = catalog.refusals(root) if len(photos) < len(names) else {}
    return [name for name in names if name in photos or name in refused]


def _names_from(place: Path, folder: Path, names: Sequence[bytes]) -> list[bytes]:
    """Return what photos of a folder are called in one around it or inside it; those that lie there."""
    if place in folder.parents:
        inside = prefix_of(name_in(place, folder) or b"")
        return [inside + name for name in names]
    if folder in place.parents:
        inside = prefix_of(name_in(folder, place) or b"")
        return [name[len(inside) :] for name in names if name.startswith(inside)]
    return []


def _not_on_disk(place: Path, names: Sequence[bytes]) -> list[bytes]:
    """Return which photos of a folder are gone; none where it is away, or its drive does not answer."""
    try:
        if not names or ask(partial(is_away, place), name="look for photos"):
            return []
        there = those_there({name: local_path(place, name) for name in names})
    except TimeoutError:
        return []
    return [name for name in names if name not in there]
