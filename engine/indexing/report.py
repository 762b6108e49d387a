"""What came of a refresh, and what is left out, with reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.indexing.moves import Moves


@dataclass(frozen=True)
class Skipped:
    """A file or folder that is left out, and why, in a sentence."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Report:
    """What a refresh did.

    Attributes:
        photos: files that can be found now.
        added: files that are new, or whose content changed.
        moved: files that were known under another name.
        removed: files that are not there any more, nor under a name that came later.
        back: files that had disappeared and are there again.
        elsewhere: files that another process indexed or dropped since this library knew them.
        skipped: what is left out now, whether found so in this refresh or before.
        odd: what can be found although something is wrong with it, as with a file whose end is missing.
        renamed: paths of files that are not there any more, each with one where its content is now.
        gone: paths of the others.
    """

    photos: int
    added: int
    moved: int
    removed: int
    back: int
    elsewhere: int
    skipped: tuple[Skipped, ...]
    odd: tuple[Skipped, ...]
    renamed: tuple[tuple[Path, Path], ...] = ()
    gone: tuple[Path, ...] = ()

    @classmethod
    def of(
        cls,
        moves: Sequence[Moves],
        *,
        photos: int,
        elsewhere: int,
        skipped: Sequence[Skipped],
        odd: Sequence[Skipped],
    ) -> Report:
        """Return what came of looking at folders.

        Args:
            moves: what came and went in each.
            photos: see the attributes, as for the others.
            elsewhere: as above.
            skipped: as above.
            odd: as above.
        """
        return cls(
            photos,
            added=sum(one.added for one in moves),
            moved=sum(len(one.renamed) for one in moves),
            removed=sum(len(one.gone) + len(one.copies) for one in moves),
            back=sum(one.back for one in moves),
            elsewhere=elsewhere,
            skipped=tuple(skipped),
            odd=tuple(odd),
            renamed=tuple(pair for one in moves for pair in (*one.renamed, *one.copies)),
            gone=tuple(path for one in moves for path in one.gone),
        )

    @property
    def main_reason(self) -> str:
        """Why most of what is left out is left out, in a sentence; empty if nothing is."""
        reasons = Counter(one.reason for one in self.skipped)
        return reasons.most_common(1)[0][0] if reasons else ""

    @property
    def changed(self) -> bool:
        """Whether anything can be found now that was not so before, or no longer, or elsewhere."""
        return bool(self.added or self.moved or self.removed or self.back or self.elsewhere)
