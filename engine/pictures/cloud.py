"""Files of which a cloud's program shows the names alone: who reads one makes it download the file."""

from __future__ import annotations

from pathlib import Path

from engine.errors import UnavailableError

IN_THE_CLOUD = "it is in the cloud alone: download it first."

_RECALLED = 0x40000 | 0x400000  # Windows' FILE_ATTRIBUTE_RECALL_ON_OPEN and _RECALL_ON_DATA_ACCESS
_DATALESS = 0x40000000  # macOS' SF_DATALESS


def refuse_in_the_cloud(path: Path) -> None:
    """Raise UnavailableError for a file that would have to be downloaded; to be called before it is opened.

    Whoever opens a file that cannot be asked about is told why.
    """
    try:
        details = path.stat()
    except OSError:
        return
    attributes, flags = getattr(details, "st_file_attributes", 0), getattr(details, "st_flags", 0)
    if attributes & _RECALLED or flags & _DATALESS:
        raise UnavailableError(IN_THE_CLOUD)
