"""What is searched for, as one value: a drawing, photos beside it, and where to look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PIL import Image

from engine.search.mixing import BALANCE
from engine.sketches.drawing import Stroke
from engine.state.records import Vector

Drawing = Image.Image | Sequence[Stroke]
"""A picture of a drawing, or its strokes."""


@dataclass(frozen=True, eq=False)
class FarExample:
    """A photo of another machine.

    Attributes:
        path: its address, see `engine.elsewhere`.
        vector: (dim,) its unit vector.
    """

    path: Path
    vector: Vector


Example = Path | Image.Image | FarExample
"""A photo to compare with: a file, in the library or not; a picture, which must not change afterwards; or
what a shared collection holds of one."""


@dataclass(frozen=True, eq=False)
class Query:
    """What a person looks for. Immutable, so that it can be handed to another thread.

    Attributes:
        drawing: what it is shaped like; strokes without ink count as none.
        like: photos it is like.
        unlike: photos it is not like.
        balance: what the photos that it is like count against the drawing: 0 the drawing alone, 1 the photos
            alone.
        within: folders, in the library's, to look in; empty for everywhere.
        strict: whether one of them that is gone is an error; else nothing is found in it.
        since: the first day of the photos to look at, None for no limit.
        until: the last day.
    """

    drawing: Drawing | None = None
    like: tuple[Example, ...] = ()
    unlike: tuple[Example, ...] = ()
    balance: float = BALANCE
    within: tuple[Path, ...] = ()
    strict: bool = True
    since: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        """Check the balance.

        Raises:
            ValueError: it is not within 0 to 1.
        """
        if not 0 <= self.balance <= 1:
            raise ValueError("the balance must be within 0 to 1")

    @property
    def has_drawing(self) -> bool:
        """Whether anything is drawn; of a picture that is taken for granted."""
        if self.drawing is None or isinstance(self.drawing, Image.Image):
            return self.drawing is not None
        return not all(stroke.eraser for stroke in self.drawing)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for: no drawing and no photo that it is like."""
        return not self.has_drawing and not self.like

    def is_by_photos(self, apart_from: Sequence[Path] = ()) -> bool:
        """Whether photos alone decide what is found, so that nothing is found by the drawing.

        Args:
            apart_from: photos that were not there yet when it was found.
        """
        return self.balance == 1 and any(one not in apart_from for one in self.like)

    @property
    def is_narrowed(self) -> bool:
        """Whether some of the library is left out."""
        return bool(self.within) or self.since is not None or self.until is not None
