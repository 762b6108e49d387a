"""Vectors, and how they are brought to length 1, as all that is compared is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Vectors as rows, (n, dim), or one of them, (dim,)."""

Numbers = NDArray[np.int64]
"""What photos or rows are numbered by, (n,)."""


def unit(vectors: Vectors) -> Vectors:
    """Return vectors, (dim,) or (n, dim), at length 1; zero stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)
