"""Where one leafs to from the photo that is looked at: through the hits, or what one of them stands for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.photos.grid.model import HitsModel
from engine.library import Hit


class Leafing:
    """Knows the photo that is looked at, and its place among the hits, which it may leave.

    Attributes:
        path: the photo, None while none is looked at.
        files: the hit, its copies and the others of its moment, while these are leafed through; else empty.
        is_moment: there are others of its moment among them.
        is_refused: it comes last with the next answer, and its neighbours stay where they are.
    """

    def __init__(self, model: HitsModel) -> None:
        """Take the hits."""
        self.path: Path | None = None
        self.files: tuple[Path, ...] = ()
        self.is_moment = False
        self.is_refused = False
        self._model = model
        self._hit: Path | None = None
        self._rank = 0  # of the hit, when it was last among them

    def begin(self, path: Path | None, files: Sequence[Path] = (), *, is_moment: bool = False) -> None:
        """Be at this photo; leaf through these files, if it is one of them, else through the hits."""
        before, known = self.hit, self.files
        self.path, self.files = path, tuple(dict.fromkeys(files)) if path in files else ()
        if not self.files or self.files != known:
            self._hit = self.files[0] if self.files else path
        self.is_moment = is_moment and bool(self.files)
        self.is_refused = self.is_refused and self.hit == before

    def rename(self, before: Path, now: Path) -> bool:
        """Take another name for a file, or another file for one that is gone; return whether it was known."""
        known = self.path, self.files
        self.files = tuple(dict.fromkeys(now if file == before else file for file in self.files))
        self.path = now if self.path == before else self.path
        self._hit = now if self._hit == before else self._hit
        return (self.path, self.files) != known

    def take_head(self, before: Path, hit: Hit) -> bool:
        """Take another hit for the photo, which stays; return whether the one before stood for it."""
        if self._hit is None or self._hit != before:
            return False
        if not self.files and before not in hit.files:  # it is gone, and the hit has taken its place
            return False
        self._hit = hit.path
        if self.files and not set(hit.files).issubset(self.files):
            both = (hit.files, self.files) if hit.burst else (self.files, hit.files)  # that by time first
            self.files = tuple(dict.fromkeys(file for part in both for file in part))
            self.is_moment = self.is_moment or bool(hit.burst)
        return True

    @property
    def hit(self) -> Path | None:
        """The photo, or the hit that stands for it."""
        return self._hit

    @property
    def all(self) -> tuple[Path, ...]:
        """The photo, and the files that are leafed through."""
        return self.files or (() if self.path is None else (self.path,))

    @property
    def number(self) -> int:
        """Which of `files` the photo is, from 1."""
        return self.files.index(self.path) + 1 if self.path is not None else 0

    @property
    def rank(self) -> int:
        """Where the hit stands among all, or stood when it was last there, or was refused."""
        if self.hit is not None and self._is_there():
            self._rank = self._model.rank(self.hit)
        else:
            self._rank = min(self._rank, self._model.rowCount())
        return self._rank

    @property
    def way_back(self) -> Path | None:
        """The photo to be at once somebody goes back: the hit, or that in its place since it was refused."""
        is_last = self.hit is not None and self._model.row_of(self.hit) is not None and not self._is_there()
        return self._model.at_rank(self.rank) if is_last else self.hit

    def step(self, way: int) -> Path | None:
        """Return what comes after (1) or before (-1) the photo, or the place where it was if it is gone."""
        if self.files:
            place = self.number - 1 + way
            return self.files[place] if 0 <= place < len(self.files) else None
        stays, rank = self._is_there(), self.rank
        return self._model.at_rank(rank + way if stays else rank if way > 0 else rank - 1)

    def end(self, way: int) -> Path | None:
        """Return the last (1) or the first (-1) photo."""
        if self.files:
            return self.files[-1 if way > 0 else 0]
        return self._model.at_rank(self._model.rowCount() - 1 if way > 0 else 0)

    def _is_there(self) -> bool:
        """Return whether the hit is among all, and not among the last for having been refused."""
        if self.hit is None or self._model.row_of(self.hit) is None:
            return False
        return not self.is_refused or self._model.rank(self.hit) <= self._rank
