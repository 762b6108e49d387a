"""Pictures of a run: its curves, what its queries found, and where its embeddings lie."""

from __future__ import annotations

import csv
import os
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.paths import data_dir
from training.data.collection import Picture
from training.evaluation.heldout import HeldOut
from training.evaluation.rankings import choose, rankings, sheet

os.environ.setdefault("MPLCONFIGDIR", str(data_dir() / "matplotlib"))  # its list of fonts; not into the home
import matplotlib as mpl
from matplotlib.figure import Figure

_SHOWN = 10  # queries of a ranking sheet
_RANKED = 2_000  # of which they are chosen
_CLASSES, _EACH = 10, 40  # of an embedding map, and pictures of either domain in each class
_COLOURS = mpl.colormaps["tab10"]


def curves(log: Path, to: Path) -> None:
    """Draw a run's log: its losses, and its validations, by step."""
    lines: dict[str, list[tuple[int, float]]] = defaultdict(list)
    with log.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lines[row["name"]].append((int(row["step"]), float(row["value"])))
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, beginning, title in ((left, "loss/", "loss"), (right, "val/", "validation, percent")):
        for name, points in sorted(lines.items()):
            if name.startswith(beginning):
                steps, values = zip(*points, strict=True)
                axes.plot(
                    steps, values, marker="." if len(steps) < 10 else None, label=name.removeprefix(beginning)
                )
        axes.set_xlabel("step")
        axes.set_title(title)
        if axes.lines:
            axes.legend(fontsize=7)
    figure.savefig(to, dpi=110)


def ranking_sheet(held: HeldOut, to: Path) -> None:
    """Draw queries from the best to the worst, with the first ten photos found for each."""
    sheet(choose(rankings(held, most=_RANKED), _SHOWN, worst=False)).save(to)


def embedding_map(held: HeldOut, to: Path) -> None:
    """Draw where sketches (crosses) and photos (dots) of ten classes lie, by t-SNE.

    Reference: van der Maaten, Hinton: Visualizing Data using t-SNE. JMLR 2008.
    """
    from sklearn.manifold import TSNE  # takes seconds, which no other verb waits for

    labels = list(dict.fromkeys(photo.label for photo in held.photos))[:_CLASSES]
    few = _few(held.gallery.items, labels), _few(held.sketch_queries.items if held.sketches else (), labels)
    both = held.gallery.at(few[0])
    if few[1]:
        both = both.join(held.sketch_queries.at(few[1]))
    perplexity = min(30, (len(both.vectors) - 1) / 3)
    places = TSNE(perplexity=perplexity, init="pca", random_state=0).fit_transform(both.vectors)
    figure = Figure(figsize=(8, 7), layout="constrained")
    axes = figure.subplots()
    domain = np.arange(len(places)) >= len(few[0])
    for number, label in enumerate(labels):
        for sketched, marker in ((False, "o"), (True, "x")):
            rows = (both.labels == label) & (domain == sketched)
            axes.scatter(
                places[rows, 0],
                places[rows, 1],
                s=14,
                marker=marker,
                color=_COLOURS(number % 10),
                label=None if sketched else label,
            )
    axes.legend(fontsize=8)
    axes.set_axis_off()
    figure.savefig(to, dpi=110)


def _few(pictures: Sequence[Picture], labels: Sequence[str]) -> list[int]:
    """Return the places of a few pictures of each class."""
    rng, few = random.Random(0), list[int]()
    for label in labels:
        mine = [place for place, picture in enumerate(pictures) if picture.label == label]
        few += rng.sample(mine, min(_EACH, len(mine)))
    return few
