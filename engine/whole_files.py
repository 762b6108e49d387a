"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ENDING = ".tmp"
"""How the names of files end that are not whole yet; they begin with a dot."""

_LONGEST = 100  # characters of a name that are kept in the one beside it


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """Give the name of a new file beside this one, which takes its place once it is filled.

    Where filling it fails, an earlier file is as before, and nothing is left beside it.

    Raises:
        OSError: the file cannot be replaced.
    """
    new = file.with_name(f".{file.name[:_LONGEST]}.{secrets.token_hex(4)}{ENDING}")
    try:
        yield new
        os.replace(new, file)
    finally:
        new.unlink(missing_ok=True)
