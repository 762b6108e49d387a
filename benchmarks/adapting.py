"""How much of a person's drawings `ffmln-train adapt` finds more, and what it costs elsewhere, simulated.

    uv run --extra train python benchmarks/adapting.py --data DATA --model MODEL.onnx --pairs 5

Half of the validation classes are taught, by some careful sketches a class, each with the photo that it was
drawn from. Measured are other sketches, and quick drawings, of the classes taught and of the others, among a
quarter of the photos, none of which was learned from. A line tells mAP and P@10 in percent before; then one
tells them after each training, for each share of the way from the old weights to the new ones. MODEL must not
have seen the validation classes: the shipped ones have.
"""

from __future__ import annotations

import argparse
import copy
import itertools
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from one_line import exit_with
from PIL import Image

from engine.preprocess import clean_sketch, photo_square, render_strokes, sketch_square
from training.data.collection import Collection, Picture
from training.data.pairs import Pairs, named_pairs, read_pairs
from training.data.reading import read_collection
from training.evaluation.heldout import drawings_by_class, gallery_photos, query_sketches
from training.evaluation.metrics import average_precision, percent, precision_at, ranking
from training.fit.adapt import Adapting, Maps, Recipe, adapt, between
from training.fit.start import Start, read_start
from training.model import Network

_TEACHABLE = 12  # sketches of each class that may be taught; others are measured
_MEASURED = 12  # sketches, and as many quick drawings, of each class
_EVERY = 4  # one photo in so many is measured on
_OTHERS = 120  # photos that are to stay where they are, as in `adapt`
_CHUNK = 32


def main() -> None:
    """Print a line for what was before, and one for each training and share."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--pairs", type=int, nargs="+", default=[5], help="of each class taught, at most 12")
    parser.add_argument("--anchors", type=float, nargs="+", default=[Recipe.anchor])
    parser.add_argument("--rates", type=float, nargs="+", default=[1.0], help="times the recipe's")
    parser.add_argument("--shares", type=float, nargs="+", default=[0.25, 0.5, 0.75, 1.0])
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start, collection = read_start(options.model), read_collection(options.data)
    seen = {name for one in start.history for name in one.get("classes", ())} & {*collection.split["val"]}
    if seen:
        print(f"{options.model.name} has seen {', '.join(sorted(seen))}.", file=sys.stderr)
    person = _Person(start, collection, options.seed)
    print(f"taught: {', '.join(person.taught)}; {len(person.photos)} photos", flush=True)
    print(f"{'pairs anchor rates share':30}" + "".join(f"{title:>24}" for title in _TITLES))
    _line("before", person.measure(start.network()))
    for count, anchor, rate in itertools.product(options.pairs, options.anchors, options.rates):
        began = time.monotonic()
        recipe = Recipe(
            steps=options.steps, anchor=anchor, stage_rate=rate * Recipe.stage_rate,
            fusion_rate=rate * Recipe.fusion_rate, share=1.0, seed=options.seed,
        )  # fmt: skip
        pairs = person.pairs(count)
        network = adapt(start, pairs, person.others, learn=range(len(pairs.drawings)), recipe=recipe)
        print(f"{len(pairs.drawings)} drawings, {(time.monotonic() - began) / 60:.1f} minutes", flush=True)
        for share in options.shares:
            figures = person.measure(between(start, copy.deepcopy(network), share))
            _line(f"{count:5} {anchor:6g} {rate:5g} {share:5g}", figures)


_TITLES = ("taught, sketches", "others, sketches", "taught, QuickDraw", "others, QuickDraw")


@dataclass(frozen=True, eq=False)
class _Measured:
    """Pictures to measure on: what the frozen part makes of them, and their classes (n,)."""

    maps: Maps
    labels: NDArray[np.str_]


class _Person:
    """One who draws the validation classes, and has some photos of them.

    Attributes:
        taught: the classes with pairs.
        photos: those measured on.
        others: photos that are to stay where they are.
    """

    def __init__(self, start: Start, collection: Collection, seed: int) -> None:
        self._collection, rng = collection, random.Random(seed)
        labels = sorted(collection.split["val"])
        rng.shuffle(labels)
        self.taught = sorted(labels[::2])
        self._teachable = dict[str, list[Picture]]()
        sketches = list[Picture]()
        for label in labels:
            some = query_sketches(collection, [label])
            rng.shuffle(some)
            if label in self.taught:
                own = [sketch for sketch in some if collection.photo_of(sketch) is not None]
                self._teachable[label] = own[:_TEACHABLE]
                some = [sketch for sketch in some if sketch not in self._teachable[label]]
            sketches += some[:_MEASURED]
        taken = {collection.photo_of(one) for some in self._teachable.values() for one in some}
        free = [photo for photo in gallery_photos(collection, labels) if photo not in taken]
        self.photos = free[::_EVERY]
        rest = [photo for place, photo in enumerate(free) if place % _EVERY]
        self.others = [photo.open().convert("RGB") for photo in rng.sample(rest, min(_OTHERS, len(rest)))]
        drawn = drawings_by_class(collection, labels)
        drawings = [one for label in labels for one in drawn[label][:_MEASURED]]
        self._upper = Adapting(start, Recipe())
        size = self._upper.network.config.input_size

        def measure(squares: Sequence[Image.Image], names: Sequence[str]) -> _Measured:
            return _Measured(self._upper.maps(squares, range(len(squares))), np.array(names))

        self._gallery = measure(
            [photo_square(photo.open(), size) for photo in self.photos],
            [photo.label for photo in self.photos],
        )
        self._queries = (
            measure(
                [sketch_square(clean_sketch(one.open()), size) for one in sketches],
                [one.label for one in sketches],
            ),
            measure(
                [sketch_square(render_strokes(one.strokes), size) for one in drawings],
                [one.label for one in drawings],
            ),
        )

    def pairs(self, count: int) -> Pairs:
        """Return so many pairs of each class taught, read as `adapt` reads a folder."""
        with tempfile.TemporaryDirectory() as name:
            for label, sketches in self._teachable.items():
                for sketch in sketches[:count]:
                    photo = self._collection.photo_of(sketch)
                    assert photo is not None
                    for domain, picture in (("sketch", sketch), ("photo", photo)):
                        file = Path(name, domain, label, f"{picture.name}.png")
                        file.parent.mkdir(parents=True, exist_ok=True)
                        picture.open().save(file)
            return read_pairs(named_pairs(Path(name)))

    def measure(self, network: Network) -> list[tuple[float, float]]:
        """Return mAP and P@10 in percent, in the order of the titles."""
        self._upper.network.load_state_dict(network.state_dict())
        gallery, found = self._embed(self._gallery), list[tuple[float, float]]()
        for queries in self._queries:
            relevant = self._gallery.labels[ranking(self._embed(queries), gallery)]
            right = relevant == queries.labels[:, None]
            known = np.isin(queries.labels, self.taught)
            for some in (right[known], right[~known]):
                found.append((percent(average_precision(some)), percent(precision_at(some, 10))))
        return found

    @torch.no_grad()
    def _embed(self, measured: _Measured) -> NDArray[np.float32]:
        """Return (n, dim) unit embeddings."""
        every = torch.arange(len(measured.labels))
        rows = [every[begin : begin + _CHUNK] for begin in range(0, len(every), _CHUNK)]
        parts = [self._upper.embed(*measured.maps.at(some)) for some in rows]
        return np.asarray(torch.cat(parts).numpy(), np.float32)


def _line(title: str, figures: Sequence[tuple[float, float]]) -> None:
    print(f"{title:30}" + "".join(f"{f'{mAP:.1f} / {first:.1f}':>24}" for mAP, first in figures), flush=True)


if __name__ == "__main__":
    exit_with(main)
