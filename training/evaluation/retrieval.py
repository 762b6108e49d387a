"""Measuring large galleries: every query against every photo, block by block; and binary codes.

References:
    Gong, Lazebnik: Iterative Quantization, a Procrustean Approach to Learning Binary Codes. CVPR 2011.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.search.rerank import CANDIDATES
from training.evaluation.embedding import Embedded, Vectors
from training.evaluation.metrics import (
    PerQuery,
    Relevance,
    average_precision,
    average_precision_at,
    hit_at,
    of_blocks,
    precision_at,
    rerank_in_place,
)
from training.evaluation.related import Related

METRICS: Mapping[str, Callable[[Relevance], PerQuery]] = {
    "mAP": average_precision,
    "mAP (VOC)": lambda relevance: average_precision(relevance, interpolated=True),
    "mAP@200": lambda relevance: average_precision_at(relevance, 200),
    "mAP@200 (lenient)": lambda relevance: average_precision_at(relevance, 200, lenient=True),
    "P@100": lambda relevance: precision_at(relevance, 100),
    "P@200": lambda relevance: precision_at(relevance, 200),
}
"""What is measured, by the name it is reported under."""

FIRST_ONES: Mapping[str, Callable[[Relevance], PerQuery]] = {
    "P@10": lambda relevance: precision_at(relevance, 10),
    "P@25": lambda relevance: precision_at(relevance, 25),
    "hit@10": lambda relevance: hit_at(relevance, 10),
}
"""What the protocol `split` measures besides, by the same names."""

_BLOCK = 2**24  # numbers in a block of scores: 64 MiB, and a few times that while it is ranked


def measure(
    queries: Embedded,
    gallery: Embedded,
    *,
    rerank: bool = False,
    related: Related | None = None,
    device: str = "cpu",
) -> dict[str, float]:
    """Return METRICS in percent, the mean over the queries; the arguments are those of `per_query`."""
    return mean(per_query(queries, gallery, rerank=rerank, related=related, device=device))


def mean(found: Mapping[str, PerQuery]) -> dict[str, float]:
    """Return the mean over the queries in percent, to two decimals; 0 of none."""
    return {name: round(100 * float(values.sum()) / max(1, len(values)), 2) for name, values in found.items()}


def per_query(
    queries: Embedded,
    gallery: Embedded,
    *,
    rerank: bool = False,
    related: Related | None = None,
    device: str = "cpu",
    metrics: Mapping[str, Callable[[Relevance], PerQuery]] = METRICS,
) -> dict[str, PerQuery]:
    """Return metrics of each query, 0 to 1.

    Scores are ranked with a stable sort, so that equal ones keep the gallery's order. A block of queries is
    in memory at a time: 92,000 queries in 54,000 photos need less than 2 GB beside the vectors.

    Args:
        queries: vectors (n, d) and their classes.
        gallery: vectors (m, d) and their classes.
        rerank: measure what stands after `engine.search.rerank`.
        related: what orders the first matches anew.
        device: where the products and the ranking are computed: `cpu` or `cuda`.
        metrics: what is measured, by name.
    """
    relevances = _relevances(queries, gallery, rerank=rerank, related=related, device=device)
    return of_blocks(relevances, metrics)


def _relevances(
    queries: Embedded, gallery: Embedded, *, rerank: bool, related: Related | None, device: str
) -> Iterator[Relevance]:
    """Yield block by block which photos, best first, are relevant to each query."""
    names = {label: number for number, label in enumerate(sorted({*queries.labels, *gallery.labels}))}
    asked, held = (
        torch.tensor([names[label] for label in some.labels], device=device) for some in (queries, gallery)
    )
    photos = torch.from_numpy(gallery.vectors).to(device)
    rows = max(1, _BLOCK // max(1, len(gallery.vectors)))
    for start in range(0, len(queries.vectors), rows):
        block = queries.vectors[start : start + rows]
        scores = torch.from_numpy(block).to(device) @ photos.T
        order = torch.argsort(scores, dim=1, descending=True, stable=True)
        if rerank:
            first = order[:, :CANDIDATES].cpu().numpy()
            rerank_in_place(first, block, gallery.vectors)
            order[:, :CANDIDATES] = torch.from_numpy(first).to(device)
        if related is not None:
            asking = queries.at(range(start, start + len(block)))
            first = order[:, : related.depth].cpu().numpy()
            related.reorder(first, asking, gallery)
            order[:, : related.depth] = torch.from_numpy(first).to(device)
        yield (held[order] == asked[start : start + rows, None]).cpu().numpy()


@dataclass(frozen=True)
class Codes:
    """Binary codes by iterative quantisation: principal directions, turned to lie near a cube's corners.

    Attributes:
        mean: (d,).
        turn: (d, bits), an orthogonal basis of the subspace.
    """

    mean: NDArray[np.float64]
    turn: NDArray[np.float64]

    @classmethod
    def fit(cls, features: Vectors, bits: int = 64, *, rounds: int = 50, seed: int = 0) -> Codes:
        """Return codes fitted on features (n, d) of training pictures.

        Raises:
            ValueError: there are fewer features, or they are shorter, than bits.
        """
        if min(features.shape) < bits:
            raise ValueError(f"{bits} bits need as many features, and features as long")
        mean = features.mean(axis=0, dtype=np.float64)
        centred = features - mean
        _, directions = np.linalg.eigh(centred.T @ centred)
        basis = directions[:, ::-1][:, :bits]
        projected = centred @ basis
        turn, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((bits, bits)))
        for _ in range(rounds):
            left, _, right = np.linalg.svd(np.where(projected @ turn >= 0, 1.0, -1.0).T @ projected)
            turn = (left @ right).T
        return cls(mean, basis @ turn)

    def __call__(self, features: Vectors) -> Vectors:
        """Return (n, bits) of -1 and 1, whose products, whole numbers, fall as Hamming distances rise."""
        return np.where((features - self.mean) @ self.turn >= 0, np.float32(1), np.float32(-1))
