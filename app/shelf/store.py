"""The shelf on disk: drawings as SVG files with the photos they found, one file each, in the data folder."""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from app.drawing.svg_strokes import SavedSketch, to_svg
from engine.sketches.kept import Kept, read_kept
from engine.sketches.svg_reader import is_too_large
from engine.whole_files import replacing

PAPER = "paper.svg"
"""The drawing on the paper, kept for the next start, in the data folder."""

MOST = 60
"""How many drawings are kept; the oldest one goes first."""

_PHOTOS = 8  # kept of one drawing
_NAME = re.compile(r"(\d{20})-[0-9a-f]{6}")


class Shelf:
    """Drawings in a folder. What cannot be read there is passed over, and stays."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made with the first drawing."""
        self.folder = folder
        self._known: dict[Path, Kept] = {}  # a file is written once, and never changed

    def load(self) -> list[Kept]:
        """Return the drawings, the newest first."""
        try:
            files = sorted(self.folder.glob("*.svg"), reverse=True)
        except OSError:
            return []
        drawings = [self._known.get(file) or read_kept(file) for file in files[:MOST]]
        self._known = {one.file: one for one in drawings if one is not None}
        return list(self._known.values())

    def find(self, kept: Kept) -> Kept | None:
        """Return a drawing as it lies there now, which may have followed its photos; None if it does not."""
        return next((one for one in self.load() if is_same(one.file, kept.file)), None)

    def put(self, sketch: SavedSketch, photos: Sequence[Path], *, instead_of: Kept | None = None) -> Kept:
        """Keep a drawing as the newest one, and let go of what is too much.

        Args:
            sketch: the drawing.
            photos: what it found, the last one first.
            instead_of: an earlier state of it, which goes.

        Raises:
            OSError: it cannot be written; everything is as before.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = Kept(self.folder / f"{self._next()}.svg", sketch, tuple(dict.fromkeys(photos))[:_PHOTOS])
        write(kept)
        self._known[kept.file] = kept
        if instead_of is not None:
            self.remove(instead_of)
        for file in sorted(self.folder.glob("*.svg"))[:-MOST]:
            file.unlink(missing_ok=True)
        return kept

    def replace(self, before: Kept, now: Kept) -> None:
        """Put a drawing in the place of one that it is the same as but for names.

        Raises:
            OSError: it cannot be written, and everything is as before; or the one before cannot be removed.
        """
        write(now)
        self._known[now.file] = now
        if now.file != before.file:
            self.remove(before)

    def _next(self) -> str:
        """Return a name that sorts after every earlier one, though the clock may have gone back."""
        names = (_NAME.fullmatch(file.stem) for file in self.folder.glob("*.svg"))
        newest = max((int(name[1]) for name in names if name), default=0)
        return f"{max(time.time_ns(), newest + 1):020}-{secrets.token_hex(3)}"

    def remove(self, kept: Kept) -> None:
        """Take one drawing off.

        Raises:
            OSError: its file cannot be removed.
        """
        kept.file.unlink(missing_ok=True)

    def clear(self) -> None:
        """Take every drawing off.

        Raises:
            OSError: a file cannot be removed.
        """
        for file in self.folder.glob("*.svg"):
            file.unlink(missing_ok=True)


def is_same(file: Path, other: Path) -> bool:
    """Return whether two files are of one drawing, which may have followed photos in between.

    The beginning of the name stays then, see `app.shelf.following`.
    """
    return file.stem.partition("-")[0] == other.stem.partition("-")[0]


def write(kept: Kept, *, flushed: bool = False) -> None:
    """Write a drawing to its file, whole or not at all.

    Args:
        kept: the drawing.
        flushed: wait for the disk, see `engine.whole_files.replacing`: the window would stand meanwhile.

    Raises:
        OSError: it cannot be written, or is too large to be read back; an earlier file of that name is as
            before.
    """
    # ASCII, so that names that are no text in any language are kept too
    sketch, photos = kept.sketch, json.dumps([str(path) for path in kept.photos])
    words = {"photos": photos, **sketch.metadata}
    data = to_svg(sketch.strokes, picture=sketch.picture, place=sketch.place, metadata=words)
    if is_too_large(data):
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    with replacing(kept.file, flushed=flushed) as new:
        new.write_bytes(data)
