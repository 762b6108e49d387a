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
from app.ending import left_s
from app.shelf.disk import Successors
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
        self._successors = Successors()

    def load(self) -> list[Kept]:
        """Return the drawings, the newest first."""
        try:
            files = self._files()
        except OSError:
            return []
        drawings = [self._known.get(file) or read_kept(file) for file in files[:MOST]]
        self._known = {one.file: one for one in drawings if one is not None}
        return list(self._known.values())

    def find(self, kept: Kept) -> Kept | None:
        """Return a drawing as it lies there now, which may have followed its photos; None if it does not."""
        return next((one for one in self.load() if is_same(one.file, kept.file)), None)

    def _files(self) -> list[Path]:
        """Return the files of the drawings, the newest first, without those of earlier states that go."""
        going = self._successors.going
        return [file for file in sorted(self.folder.glob("*.svg"), reverse=True) if file not in going]

    def put(
        self,
        sketch: SavedSketch,
        photos: Sequence[Path],
        *,
        instead_of: Kept | None = None,
        spared: Kept | None = None,
    ) -> Kept:
        """Keep a drawing as the newest one, and let go of what is too much.

        Args:
            sketch: the drawing.
            photos: what it found, the last one first.
            instead_of: an earlier state of it, which goes once this one is on the disk.
            spared: stays though it may be the oldest; the next one goes then.

        Raises:
            OSError: it cannot be written; everything is as before.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = Kept(self.folder / f"{self._next()}.svg", sketch, tuple(dict.fromkeys(photos))[:_PHOTOS])
        write(kept)
        self._known[kept.file] = kept
        if instead_of is not None:
            self._successors.replace(instead_of.file, kept.file)
        files = self._files()
        there = [file for file in files if spared is None or file != spared.file]
        for file in there[MOST - (len(files) - len(there)) :]:
            self._remove(file)
        return kept

    def replace(self, before: Kept, now: Kept, *, flushed: bool = False) -> None:
        """Put a drawing in the place of one that it is the same as but for names.

        Args:
            before: it goes once the other one is on the disk.
            now: the drawing with the names now.
            flushed: wait for that.

        Raises:
            OSError: it cannot be written, and everything is as before; or the one before cannot be removed.
        """
        self._successors.keep(now.file)
        write(now, flushed=flushed)
        self._known[now.file] = now
        if now.file == before.file:
            return
        if flushed:
            self.remove(before)
        else:
            self._successors.replace(before.file, now.file)

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
        self._remove(kept.file)

    def clear(self) -> None:
        """Take every drawing off.

        Raises:
            OSError: a file cannot be removed.
        """
        for file in self.folder.glob("*.svg"):
            self._remove(file)

    def end(self) -> None:
        """Let earlier states go, as far as the disk lets them; what hangs is left behind."""
        self._successors.wait(left_s())

    def _remove(self, file: Path) -> None:
        try:
            file.unlink(missing_ok=True)
        except PermissionError:  # on Windows while it is brought to the disk
            self._successors.wait(left_s())
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
        flushed: wait for the disk, see `engine.whole_files.replacing`: a window would stand meanwhile.

    Raises:
        OSError: it cannot be written, or is too large to be read back; an earlier file of that name is as
            before.
    """
    data = as_file(kept)
    with replacing(kept.file, flushed=flushed) as new:
        new.write_bytes(data)


def as_file(kept: Kept) -> bytes:
    """Return what is written of a drawing.

    Raises:
        OSError: it is too large to be read back.
    """
    # ASCII, so that names that are no text in any language are kept too
    sketch, photos = kept.sketch, json.dumps([str(path) for path in kept.photos])
    words = {"photos": photos, **sketch.metadata}
    data = to_svg(sketch.strokes, picture=sketch.picture, place=sketch.place, metadata=words)
    if is_too_large(data):
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return data
