"""What a person sees first, and what one gesture brings: the measures `explore` and `feedback`.

Both ask the engine's own ranking, as the window does: different guesses first, then, once a photo lies beside
the drawing, what it and the drawing have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.search.mixing import mix
from engine.search.ordering import ORDERED, Order, arrange
from training.evaluation.embedding import Embedded, Vectors
from training.evaluation.heldout import HeldOut
from training.evaluation.metrics import percent, ranking

Figures = dict[str, Any]
"""Percentages by name, in groups of groups."""

Likeness = Callable[[int, Sequence[int]], NDArray[np.float32]]
"""How much a photo resembles others, to somebody else than the encoder: photos by their place."""

SHOWN = 40
"""How many photos a person looks through."""

_HITS = (5, 10, 20, 40)
_GESTURES = 3


class Screen:
    """A gallery as the window searches it."""

    def __init__(self, gallery: Embedded) -> None:
        """Take the photos; they are numbered by their place."""
        self.gallery = gallery

    def first_places(self, query: Vectors, order: Order, count: int = SHOWN) -> list[int]:
        """Return the places of the first photos for this vector."""
        vectors = self.gallery.vectors
        best = ranking(query[None], vectors)[0, : max(ORDERED, count)]
        return [int(best[place]) for place in arrange(query, vectors[best], order).places[:count]]

    def beside(self, query: Vectors, laid: Sequence[int]) -> Vectors:
        """Return the vector of a drawing with these photos beside it."""
        return mix(query, self.gallery.vectors[list(laid)], self.gallery.vectors[:0])


def explore(held: HeldOut) -> Figures:
    """Return hit@5, 10, 20 and 40, P@10 and, of sketches drawn from a photo, R@10 and R@20 of that photo.

    Of the first screen in its order, for `sketch` and `quickdraw`, in the gallery and the haystack, and under
    `plain` the same in the order of the scores.
    """
    return {**_explore(held, Order.VARIED_RERANKED), "plain": _explore(held, Order.PLAIN)}


def _explore(held: HeldOut, order: Order) -> Figures:
    near, far = Screen(held.gallery), Screen(held.haystack)
    report: Figures = {"haystack": {}}
    for name, queries, own in _queries(held):
        report[name] = _first(near, queries, own, order)
        report["haystack"][name] = _first(far, queries, own, order)
    return report


def _first(screen: Screen, queries: Embedded, own: Sequence[int], order: Order) -> dict[str, float]:
    labels = screen.gallery.labels
    relevant, found = [], []
    for query, label, photo in zip(queries.vectors, queries.labels, own, strict=True):
        places = screen.first_places(query, order)
        relevant.append([labels[place] == label for place in places])
        if photo >= 0:
            found.append([place == photo for place in places])
    rows = np.array(relevant)
    report = {f"hit@{k}": percent(rows[:, :k].any(axis=1)) for k in _HITS}
    report["P@10"] = percent(rows[:, :10])
    if found:
        report |= {f"R@{k}": percent(np.array(found)[:, :k].any(axis=1)) for k in (10, 20)}
    return report


def feedback(held: HeldOut, likeness: Likeness | None) -> Figures:
    """Return what laying photos beside the drawing is worth.

    A person looks through the first SHOWN photos and lays the first right one beside the drawing: P@10 of
    what comes then, without that photo, over the queries that had one (`asked`, their share), beside the
    P@10 of the same queries `before`. Under `plain` the P@10 where the first SHOWN came in the order of the
    scores, of the queries that had one so too (`asked`), beside the P@10 of the same ones with different
    `guesses`, which are to lose nothing by it. Or a person looks for the very photo a sketch was drawn from:
    R@10 after 0, 1, 2 and 3 gestures, each laying beside it the photo shown that resembles it most, itself
    aside.

    Args:
        held: queries and galleries.
        likeness: who judges the resemblance; None leaves the very photo out.
    """
    report: Figures = {"haystack": {}}
    for screen, part in ((Screen(held.gallery), report), (Screen(held.haystack), report["haystack"])):
        for name, queries, own in _queries(held):
            part[name] = _one_gesture(screen, queries)
            if likeness is not None and any(place >= 0 for place in own):
                part["instance"] = _closer(screen, queries, own, likeness)
    return report


def _one_gesture(screen: Screen, queries: Embedded) -> Figures:
    labels = screen.gallery.labels
    before, by_guess, by_score, both = [], [], [], []
    for query, label in zip(queries.vectors, queries.labels, strict=True):
        right = labels == label
        guess = _first_right(right, screen.first_places(query, Order.VARIED_RERANKED))
        best = _first_right(right, screen.first_places(query, Order.PLAIN))
        both.append(guess is not None and best is not None)
        if guess is not None:
            before.append(right[screen.first_places(query, Order.RERANKED, 10)])
            by_guess.append(_right_beside(screen, query, guess, right))
        if guess is not None and best is not None:
            by_score.append((by_guess[-1], _right_beside(screen, query, best, right)))
    report: Figures = {"asked": percent(np.arange(len(both)) < len(by_guess))}
    if any(map(len, by_guess)):  # else the gallery is one photo
        report |= {"P@10": percent(np.array(by_guess)), "before": percent(np.array(before))}
    if any(len(one) for one, _ in by_score):
        guesses, plain = zip(*by_score, strict=True)
        figures = {"P@10": percent(np.array(plain)), "guesses": percent(np.array(guesses))}
        report["plain"] = figures | {"asked": percent(np.array(both))}
    return report


def _first_right(right: NDArray[np.bool_], shown: Sequence[int]) -> int | None:
    return next((place for place in shown if right[place]), None)


def _right_beside(screen: Screen, query: Vectors, laid: int, right: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which of the ten photos are right that come with this one laid beside the drawing."""
    then = screen.first_places(screen.beside(query, [laid]), Order.RERANKED, 11)
    return right[[place for place in then if place != laid][:10]]


def _closer(screen: Screen, queries: Embedded, own: Sequence[int], likeness: Likeness) -> dict[str, float]:
    found = []
    for query, photo in zip(queries.vectors, own, strict=True):
        if photo < 0:
            continue
        laid: list[int] = []
        ranks = []
        for _ in range(_GESTURES + 1):
            order = Order.RERANKED if laid else Order.VARIED_RERANKED
            vector = screen.beside(query, laid) if laid else query
            seen = [
                place for place in screen.first_places(vector, order, SHOWN + len(laid)) if place not in laid
            ]
            ranks.append(photo in seen[:10])
            others = [place for place in seen[:SHOWN] if place != photo]
            if others:
                laid.append(others[int(np.argmax(likeness(photo, others)))])
        found.append(ranks)
    rows = np.array(found)
    return {f"R@10 after {count}": percent(rows[:, count]) for count in range(_GESTURES + 1)}


def _queries(held: HeldOut) -> Iterator[tuple[str, Embedded, Sequence[int]]]:
    """Yield each kind of query by name, with the place of the photo it was drawn from, or -1."""
    for name, queries in held.queries():
        yield name, queries, held.own_places() if name == "sketch" else [-1] * len(queries.vectors)
