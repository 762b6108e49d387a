"""The data sets of the published protocols as their archives unpack: Sketchy, TU-Berlin, QuickDraw, extended.

Folders are found by the names their authors gave them, in DIR or up to two folders down. Where the field's
file lists lie with them, the lists decide which files count and which class each belongs to.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from training.config import TrainingError
from training.data import IMAGE_ENDINGS, Collection, Picture, normalised

_log = logging.getLogger(__name__)

_DEPTH = 3  # layers of folders, DIR being the first, in which a data set is looked for
_CLASS_IDS, _UNSEEN_IDS = "cname_cid.txt", "cname_cid_zero.txt"
_MOST = 2000  # folders of one depth that are looked into


@dataclass(frozen=True)
class Layout:
    """How a data set's archives unpack.

    Attributes:
        name: of the data set.
        sketches: folders of `<class>/<file>` with sketches, the first that is there counts.
        photos: the same with photos.
        extension: with further photos, which belong to no sketch.
        lists: beginnings of the names of its file lists, for sketches and for photos.
    """

    name: str
    sketches: tuple[str, ...]
    photos: tuple[str, ...]
    extension: tuple[str, ...] = ()
    lists: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


def _ready(*names: str) -> tuple[str, ...]:
    """Return each name, and as prepared copies are called."""
    return tuple(name + ending for name in names for ending in ("", "_ready"))


LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout(
            "sketchy",
            _ready("256x256/sketch/tx_000000000000", "sketch/tx_000000000000"),
            _ready("256x256/photo/tx_000000000000", "photo/tx_000000000000"),
            _ready("EXTEND_image_sketchy"),
            (("sketch_tx_000000000000",), ("all_photo", "photo_tx_000000000000")),
        ),
        Layout(
            "tuberlin",
            _ready("png"),
            _ready("ImageResized"),
            lists=(("png",), ("ImageResized", "all_photo")),
        ),
        Layout(
            "quickdraw",
            _ready("QuickDraw_sketches_final", "sketches"),
            _ready("QuickDraw_images_final", "images"),
            lists=(("sketch",), ("all_photo", "photo")),
        ),
    )
}
"""The data sets by name."""


@dataclass
class Archive:
    """A data set found on disk.

    Attributes:
        layout: what it is.
        collection: its classes' photos and sketches.
        extension: the photos that came with the extension, not with the data set itself.
    """

    layout: Layout
    collection: Collection
    extension: set[Picture] = field(default_factory=set)


def read_archive(root: Path, name: str) -> Archive | None:
    """Return a data set of LAYOUTS, None where DIR does not hold both its sketches and its photos.

    Raises:
        TrainingError: DIR is not there, or a file list cannot be read.
    """
    if not root.is_dir():
        raise TrainingError(f"There is no data folder {root}.")
    layout = LAYOUTS[name]
    for base in _bases(root):
        sketches, photos, extension = (
            _first(base, names) for names in (layout.sketches, layout.photos, layout.extension)
        )
        if sketches is None or (photos is None and extension is None):
            continue
        if name == "quickdraw" and _first(base, LAYOUTS["sketchy"].sketches) is not None:
            continue
        found = Archive(layout, Collection(base))
        _fill(found, base, sketches, photos, extension)
        return found
    return None


def _bases(root: Path) -> Iterator[Path]:
    """Return DIR and the folders below it, the upper ones first; hidden ones and classes are not entered."""
    layer = [root]
    for _ in range(_DEPTH):
        yield from layer
        layer = [child for folder in layer for child in _folders(folder) if not child.name.startswith(".")][
            :_MOST
        ]


def _folders(folder: Path) -> list[Path]:
    """Return the folders in a folder; none where it may not be looked into."""
    try:
        return sorted(child for child in folder.iterdir() if child.is_dir())
    except OSError:
        return []


def _first(base: Path, names: Sequence[str]) -> Path | None:
    return next((base / name for name in names if (base / name).is_dir()), None)


def _fill(found: Archive, base: Path, sketches: Path, photos: Path | None, extension: Path | None) -> None:
    collection, lists = found.collection, found.layout.lists
    own: list[Path | None] = [sketches]
    places = ((collection.sketches, own, lists[0]), (collection.photos, [photos, extension], lists[1]))
    for side, folders, beginnings in places:
        listed = _listed(base, beginnings)
        for folder in folders:
            if folder is None:
                continue
            there = {(picture.label, picture.name) for pictures in side.values() for picture in pictures}
            for picture in _pictures(folder, listed):
                if (picture.label, picture.name) in there:
                    continue  # the extension holds the data set's own photos once more
                side[picture.label].append(picture)
                if folder == extension:
                    found.extension.add(picture)
        missing = len(listed or ()) - sum(map(len, side.values()))
        if missing > 0:
            collection.problems.append(
                f"Files that the lists of {base} name and that are not there: {missing}."
            )
        for pictures in side.values():
            pictures.sort(key=lambda picture: (picture.name, str(picture.file)))
    for problem in collection.problems:
        _log.warning("%s", problem)


def _pictures(folder: Path, listed: Mapping[tuple[str, str], str] | None) -> Iterator[Picture]:
    """Return the pictures of a folder of classes; if there are lists, those listed, under their label."""
    for file in sorted(folder.glob("*/*")):
        if file.suffix.lower() not in IMAGE_ENDINGS:
            continue
        label = normalised(file.parent.name)
        if listed is not None:
            known = listed.get((file.parent.name, file.name))
            if known is None:
                continue
            label = known
        yield Picture(label, file.stem, file)


def _listed(base: Path, beginnings: Sequence[str]) -> dict[tuple[str, str], str] | None:
    """Return the class of each file that the lists name, by its folder and name; None where there are none.

    A line is `<path> <label id>`; `cname_cid.txt` gives the ids' names, `cname_cid_zero.txt` those of lists
    that end in `zero.txt`, whose ids begin anew. Where there is neither, or most names contradict the
    folders that the files lie in, the folder is the class.
    """
    lists = [
        file
        for file in sorted(base.rglob("*filelist*.txt"))
        if file.name.startswith(tuple(beginnings)) and len(file.relative_to(base).parts) <= _DEPTH
    ]
    if not lists:
        return None
    entries: dict[tuple[str, str], str] = {}
    for file in lists:
        lines = [_entry(file, line) for line in _lines(file)]
        names = _class_names(file)
        agreeing = sum(names.get(number) == normalised(folder) for folder, _, number in lines)
        if 2 * agreeing < len(lines):
            names = {}
        for folder, name, number in lines:
            entries[folder, name] = names.get(number, normalised(folder))
    return entries


def _entry(file: Path, line: str) -> tuple[str, str, str]:
    """Return folder, file name and class number of a line."""
    path, _, number = line.rpartition(" ")
    if not path or not number.isdigit():
        raise TrainingError(f"{file} needs lines of a path and a class number; it has {line!r}.")
    parts = Path(path).parts
    if len(parts) < 2:
        raise TrainingError(f"{file} needs paths with a class folder; it has {path!r}.")
    return parts[-2], parts[-1], number


def _class_names(lists: Path) -> dict[str, str]:
    """Return the classes that a list's numbers stand for; empty where no file beside it says so."""
    file = lists.with_name(_UNSEEN_IDS)
    if not (lists.stem.endswith("zero") and file.is_file()):
        file = lists.with_name(_CLASS_IDS)
    if not file.is_file():
        return {}
    pairs = (line.rpartition(" ") for line in _lines(file))
    return {number: normalised(name) for name, _, number in pairs}


def _lines(file: Path) -> list[str]:
    try:
        return [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeError) as error:
        raise TrainingError(f"{file} cannot be read: {error}.") from error
