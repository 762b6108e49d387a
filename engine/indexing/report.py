"""What came of a refresh, and what is left out, with reasons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path


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
        removed: files that are not there any more.
        back: files that had disappeared and are there again.
        elsewhere: files that another process indexed or dropped since this library knew them.
        skipped: what is left out now, whether found so in this refresh or before.
        odd: what can be found although something is wrong with it, as with a file whose end is missing.
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

    @property
    def main_reason(self) -> str:
        """Why most of what is left out is left out, in a sentence; empty if nothing is."""
        reasons = Counter(one.reason for one in self.skipped)
        return reasons.most_common(1)[0][0] if reasons else ""

    @property
    def changed(self) -> bool:
        """Whether anything can be found now that was not so before, or no longer, or elsewhere."""
        return bool(self.added or self.moved or self.removed or self.back or self.elsewhere)
