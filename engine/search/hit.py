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
        burst: the other photos of the same moment in order of time, each with its copies; likewise.
    """

    path: Path
    score: float
    copies: tuple[Path, ...] = ()
    behind: int = 0
    burst: tuple[Path, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """All that it stands for, itself first."""
        return (self.path, *self.copies, *self.burst)

    @property
    def is_stack(self) -> bool:
        """Whether it stands for more than one file."""
        return bool(self.copies or self.burst)

    @classmethod
    def of(cls, ranked: Ranked, locate: Callable[[bytes], Path]) -> Hit:
        """Return what was ranked; `locate` makes paths of names."""
        path, *copies = map(locate, ranked.names)
        score, burst = min(1.0, max(-1.0, ranked.score)), tuple(map(locate, ranked.burst))
        return cls(path, score, tuple(copies), ranked.behind, burst)
