"""Encodes photos a handful at a time, so that the work can stand still soon after somebody asks for it."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence

import numpy as np
from PIL import Image

from engine.encoding.encoder import Encoder
from engine.unit_vectors import Vectors

BATCH = 16
"""So many photos at most are encoded, and committed, together."""

_BATCH_S = 0.4  # a batch may take so long
_HANDFUL_S = 0.15  # a handful may: between two of them the work can stand still
_FIRST = 2  # photos, before it is known how long one takes


class Handfuls:
    """Adapts itself to the machine's speed.

    Attributes:
        batch: how many photos to encode together from now on.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.batch, self._handful = BATCH, _FIRST
        self._stood_s = 0.0

    def clock(self) -> float:
        """Return seconds of a clock that stops while the work stands still."""
        return time.monotonic() - self._stood_s

    def encode(self, images: Sequence[Image.Image]) -> Generator[None, None, Vectors]:
        """Return a vector for each picture; yields before each handful, where the work may stand still."""
        parts, start = [np.empty((0, self._encoder.dim), np.float32)], 0
        while start < len(images):
            began = time.monotonic()
            yield
            self._stood_s += time.monotonic() - began
            few = images[start : start + self._handful]
            began = time.monotonic()
            parts.append(self._encoder.embed_photos(few))
            each = max((time.monotonic() - began) / len(few), 1e-6)
            self.batch = max(1, min(BATCH, int(_BATCH_S / each)))
            self._handful = max(1, min(BATCH, int(_HANDFUL_S / each)))
            start += len(few)
        return np.concatenate(parts)
