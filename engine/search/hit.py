"""A photo that a search found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.search.ranking import Ranked


@dataclass(frozen=True)
class Hit:
    """A photo found.

    Attributes:
        path: absolute; of a photo on another machine its address, see `engine.elsewhere`.
        score: cosine with the query, -1 to 1 (see `Library.search`); 0 where nothing was searched for.
        copies: other files of the same photo, likewise; empty unless copies were to be grouped.
        behind: how many photos much like this one it stands for, as a guess among different ones.
    """

    path: Path
    score: float
    copies: tuple[Path, ...] = ()
    behind: int = 0

    @classmethod
    def of(cls, ranked: Ranked, locate: Callable[[bytes], Path]) -> Hit:
        """Return what was ranked; `locate` makes paths of names."""
        path, *copies = map(locate, ranked.names)
        return cls(path, min(1.0, max(-1.0, ranked.score)), tuple(copies), ranked.behind)
