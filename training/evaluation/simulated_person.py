"""What learning from a person is worth: the measure `personal`.

A person draws things of some kinds, and each time takes the first right photo among those shown. After a few
such pairs of each kind, their next drawings of these kinds, and of others, are searched for.
"""

from __future__ import annotations

import random
from collections.abc import Container, Sequence
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
            part[name] = Person(Screen(gallery), queries, guard).figures()
    return report


class Person:
    """One who draws these drawings in front of this gallery. Drawings and photos are known by their places.

    Attributes:
        queries: the drawings.
    """

    def __init__(self, screen: Screen, queries: Embedded, guard: Guard) -> None:
        """Take the gallery, the drawings, and what must not get worse."""
        self.queries, self._screen, self._guard = queries, screen, guard
        self._labels, self._vectors = screen.gallery.labels, screen.gallery.vectors
        self._sample = self._vectors[:: max(-(-len(self._labels) // _SAMPLE), 1)]
        self._like = dict[int, NDArray[np.int64]]()

    def figures(self) -> Figures:
        """Return what learning is worth, by how many pairs there are of each kind."""
        report: Figures = {}
        taken = [self.take(place) for place in range(len(self.queries.vectors))]
        for count in PAIRS:
            same, others, wrong = list[list[float]](), list[list[float]](), list[list[float]]()
            for seed in range(_SEEDS):
                kinds = sorted(set(self.queries.labels.tolist()))
                random.Random(seed).shuffle(kinds)
                for half in (kinds[::2], kinds[1::2]):
                    taught = self._teach(half, count, seed, taken)
                    left = [
                        place for place in range(len(self.queries.labels)) if place not in taught.drawings
                    ]
                    known = np.isin(self.queries.labels[left], half)
                    same.append(self.measure(np.array(left)[known], taught.map, taught.photos))
                    others.append(self.measure(np.array(left)[~known], taught.map, taught.photos))
                misled = self._teach(kinds, count, seed, None)
                every = [place for place in range(len(self.queries.labels)) if place not in misled.drawings]
                wrong.append(self.measure(np.array(every), misled.map, misled.photos))
            report[f"{count} pairs"] = {
                **_means_by_name(same),
                "others": _means_by_name(others),
                "wrong": _means_by_name(wrong),
            }
        return report

    def take(self, place: int, learned: PersonalMap | None = None) -> int | None:
        """Return the first right photo among those shown for a drawing, by what was learned; None without."""
        query = self.queries.vectors[place]
        moved = query if learned is None else learned(query)
        shown = self._screen.first_places(moved, Order.VARIED_RERANKED, SHOWN)
        right = self.queries.labels[place]
        return next((photo for photo in shown if self._labels[photo] == right), None)

    def learn(self, pairs: Sequence[tuple[int, int]]) -> PersonalMap | None:
        """Return what the engine learns from drawings and their photos, see `engine.taught.learning`."""
        if not pairs:
            return None
        near = [[self._most_like(photo)] for _, photo in pairs]
        drawings = self.queries.vectors[[place for place, _ in pairs]]
        found = Pairs.of(drawings, near, self._vectors.__getitem__, self._sample)
        return fit(found, self._guard)

    def measure(
        self, places: NDArray[np.int64], learned: PersonalMap | None, taken: Container[int]
    ) -> list[float]:
        """Return mAP and P@10 in percent before and after, of drawings among the photos that were not taken.

        NaN where there are no drawings.
        """
        if not len(places):
            return [float("nan")] * 4
        kept = np.array([photo not in taken for photo in range(len(self._labels))])
        queries, labels = self.queries.vectors[places], self.queries.labels[places]
        before = _precisions(queries, labels, self._vectors[kept], self._labels[kept])
        if learned is None:
            return [*before, *before]
        after = _precisions(learned(queries), labels, self._vectors[kept], self._labels[kept])
        return [*before, *after]

    def _teach(
        self, kinds: Sequence[str], count: int, seed: int, taken: Sequence[int | None] | None
    ) -> _Taught:
        """Teach so many pairs of each kind, by the photos taken for the drawings; None: by any."""
        rng, pairs, drawn = random.Random(seed), list[tuple[int, int]](), set[int]()
        for kind in kinds:
            places = np.flatnonzero(self.queries.labels == kind).tolist()
            rng.shuffle(places)
            found = 0
            for place in places[: max(len(places) - 2, 0)]:  # some are left to be measured
                photo = rng.randrange(len(self._labels)) if taken is None else taken[place]
                drawn.add(place)
                if photo is not None:
                    pairs.append((place, photo))
                    found += 1
                if found == count:
                    break
        rng.shuffle(pairs)
        photos = frozenset(photo for _, photo in pairs)
        return _Taught(frozenset(drawn), frozenset() if taken is None else photos, self.learn(pairs))

    def _most_like(self, photo: int) -> NDArray[np.int64]:
        """Return the photos most like one, itself the first."""
        if photo not in self._like:
            scores = self._vectors @ self._vectors[photo]
            self._like[photo] = np.argsort(-scores, kind="stable")[: alike(len(self._vectors))]
        return self._like[photo]


def _precisions(
    queries: Vectors, labels: NDArray[np.str_], gallery: Vectors, names: NDArray[np.str_]
) -> list[float]:
    relevant = names[ranking(queries, gallery)] == labels[:, None]
    return [percent(average_precision(relevant)), percent(precision_at(relevant, 10))]


def _means_by_name(rows: Sequence[Sequence[float]]) -> dict[str, float]:
    values = np.nanmean(np.array(rows), axis=0) if np.isfinite(rows).any() else np.zeros(4)
    names = ("mAP before", "P@10 before", "mAP", "P@10")
    return {name: round(float(value), 2) for name, value in zip(names, values, strict=True)}
