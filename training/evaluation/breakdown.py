"""What stands behind a mean: each class, and each query, as CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.evaluation.embedding import Embedded
from training.evaluation.metrics import PerQuery


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
    return _text([["measure", "class", "queries", "photos", *parts[0].found], *rows])


def queries_csv(parts: list[Breakdown]) -> str:
    """Return a line for each measure and query: its class, its name, and what it found, in percent."""
    rows = []
    for part in parts:
        for place, (label, item) in enumerate(zip(part.queries.labels, part.queries.items, strict=True)):
            values = [f"{100 * values[place]:.4f}" for values in part.found.values()]
            rows.append([part.measure, str(label), _name(item), *values])
    metrics = [name.removeprefix("m") if name.startswith("mAP") else name for name in parts[0].found]
    return _text([["measure", "class", "query", *metrics], *rows])


def _name(item: Any) -> str:
    return str(getattr(item, "name", item))


def _text(rows: list[list[Any]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
