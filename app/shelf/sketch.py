"""A drawing as a value, without its history: what can be kept, and laid on the paper again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.drawing import Stroke


@dataclass(frozen=True, eq=False)
class Sketch:
    """What is on the paper.

    Attributes:
        strokes: in drawing order.
        picture: what lies under them, as a PNG file's bytes; None for white paper.
        place: the picture's left and top edge and its side, in unit coordinates.
    """

    strokes: tuple[Stroke, ...] = ()
    picture: bytes | None = None
    place: tuple[float, float, float] = (0.0, 0.0, 1.0)

    @property
    def ink(self) -> float:
        """How much line there is, in paper sides; a picture counts as a whole drawing."""
        drawn = sum(stroke.length for stroke in self.strokes if not stroke.eraser)
        return drawn + (self.picture is not None)

    def continues(self, other: Sketch) -> bool:
        """Return whether this is the other drawing, perhaps with more drawn over it."""
        if (self.picture, self.place) != (other.picture, other.place) or len(self.strokes) < len(
            other.strokes
        ):
            return False
        return all(_same(one, another) for one, another in zip(self.strokes, other.strokes, strict=False))


def _same(one: Stroke, other: Stroke) -> bool:
    """Return whether two strokes are one, perhaps written to a file meanwhile."""
    return (
        one.eraser == other.eraser
        and abs(one.width - other.width) < 1e-4
        and one.points.shape == other.points.shape
        and bool(np.allclose(one.points, other.points, atol=1e-4))
    )
