"""Which files of a data folder are taken for pictures, by how their names end and where they lie."""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePath

from engine.pictures.formats import is_photo

_IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp")
_DOMAINS = {"photo", "sketch"}
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


def _shows(file: PurePath) -> bool:
    """Tell by its name whether a file is a picture of any ending."""
    return (is_picture(file) or is_photo(file.name)) and not file.name.startswith(".")


def count_out_of_place(domain: Path, passed_over: Counter[str]) -> None:
    """Count the pictures of photo/ or sketch/ that lie in no class's folder: right there, or below one."""
    above = (file for file in domain.glob("*") if file.is_file())
    below = (file for folder in domain.glob("*/*/") for file in folder.rglob("*"))
    for file in (*above, *below):
        place = file.relative_to(domain).parts[:-1]
        passed_over[_OUT_OF_PLACE] += _shows(file) and not any(part.startswith(".") for part in place)


def is_out_of_place(member: PurePath, passed_over: Counter[str]) -> bool:
    """Tell whether a file of a tar lies in no class's folder; count it as `count_out_of_place` does."""
    folders = member.parts[:-1]
    if len(folders) > 1 and folders[-2] in _DOMAINS:
        return False
    known = _DOMAINS.intersection(folders) and not any(part.startswith(".") for part in folders)
    passed_over[_OUT_OF_PLACE] += bool(known) and _shows(member)
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
