"""Vectors, whose they are, and how they are brought to length 1, as all that is compared is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Vectors as rows, (n, dim), or one of them, (dim,)."""

Numbers = NDArray[np.int64]
"""What photos or rows are numbered by, (n,)."""


class Space(NamedTuple):
    """The embedding space of an encoder: vectors of two spaces are never compared.

    Attributes:
        model: names the encoder.
        dim: length of its vectors.
    """

    model: str
    dim: int


def unit(vectors: Vectors) -> Vectors:
    """Return vectors, (dim,) or (n, dim), at length 1; zero stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


def unit_rows(vectors: Vectors) -> Vectors:
    """Return (n, dim) vectors at length 1; those that cannot be compared, as infinite ones, become zero."""
    squares = np.einsum("nd,nd->n", vectors, vectors)
    good = (squares > np.finfo(np.float32).tiny) & (squares < np.inf)
    if not good.all():
        vectors = np.where(good[:, None], vectors, np.float32(0))
        squares = np.where(good, squares, np.float32(1))
    return np.asarray(vectors / np.sqrt(squares)[:, None], np.float32)
