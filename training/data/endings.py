"""Which files of a data folder are taken for pictures, by how their names end."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath

from engine.pictures.formats import is_photo

_IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp")


def is_picture(file: PurePath) -> bool:
    """Tell by its name whether a file is a picture; hidden ones, as macOS adds them, are not."""
    return file.suffix.lower() in _IMAGE_ENDINGS and not file.name.startswith(".")


def is_taken(file: PurePath, passed_over: Counter[str]) -> bool:
    """Tell whether a file is a picture, as `is_picture`; count a photo with another ending by that."""
    taken = is_picture(file)
    if not taken and is_photo(file.name) and not file.name.startswith("."):
        passed_over[file.suffix.lower()] += 1
    return taken


def of_other_endings(passed_over: Counter[str]) -> list[str]:
    """Return what is wrong where photos were passed over, counted by their endings: a sentence, or none."""
    if not passed_over:
        return []
    counts = ", ".join(f"{count} {ending}" for ending, count in sorted(passed_over.items()))
    return [f"Photos are passed over by their endings ({counts}); taken are {' '.join(_IMAGE_ENDINGS)}."]
