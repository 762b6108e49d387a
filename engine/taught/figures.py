"""How much of what is right an order finds, drawing by drawing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def average_precision(scores: NDArray[np.float32], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return (n,) average precisions of the order of (n, m) scores; 0 where nothing is right."""
    return precision_of(np.argsort(-scores, axis=1), right)


def precision_of(order: NDArray[np.intp], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the same of (n, m) orders: the columns of each row, best first."""
    hits = np.take_along_axis(right, order, axis=1)
    precision = np.cumsum(hits, axis=1) / np.arange(1, hits.shape[1] + 1)
    return np.asarray((precision * hits).sum(axis=1) / np.maximum(hits.sum(axis=1), 1), np.float64)


def precision_at(scores: NDArray[np.float32], right: NDArray[np.bool_], k: int = 10) -> NDArray[np.float64]:
    """Return (n,) shares of right ones among the k best of (n, m) scores."""
    k = min(k, scores.shape[1])
    best = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    return np.asarray(np.take_along_axis(right, best, axis=1).mean(axis=1), np.float64)
