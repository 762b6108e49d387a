"""How large a picture is once it is reduced, and by which side it has no more than so many pixels."""

from __future__ import annotations

import math

_LONGEST = 8  # times the wanted short side: how long a picture stays once reduced


def reduced_size(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return the size, aspect kept, with a short side of `side`, a long one of eight times it at most."""
    scale = min(1.0, side / min(size), _LONGEST * side / max(size))
    return math.ceil(size[0] * scale), math.ceil(size[1] * scale)


def side_for(size: tuple[int, int] | None, most: int) -> int:
    """Return the `side` with which `open_photo` reads a photo of this size whole, or in `most` pixels."""
    if size is None:
        return math.isqrt(most)
    scale = min(1.0, math.sqrt(most / max(math.prod(size), 1)))
    side = max(1, math.floor(scale * max(min(size), max(size) / _LONGEST)))
    while side > 1 and math.prod(reduced_size(size, side)) > max(most, 1):  # sides are rounded up there
        side -= 1
    return side
