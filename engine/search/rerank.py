"""Re-ranking: photos that resemble the best matches, and one another, move up.

A drawing and a photo of the same thing resemble each other less than two photos of it do. So each candidate
is first mixed with the candidates next to it (database-side augmentation), then the query with the best of
them (query expansion), and the candidates are ordered anew. Where the best matches are wrong, that order is
wrong throughout; so it takes every other place only, and the plain order keeps the rest.

References:
    Arandjelovic, Zisserman: Three things everyone should know to improve object retrieval. CVPR 2012.
    Radenovic, Tolias, Chum: Fine-tuning CNN image retrieval with no human annotation. TPAMI 2019
    (weights that are powers of the similarity).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.unit_vectors import Vectors

CANDIDATES = 200
"""How many of the best matches are worth re-ranking: what is lower down is seldom looked at."""


_NEIGHBOURS = 5
_POWER = 3


def rerank(query: Vectors, candidates: Vectors, likeness: Vectors | None = None) -> NDArray[np.int64]:
    """Return the candidates' places in their new order, best first.

    Args:
        query: (dim,), of unit length.
        candidates: (n, dim), unit rows, best match first.
        likeness: (n, n) their cosines with one another, where they are known.

    Returns:
        (n,), a permutation of 0 to n - 1. The first keeps its place.
    """
    plain = np.arange(len(candidates))
    if len(candidates) < 3:
        return plain
    if likeness is None:
        likeness = candidates @ candidates.T
    anew = np.argsort(np.argsort(-_scores(query, candidates, likeness), kind="stable"), kind="stable")
    return np.argsort(np.minimum(plain, anew + 0.5), kind="stable")


def _scores(query: Vectors, candidates: Vectors, likeness: Vectors) -> Vectors:
    """Return (n,) cosines of the mixed candidates with the expanded query.

    What is mixed is never made: all of it lies among the candidates, whose inner products are known.
    """
    plain, mixed = candidates @ query, np.zeros_like(likeness)  # its rows: of which candidates, how much
    np.put_along_axis(mixed, *_nearest(likeness), axis=1)
    lengths = np.sqrt(np.einsum("nm,nm->n", mixed @ likeness, mixed).clip(min=1e-24))
    mixed /= lengths[:, None]
    scores = mixed @ plain
    (nearest,), (weights,) = _nearest(scores[None])
    added = weights @ mixed[nearest]  # to the query: of which candidates, how much
    length = np.sqrt((1 + 2 * added @ plain + added @ likeness @ added).clip(min=1e-24))
    return np.asarray((scores + mixed @ (likeness @ added)) / length, np.float32)


def _nearest(similarities: Vectors) -> tuple[NDArray[np.int64], Vectors]:
    """Return for each row of (m, n) similarities the highest: (m, k) which they are, and what they weigh."""
    left, rows = similarities.copy(), np.arange(len(similarities))
    nearest = np.empty((len(rows), min(_NEIGHBOURS, left.shape[1])), np.int64)
    for place in range(nearest.shape[1]):  # so few: sooner than by sorting
        nearest[:, place] = left.argmax(axis=1)
        left[rows, nearest[:, place]] = -np.inf
    weights = np.take_along_axis(similarities, nearest, axis=1).clip(min=1e-6) ** _POWER
    weights /= weights.sum(axis=1, keepdims=True)
    return nearest, weights
