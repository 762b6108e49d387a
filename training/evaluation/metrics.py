"""Retrieval metrics of a ranking, as the field defines them. Relevances are boolean, best rank first."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.search.rerank import CANDIDATES, rerank

Relevance = NDArray[np.bool_]
PerQuery = NDArray[np.float64]


def average_precision(relevance: Relevance, *, interpolated: bool = False) -> PerQuery:
    """AP@all = (1/R) sum_j P(j) r_j with R the relevant in the gallery; 0 where R is 0.

    Args:
        relevance: (queries, gallery), the whole ranking.
        interpolated: as in Pascal VOC, P(j) is replaced by the largest P(i), i >= j. Papers of this field
            differ in it, by 0.2 to 0.5 points.
    """
    hits = relevance.cumsum(axis=1)
    precision = hits / np.arange(1, relevance.shape[1] + 1)
    if interpolated:
        precision = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    return np.asarray((precision * relevance).sum(axis=1) / np.maximum(hits[:, -1], 1), np.float64)


def average_precision_at(relevance: Relevance, k: int, *, lenient: bool = False) -> PerQuery:
    """AP@k = (1 / min(R, k)) sum_{j <= k} P(j) r_j; 0 where nothing is relevant.

    Args:
        relevance: (queries, gallery), the whole ranking.
        k: how far down the ranking is looked at.
        lenient: divide by the hits among the first k instead, as some published code does: 12 to 15 points
            more for the same ranking.
    """
    first = relevance[:, :k]
    hits = first.cumsum(axis=1)
    summed = (hits / np.arange(1, first.shape[1] + 1) * first).sum(axis=1)
    total = hits[:, -1] if lenient else np.minimum(relevance.sum(axis=1), k)
    return np.asarray(summed / np.maximum(total, 1), np.float64)


def precision_at(relevance: Relevance, k: int) -> PerQuery:
    """P@k: the share of the first k that is relevant; of the whole ranking if it is shorter."""
    return np.asarray(relevance[:, :k].mean(axis=1), np.float64)


def hit_at(relevance: Relevance, k: int) -> PerQuery:
    """1 where the first k hold anything relevant, else 0."""
    return np.asarray(relevance[:, :k].any(axis=1), np.float64)


def ranking(queries: NDArray[np.float32], gallery: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return (queries, gallery) places in the gallery by falling inner product; ties keep gallery order."""
    return np.argsort(-(queries @ gallery.T), axis=1, kind="stable")


def rerank_in_place(
    order: NDArray[np.int64], queries: NDArray[np.float32], gallery: NDArray[np.float32]
) -> None:
    """Order the first places of each query's ranking anew, in place, as `engine.search.rerank` does."""
    for row, query in zip(order, queries, strict=True):
        first = row[:CANDIDATES]
        first[:] = first[rerank(query, gallery[first])]


def rank(queries: NDArray[np.float32], gallery: NDArray[np.float32], rerank: bool) -> NDArray[np.int64]:
    """Return the gallery's places, best first, for each query; re-ranked, or as of `ranking`."""
    order = ranking(queries, gallery)
    if rerank:
        rerank_in_place(order, queries, gallery)
    return order


def of_blocks(
    blocks: Iterable[Relevance], metrics: Mapping[str, Callable[[Relevance], PerQuery]]
) -> dict[str, PerQuery]:
    """Return metrics of each query, 0 to 1, out of rankings that come block by block."""
    found: dict[str, list[PerQuery]] = {name: [] for name in metrics}
    for relevance in blocks:
        for name, metric in metrics.items():
            found[name].append(metric(relevance))
    return {name: np.concatenate([*values, np.empty(0)]) for name, values in found.items()}


def percent(values: Any) -> float:
    """Return the mean of these shares, or truths, in percent, to two decimals."""
    return round(100 * float(np.mean(values)), 2)
