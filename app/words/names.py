"""Names of files and folders as the window shows them: as text, whatever stands in them."""

import os
import sys
from html import escape
from pathlib import Path

from engine.elsewhere import place_of
from engine.visible import visible


def tip(*lines: str) -> str:
    """Return lines of plain text for a tooltip, which would take some names for HTML."""
    shown = [visible(line) for line in lines]
    if not any("<" in line or "&" in line for line in shown):
        return "\n".join(shown)
    return "<qt>" + "<br>".join(escape(line) for line in shown) + "</qt>"


def name_of(folder: Path) -> str:
    """Return what people call a folder; a whole drive goes by its path."""
    return visible(folder.name or str(folder))


def folder_of(path: Path) -> str:
    """Return the folder of a photo, as its machine calls it."""
    place = place_of(path)
    return str(path.parent) if place is None else place.path.rpartition("/")[0] or "/"


def short_place(folder: Path) -> str:
    """Return where a folder lies; on Linux and macOS the person's home is written as ~."""
    home = Path(os.path.expanduser("~"))  # which never fails
    if sys.platform == "win32" or home == Path("/") or not folder.is_relative_to(home):
        return visible(str(folder))
    return visible(str(Path("~") / folder.relative_to(home)))
