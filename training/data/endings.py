"""Which files of a data folder are taken for pictures, by how their names end and where they lie."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path, PurePath

from engine.folders.excludes import Excludes
from engine.pictures.formats import is_photo

_IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp")
_DOMAINS = {"photo", "sketch"}
_EXCLUDES = Excludes()
_OUT_OF_PLACE = "/"  # what pictures in no class's folder are counted by: no ending has it


def is_picture(file: PurePath) -> bool:
    """Tell by its name whether a file is a picture; hidden ones, as macOS adds them, are not."""
    return file.suffix.lower() in _IMAGE_ENDINGS and not file.name.startswith(".")


def is_taken(file: PurePath, passed_over: Counter[str]) -> bool:
    """Tell whether a file is a picture, as `is_picture`; count a photo with another ending by that."""
    taken = is_picture(file)
    if not taken and is_photo(file.name) and not file.name.startswith("."):
        passed_over[file.suffix.lower()] += 1
    return taken


def in_folders_of_classes(domain: Path) -> Iterator[Path]:
    """Return what lies in a folder of folders of classes, sorted: no folders, though called like pictures.

    Folders that programs put there, as .thumbnails and @eaDir, are no classes.
    """
    found = (file for file in sorted(domain.glob("*/*")) if is_class(file.parent.name))
    return (file for file in found if not file.is_dir())


def is_class(folder: str) -> bool:
    """Tell by its name whether a folder is a class, and none that a program put there."""
    return not folder.startswith((".", "@"))


def _shows(file: PurePath, more: Collection[str] = ()) -> bool:
    """Tell by its name whether a file is a picture of any ending, or of more than those of photos."""
    shows = is_picture(file) or is_photo(file.name) or file.suffix.lower() in more
    return shows and not file.name.startswith(".")


def _is_left_out(folders: Sequence[str]) -> bool:
    """Tell whether a path of folders goes through one in which search looks for no photos, as @eaDir."""
    ways = (os.sep.join(folders[: count + 1]) for count in range(len(folders)))
    return any(_EXCLUDES.leaves_out(way, is_folder=True) for way in ways)


def count_out_of_place(domain: Path, passed_over: Counter[str], more: Collection[str] = ()) -> None:
    """Count the pictures of photo/ or sketch/ that lie in no class's folder: right there, or below one.

    Files with the endings `more` are pictures too, where whoever reads the folder takes them.
    """
    below = (file for folder in domain.glob("*/*/") for file in folder.rglob("*"))
    for file in (*domain.glob("*"), *below):
        if _shows(file, more) and not _is_left_out(file.relative_to(domain).parts[:-1]):
            passed_over[_OUT_OF_PLACE] += file.is_file()


def is_out_of_place(member: PurePath, passed_over: Counter[str]) -> bool:
    """Tell whether a file of a tar lies in no class's folder; count it as `count_out_of_place` does."""
    folders = member.parts[:-1]
    if len(folders) > 1 and folders[-2] in _DOMAINS:
        return not is_class(folders[-1])
    known = _DOMAINS.intersection(folders) and _shows(member)
    passed_over[_OUT_OF_PLACE] += bool(known) and not _is_left_out(folders)
    return True


def what_is_passed_over(passed_over: Counter[str]) -> list[str]:
    """Return what is wrong where pictures were passed over, in sentences."""
    said = []
    if counted := sorted((ending, count) for ending, count in passed_over.items() if ending != _OUT_OF_PLACE):
        counts = ", ".join(f"{count} {ending}" for ending, count in counted)
        said.append(
            f"Photos are passed over by their endings ({counts}); taken are {' '.join(_IMAGE_ENDINGS)}."
        )
    if count := passed_over[_OUT_OF_PLACE]:
        many = (
            f"{count} pictures are passed over: they lie"
            if count > 1
            else "1 picture is passed over: it lies"
        )
        said.append(f"{many} above or below the folders of the classes, photo/<class>/ and sketch/<class>/.")
    return said
