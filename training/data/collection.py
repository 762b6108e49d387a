"""Sketches, photos and stroke drawings on disk: folders, tars of them, and QuickDraw's ndjson."""

from __future__ import annotations

import io
import json
import logging
import random
import re
import tarfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path, PurePath
from typing import Any

import numpy as np
from PIL import Image

from engine.pictures.colours import in_srgb
from engine.pictures.viewing import opaque_if_unused, orientation, seek_telling_frame, turn
from engine.sketches.drawing import Stroke
from training.config import Config
from training.data.endings import count_out_of_place, is_out_of_place, is_taken, what_is_passed_over
from training.errors import TrainingError

SKETCH, PHOTO = 0, 1
"""The two domains a picture can belong to."""

_log = logging.getLogger(__name__)

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


def read_collection(root: Path) -> Collection:
    """Read what a data folder holds.

    `photo/<class>/*` and `sketch/<class>/*` as folders or inside `*.tar`, `*.ndjson` stroke files, and
    `split.json` with the lists `train`, `val`, `unseen`; without it, a tenth of the classes is held out.

    Raises:
        TrainingError: the folder is not there or holds no photo, or no sketch and no drawing; or split.json
            has other than such lists, or a class in both val and unseen.
    """
    if not root.is_dir():
        raise TrainingError(f"There is no data folder {root}.")
    found, passed_over = Collection(root), Counter[str]()
    for domain, by_class in (("photo", found.photos), ("sketch", found.sketches)):
        count_out_of_place(root / domain, passed_over)
        for picture in _folder_pictures(root / domain, passed_over):
            by_class[picture.label].append(picture)
    for tar in sorted(root.glob("*.tar")):
        _read_tar(tar, found, passed_over)
    found.problems += what_is_passed_over(passed_over)
    for domain, by_class in (("photo", found.photos), ("sketch", found.sketches)):
        found.problems += _without_twins(domain, by_class)
    for file in sorted(root.glob("*.ndjson")):
        for drawing in _read_drawings(file, found.problems):
            found.drawings[drawing.label].append(drawing)
    if not found.photos or not (found.sketches or found.drawings):
        needs = f"{root} needs photos (photo/<class>/*) and sketches or stroke drawings."
        raise TrainingError(" ".join([needs, *what_is_passed_over(passed_over)]))
    for by_class in (found.photos, found.sketches):
        for pictures in by_class.values():
            pictures.sort(key=lambda picture: picture.name)
    found.split = _read_split(root / "split.json", found)
    for problem in found.problems:
        _log.warning("%s", problem)
    return found


def _without_twins(domain: str, by_class: dict[str, list[Picture]]) -> list[str]:
    """Leave out what has the name and the size of an earlier picture of its class; say how many, if any.

    Of one name and another size it is another picture, and gets a name of its own, with a number behind it.
    """
    left_out = 0
    for label, pictures in by_class.items():
        names, sizes = {picture.name for picture in pictures}, dict[str, set[int]]()
        first: dict[str, Picture] = {}
        for picture in pictures:
            if picture.name in first:
                known = sizes.setdefault(picture.name, {_bytes(first[picture.name])})
                if (size := _bytes(picture)) in known:
                    left_out += 1
                    continue
                known.add(size)
                name = next(new for n in count(2) if (new := f"{picture.name} ({n})") not in names)
                names.add(name)
                picture = replace(picture, name=name)
            first[picture.name] = picture
        by_class[label] = list(first.values())
    if not left_out:
        return []
    many = f"{domain}{'es' if domain.endswith('ch') else 's'} are"
    what = f"{left_out} {f'{domain} is' if left_out == 1 else many} left out"
    return [f"{what}: another of its class has the same name and size, as where a tar is unpacked too."]


def _bytes(picture: Picture) -> int:
    """Return how many bytes a picture has, -1 where its file cannot be looked at."""
    if picture.offset >= 0:
        return picture.size
    try:
        return picture.file.stat().st_size
    except OSError:
        return -1


def _folder_pictures(folder: Path, passed_over: Counter[str]) -> Iterator[Picture]:
    for file in sorted(folder.glob("*/*")):
        if is_taken(file, passed_over):
            yield Picture(normalise_label(file.parent.name), file.stem, file)


def _read_tar(tar: Path, found: Collection, passed_over: Counter[str]) -> None:
    """Note where each image of a tar begins, so that any process can read it without the tar's index."""
    try:
        with tar.open("rb") as opened:
            start = opened.read(6)
        if start.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):  # nothing can be found by its place
            found.problems.append(f"{tar.name} is compressed: unpack it to a plain tar.")
            return
        with tarfile.open(tar, "r:") as archive:
            for member in archive:
                path = PurePath(member.name)
                if member.isfile() and not is_out_of_place(path, passed_over) and is_taken(path, passed_over):
                    by_class = found.photos if path.parts[-3] == "photo" else found.sketches
                    label = normalise_label(path.parts[-2])
                    by_class[label].append(Picture(label, path.stem, tar, member.offset_data, member.size))
    except (tarfile.TarError, OSError) as error:
        found.problems.append(f"{tar.name} could not be read to its end: {error}.")


def _read_drawings(file: Path, problems: list[str]) -> Iterator[StrokeDrawing]:
    broken = 0
    with file.open("rb") as lines:
        for line in lines:
            try:
                yield _drawing(json.loads(line), file.stem)
            except (ValueError, KeyError, TypeError, AttributeError):
                broken += bool(line.strip())
    if broken:
        problems.append(f"{file.name}: {broken} broken {'line' if broken == 1 else 'lines'} left out.")


def _drawing(record: dict[str, Any], source: str) -> StrokeDrawing:
    strokes = []
    for x, y, *_ in record["drawing"]:
        if len(x) != len(y) or not x or not np.isfinite(np.asarray([x, y], np.float64)).all():
            raise ValueError("a stroke needs as many x as y")
        strokes.append((tuple(x), tuple(y)))
    if not strokes:
        raise ValueError("no strokes")
    return StrokeDrawing(normalise_label(record["word"]), str(record["key_id"]), source, tuple(strokes))


def _labels(names: object) -> list[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TypeError("no list of names")
    return list(dict.fromkeys(map(normalise_label, names)))


def _read_split(file: Path, found: Collection) -> dict[str, list[str]]:
    if file.is_file():
        split = _split_of(file)
        there = set(found.labels)
        absent = [label for name in ("val", "unseen") for label in split[name] if label not in there]
        if absent:
            found.problems.append(
                f"{file.name} holds out what has no picture here: {', '.join(absent)}. A class that is spelt "
                "otherwise there is trained on."
            )
        return split
    both = sorted(found.photos.keys() & (found.sketches.keys() | found.drawings.keys()))
    held = sorted(random.Random(0).sample(both, len(both) // 10))
    return {"train": [label for label in both if label not in held], "val": held, "unseen": []}


def _split_of(file: Path) -> dict[str, list[str]]:
    try:
        lists = json.loads(file.read_text("utf-8-sig"))
        split = {name: _labels(lists[name]) for name in ("train", "val", "unseen")}
    except (ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{file} needs the lists train, val and unseen, of class names.") from error
    if twice := sorted({*split["val"]} & {*split["unseen"]}):
        raise TrainingError(f"{file} has {', '.join(twice)} in val and in unseen: leave each in one.")
    return split
