"""What learning from a person is worth: the measure `personal`.

A person draws things of some kinds, and each time takes the first right photo among those shown. After a few
such pairs of each kind, their next drawings of these kinds, and of others, are searched for.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.encoding.guard import Guard
from engine.search.ordering import Order
from engine.taught.pairs import Pairs, alike
from engine.taught.personal import PersonalMap, fit
from training.evaluation.embedding import Embedded, Vectors
from training.evaluation.first_screen import SHOWN, Figures, Screen
from training.evaluation.heldout import HeldOut
from training.evaluation.metrics import average_precision, percent, precision_at, ranking

PAIRS = (2, 5, 12)
"""How many drawings of each kind the person has found photos for."""

_SAMPLE = 1000  # as the engine's index
_SEEDS = 2


@dataclass(frozen=True)
class _Taught:
    """What was learned from.

    Attributes:
        drawings: their places.
        photos: the places of the photos taken, one for each of those that found any.
        map: what came of it.
    """

    drawings: frozenset[int]
    photos: frozenset[int]
    map: PersonalMap | None


def personal(held: HeldOut, guard: Guard) -> Figures:
    """Return mAP and P@10 of a person's next drawings, before and after learning.

    Half of the kinds are taught, then the other half, by pairs of a drawing and the first right one among
    the photos shown; drawings and photos of the pairs are left out of what is measured. `others`: the same
    for drawings of the kinds not taught. `wrong`: for all drawings, where the pairs' photos are any.

    Args:
        held: queries and galleries.
        guard: what must not get worse, of other kinds than those held out.
    """
    report: Figures = {"haystack": {}}
    for gallery, part in ((held.gallery, report), (held.haystack, report["haystack"])):
        for name, queries in held.queries():
            part[name] = _Person(Screen(gallery), queries, guard).figures()
    return report


class _Person:
    """One who draws these drawings in front of this gallery."""

    def __init__(self, screen: Screen, queries: Embedded, guard: Guard) -> None:
        self.screen, self.queries, self.guard = screen, queries, guard
        self.labels = screen.gallery.labels
        self.sample = screen.gallery.vectors[:: max(-(-len(self.labels) // _SAMPLE), 1)]
        self.taken = [self._take(place) for place in range(len(queries.vectors))]

    def figures(self) -> Figures:
        """Return what learning is worth, by how many pairs there are of each kind."""
        report: Figures = {}
        for count in PAIRS:
            same, others, wrong = list[list[float]](), list[list[float]](), list[list[float]]()
            for seed in range(_SEEDS):
                kinds = sorted(set(self.queries.labels.tolist()))
                random.Random(seed).shuffle(kinds)
                for half in (kinds[::2], kinds[1::2]):
                    taught = self._teach(half, count, seed)
                    left = [
                        place for place in range(len(self.queries.labels)) if place not in taught.drawings
                    ]
                    known = np.isin(self.queries.labels[left], half)
                    same.append(self._measure(np.array(left)[known], taught))
                    others.append(self._measure(np.array(left)[~known], taught))
                misled = self._teach(kinds, count, seed, wrong=True)
                every = [place for place in range(len(self.queries.labels)) if place not in misled.drawings]
                wrong.append(self._measure(np.array(every), misled))
            report[f"{count} pairs"] = {
                **_means_by_name(same),
                "others": _means_by_name(others),
                "wrong": _means_by_name(wrong),
            }
        return report

    def _take(self, place: int) -> int | None:
        """Return the first right photo among those shown for a drawing."""
        shown = self.screen.first_places(self.queries.vectors[place], Order.VARIED_RERANKED, SHOWN)
        right = self.queries.labels[place]
        return next((photo for photo in shown if self.labels[photo] == right), None)

    def _teach(self, kinds: Sequence[str], count: int, seed: int, *, wrong: bool = False) -> _Taught:
        rng, pairs, drawn = random.Random(seed), list[tuple[int, int]](), set[int]()
        for kind in kinds:
            places = np.flatnonzero(self.queries.labels == kind).tolist()
            rng.shuffle(places)
            found = 0
            for place in places[: max(len(places) - 2, 0)]:  # some are left to be measured
                photo = rng.randrange(len(self.labels)) if wrong else self.taken[place]
                drawn.add(place)
                if photo is not None:
                    pairs.append((place, photo))
                    found += 1
                if found == count:
                    break
        rng.shuffle(pairs)
        photos = frozenset(photo for _, photo in pairs)
        return _Taught(frozenset(drawn), frozenset() if wrong else photos, self._learn(pairs))

    def _learn(self, pairs: Sequence[tuple[int, int]]) -> PersonalMap | None:
        """Return what the engine learns from these, see `engine.taught.learning`."""
        if not pairs:
            return None
        vectors = self.screen.gallery.vectors
        count = alike(len(vectors))
        near = [np.argsort(-(vectors @ vectors[photo]), kind="stable")[:count] for _, photo in pairs]
        drawings = self.queries.vectors[[place for place, _ in pairs]]
        found = Pairs.of(drawings, [[part] for part in near], vectors.__getitem__, self.sample)
        return fit(found, self.guard)

    def _measure(self, places: NDArray[np.int64], taught: _Taught) -> list[float]:
        """Return mAP and P@10 before and after, of some drawings among the photos that were not taken.

        NaN where there are no drawings.
        """
        if not len(places):
            return [float("nan")] * 4
        kept = np.array([photo not in taught.photos for photo in range(len(self.labels))])
        queries, labels = self.queries.vectors[places], self.queries.labels[places]
        before = _precisions(queries, labels, self.screen.gallery.vectors[kept], self.labels[kept])
        if taught.map is None:
            return [*before, *before]
        after = _precisions(taught.map(queries), labels, self.screen.gallery.vectors[kept], self.labels[kept])
        return [*before, *after]


def _precisions(
    queries: Vectors, labels: NDArray[np.str_], gallery: Vectors, names: NDArray[np.str_]
) -> list[float]:
    relevant = names[ranking(queries, gallery)] == labels[:, None]
    return [percent(average_precision(relevant)), percent(precision_at(relevant, 10))]


def _means_by_name(rows: Sequence[Sequence[float]]) -> dict[str, float]:
    values = np.nanmean(np.array(rows), axis=0) if np.isfinite(rows).any() else np.zeros(4)
    names = ("mAP before", "P@10 before", "mAP", "P@10")
    return {name: round(float(value), 2) for name, value in zip(names, values, strict=True)}
