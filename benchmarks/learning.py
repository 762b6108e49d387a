"""How much a person's next drawings find as the program learns from them one by one, and what a lesson costs.

    uv run --extra train python benchmarks/learning.py --data DATA --model MODEL.onnx

Half of the kinds are drawn, then the other half: in each round one drawing of each, in any order. Each is
searched for with what was learned so far; the first right photo among those shown is taken for it, where
there is one, and what is learned is worked out anew. After 2, 5 and 12 rounds drawings that never teach are
searched for, of the same kinds and of the others, without the photos that were taken. A line a kind of
drawing and round: mAP and P@10 in percent, before and after; of how many drawings a photo was taken. Then how
long it took to learn anew, by how many drawings had taught. MODEL must not have seen the classes: the shipped
ones have.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from one_line import exit_with

from engine.encoding.encoder import Encoder
from engine.taught.lessons import MOST
from training.data.reading import read_collection
from training.evaluation.first_screen import Screen
from training.evaluation.guard_vectors import guard_vectors
from training.evaluation.heldout import HeldOut
from training.evaluation.simulated_person import PAIRS, Person

_MEASURED = 12  # drawings of each kind that never teach
_BY_LESSONS = (20, 100, 200, MOST)


def main() -> None:
    """Print the figures, then the seconds."""
    options = _options()
    collection, encoder = read_collection(options.data), Encoder.load(options.model)
    held = HeldOut.of_split(encoder, collection, classes=options.classes, progress=True)
    guard = guard_vectors(encoder, collection).guard()
    gallery = held.haystack if options.haystack else held.gallery
    seconds = list[tuple[int, float]]()
    for name, queries in held.queries():
        person = Person(Screen(gallery), queries, guard)
        course = _Course(person, seconds)
        for seed in range(options.seeds):
            course.run(seed)
        for rounds, figures in course.figures.items():
            figures.print(f"{name}, {rounds} rounds")
    _print_seconds(seconds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--classes", choices=["val", "unseen"], default="val", help="(default: val)")
    parser.add_argument("--haystack", action="store_true", help="search among the other photos too")
    parser.add_argument("--seeds", type=int, default=2, metavar="N", help="orders tried (default: 2)")
    return parser.parse_args()


@dataclass
class _Figures:
    """After so many rounds: rows of mAP and P@10 before, and after; drawings with a photo, and without."""

    same: list[list[float]] = field(default_factory=list)
    others: list[list[float]] = field(default_factory=list)
    taught: int = 0
    drawn: int = 0

    def print(self, title: str) -> None:
        same, others = np.nanmean(self.same, axis=0), np.nanmean(self.others, axis=0)
        print(
            f"{title:21} {_change(same)}   others {_change(others)}   "
            f"taken {self.taught / max(self.drawn, 1):6.1%} of {self.drawn}",
            flush=True,
        )


def _change(row: NDArray[np.float64]) -> str:
    return f"mAP {row[0]:5.2f} -> {row[2]:5.2f}, P@10 {row[1]:5.2f} -> {row[3]:5.2f}"


class _Course:
    """A person who draws, and whose program learns."""

    def __init__(self, person: Person, seconds: list[tuple[int, float]]) -> None:
        self._person, self._seconds = person, seconds
        self._kinds = sorted(set(person.queries.labels.tolist()))
        self.figures: Mapping[int, _Figures] = {rounds: _Figures() for rounds in PAIRS}

    def run(self, seed: int) -> None:
        """Teach one half of the kinds, then the other."""
        rng, kinds = random.Random(seed), list(self._kinds)
        rng.shuffle(kinds)
        teaching, measured = dict[str, list[int]](), dict[str, list[int]]()
        for kind in kinds:
            places = np.flatnonzero(self._person.queries.labels == kind).tolist()
            rng.shuffle(places)
            apart = min(_MEASURED, len(places) // 2)
            measured[kind], teaching[kind] = places[:apart], places[apart:]
        for half, rest in ((kinds[::2], kinds[1::2]), (kinds[1::2], kinds[::2])):
            self._teach(
                [teaching[kind] for kind in half],
                [place for kind in half for place in measured[kind]],
                [place for kind in rest for place in measured[kind]],
                rng,
            )

    def _teach(
        self,
        teaching: Sequence[Sequence[int]],
        same: Sequence[int],
        others: Sequence[int],
        rng: random.Random,
    ) -> None:
        pairs, learned, drawn = list[tuple[int, int]](), None, 0
        for number in range(max(PAIRS)):
            places = [some[number] for some in teaching if number < len(some)]
            rng.shuffle(places)
            for place in places:
                drawn += 1
                if (photo := self._person.take(place, learned)) is not None:
                    pairs.append((place, photo))
                    began = time.perf_counter()
                    learned = self._person.learn(pairs[-MOST:])
                    self._seconds.append((len(pairs[-MOST:]), time.perf_counter() - began))
            if (figures := self.figures.get(number + 1)) is not None:
                taken = {photo for _, photo in pairs}
                figures.same.append(self._person.measure(np.array(same), learned, taken))
                figures.others.append(self._person.measure(np.array(others), learned, taken))
                figures.taught += len(pairs)
                figures.drawn += drawn


def _print_seconds(seconds: Sequence[tuple[int, float]]) -> None:
    least = 0
    for most in _BY_LESSONS:
        some = [spent for lessons, spent in seconds if least < lessons <= most]
        if some:
            print(
                f"learning from {least + 1:3} to {most:3}: {np.median(some):5.2f} s in the middle, "
                f"{max(some):5.2f} s at most, {len(some)} times"
            )
        least = most


if __name__ == "__main__":
    exit_with(main)
