"""What a search found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.ranking import Ranked, Ranking


@dataclass(frozen=True)
class Hit:
    """A photo found.

    Attributes:
        path: absolute.
        score: cosine with the query, -1 to 1 (see `Library.search`).
        copies: other files of the same photo, absolute; empty unless copies were to be grouped.
        behind: how many photos much like this one it stands for, as a guess among different ones.
    """

    path: Path
    score: float
    copies: tuple[Path, ...] = ()
    behind: int = 0


class Answer:
    """The photos that match a query, best first, as far as they are taken. For one thread at a time."""

    def __init__(self, ranking: Ranking | None, locate: Callable[[bytes], Path]) -> None:
        """Take the ranking, None where nothing is found, and what makes paths of names."""
        self._ranking, self._locate = ranking, locate

    def take(self, count: int) -> list[Hit]:
        """Return the next photos; fewer, or none, at the end."""
        return [] if self._ranking is None else [self._hit(one) for one in self._ranking.take(count)]

    def _hit(self, ranked: Ranked) -> Hit:
        path, *copies = map(self._locate, ranked.names)
        return Hit(path, min(1.0, max(-1.0, ranked.score)), tuple(copies), ranked.behind)
