"""What the verb `compare` does: two models held against each other, query by query."""

from __future__ import annotations

import argparse
import json
import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from training.evaluation.paired import Comparison, Difference

_log = logging.getLogger(__name__)


def compare_tables(options: argparse.Namespace) -> None:
    """Print how the second of two tables of queries differs from the first.

    Raises:
        TrainingError: one cannot be read, or they have nothing in common.
    """
    from training.evaluation.paired import compare, read_queries, under_one_name

    first, second = under_one_name(read_queries(options.first), read_queries(options.second))
    found = compare(first, second)
    alone = len(first.found.keys() ^ second.found.keys())
    if alone:
        _log.warning("%s in one of the tables alone: left out.", _in_words(alone, "query", "queries"))
    if options.json:
        print(json.dumps({measure: _as_dict(one) for measure, one in found.items()}))
        return
    for measure, one in found.items():
        queries, classes = (
            _in_words(one.queries, "query", "queries"),
            _in_words(one.classes, "class", "classes"),
        )
        print(f"{measure}: {queries}, {classes}")
        for metric, difference in one.by_metric.items():
            print(f"  {metric:18} {_line(difference)}")


def _in_words(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _line(found: Difference) -> str:
    """Return a difference in one line; the means are rounded as `evaluate` rounds them."""
    within = f"({found.low:+.1f} to {found.high:+.1f})" if found.low is not None else "(one class)"
    return (
        f"{round(found.first, 2):5.1f} -> {round(found.second, 2):5.1f}  {found.difference:+.1f} {within}  "
        f"better {found.better}, worse {found.worse}"
    )


def _as_dict(one: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON has it, in percent, to two decimals."""
    return {
        "queries": one.queries,
        "classes": one.classes,
        **{metric: _figures(difference) for metric, difference in one.by_metric.items()},
    }


def _figures(found: Difference) -> dict[str, float | int | None]:
    values = {
        "first": found.first,
        "second": found.second,
        "difference": found.difference,
        "low": found.low,
        "high": found.high,
    }
    rounded = {name: None if value is None else round(value, 2) for name, value in values.items()}
    return {**rounded, "better": found.better, "worse": found.worse}
