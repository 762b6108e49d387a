"""Whether a file is still the one that a walk found."""

from __future__ import annotations

from pathlib import Path

from engine.folders.file_facts import facts_of
from engine.folders.folder import Found


def is_unchanged(path: Path, before: Found) -> bool:
    """Return whether a file is as it was found, as far as can be told from outside.

    Its number on the disk does not count: some disks give another one each time.

    Raises:
        OSError: it cannot be asked.
    """
    return Found(before.name, *facts_of(path.stat())).is_as(before, inodes=False)
