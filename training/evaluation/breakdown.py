"""What stands behind a mean: each class, and each query, as CSV; and the vectors themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from training.atomic_files import save_arrays, write_atomically
from training.csv_text import as_csv
from training.errors import TrainingError
from training.evaluation import retrieval
from training.evaluation.embedding import Embedded
from training.evaluation.metrics import PerQuery, Relevance


class Find(Protocol):
    """What measures each query."""

    def __call__(
        self,
        queries: Embedded,
        gallery: Embedded,
        *,
        metrics: Mapping[str, Callable[[Relevance], PerQuery]],
    ) -> Mapping[str, PerQuery]:
        """Return metrics of each query, 0 to 1."""
        ...


@dataclass(frozen=True)
class Breakdown:
    """What each query of a measure found.

    Attributes:
        measure: its name.
        queries: with their items, or names.
        gallery: what they were searched in.
        found: by metric, of each query, 0 to 1.
    """

    measure: str
    queries: Embedded
    gallery: Embedded
    found: Mapping[str, PerQuery]


def classes_csv(parts: list[Breakdown]) -> str:
    """Return a line for each measure and class: its queries, its photos, and the means in percent."""
    rows = []
    for part in parts:
        photos = Counter(part.gallery.labels.tolist())
        for label in sorted(set(part.queries.labels.tolist())):
            mine = part.queries.labels == label
            means = [f"{100 * values[mine].mean():.2f}" for values in part.found.values()]
            rows.append([part.measure, label, int(np.count_nonzero(mine)), photos[label], *means])
    return as_csv([["measure", "class", "queries", "photos", *parts[0].found], *rows])


def queries_csv(parts: list[Breakdown]) -> str:
    """Return a line for each measure and query: its class, its name, and what it found, in percent."""
    rows = []
    for part in parts:
        for place, (label, item) in enumerate(zip(part.queries.labels, part.queries.items, strict=True)):
            values = [f"{100 * values[place]:.4f}" for values in part.found.values()]
            rows.append([part.measure, str(label), _name(item), *values])
    metrics = [name.removeprefix("m") if name.startswith("mAP") else name for name in parts[0].found]
    return as_csv([["measure", "class", "query", *metrics], *rows])


def write_breakdown(
    asked: Mapping[str, tuple[Embedded, Embedded]],
    *,
    per_class: Path | None,
    per_query: Path | None,
    find: Find,
) -> None:
    """Write the tables of classes and of queries, those that have a file.

    Args:
        asked: the queries and the gallery of each measure.
        per_class: file of the classes' table.
        per_query: file of the queries' table.
        find: measures the queries as the means were, of which the tables are.

    Raises:
        TrainingError: no measure has queries, or a file cannot be written.
    """
    if not asked:
        raise TrainingError("--per-class and --per-query: there is no query of the measures asked for.")
    metrics = {**retrieval.METRICS, **retrieval.FIRST_ONES}
    parts = [
        Breakdown(name, queries, gallery, find(queries, gallery, metrics=metrics))
        for name, (queries, gallery) in asked.items()
    ]
    for file, text in ((per_class, classes_csv), (per_query, queries_csv)):
        if file is None:
            continue
        try:
            write_atomically(file, text(parts))
        except OSError as error:
            raise TrainingError(f"{file} cannot be written: {error}.") from error


def save_embeddings(file: Path, asked: Mapping[str, tuple[Embedded, Embedded]]) -> None:
    """Write queries and photos as vectors, in the form that `foreign.read_embeddings` reads.

    Args:
        file: an .npz file.
        asked: the queries and the gallery of each measure; those of a second one are called `drawings`.

    Raises:
        TrainingError: no measure has queries, or the file cannot be written.
    """
    if not asked:
        raise TrainingError("--save-embeddings: there is no query of the measures asked for.")
    (first, gallery), *second = asked.values()
    arrays = _arrays("photo", gallery) | _arrays("sketch", first)
    for queries, _ in second:
        arrays |= _arrays("drawing", queries)
    try:
        save_arrays(file, **arrays)
    except OSError as error:
        raise TrainingError(f"{file} cannot be written: {error}.") from error


def _arrays(kind: str, some: Embedded) -> dict[str, NDArray[Any]]:
    """Return vectors, classes and names under the names that the arrays of a kind have."""
    plural = "sketches" if kind == "sketch" else f"{kind}s"
    names = np.array([_name(item) for item in some.items])
    return {plural: some.vectors, f"{kind}_labels": some.labels, f"{kind}_names": names}


def _name(item: Any) -> str:
    return str(getattr(item, "name", item))
