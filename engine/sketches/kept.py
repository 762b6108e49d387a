"""A drawing that the window kept, with the photos it found: one SVG file."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass, replace
from pathlib import Path

from engine.sketches.svg_reader import MOST_BYTES, SavedSketch, read_svg

SHELF = "shelf"
"""The folder of such files, in the data folder."""

PICTURES = "pictures"
"""The folder in it of the pictures beside them."""

PICTURE_SIDE = 1024
"""Pixels that a picture under a drawing has at most where it is kept."""

_STATE = re.compile(r"(?:\d{20}-[0-9a-f]{6}-)?(.+)")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Kept:
    """A drawing that was kept.

    Attributes:
        file: where it lies; names sort by time.
        sketch: what was drawn, and what else was noted with it.
        photos: the files it found, the last one first; they may be gone.
    """

    file: Path
    sketch: SavedSketch
    photos: tuple[Path, ...] = ()


def identity(file: Path) -> str:
    """Return which drawing a file is a state of: the name of the first one, which those after it end with."""
    state = _STATE.fullmatch(file.stem)
    return file.stem if state is None else state[1]


def states_in(shelf: Path) -> list[list[Path]]:
    """Return the files of each drawing on a shelf, the newest first, also of those of one drawing.

    An earlier state lies there until the disk has the one after it, and for good where that cannot be read.
    """
    drawings = dict[str, list[Path]]()
    for file in sorted(shelf.glob("*.svg"), reverse=True):
        drawings.setdefault(identity(file), []).append(file)
    for states in drawings.values():  # the first one comes last: somebody else may have named it
        states.sort(key=lambda file: identity(file) == file.stem)
    return list(drawings.values())


def read_kept(file: Path) -> Kept | None:
    """Return the drawing in a file; None if there is none that this program wrote."""
    try:
        if not 0 < file.stat().st_size <= MOST_BYTES:
            return None
        saved = read_svg(file.read_bytes())
        if saved is None:
            return None
        words = dict(saved.metadata)
        photos = tuple(map(Path, json.loads(words.pop("photos", "[]"))))
        return Kept(file, replace(saved, metadata=words), photos)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        _log.info("%s is passed over: %s", file, error)
        return None
