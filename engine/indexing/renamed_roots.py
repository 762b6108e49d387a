"""Photo folders that the catalog has by another path: renamed since, or written in other letters."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from engine.errors import CatalogError
from engine.folders.file_facts import facts_of
from engine.folders.folder import Found
from engine.folders.letter_case import in_other_letters
from engine.folders.names import local_path
from engine.folders.patience import awaiting, begin, real_path
from engine.state.catalog import Catalog


def take_over(catalog: Catalog, folders: Sequence[Path], *, anew: bool) -> Generator[None, None, None]:
    """Let folders go by the paths that they have now, so that nothing in them is indexed again.

    Earlier versions kept a path in the letters that it was given in, also on disks that do not tell upper
    from lower case. And a folder that is not there any more is another one now where a photo of it is: the
    same file, by name, size, times and number on the disk, which none but a rename of what is above it
    leaves. Where a disk gives no such numbers, as on Windows, photos are read again and known by content.

    Args:
        catalog: all that is known.
        folders: those that are there, in the letters that the disk has them by.
        anew: whether what is known of them may be known by another path besides.

    Raises:
        CatalogError: the catalog cannot be read. Where it cannot be written, all stays as it was.
    """
    for folder in folders:
        name, known = os.fsencode(folder), catalog.roots()
        others = [path for path in known if path != name]
        if name in known and not anew:
            continue
        asked = {
            path: begin(
                partial(_is_now, Path(os.fsdecode(path)), folder, catalog.root_names.samples(path)),
                name=f"look for {folder.name}",
            )
            for path in others
        }
        yield from awaiting(list(asked.values()))
        for path, answer in asked.items():
            if answer.done() and answer.result():
                with suppress(CatalogError):
                    catalog.root_names.rename(path, name)


def _is_now(before: Path, folder: Path, samples: Sequence[Found]) -> bool:
    """Return whether what was at a path is this folder now; asks the disk.

    Args:
        before: the path.
        folder: the folder.
        samples: photos that were found there.
    """
    try:
        if in_other_letters(before, folder):
            return real_path(before) == folder
        lies_here = any(_lies_in(folder, one) for one in samples)  # first: the other drive may not answer
        return lies_here and not (os.path.exists(before) and os.listdir(before))
    except OSError:
        return False


def _lies_in(folder: Path, photo: Found) -> bool:
    try:
        facts = facts_of(os.stat(local_path(folder, photo.name)))
    except (OSError, ValueError):
        return False
    return facts == list(photo[1:])
