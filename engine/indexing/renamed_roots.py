"""Photo folders that the catalog has by another path: renamed since, or written in other letters."""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Sequence
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

_FOR_ONE_EDITED = 4


def take_over(
    catalog: Catalog, folders: Sequence[Path], library: Collection[Path], *, anew: bool
) -> Generator[None, None, None]:
    """Let folders go by the paths that they have now, so that nothing in them is indexed again.

    Earlier versions kept a path in the letters that it was given in, also on disks that do not tell upper
    from lower case. And a folder that is not there any more is another one now where photos of it are: the
    same files, by name, size, times and number on the disk, which a rename of what is above them leaves.
    A copy has other times and numbers; where the old path is gone, hard links and snapshots of a whole disk
    have the same ones, and count as the folder. Where a disk gives no such numbers, as on Windows, photos
    are read again and known by content.

    Args:
        catalog: all that is known.
        folders: those that are there, in the letters that the disk has them by.
        library: all folders of the library.
        anew: whether what is known of them may be known by another path besides.

    Raises:
        CatalogError: the catalog cannot be read. Where it cannot be written, all stays as it was.
    """
    known = catalog.roots()
    there = [folder for folder in folders if anew or os.fsencode(folder) not in known]
    if not there:
        return
    homes = [(folder, _has_any(catalog, known.get(os.fsencode(folder)))) for folder in there]
    asked = {
        path: begin(
            partial(_now, before, homes, catalog.root_names.samples(path), is_open=before in library),
            name=f"look for {before.name}",
        )
        for path, before in ((path, Path(os.fsdecode(path))) for path in known)
        if before not in folders
    }
    yield from awaiting(list(asked.values()))
    for path, answer in asked.items():
        if answer.done() and (now := answer.result()) is not None:
            with suppress(CatalogError):
                catalog.root_names.rename(path, os.fsencode(now))


def _has_any(catalog: Catalog, root: int | None) -> bool:
    return root is not None and catalog.has_photos(root)


def _now(
    before: Path, folders: Sequence[tuple[Path, bool]], samples: Sequence[Found], *, is_open: bool
) -> Path | None:
    """Return which folder what was at a path is now, None if none of these; asks the disk.

    Args:
        before: the path.
        folders: the folders, each with whether photos of it are known.
        samples: photos that were found at the path.
        is_open: whether the path is one of the library's.
    """
    try:
        for folder, is_known in folders:
            if in_other_letters(before, folder) and real_path(before) == folder:
                return folder
            if _lie_in(folder, samples, most=is_known):  # first: the other drive may not answer
                is_left = os.path.exists(before)
                if not (is_left and ((is_known and is_open) or os.listdir(before))):
                    return folder
    except OSError:
        pass
    return None


def _lie_in(folder: Path, samples: Sequence[Found], *, most: bool) -> bool:
    """Return whether photos, or most of them, lie in a folder: the same files, one in five edited at most.

    Where none is told apart for sure by what the disk tells, that is no proof.
    """
    told = [(photo, _facts(folder, photo)) for photo in samples]
    same = [photo for photo, facts in told if facts == list(photo[1:])]
    others = sum(bool(facts) for _, facts in told) - len(same)
    is_sure = any(photo.is_told_apart for photo in same)
    return is_sure and _FOR_ONE_EDITED * others <= len(same) and (not most or 2 * len(same) > len(samples))


def _facts(folder: Path, photo: Found) -> list[int]:
    """Return the facts of the file by a photo's name in a folder; none if it is not there."""
    try:
        return facts_of(os.stat(local_path(folder, photo.name)))
    except (OSError, ValueError):
        return []
