"""What a photo goes by wherever it lies: the hash of what its file contains."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

_PIECE = 1 << 18  # bytes: small enough that a slow drive gives one each second


def content_hash(path: Path, *, on_piece: Callable[[int], None] = lambda _: None) -> bytes:
    """Return the hash of what a file contains, as catalog and collections have it: BLAKE2b, 16 bytes.

    Args:
        path: the file.
        on_piece: told after each piece how many bytes it had; what it raises ends the reading.

    Raises:
        OSError: it cannot be read.
    """
    digest, buffer = hashlib.blake2b(digest_size=16), memoryview(bytearray(_PIECE))
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(buffer):
            digest.update(buffer[:size])
            on_piece(size)
    return digest.digest()
