"""A person's own pairs: a drawing, and the photo it was meant to find."""

from __future__ import annotations

import csv
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.elsewhere import display_path, here
from engine.errors import EngineError, ImageError
from engine.folders.folder import walk
from engine.folders.names import local_path
from engine.pictures.formats import is_photo
from engine.pictures.photos import open_photo, open_sketch
from engine.pictures.saved import drawing_of
from engine.preprocess import as_clean, clean_sketch, has_ink, render_strokes
from engine.sketches.kept import SHELF, read_kept, states_in
from training.csv_text import read_csv
from training.data.collection import normalise_label, photo_names
from training.data.endings import count_out_of_place, in_folders_of_classes, what_is_passed_over
from training.errors import TrainingError

_log = logging.getLogger(__name__)

_SKETCH_SIDE, _PHOTO_SIDE = 512, 336  # pixels that are kept of each: the networks' inputs are smaller
_LEAST = 2
MOST_READ = 1000
"""Drawings, and photos, that are read of a folder of pairs: some to learn from, and some to measure on."""

_T = TypeVar("_T")


@dataclass(frozen=True)
class Named:
    """One pair before it is read.

    Attributes:
        drawing: the file of a drawing.
        photo: a photo it was meant to find.
        kind: what is on both; empty where nobody says.
        is_own: whether it is the very photo, and not one of its kind.
        of_kind: folders in which every photo shows that kind, also those that no pair names.
    """

    drawing: Path
    photo: Path
    kind: str = ""
    is_own: bool = True
    of_kind: tuple[Path, ...] = ()


@dataclass(frozen=True, eq=False)
class Pairs:
    """Drawings and photos in memory.

    Attributes:
        drawings: n pictures, clean.
        photos: m pictures, reduced: those of the pairs, each once.
        right: (n, m) which photos each drawing was meant to find.
        own: (n,) the place of the very photo, -1 where none is known.
        kinds: (n,) what is on each drawing, empty where nobody says.
        files: (m,) where the photos lie.
    """

    drawings: tuple[Image.Image, ...]
    photos: tuple[Image.Image, ...]
    right: NDArray[np.bool_]
    own: NDArray[np.int64]
    kinds: tuple[str, ...]
    files: tuple[Path, ...]


def named_pairs(source: Path) -> list[Named]:
    """Return the pairs of a folder, `sketch/<kind>/*` and `photo/<kind>/*`, or of a CSV file.

    In a folder a drawing belongs to all photos of its kind; and to the very photo that is called as it is, or
    as Sketchy calls it: `horse.png` or `horse-2.png` to `horse.jpg`. Of very many drawings and photos
    MOST_READ of each are taken, which is told. A row of a CSV file is drawing, photo and, if known, what is
    on them, with commas, semicolons or tabs between. Paths begin where the file lies, and a first row of
    titles, none of which ends as a picture's name does, is passed over.

    Raises:
        TrainingError: there are none, or they cannot be read.
    """
    if source.is_dir():
        found = list(_of_folder(source))
    elif source.is_file():
        found = list(_of_csv(source))
    else:
        raise TrainingError(f"There are no pairs at {source}.")
    if not found:
        wanted = (
            "sketch/KIND/* and photo/KIND/*" if source.is_dir() else "rows of drawing, photo, perhaps kind,"
        )
        raise TrainingError(f"{source} holds no pairs: {wanted} are looked for.")
    return found


def shelf_pairs(state: Path) -> list[Named]:
    """Return the pairs on the window's shelf; photos of other machines are told and left out.

    Args:
        state: the program's data folder.

    Raises:
        TrainingError: there are none.
    """
    drawings = reversed(states_in(state / SHELF))
    kept = [next(filter(None, map(read_kept, states)), None) for states in drawings]
    named = [Named(one.file, photo) for one in kept if one is not None for photo in one.photos]
    if not named:
        raise TrainingError("No drawing on the shelf has found a photo yet: open or copy the right ones.")
    files = {photo: _read_or_warn(photo, here) for photo in dict.fromkeys(one.photo for one in named)}
    found = [replace(one, photo=file) for one in named if (file := files[one.photo]) is not None]
    if not found:
        raise TrainingError("All photos that drawings on the shelf have found lie on other machines.")
    return found


def read_pairs(named: Sequence[Named]) -> Pairs:
    """Read drawings and photos; what cannot be read is told and left out.

    Raises:
        TrainingError: fewer than two drawings, or two photos, can be read.
    """
    photos, places = list[Image.Image](), dict[Path, int]()
    for path in dict.fromkeys(one.photo for one in named):
        image = _read_or_warn(path, lambda path: open_photo(path, side=_PHOTO_SIDE).convert("RGB"))
        if image is not None:
            places[path] = len(photos)
            photos.append(image)
    by_drawing, of_kind = dict[Path, list[Named]](), dict[str, list[int]]()
    for one in named:
        if one.photo in places:
            by_drawing.setdefault(one.drawing, []).append(one)
            of_kind.setdefault(one.kind, []).append(places[one.photo])
    drawings, right, own, kinds = list[Image.Image](), list[NDArray[np.bool_]](), list[int](), list[str]()
    for file, ones in by_drawing.items():
        drawing = _drawing(file)
        if drawing is None:
            continue
        row = np.zeros(len(photos), np.bool_)
        row[[places[one.photo] for one in ones]] = True
        for kind in {one.kind for one in ones} - {""}:
            row[of_kind[kind]] = True
        drawings.append(drawing)
        right.append(row)
        own.append(next((places[one.photo] for one in ones if one.is_own), -1))
        kinds.append(ones[0].kind)
    if min(len(drawings), len(photos)) < _LEAST:
        raise TrainingError(f"At least {_LEAST} drawings and {_LEAST} photos are needed to adapt.")
    return Pairs(tuple(drawings), tuple(photos), np.array(right), np.array(own), tuple(kinds), tuple(places))


def other_photos(
    folders: Iterable[Path], count: int, *, without: Iterable[Path], seed: int
) -> list[Image.Image]:
    """Return some photos of folders, and of those below them, at random; fewer where there are fewer.

    None is one of `without`, which may be folders, or lies below one. Folders that cannot be listed are told,
    and how many photos could not be read.
    """
    taken, all_files = {path.resolve() for path in without}, set[Path]()
    for folder in dict.fromkeys(folder.resolve() for folder in folders):
        for listing in walk(folder):
            if listing.trouble is not None:
                place = local_path(folder, listing.name) if listing.name else folder
                _log.warning("%s is left out: %s.", place, listing.trouble)
            all_files.update(local_path(folder, photo.name) for photo in listing.photos)
    files = sorted(file for file in all_files - taken if taken.isdisjoint(file.parents))
    random.Random(seed).shuffle(files)
    images, unread = list[Image.Image](), 0
    for file in files:
        if len(images) == count:
            break
        try:
            images.append(open_photo(file, side=_PHOTO_SIDE).convert("RGB"))
        except EngineError:  # one of very many
            unread += 1
    if unread:
        _log.warning("%d of the further photos could not be read.", unread)
    return images


def _of_folder(folder: Path) -> Iterator[Named]:
    photos, passed_over = dict[str, list[Path]](), Counter[str]()
    for domain, more in (("photo", ()), ("sketch", (".svg",))):
        count_out_of_place(folder / domain, passed_over, more)
    for problem in what_is_passed_over(passed_over):
        _log.warning("%s", problem)
    for file in in_folders_of_classes(folder / "photo"):
        if _may_be_read(file):
            photos.setdefault(normalise_label(file.parent.name), []).append(file)
    drawings = [
        file
        for file in in_folders_of_classes(folder / "sketch")
        if _may_be_read(file, "svg") and normalise_label(file.parent.name) in photos
    ]
    chosen = _some(drawings)
    kept = _some_photos(photos, chosen)
    count = sum(map(len, photos.values()))
    if len(chosen) < len(drawings) or len(kept) < count:
        _log.warning(
            "Of %d drawings and %d photos %d and %d are read, at random: more would not be learned from.",
            len(drawings), count, len(chosen), len(kept),
        )  # fmt: skip
    folders = {kind: tuple({photo.parent: None for photo in ones}) for kind, ones in photos.items()}
    for file in chosen:
        kind, names = normalise_label(file.parent.name), _own_names(file)
        for photo in photos[kind]:
            if photo in kept:
                yield Named(file, photo, kind, photo.stem in names, folders[kind])


def _own_names(drawing: Path) -> set[str]:
    """Return what the very photo of a drawing may be called, without its ending."""
    return {drawing.stem, *photo_names(drawing.stem)}


def _some(files: Sequence[Path]) -> list[Path]:
    """Return MOST_READ of the files, the same ones each time, in their order; all if there are no more."""
    if len(files) <= MOST_READ:
        return list(files)
    return sorted(random.Random(0).sample(list(files), MOST_READ))


def _some_photos(photos: Mapping[str, Sequence[Path]], drawings: Sequence[Path]) -> set[Path]:
    """Return MOST_READ of the photos: the very ones of these drawings, one of each kind, and others."""
    if sum(map(len, photos.values())) <= MOST_READ:
        return {photo for ones in photos.values() for photo in ones}
    rng = random.Random(0)
    wanted = {(normalise_label(file.parent.name), name) for file in drawings for name in _own_names(file)}
    own = [photo for kind, ones in photos.items() for photo in ones if (kind, photo.stem) in wanted]
    of_each = [rng.choice(ones) for ones in photos.values()]
    rest = [photo for ones in photos.values() for photo in ones]
    for files in (own, of_each, rest):
        rng.shuffle(files)
    return set(list(dict.fromkeys((*own, *of_each, *rest)))[:MOST_READ])


def _may_be_read(file: Path, *more: str) -> bool:
    """Tell by its name whether a file is a picture, one that cannot be read here included: that is told."""
    ending = file.suffix.lower().removeprefix(".")
    return not file.name.startswith(".") and (is_photo(file.name) or ending in more)


def _of_csv(file: Path) -> Iterator[Named]:
    try:
        rows = read_csv(file, (2, 3))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(f"{file} cannot be read as CSV: {error}.") from error
    for number, row in enumerate(rows, start=1):
        if not any(row):
            continue
        if len(row) not in (2, 3) or not row[0] or not row[1]:
            raise TrainingError(
                f"Row {number} of {file} is not: drawing, photo, and perhaps what is on both."
            )
        drawing, photo = (file.parent / _at_home(Path(cell)) for cell in row[:2])
        is_named = _may_be_read(drawing, "svg") or _may_be_read(photo)
        if number == 1 and not is_named and not drawing.exists() and not photo.exists():
            continue  # titles
        yield Named(drawing, photo, normalise_label(row[2]) if len(row) == 3 else "")


def _at_home(path: Path) -> Path:
    """Return a path with the home folder it begins with; as it is where `~` begins a mere name."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _drawing(file: Path) -> Image.Image | None:
    """Return a drawing as a clean picture; None, with a warning, where there is none."""
    image = _read_or_warn(file, _read_drawing)
    if image is None:
        return None
    if not has_ink(image):
        _log.warning("%s is left out: nothing is drawn on it.", file)
        return None
    image.thumbnail((_SKETCH_SIDE, _SKETCH_SIDE))
    return image


def _read_drawing(file: Path) -> Image.Image:
    """Return a drawing as search takes it.

    Raises:
        EngineError: it cannot be used.
    """
    if file.suffix.lower() != ".svg" or not file.is_file():
        return as_clean(clean_sketch(open_sketch(file)))
    kept = read_kept(file)
    if kept is None:
        raise ImageError("it is no SVG that this program drew.")
    drawing = drawing_of(kept.sketch)
    if isinstance(drawing, Image.Image):
        return drawing
    return render_strokes(drawing) if drawing else Image.new("L", (_SKETCH_SIDE, _SKETCH_SIDE), 255)


def _read_or_warn(path: Path, read: Callable[[Path], _T]) -> _T | None:
    """Return what is read of a file; None, with a warning, where it cannot be."""
    try:
        return read(path)
    except (EngineError, OSError) as error:
        _log.warning("%s is left out: %s", display_path(path), error)
        return None
