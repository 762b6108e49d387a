"""The order of the best matches: by score, by what they have in common, by date; or different ones first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from engine.search.rerank import CANDIDATES, rerank
from engine.search.variety import POOL, SCREEN, TEMPERATURE, choose_different
from engine.unit_vectors import Vectors

ORDERED = max(CANDIDATES, POOL)
"""How many of the best matches are worth ordering anew: what is lower down is seldom looked at."""

_DATED = 200  # how many are sorted by date at most
_CLOSE = 3 * TEMPERATURE  # so far below the first score, a photo is unlikely to be right if the first is not


class Order(Enum):
    """In which order photos come."""

    PLAIN = "plain"
    """By their scores."""
    RERANKED = "reranked"
    """The first ones anew, by what they have in common, see `engine.search.rerank`; scores are of places, as
    of `arrange`."""
    VARIED = "varied"
    """Different guesses first, see `engine.search.variety`; then by their scores."""
    VARIED_RERANKED = "varied, reranked"
    """Different guesses first; then as re-ranked."""
    NEWEST = "newest"
    """The best of them by date, newest first; then by their scores."""

    @classmethod
    def of(cls, *, diverse: bool, rerank: bool) -> Order:
        """Return the order in which different guesses come first, and common features count, or not."""
        if diverse:
            return cls.VARIED_RERANKED if rerank else cls.VARIED
        return cls.RERANKED if rerank else cls.PLAIN

    @property
    def is_varied(self) -> bool:
        """Whether different guesses come first."""
        return self in (Order.VARIED, Order.VARIED_RERANKED)

    @property
    def is_reranked(self) -> bool:
        """Whether what they have in common counts."""
        return self in (Order.RERANKED, Order.VARIED_RERANKED)


@dataclass(frozen=True)
class Arrangement:
    """Matches in their order.

    Attributes:
        places: of the matches, a permutation of 0 to n - 1.
        scores: what belongs to each of them there.
        behind: for each of them, how many others like it it stands for, as a guess.
    """

    places: Sequence[int]
    scores: Sequence[float]
    behind: Sequence[int]


def arrange(
    query: Vectors,
    matches: Vectors,
    order: Order,
    likeness: Vectors | None = None,
    dates: Sequence[int] | None = None,
) -> Arrangement:
    """Order the best matches.

    Args:
        query: (dim,) unit vector.
        matches: (n, dim) unit rows, best first; those after the first ORDERED stay where they are.
        order: in which they are to come. As re-ranked alone, scores belong to the places: the first has the
            best of all, and so on.
        likeness: (m, m) cosines of the first matches with one another, of ORDERED or all, where they are
            known.
        dates: n of them, for an order by date; without, that is by score.
    """
    scores, count = (matches @ query).tolist(), len(matches)
    places = list(range(count))
    if order is Order.NEWEST:
        best = _best(scores) if dates is not None else 0
        places[:best] = sorted(range(best), key=lambda place: -(dates or scores)[place])
        return Arrangement(places, [scores[place] for place in places], [0] * count)
    if likeness is None and order is not Order.PLAIN:
        likeness = matches[:ORDERED] @ matches[:ORDERED].T
    if order.is_reranked:
        first = slice(CANDIDATES)
        places[first] = rerank(
            query, matches[first], None if likeness is None else likeness[first, first]
        ).tolist()
    if likeness is None or not order.is_varied:
        return Arrangement(places, scores, [0] * count)
    guesses = choose_different(np.array(scores, np.float32), likeness)
    chosen = set(guesses.chosen)
    places = [*guesses.chosen, *(place for place in places if place not in chosen)]
    behind = [*guesses.behind, *[0] * (count - len(chosen))]
    return Arrangement(places, [scores[place] for place in places], behind)


def _best(scores: Sequence[float]) -> int:
    """Return how many of the matches, best first, are worth having by date: a screen of them, or more."""
    close = sum(score >= scores[0] - _CLOSE for score in scores)
    return min(max(close, SCREEN), _DATED, len(scores))
