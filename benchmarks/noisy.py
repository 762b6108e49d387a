"""An encoder for large libraries: it makes the vectors of most photos of those of some others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from engine.encoding.encoder import Encoder
from engine.unit_vectors import Vectors, unit

NOISE = (0.002, 0.01, 0.03)
"""Of one component: near-duplicates, the same scene, the same kind of thing."""


class NoisyEncoder(Encoder):
    """Encodes drawings, and the first photos; the vectors of photos after them are these with noise.

    Attributes:
        made: how many vectors were made so.
    """

    def __init__(self, path: Path | str, *, encoded: int = 1, known: Vectors | None = None) -> None:
        """Load a model.

        Args:
            path: of the model.
            encoded: how many photos it encodes, one at least.
            known: (n, dim) vectors by this model. With them it encodes no photos: the first n get these, and
                what comes after is made of them.
        """
        super().__init__(path)
        self._wanted = max(encoded, 1) if known is None else 0
        self._known = np.empty((0, self.dim), np.float32) if known is None else unit(known)
        self._as_known, self.made = len(self._known), 0
        self._rng = np.random.default_rng(0)

    def embed_photos(self, images: Sequence[Image.Image]) -> Vectors:
        """Return (n, dim) unit vectors of n photos, or what stands for them."""
        count = min(self._wanted, len(images))
        rows = super().embed_photos(images[:count])
        self._wanted -= count
        self._known = np.concatenate([self._known, rows])
        given = self._known[len(self._known) - self._as_known :][: len(images) - count]
        self._as_known -= len(given)
        return np.concatenate([rows, given, self._others(len(images) - count - len(given))])

    def _others(self, count: int) -> Vectors:
        self.made += count
        chosen = self._known[self._rng.integers(0, len(self._known), count)]
        noise = self._rng.choice(NOISE, size=(count, 1)) * self._rng.standard_normal(chosen.shape)
        return unit((chosen + noise).astype(np.float32))
