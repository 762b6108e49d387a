"""What a photo goes by wherever it lies: the hash of what its file contains."""

from __future__ import annotations

import hashlib
from pathlib import Path


def content_hash(path: Path) -> bytes:
    """Return the hash of what a file contains, as catalog and collections have it: BLAKE2b, 16 bytes.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).digest()
