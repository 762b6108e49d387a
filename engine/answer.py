"""What a search found, as far as one looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.collection.joined import Joined
from engine.search.hit import Hit
from engine.search.newest import Newest
from engine.search.ranking import Ranking
from engine.search.spread import Spread
from engine.search.strength import Strength


class Answer:
    """The photos that match a query, best first, as far as they are taken. For one thread at a time."""

    def __init__(
        self,
        ranking: Ranking | Joined | Newest | None,
        locate: Callable[[bytes], Path],
        *,
        judge: Callable[[], Strength | None] | None = None,
        spread: Callable[[Ranking | Newest], Spread] | None = None,
    ) -> None:
        """Take what was found.

        Args:
            ranking: None where nothing is found.
            locate: makes paths of names.
            judge: tells how well the drawing is met; None where that is not to be said.
            spread: tells where what was found lies; None where that is not known.
        """
        self._ranking, self._locate = ranking, locate
        self._judge, self._spread = judge, spread

    @property
    def query(self) -> NDArray[np.float32] | None:
        """The (dim,) unit vector that was searched with; None where nothing was searched for."""
        if isinstance(self._ranking, Joined):
            return self._ranking.own.query
        return self._ranking.query if isinstance(self._ranking, Ranking) else None

    @property
    def is_joined(self) -> bool:
        """Whether photos of a shared collection are among what was found so far."""
        found = self._ranking
        return isinstance(found, Joined) or (isinstance(found, Newest) and found.is_joined)

    @property
    def strength(self) -> Strength | None:
        """How well the drawing is met; None where it cannot be said, as with photos beside it."""
        return None if self._judge is None else self._judge()

    @property
    def spread(self) -> Spread:
        """Where the library's photos lie in time and by folder, and what matches among them."""
        ranking = self._ranking.own if isinstance(self._ranking, Joined) else self._ranking
        return Spread() if ranking is None or self._spread is None else self._spread(ranking)

    def take(self, count: int) -> list[Hit]:
        """Return the next photos; fewer, or none, at the end."""
        return (
            [] if self._ranking is None else [Hit.of(one, self._locate) for one in self._ranking.take(count)]
        )
