"""Whether a file is still the one that a walk found."""

from __future__ import annotations

from pathlib import Path

from engine.folders.folder import Found

_MOST = 2**63 - 1  # as a walk keeps longer numbers


def is_unchanged(path: Path, before: Found) -> bool:
    """Return whether a file is as it was found, as far as can be told from outside.

    Its number on the disk does not count: some disks give another one each time.

    Raises:
        OSError: it cannot be asked.
    """
    told = path.stat()
    facts = (min(fact, _MOST) for fact in (told.st_size, told.st_mtime_ns, told.st_ctime_ns))
    return Found(before.name, *facts).is_as(before, inodes=False)
