"""The data sets of the published protocols as their archives unpack: Sketchy, TU-Berlin, QuickDraw, extended.

Folders are found by the names their authors gave them, in DIR or up to two folders down. Where the field's
file lists lie with them, the lists decide which files count and which class each belongs to.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from training.data.collection import Collection, Picture, normalise_label
from training.data.endings import in_folders_of_classes, is_picture
from training.data.filelists import PREPARED, FileLists, Folders, choose, find_lists, walk
from training.errors import TrainingError

_log = logging.getLogger(__name__)

_BELOW = 2  # layers of folders under DIR in which a data set is looked for
_ANYONES = ("sketches", "images")  # names that do not tell whose folder it is

_DOMAINS = (("sketches",), ("photos", "extension"))
_Found = tuple[str, Picture]  # with the kind of folder it lies in


@dataclass(frozen=True)
class Layout:
    """How a data set's archives unpack.

    Attributes:
        name: of the data set, as commands have it.
        title: as people have it.
        sketches: what its folder of `<class>/<file>` with sketches can be called.
        photos: the same with photos.
        extension: with further photos, which belong to no sketch, and the others once more.
    """

    name: str
    title: str
    sketches: tuple[str, ...]
    photos: tuple[str, ...]
    extension: tuple[str, ...] = ()


def _ready(*names: str) -> tuple[str, ...]:
    """Return each name, and as prepared copies are called."""
    return tuple(name + ending for name in names for ending in ("", PREPARED))


LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout(
            "sketchy",
            "Sketchy",
            _ready("256x256/sketch/tx_000000000000", "sketch/tx_000000000000"),
            _ready("256x256/photo/tx_000000000000", "photo/tx_000000000000"),
            _ready("EXTEND_image_sketchy"),
        ),
        Layout("tuberlin", "TU-Berlin", _ready("png"), _ready("ImageResized")),
        Layout(
            "quickdraw",
            "QuickDraw",
            _ready("QuickDraw_sketches_final", "sketches"),
            _ready("QuickDraw_images_final", "images"),
        ),
    )
}
"""The data sets by name."""


@dataclass
class Archive:
    """A data set found on disk.

    Attributes:
        layout: what it is.
        collection: its classes' photos and sketches, each once.
        published: the photos of each class as published galleries hold them, some more than once: row by row
            as the lists have it, else the set's own photos with the extension's copies of them, or twice
            where there is no copy. Empty unless both were found, and the protocol's unseen classes are known.
    """

    layout: Layout
    collection: Collection
    published: dict[str, list[Picture]] = field(default_factory=dict)


def read_archive(
    root: Path, name: str, unseen: Sequence[str] | None = None, *, told: bool = True
) -> Archive | None:
    """Return a data set of LAYOUTS, None where DIR does not hold both its sketches and its photos.

    Args:
        root: DIR.
        name: of the data set.
        unseen: classes of the protocol whose lists count, where there are several; None: all lists do.
        told: whether problems are told in the log, and not by somebody else.

    Raises:
        TrainingError: DIR is not there, or a file list cannot be read.
    """
    if not root.is_dir():
        raise TrainingError(f"There is no data folder {root}.")
    layout = LAYOUTS[name]
    bases = list(walk(root, _BELOW))
    for base in bases:
        places = {
            "sketches": _there([base], layout.sketches),
            "photos": _there([base], layout.photos),
            "extension": _there([base, *bases], layout.extension),
        }
        if places["sketches"] and (places["photos"] or places["extension"]):
            found = _read(layout, root, base, places, unseen)
            for problem in found.collection.problems if told else ():
                _log.warning("%s", problem)
            return found
    return None


def unfit_lists(archive: Archive, root: Path, unseen: Sequence[str]) -> list[str]:
    """Return which lists of a data set in DIR are not used for these unseen classes, in a sentence each."""
    said = []
    for kinds in _DOMAINS:
        names = {kind: getattr(archive.layout, kind) for kind in kinds}
        said += choose(_lists(root, archive.collection.root, names), unseen)[1]
    return list(dict.fromkeys(said))


def absence(root: Path, name: str) -> str:
    """Return, in a sentence, that DIR does not hold a data set, or which half of it without the other."""
    layout = LAYOUTS[name]
    halves = (
        ("sketches", layout.sketches, "photos", layout.photos + layout.extension),
        ("photos", layout.photos + layout.extension, "sketches", layout.sketches),
    )
    for half, names, other, wanted in halves:
        for place in _there(walk(root, _BELOW), [one for one in names if not one.startswith(_ANYONES)]):
            title = layout.title
            return f"The {half} of {title} are in {place}, but no {other}: {wanted[0]} is wanted beside them."
    return f"{layout.title} not found in {root}."


def _there(bases: Iterable[Path], names: Sequence[str]) -> list[Path]:
    """Return which of some folders are there; what unpacked into a folder of its own name is one of them."""
    found: dict[Path, None] = {}
    for base in bases:
        for name in names:
            place = base / name
            if place.is_dir() and not (name.startswith(_ANYONES) and _is_sketchy(base)):
                inner = place / place.name
                found[inner if inner.is_dir() else place] = None
    return list(found)


def _is_sketchy(base: Path) -> bool:
    return any((base / name).is_dir() for name in LAYOUTS["sketchy"].sketches)


def _read(
    layout: Layout, root: Path, base: Path, places: Mapping[str, Sequence[Path]], unseen: Sequence[str] | None
) -> Archive:
    """Return the pictures of a data set whose folders are among `places`, by kind."""
    found = Archive(layout, Collection(base))
    collection = found.collection
    for kinds, domain in zip(_DOMAINS, (collection.sketches, collection.photos), strict=True):
        names = {kind: getattr(layout, kind) for kind in kinds}
        lists, problems = choose(_lists(root, base, names), unseen)
        folders = {kind: _folder_of(places[kind], lists) for kind in kinds if places[kind]}
        pictures = [(kind, one) for kind, folder in folders.items() for one in _pictures(kind, folder, lists)]
        _fill(domain, pictures)
        collection.problems += problems + _absent(kinds[0], pictures, lists)
        if len(folders) > 1 and unseen is not None:
            found.published = _published_gallery(domain, pictures, lists)
    collection.problems += _lacking(layout, places)
    return found


def _lacking(layout: Layout, places: Mapping[str, Sequence[Path]]) -> list[str]:
    """Return which photos of a data set were not found, in a sentence each."""
    wanted = {"photos": layout.photos, "extension": layout.extension}
    return [
        f"{layout.title}: {names[0]} was not found, so there is no gallery as published."
        for kind, names in wanted.items()
        if names and not places[kind]
    ]


def _lists(root: Path, base: Path, names: Folders) -> list[FileLists]:
    """Return the lists that lie with a data set, or else in a folder that holds it, up to DIR."""
    closed = _closed_folders(base)
    above = [base, *(folder for folder in base.parents if folder.is_relative_to(root))]
    return next((found for place in above if (found := find_lists(place, names, closed))), [])


def _closed_folders(base: Path) -> Callable[[Path], bool]:
    """Return what tells folders below a data set's that hold none of its lists: classes, other data sets."""
    sketches = [name for one in LAYOUTS.values() for name in one.sketches if not name.startswith(_ANYONES)]
    names = {name for one in LAYOUTS.values() for name in (*one.sketches, *one.photos, *one.extension)}
    own = {base / name for name in names}

    def is_closed(folder: Path) -> bool:
        return folder in own or any((folder / name).is_dir() for name in sketches if folder / name not in own)

    return is_closed


def _folder_of(places: Sequence[Path], lists: FileLists | None) -> Path:
    """Return the folder that most lines go through; without lists, the first."""
    lines = Counter(row.place for row in lists.rows) if lists else Counter[str]()
    return max(places, key=lambda place: lines[place.name])


def _pictures(kind: str, folder: Path, lists: FileLists | None) -> Iterator[Picture]:
    """Return the pictures of a folder of classes that count, under their class."""
    for file in in_folders_of_classes(folder):
        if not is_picture(file):
            continue
        own = file.parent.name
        label = lists.label(kind=kind, folder=own, file=file.name) if lists else normalise_label(own)
        if label is not None:
            yield Picture(label, file.stem, file)


def _fill(domain: dict[str, list[Picture]], pictures: Sequence[_Found]) -> None:
    """Sort pictures by class; the extension holds the data set's own photos once more."""
    own = {(one.label, one.name) for kind, one in pictures if kind != "extension"}
    for kind, picture in pictures:
        if kind != "extension" or (picture.label, picture.name) not in own:
            domain[picture.label].append(picture)
    for some in domain.values():
        some.sort(key=lambda picture: (picture.name, str(picture.file)))


def _published_gallery(
    photos: Mapping[str, Sequence[Picture]], pictures: Sequence[_Found], lists: FileLists | None
) -> dict[str, list[Picture]]:
    """Return the rows of each class: as listed, or each photo and a second time the data set's own."""
    own = {picture for kind, picture in pictures if kind == "photos"}
    copies = {(one.label, one.name): one for kind, one in pictures if kind == "extension"}
    rows: dict[str, list[Picture]] = {}
    for label, once in photos.items():
        if not (lists and lists.decide(label)):
            rows[label] = [*once, *(copies.get((label, one.name), one) for one in once if one in own)]
    files = {_key(kind, picture): picture for kind, picture in pictures}
    for row in lists.rows if lists else ():
        picture = files.get((row.kind, row.folder, row.file))
        if lists and picture and lists.decide(picture.label):
            rows.setdefault(picture.label, []).append(picture)
    return rows


def _key(kind: str, picture: Picture) -> tuple[str, str, str]:
    """Return what a row has for a picture."""
    return kind, normalise_label(picture.file.parent.name), picture.file.name


def _absent(domain: str, pictures: Sequence[_Found], lists: FileLists | None) -> list[str]:
    """Return what is wrong with lists that name what is not there."""
    if lists is None:
        return []
    there = {_key(kind, picture) for kind, picture in pictures}
    absent = [key for key in lists.by_file if key not in there]
    if not absent:
        return []
    example = "/".join(absent[0][1:])
    return [f"The lists in {lists.folder} name {len(absent)} {domain} that are not there, as {example}."]
