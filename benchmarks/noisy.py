"""An encoder for large libraries: it encodes some photos, and makes the vectors of the others of theirs."""

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

    def __init__(self, path: Path | str, *, encoded: int) -> None:
        """Load a model that encodes so many photos, one at least."""
        super().__init__(path)
        self._wanted, self._known, self.made = max(encoded, 1), np.empty((0, self.dim), np.float32), 0
        self._rng = np.random.default_rng(0)

    def embed_photos(self, images: Sequence[Image.Image]) -> Vectors:
        """Return (n, dim) unit vectors of n photos, or what stands for them."""
        count = min(max(self._wanted - len(self._known), 0), len(images))
        rows = super().embed_photos(images[:count])
        self._known = np.concatenate([self._known, rows])
        return np.concatenate([rows, self._others(len(images) - count)])

    def _others(self, count: int) -> Vectors:
        self.made += count
        chosen = self._known[self._rng.integers(0, len(self._known), count)]
        noise = self._rng.choice(NOISE, size=(count, 1)) * self._rng.standard_normal(chosen.shape)
        return unit((chosen + noise).astype(np.float32))
