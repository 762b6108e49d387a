"""What the tile of a hit tells: its copies, the others of its moment, and where it lies."""

from __future__ import annotations

from app.words import phrases
from engine.elsewhere import place_of, told
from engine.library import Hit

_NAMED = 6  # copies named in a tooltip, and as many photos of the moment


def others_of(hit: Hit) -> list[str]:
    """Return the lines of a tooltip that name a photo's copies, and the others of its moment."""
    lines = list[str]()
    for counted, files in ((phrases.copies, hit.copies), (phrases.of_the_moment, hit.burst)):
        lines += [counted(len(files)) + ":", *map(told, files[:_NAMED])] if files else []
        lines += ["…"] if len(files) > _NAMED else []
    return lines


def look_alike(one: Hit, other: Hit) -> bool:
    """Return whether two hits have the same tile: a score is not seen."""
    return one.files == other.files and one.behind == other.behind and one.copies == other.copies


def host_of(hit: Hit) -> str:
    """Return on which other machine a photo lies; nothing for one of this machine."""
    place = place_of(hit.path)
    return "" if place is None else place.host
