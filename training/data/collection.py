"""Sketches, photos and stroke drawings, and all of a data folder by class, as values."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from engine.pictures.colours import in_srgb
from engine.pictures.viewing import opaque_if_unused, orientation, seek_telling_frame, turn
from engine.sketches.drawing import Stroke
from training.config import Config

SKETCH, PHOTO = 0, 1
"""The two domains a picture can belong to."""

_STROKE_GRID = 255.0  # QuickDraw's coordinates


@dataclass(frozen=True)
class Picture:
    """A raster image: a file, or a member of a tar.

    Attributes:
        label: its class, normalised.
        name: its file name without the ending, unique within its class and domain: `read_collection` adds
            ` (2)` where another one is called so.
        file: the image file, or the tar that holds it.
        offset: where the image begins inside the tar; -1 for a plain file.
        size: length in bytes inside the tar.
    """

    label: str
    name: str
    file: Path
    offset: int = -1
    size: int = 0

    def open(self, side: int | None = None) -> Image.Image:
        """Return it as search sees it, upright, in sRGB, as `plain` has it; a large JPEG reduced, to `side`.

        Raises:
            OSError: it cannot be read or decoded.
        """
        try:
            with Image.open(self._source()) as image:
                if side is not None and min(image.size) >= 2 * side:
                    image.draft(None, (side, side))
                seek_telling_frame(image)
                shown = opaque_if_unused(image, image.format)
                return turn(in_srgb(shown), orientation(image))
        except (OSError, MemoryError):
            raise
        except Exception as error:  # of a damaged file the decoders raise what they like
            raise OSError(str(error) or type(error).__name__) from error

    def _source(self) -> Path | io.BytesIO:
        if self.offset < 0:
            return self.file
        with self.file.open("rb") as tar:
            tar.seek(self.offset)
            return io.BytesIO(tar.read(self.size))

    @property
    def source(self) -> str:
        """What stands before the first underscore of its name: `sketchy`, `pacs`, ..."""
        return self.name.partition("_")[0]


@dataclass(frozen=True)
class StrokeDrawing:
    """A drawing as recorded: strokes in drawing order.

    Attributes:
        label: its class, normalised.
        name: its key, unique within its source.
        source: stem of the ndjson file.
        raw: strokes as [[x...], [y...]] pairs in 0..255.
    """

    label: str
    name: str
    source: str
    raw: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """The strokes in unit coordinates."""
        return tuple(
            Stroke(np.stack([np.asarray(x, np.float32), np.asarray(y, np.float32)], axis=1) / _STROKE_GRID)
            for x, y in self.raw
        )


@dataclass
class Collection:
    """Everything a data folder holds, by class, and what was wrong with it."""

    root: Path
    photos: dict[str, list[Picture]] = field(default_factory=lambda: defaultdict(list))
    sketches: dict[str, list[Picture]] = field(default_factory=lambda: defaultdict(list))
    drawings: dict[str, list[StrokeDrawing]] = field(default_factory=lambda: defaultdict(list))
    split: dict[str, list[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def labels(self) -> list[str]:
        """All classes, sorted."""
        return sorted(self.photos.keys() | self.sketches.keys() | self.drawings.keys())

    def training_labels(self, which: str) -> list[str]:
        """Return the classes a run may learn from: `all`, or all but the split's `val` and `unseen`.

        Those that the list `train` does not name, as classes of sketches alone, are among them.
        """
        if which == "all":
            return self.labels
        held_out = {*self.split["val"], *self.split["unseen"]}
        return [label for label in self.labels if label not in held_out]

    def learned_labels(self, config: Config) -> list[str]:
        """Return the classes that a run of these settings learns: none that its protocol reports on."""
        reported = () if config.protocol == "split" else self.split["unseen"]
        return [label for label in self.training_labels(config.classes) if label not in reported]

    def photo_of(self, sketch: Picture) -> Picture | None:
        """Return the photo this sketch was drawn from, by Sketchy's naming, if it is here."""
        wanted = photo_names(sketch.name)
        if not wanted:
            return None
        return next((photo for photo in self.photos.get(sketch.label, ()) if photo.name in wanted), None)


def normalise_label(label: str) -> str:
    """Return a class name in the form in which lists and folders are compared: small, composed letters."""
    return unicodedata.normalize("NFC", re.sub(r"[\s\-]+", "_", label.strip().lower()))


def photo_names(sketch: str) -> tuple[str, ...]:
    """Return the names the photo of this sketch can have; empty for a sketch drawn from none."""
    stem, dash, count = sketch.rpartition("-")
    if not dash or not count.isdigit():
        return ()
    bare = stem.removeprefix("pacs-sketchy_")
    return (stem,) if bare == stem else (f"pacs_{bare}", f"sketchy_{bare}")
