"""A file of a gallery, as it comes there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False, slots=True)
class GalleryPhoto:
    """A file to be found.

    Attributes:
        name: relative.
        content: the number of what it contains.
        vector: that content's; None if the gallery has it already.
        taken: its date, see `engine.pictures.dates`.
        by_camera: whether its camera tells that.
    """

    name: bytes
    content: int
    vector: NDArray[np.float32] | None
    taken: int = 0
    by_camera: bool = False
