"""The shelf on disk: drawings as SVG files with the photos they found, one file each, in the data folder."""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from app.drawing.ink.svg_strokes import SavedSketch, to_svg
from app.shelf.disk import Successors
from app.threads.ending import left_s
from engine.sketches.kept import Kept, identity, read_kept, states_in
from engine.sketches.svg_reader import is_too_large
from engine.whole_files import flush, replacing

PAPER = "paper.svg"
"""The drawing on the paper, kept for the next start, in the data folder."""

MOST = 60
"""How many drawings are kept; the oldest one goes first."""

_PHOTOS = 8  # kept of one drawing
_TIME = re.compile(r"(\d{20})-[0-9a-f]{6}(?:-|$)")
_APART = 1000  # nanoseconds: states that keep their place among the others lie between


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
            files = states_in(self.folder)
        except OSError:
            return []
        drawings = [self._newest(states) for states in files[:MOST]]
        self._known = {one.file: one for one in drawings if one is not None}
        return list(self._known.values())

    def find(self, kept: Kept) -> Kept | None:
        """Return a drawing as it lies there now, which may have followed its photos; None if it does not."""
        return next((one for one in self.load() if is_same(one.file, kept.file)), None)

    def _newest(self, states: Sequence[Path]) -> Kept | None:
        """Return the newest state of one drawing that can be read, and let those before it go.

        They may be there still as another process that wrote it ended before the disk had it.
        """
        for place, file in enumerate(states):
            kept = self._known.get(file) or read_kept(file)
            if kept is not None:
                self._successors.replace(states[place + 1 :], file)
                return kept
        return None

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
        kept = Kept(self._next(instead_of), sketch, tuple(dict.fromkeys(photos))[:_PHOTOS])
        write(kept)
        self._known[kept.file] = kept
        if before := self._before(kept):
            self._successors.replace(before, kept.file)
        else:
            self._successors.work.flush(kept.file)
        files = states_in(self.folder)
        there = [states for states in files if spared is None or not is_same(states[0], spared.file)]
        for states in there[MOST - (len(files) - len(there)) :]:
            self._remove(states)
        return kept

    def put_in_place(self, kept: Kept, *, flushed: bool = False) -> None:
        """Keep a state of a drawing, see `later_state`; those before it go once this one is on the disk.

        Args:
            kept: the state.
            flushed: wait for that.

        Raises:
            OSError: it cannot be written, and everything is as before; or one before it cannot be removed.
        """
        try:
            write(kept, flushed=flushed)
        except PermissionError:  # as on Windows, of a file that another window has just written and reads
            if read_kept(kept.file) is None:
                raise
            if flushed:
                flush(kept.file)
        self._known[kept.file] = kept
        if flushed:
            self._remove(self._before(kept))
        else:
            self._successors.replace(self._before(kept), kept.file)

    def _before(self, kept: Kept) -> list[Path]:
        """Return the files of earlier states of a drawing, the newest first."""
        drawings = (states for states in states_in(self.folder) if kept.file in states)
        return [file for states in drawings for file in states[states.index(kept.file) + 1 :]]

    def _next(self, instead_of: Kept | None) -> Path:
        """Return a file whose name sorts after every earlier one, though the clock may have gone back."""
        names = (_TIME.match(file.stem) for file in self.folder.glob("*.svg"))
        newest = max((int(name[1]) for name in names if name), default=0)
        stem = f"{max(time.time_ns(), newest + _APART):020}-{secrets.token_hex(3)}"
        return self.folder / f"{stem if instead_of is None else f'{stem}-{identity(instead_of.file)}'}.svg"

    def remove(self, kept: Kept) -> None:
        """Take one drawing off.

        Raises:
            OSError: a file of it cannot be removed.
        """
        self._remove(file for states in states_in(self.folder) for file in states if is_same(file, kept.file))

    def clear(self) -> None:
        """Take every drawing off.

        Raises:
            OSError: a file cannot be removed.
        """
        self._remove(sorted(self.folder.glob("*.svg"), reverse=True))

    def end(self) -> None:
        """Let earlier states go, as far as the disk lets them; what hangs is left behind."""
        self._successors.wait(left_s())

    def _remove(self, files: Iterable[Path]) -> None:
        """Remove files, given the newest first: the last first, so that no earlier state comes back."""
        for file in reversed(list(files)):
            self._successors.work.remove(file)


def is_same(file: Path, other: Path) -> bool:
    """Return whether two files are states of one drawing."""
    return identity(file) == identity(other)


def later_state(file: Path, mark: str) -> Path:
    """Return the file for a state of a drawing that comes after this one, and has its place among the others.

    Args:
        file: has the state before.
        mark: six hexadecimal digits; windows that write one state at once name it so.
    """
    begun = _TIME.match(file.stem)
    time_ns = time.time_ns() if begun is None else int(begun[1]) + 1
    return file.with_name(f"{time_ns:020}-{mark}-{identity(file)}.svg")


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
