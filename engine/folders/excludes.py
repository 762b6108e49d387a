"""What is left out of a photo folder: what programs put there, and what the person named."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase, translate
from functools import lru_cache
from operator import methodcaller

from pathspec import GitIgnoreSpec

from engine.errors import PatternError
from engine.folders.letter_case import as_compared

_MARKERS = frozenset((".nomedia", "CACHEDIR.TAG"))  # of phones, and of programs that keep copies
_IMMICH = ".immich"  # in each of this program's folders, its thumbnails' too

_LEFT_OUT = (
    # bins
    "trash", "$recycle.bin", "recycler", "#recycle", "@recycle", "network trash folder", "files_trashbin",
    "recycled",
    # earlier states: snapshots, and the versions that sync programs keep
    "#snapshot", "~snapshot", "@recently-snapshot", "@snapshot", "files_versions", "backups.backupdb",
    # thumbnails, previews and caches
    "@eadir", "@__thumb", "@tmp", "_thumbs", "thumbnails", "*.lrdata", "*.lrcat-data", "encoded-video",
    # of programs, which Windows hides
    "appdata",
    # of file systems and archives
    "lost+found", "lost.dir", "found.[0-9][0-9][0-9]", "system volume information", "temporary items",
    "__macosx",
)  # fmt: skip
"""Names of folders, in lower case, that hold no photos of the person's. Hidden ones are left out before."""

_LEFT_OUT_ONES = re.compile("|".join(map(translate, _LEFT_OUT)))  # all at once: every folder is asked for

_ORIGINALS = {
    ".photoslibrary": ("originals", "masters"),
    ".migratedphotolibrary": ("originals", "masters"),
    ".photolibrary": ("originals", "masters"),
    ".aplibrary": ("masters",),
    ".cocatalog": ("originals",),
    ".lrlibrary": ("originals",),
}
"""Packages of photo managers by their ending, and the folders in them that hold the person's own files."""

_BELOW = {
    "appdata_*": ("preview",),  # Nextcloud
    "captureone": ("cache",),
    "storage": ("cache", "sidecar"),  # PhotoPrism
    "iphoto library": ("data", "data.noindex", "previews", "thumbnails", "modified"),
    "data": ("com.*",),  # Android's programs
}
"""Folders left out only below one of this name, both in lower case."""


class Excludes:
    """Says of each entry of a walk whether it is left out.

    Patterns are those of .gitignore, seen from the folder; the last one that fits decides, and one with "!"
    takes in what would be left out, hidden files, bins and closed folders too. As in git, nothing below a
    folder that is left out is looked at. Letters count as `engine.folders.letter_case` compares them.

    Attributes:
        patterns: the person's.
    """

    def __init__(self, patterns: Sequence[str] = (), *, folder: str = "") -> None:
        """Take the person's patterns, and the folder's own name, which may be that of a package.

        What means nothing is passed over: it was taken by an earlier version, or where letters compare
        otherwise, and a walk is not to end for it.
        """
        understood = [one for pattern in patterns if (one := _normalise(pattern)) is not None]
        self._spec = GitIgnoreSpec.from_lines(understood) if understood else None
        self._folder = folder
        self.patterns = tuple(patterns)

    def leaves_out(self, name: str, *, is_folder: bool) -> bool:
        """Return whether this entry is left out, by its path within the folder."""
        fits = self._fits(name, is_folder=is_folder)
        if fits is not None:
            return fits
        if not is_folder:
            folder, _, last = os.path.join(self._folder, name).rpartition(os.sep)
            return last.startswith(".") or _holds_no_photos(folder)
        return _is_no_photo_place(os.path.join(self._folder, name).split(os.sep), is_folder=True)

    def takes_in(self, folder: str) -> bool:
        """Return whether the person takes in this folder, by its path, whatever speaks for leaving it out."""
        return self._fits(folder, is_folder=True) is False

    def _fits(self, name: str, *, is_folder: bool) -> bool | None:
        """Return whether the person leaves this entry out; None where no pattern fits."""
        if self._spec is None:
            return None
        return self._spec.check_file(as_compared(name.replace(os.sep, "/")) + "/" * is_folder).include

    def of_files(self, folder: str) -> Callable[[str], bool]:
        """Return what says of the files of a folder, by their own names, whether they are left out.

        Of very many files, the folder is looked at once.
        """
        if self._spec is not None:
            return lambda name: self.leaves_out(os.path.join(folder, name), is_folder=False)
        if _holds_no_photos(os.path.join(self._folder, folder, "any").rpartition(os.sep)[0]):
            return lambda _: True
        return methodcaller("startswith", ".")


def is_closed(name: str, entries: Iterable[str]) -> bool:
    """Return whether a folder says of itself, by a file in it, that it holds no photos of the person's."""
    marked = _MARKERS.union((_IMMICH,) if os.path.basename(name) in ("thumbs", "profile") else ())
    return not marked.isdisjoint(entries)


def is_marker(name: str) -> bool:
    """Return whether a file of this name may close the folder it is put into."""
    return name == _IMMICH or name in _MARKERS


def check_pattern(pattern: str) -> None:
    """Raise PatternError if this pattern means nothing: empty ones and comments are for files of patterns."""
    if not (_means_something(pattern) and _means_something(as_compared(pattern))):
        raise PatternError(f"The pattern {pattern!r} means nothing: write it as in a .gitignore file.")


def _normalise(pattern: str) -> str | None:
    """Return a pattern as it is compared, or else as it is; None if it means nothing either way.

    A range from an upper-case letter to a mark behind it runs backwards in lower case.
    """
    return next(filter(_means_something, (as_compared(pattern), pattern)), None)


def _means_something(pattern: str) -> bool:
    try:
        patterns = GitIgnoreSpec.from_lines([pattern]).patterns
    except (ValueError, re.error):  # the second one for ranges that run backwards
        return False
    return bool(patterns) and patterns[0].include is not None and "\n" not in pattern


def _is_no_photo_place(parts: Sequence[str], *, is_folder: bool) -> bool:
    """Return whether no person put photos there, by the path's parts."""
    name = parts[-1].lower()
    if name.startswith("."):
        return True
    above = [part.lower() for part in parts[:-1]]
    if _is_package_inside(above, name, is_folder=is_folder):
        return True
    if not is_folder:
        return False
    if _LEFT_OUT_ONES.match(name):
        return True
    parent = above[-1] if above else ""
    return any(
        fnmatchcase(parent, outer) and any(fnmatchcase(name, pattern) for pattern in inner)
        for outer, inner in _BELOW.items()
    )


@lru_cache(maxsize=64)
def _holds_no_photos(folder: str) -> bool:
    """Return whether no file directly in this folder is a photo of the person's, whatever it is called."""
    return _is_no_photo_place([*folder.split(os.sep), "any"], is_folder=False)


def _is_package_inside(above: Sequence[str], name: str, *, is_folder: bool) -> bool:
    """Return whether this is in a photo manager's package, and not on the way to its originals."""
    for depth, part in enumerate(above):
        originals = _ORIGINALS.get(os.path.splitext(part)[1])
        if originals is None:
            continue
        inside = [*above[depth + 1 :], name]
        if any(one in originals for one in inside[:-1]):
            return False
        # Lightroom's package has one folder more above its originals
        on_the_way = part.endswith(".lrlibrary") and len(inside) == 1
        return not (is_folder and (name in originals or on_the_way))
    return False
