"""Whether a system hides a folder from people by more than its name."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

_BITS = {"win32": ("st_file_attributes", stat.FILE_ATTRIBUTE_HIDDEN), "darwin": ("st_flags", stat.UF_HIDDEN)}
_FIELD, _BIT = _BITS.get(sys.platform, ("", 0))


def is_hidden(folder: os.DirEntry[str] | Path) -> bool:
    """Return whether the system hides it, or the link that it is; on Linux a name alone does that."""
    if not _BIT:
        return False
    try:
        return bool(getattr(folder.stat(follow_symlinks=False), _FIELD) & _BIT)
    except OSError:
        return False
