"""The field's file lists: which pictures of a data set count, how often, and under which class.

A line is `<path> <class number>`. `cname_cid.txt` gives the numbers' names, `cname_cid_zero.txt` those of
lists that end in `zero`, whose numbers begin anew. The lists that lie in one folder belong together: those
of another protocol lie in another folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from training.data.collection import normalise_label
from training.errors import TrainingError

Folders = Mapping[str, Sequence[str]]
"""What each kind of a data set's folders can be called, as `{"photos": ("photo/tx_000000000000",)}`."""

PREPARED = "_ready"
"""What prepared copies of a folder add to its name."""

_LIST = re.compile(r"(all_photo|photo|sketch|image|png|quickdraw|extend).*(filelist\w*|_train|_zero)", re.I)
_CLASS_IDS, _UNSEEN_IDS = "cname_cid.txt", "cname_cid_zero.txt"
_BELOW = 2  # layers of folders under a data set's own in which lists are looked for
_MOST = 2000  # folders of one layer that are looked into


@dataclass(frozen=True)
class Row:
    """A line of a list.

    Attributes:
        kind: of the folder that the path goes through.
        place: that folder's own name.
        folder: the class's folder below it, normalised.
        file: name of the picture.
        label: its class.
    """

    kind: str
    place: str
    folder: str
    file: str
    label: str


@dataclass(frozen=True)
class FileLists:
    """The lists of one folder, as far as they speak of one domain: of the sketches, or of the photos.

    Attributes:
        folder: where they lie.
        rows: their lines.
        parts: what they are lists of: `train`, `zero`, or both.
        unseen: the classes of the zero lists.
    """

    folder: Path
    rows: tuple[Row, ...]
    parts: frozenset[str]
    unseen: frozenset[str]

    def label(self, *, kind: str, folder: str, file: str) -> str | None:
        """Return the class of a picture; None where the lists leave it out."""
        known = self.by_file.get((kind, normalise_label(folder), file))
        if known is not None:
            return known.label
        label = normalise_label(folder)
        return None if self.decide(label) else label

    def decide(self, label: str) -> bool:
        """Tell whether pictures of a class count only where they are listed."""
        return ("zero" if label in self.unseen else "train") in self.parts

    @cached_property
    def by_file(self) -> dict[tuple[str, str, str], Row]:
        """A row of each picture, by kind, class folder and file."""
        return {(row.kind, row.folder, row.file): row for row in self.rows}


def find_lists(base: Path, folders: Folders, closed: Callable[[Path], bool]) -> list[FileLists]:
    """Return what the lists of a data set say of some of its folders.

    Args:
        base: where the data set lies; lists lie there or up to two folders below.
        folders: what they are about; lines about others are passed over.
        closed: tells folders that are not entered.

    Raises:
        TrainingError: a list cannot be read, or has a line of another form.
    """
    found = []
    for place in walk(base, _BELOW, closed):
        lists = _read(place, folders)
        if lists.rows:
            found.append(lists)
    return found


def choose(found: Sequence[FileLists], unseen: Sequence[str] | None) -> tuple[FileLists | None, list[str]]:
    """Return the lists made for these unseen classes, and what is wrong with the others.

    None where there are no such lists. Unless classes are given, all lists count together.
    """
    if not found:
        return None, []
    if unseen is None:
        return _together(found), []
    wanted = frozenset(unseen)
    best = min(found, key=lambda lists: len(lists.unseen ^ wanted))
    if 2 * len(best.unseen - wanted) > len(best.unseen):
        return None, [f"The lists in {best.folder} are of other unseen classes, and are not used."]
    folders = {row.folder for row in best.rows if row.label in best.unseen}
    return FileLists(best.folder, best.rows, best.parts, wanted | best.unseen | folders), []


def walk(root: Path, layers: int, closed: Callable[[Path], bool] = lambda _: False) -> Iterator[Path]:
    """Return a folder and those in so many layers below it, the upper ones first.

    What is hidden, closed, or may not be looked into is passed over.
    """
    layer = [root]
    yield root
    for _ in range(layers):
        layer = [child for folder in layer for child in _inside(folder) if not closed(child)][:_MOST]
        yield from layer


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(child for child in folder.iterdir() if child.name[0] != "." and child.is_dir())
    except OSError:
        return []


def _together(found: Sequence[FileLists]) -> FileLists:
    """Return lists as one."""
    rows = tuple(dict.fromkeys(row for lists in found for row in lists.rows))
    unseen = frozenset[str]().union(*(lists.unseen for lists in found))
    folders = {row.folder for row in rows if row.label in unseen}
    parts = frozenset[str]().union(*(lists.parts for lists in found))
    return FileLists(found[0].folder, rows, parts, unseen | folders)


def _read(place: Path, folders: Folders) -> FileLists:
    """Return the lists that lie in a folder."""
    files = [file for file in _files(place) if _LIST.fullmatch(file.stem)]
    by_part = {
        part: _rows([file for file in files if _part(file) == part], folders)
        for part in ("train", "zero", "")
    }
    parts = {part for part in ("train", "zero") if by_part[part] or by_part[""]}
    unseen = {row.label for row in by_part["zero"]} or set(_class_names(place / _UNSEEN_IDS).values())
    rows = tuple(row for part in by_part.values() for row in part)
    return FileLists(place, rows, frozenset(parts), frozenset(unseen))


def _files(place: Path) -> list[Path]:
    try:
        return sorted(file for file in place.iterdir() if file.suffix == ".txt")
    except OSError:
        return []


def _part(file: Path) -> str:
    return next((part for part in ("train", "zero") if file.stem.lower().endswith(part)), "")


def _rows(files: Iterable[Path], folders: Folders) -> list[Row]:
    """Return the rows of lists of one part; `all_photo` repeats what other lists of photos say."""
    by_file = {file: _rows_of(file, folders) for file in files}
    whole = [rows for file, rows in by_file.items() if file.stem.lower().startswith("all_photo") and rows]
    return [row for rows in whole or by_file.values() for row in rows]


def _rows_of(file: Path, folders: Folders) -> list[Row]:
    """Return the rows of a list whose paths go through some folders."""
    rows = []
    for path, number in _pairs(file, "a path"):
        parts = path.replace("\\", "/").split("/")
        if len(parts) < 2:
            raise TrainingError(f"{file} needs paths with a class folder; it has {path!r}.")
        kind = _kind("/".join(parts[:-2]), folders)
        if kind:
            rows.append(Row(kind, parts[-3], normalise_label(parts[-2]), parts[-1], number))
    names = _names(file, rows)
    return [replace(row, label=names.get(row.label, row.folder)) for row in rows]


def _kind(path: str, folders: Folders) -> str:
    """Return the kind of folder, prepared or not, that a path leads to; empty if to none of these."""
    plain = "/" + path.removesuffix(PREPARED)
    return next(
        (kind for kind, names in folders.items() if any(plain.endswith("/" + name) for name in names)), ""
    )


def _names(file: Path, rows: Sequence[Row]) -> dict[str, str]:
    """Return the classes that a list's numbers, in place of labels here, stand for.

    Empty, so that folders are the classes, where no file beside it says so, or where that file contradicts
    the folders: in most rows, or in that it gives to one folder the name of another.
    """
    ids = file.with_name(_UNSEEN_IDS)
    if _part(file) != "zero" or not ids.is_file():
        ids = file.with_name(_CLASS_IDS)
    names = _class_names(ids)
    strange = [row for row in rows if names.get(row.label) != row.folder]
    swapped = {names.get(row.label) for row in strange} & {row.folder for row in rows}
    return {} if swapped or 2 * len(strange) > len(rows) else names


def _class_names(file: Path) -> dict[str, str]:
    """Return the classes by number, as a file gives them; empty where it is not there."""
    return (
        {number: normalise_label(name) for name, number in _pairs(file, "a class")} if file.is_file() else {}
    )


def _pairs(file: Path, what: str) -> Iterator[tuple[str, str]]:
    """Return the lines of a file: whatever stands before the last white space, and the number after it."""
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeError) as error:
        raise TrainingError(f"{file} cannot be read: {error}.") from error
    for line in filter(None, map(str.strip, lines)):
        said, *number = line.rsplit(None, 1)
        if not number or not number[0].isdigit():
            raise TrainingError(f"{file} needs lines of {what} and a class number; it has {line!r}.")
        yield said, number[0]
