"""Two models by what each query found: the difference in pairs, and how much of it chance may be.

Queries of a class rise and fall together, so that the interval is that of classes drawn anew (a bootstrap
by clusters), not of single queries: it says what other classes of the same kind would give.

References:
    Field, Welsh: Bootstrapping Clustered Data. Journal of the Royal Statistical Society B 69, 2007.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.errors import TrainingError

HEADS = ("measure", "class", "query")
"""The first columns of a table of queries; metrics follow."""

_DRAWS = 10_000
_WITHIN = (2.5, 97.5)  # percentiles

Query = tuple[str, ...]  # measure, class, name, and which of several of one name


@dataclass(frozen=True)
class Queries:
    """A table of queries, read.

    Attributes:
        metrics: names of its figures.
        found: by query, the figures, in percent.
    """

    metrics: tuple[str, ...]
    found: dict[Query, NDArray[np.float64]]


@dataclass(frozen=True)
class Difference:
    """What two models reach by one metric on the same queries, in percent.

    Attributes:
        first: mean of the first.
        second: mean of the second.
        low: lower end of the interval of the difference, 95 of 100; None where there is one class.
        high: its upper end.
        better: for how many queries the second finds more.
        worse: for how many it finds less.
    """

    first: float
    second: float
    low: float | None
    high: float | None
    better: int
    worse: int

    @property
    def difference(self) -> float:
        """By how much the second is ahead."""
        return self.second - self.first


@dataclass(frozen=True)
class Comparison:
    """Two models by one measure: how many queries and classes both have, and the difference by metric."""

    queries: int
    classes: int
    by_metric: dict[str, Difference]


def read_queries(file: Path) -> Queries:
    """Return the table that `evaluate --per-query` wrote.

    Raises:
        TrainingError: it cannot be read, or is no such table.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig", "surrogateescape")  # names may be no text
        heads, *rows = [*csv.reader(io.StringIO(text, newline=""))] or [[]]
    except OSError as error:
        raise TrainingError(f"{file} cannot be read: {error.strerror or error}.") from error
    except csv.Error as error:
        raise TrainingError(f"{file} is no table of queries: {error}.") from error
    metrics = tuple(heads[len(HEADS) :])
    if tuple(heads[: len(HEADS)]) != HEADS or not metrics or len(set(metrics)) < len(metrics):
        raise TrainingError(f"{file} is no table of queries, as `evaluate --per-query` writes it.")
    found: dict[Query, NDArray[np.float64]] = {}
    seen = Counter[Query]()
    for number, row in enumerate(rows, start=2):
        values = _numbers(row[len(HEADS) :]) if len(row) == len(heads) else None
        if values is None:
            raise TrainingError(
                f"{file}: line {number} does not hold {len(metrics)} numbers behind its query."
            )
        query = tuple(row[: len(HEADS)])
        found[*query, str(seen[query])] = values
        seen[query] += 1
    return Queries(metrics, found)


def _numbers(cells: list[str]) -> NDArray[np.float64] | None:
    try:
        values = np.array([float(cell) for cell in cells])
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None


def compare(first: Queries, second: Queries) -> dict[str, Comparison]:
    """Return, by measure, how two models differ on the queries that both have.

    Raises:
        TrainingError: they have no query, or no metric, in common.
    """
    metrics = [name for name in first.metrics if name in second.metrics]
    both = [query for query in first.found if query in second.found]
    if not metrics or not both:
        raise TrainingError("The two tables have no query in common, or none of their figures.")
    columns = [(first.metrics.index(name), second.metrics.index(name)) for name in metrics]
    compared = {}
    for measure in dict.fromkeys(query[0] for query in both):
        mine = [query for query in both if query[0] == measure]
        pairs = np.array(
            [[(first.found[query][one], second.found[query][two]) for one, two in columns] for query in mine]
        )
        labels, classes = np.unique([query[1] for query in mine], return_inverse=True)
        found = {name: _difference(pairs[:, place], classes) for place, name in enumerate(metrics)}
        compared[measure] = Comparison(len(mine), len(labels), found)
    return compared


def under_one_name(first: Queries, second: Queries) -> tuple[Queries, Queries]:
    """Return two tables, with one name for their measure where each has one of another name.

    So a model is compared with embeddings of other programs, whose measure is called after what they are.
    """
    one, two = ({query[0] for query in table.found} for table in (first, second))
    if not len(one) == len(two) == 1 or one == two:
        return first, second
    name = f"{one.pop()} / {two.pop()}"
    return _rename(first, name), _rename(second, name)


def _rename(table: Queries, measure: str) -> Queries:
    return replace(table, found={(measure, *query[1:]): found for query, found in table.found.items()})


def _difference(pairs: NDArray[np.float64], classes: NDArray[np.intp]) -> Difference:
    """Return the difference over pairs (queries, 2), whose classes are numbers from 0 on."""
    ahead = pairs[:, 1] - pairs[:, 0]
    first, second = pairs.mean(axis=0)
    low, high = interval(ahead, classes)
    better, worse = (int(np.count_nonzero(some)) for some in (ahead > 0, ahead < 0))
    return Difference(float(first), float(second), low, high, better, worse)


def interval(
    values: NDArray[np.float64], classes: NDArray[np.intp], *, draws: int = _DRAWS, seed: int = 0
) -> tuple[float | None, float | None]:
    """Return between what the mean lies in 95 of 100 draws of as many classes; nothing of one class.

    Args:
        values: (n,).
        classes: (n,), the class of each as a number from 0 on, of which none is left out.
        draws: how often classes are drawn, with replacement.
        seed: of the draws.
    """
    sums, counts = np.bincount(classes, values), np.bincount(classes)
    many = len(counts)
    if many < 2:
        return None, None
    drawn = np.random.default_rng(seed).multinomial(many, np.full(many, 1 / many), size=draws)
    low, high = np.percentile((drawn @ sums) / (drawn @ counts), _WITHIN)
    return float(low), float(high)
