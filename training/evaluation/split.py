"""The protocol `split`: how well drawings of classes never trained on find their photos."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.encoding.guard import Guard
from training.defaults import MEASURES
from training.evaluation.embedding import Embedded
from training.evaluation.first_screen import Likeness, explore, feedback
from training.evaluation.heldout import HeldOut
from training.evaluation.metrics import (
    PerQuery,
    Relevance,
    average_precision,
    of_blocks,
    percent,
    rank,
)
from training.evaluation.paper_scenes import MEASURED
from training.evaluation.related import Related
from training.evaluation.retrieval import FIRST_ONES
from training.evaluation.scenes import scenes
from training.evaluation.simulated_person import personal

Report = dict[str, dict[str, Any]]
"""Percentages by measure and metric; some measures have groups of metrics."""

_log = logging.getLogger(__name__)

_ON_PAPER = 120  # sketches photographed in each condition
_SHARES = (0.25, 0.5, 0.75, 1.0)
_ROWS = 64  # queries ranked at a time
_MEASURED = {"mAP": average_precision, **FIRST_ONES}


def evaluate(
    held: HeldOut,
    *,
    measures: Sequence[str] = MEASURES,
    rerank: bool = False,
    likeness: Likeness | None = None,
    guard: Guard | None = None,
    related: Related | None = None,
) -> Report:
    """Measure an encoder on held-out classes.

    Args:
        held: the classes, and the encoder.
        measures: which of MEASURES and MORE_MEASURES to take.
        rerank: measure what stands after `engine.search.rerank`, not the plain order of the cosines;
            explore and feedback have orders of their own.
        likeness: for `feedback`: who says which photos resemble each other.
        guard: for `personal`: what must not get worse.
        related: for the careful sketches, measure what stands after it too, under the name `related`.

    Returns:
        Percentages, by measure and metric.
    """
    report: Report = {}
    level = cache(lambda share: _class_level(held.drawing_queries(share), held.gallery, rerank))
    if held.sketches and "sketch" in measures:
        report["sketch"] = _class_level(held.sketch_queries, held.gallery, rerank)
    if held.sketches and related is not None:
        report["related"] = _class_level(held.sketch_queries, held.gallery, rerank, related)
    if held.drawings and "quickdraw" in measures:
        report["quickdraw"] = level(1.0)
    if held.sketches and "instance" in measures and (found := _instance_level(held, rerank)):
        report["instance"] = found
    if held.sketches and "haystack" in measures:
        measured = _class_level(held.sketch_queries, held.haystack, rerank)
        report["haystack"] = {name: measured[name] for name in ("mAP", "P@10")}
    if held.drawings and "early" in measures:
        report["early"] = {str(share): level(share)["mAP"] for share in _SHARES}
    if held.sketches and "paper" in measures and (shares := _on_paper(held, rerank)):
        report["paper"] = shares
    if "scenes" in measures:
        report["scenes"] = scenes(held, rerank=rerank)
    if "explore" in measures:
        report["explore"] = explore(held)
    if "feedback" in measures:
        report["feedback"] = feedback(held, likeness)
    if "personal" in measures and guard is not None:
        report["personal"] = personal(held, guard)
    return report


def area_under(early: dict[str, float]) -> float:
    """Return the mean mAP while a drawing grows, by the trapezoid rule, from 0 where there is no ink.

    Args:
        early: that measure of a report: mAP by share of the ink.
    """
    x = np.array([0.0, *map(float, early)])
    y = np.array([0.0, *early.values()])
    return float(np.sum((x[1:] - x[:-1]) * (y[1:] + y[:-1]) / 2) / x[-1])


def rank_blocks(
    queries: Embedded, gallery: Embedded, rerank: bool, related: Related | None = None
) -> Iterator[tuple[slice, NDArray[np.int64], Relevance]]:
    """Yield block by block which queries, the gallery's places for each, and which of these are relevant."""
    for start in range(0, len(queries.vectors), _ROWS):
        rows = slice(start, start + _ROWS)
        order = rank(queries.vectors[rows], gallery.vectors, rerank)
        if related is not None:
            related.reorder(order, queries.at(range(len(queries.vectors))[rows]), gallery)
        yield rows, order, gallery.labels[order] == queries.labels[rows, None]


def _class_level(
    queries: Embedded, gallery: Embedded, rerank: bool, related: Related | None = None
) -> dict[str, float]:
    """Return mAP@all, P@10, P@25 and hit@10 in percent, a photo of the sketch's class being relevant."""
    found = per_query(queries, gallery, metrics=_MEASURED, rerank=rerank, related=related)
    return {name: percent(values) for name, values in found.items()}


def per_query(
    queries: Embedded,
    gallery: Embedded,
    *,
    metrics: Mapping[str, Callable[[Relevance], PerQuery]],
    rerank: bool = False,
    related: Related | None = None,
) -> dict[str, PerQuery]:
    """Return metrics of each query, 0 to 1, of the order that `evaluate` measures.

    `retrieval.per_query`, for galleries of tens of thousands, multiplies in another order: photos as good as
    each other may come in another one.
    """
    blocks = rank_blocks(queries, gallery, rerank, related)
    return of_blocks((relevant for _, _, relevant in blocks), metrics)


def _instance_level(held: HeldOut, rerank: bool) -> dict[str, float]:
    """Return how often, in percent, the very photo a sketch was drawn from is first, and in the first ten.

    Nothing where no sketch was drawn from a photo of the gallery.
    """
    own = np.array(held.own_places())
    rows = np.flatnonzero(own >= 0)
    if not len(rows):
        return {}
    order = rank(held.sketch_queries.vectors[rows], held.gallery.vectors, rerank)
    own_rank = np.argmax(order == own[rows, None], axis=1)
    return {"R@1": percent(own_rank < 1), "R@10": percent(own_rank < 10)}


def _on_paper(held: HeldOut, rerank: bool) -> dict[str, float]:
    """Return P@10 of sketches photographed on paper, by condition, as a share of the same sketches' own."""

    def measure(condition: str) -> float:
        return _class_level(held.paper_queries(condition, _ON_PAPER), held.gallery, rerank)["P@10"]

    clean = measure("")
    if not clean:
        _log.warning("Nothing is found by the sketches as they are: there is no share of it on paper.")
        return {}
    return {condition: round(100 * measure(condition) / clean, 2) for condition in MEASURED}
