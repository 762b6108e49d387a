"""A drawing that the window kept, with the photos it found: one SVG file."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from pathlib import Path

from engine.sketches.svg_reader import MOST_BYTES, SavedSketch, read_svg

SHELF = "shelf"
"""The folder of such files, in the data folder."""

PICTURES = "pictures"
"""The folder in it of the pictures beside them."""

PICTURE_SIDE = 1024
"""Pixels that a picture under a drawing has at most where it is kept."""

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
