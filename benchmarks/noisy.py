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


def read_embeddings(file: Path, dim: int) -> tuple[Vectors, Vectors]:
    """Return (n, dim) vectors of photos and (m, dim) of drawings, the arrays named "sketch" or "quick"."""
    with np.load(file) as arrays:
        rows = {name: arrays[name] for name in sorted(arrays) if arrays[name].shape[1:] == (dim,)}
    none, drawn = (
        np.empty((0, dim), np.float32),
        {name for name in rows if "sketch" in name or "quick" in name},
    )
    photos = np.concatenate([none, *(rows[name] for name in rows if name not in drawn)])
    return unit(photos), unit(np.concatenate([none, *(rows[name] for name in rows if name in drawn)]))


def make_others(known: Vectors, count: int, rng: np.random.Generator) -> Vectors:
    """Return (count, dim) unit vectors: some of those known, (n, dim), chosen at random, with noise."""
    chosen = known[rng.integers(0, len(known), count)]
    noise = rng.choice(NOISE, size=(count, 1)) * rng.standard_normal(chosen.shape)
    return unit((chosen + noise).astype(np.float32))


class NoisyEncoder(Encoder):
    """Encodes drawings, and the first photos; the vectors of photos after them are these with noise.

    Attributes:
        made: how many vectors were made so.
    """

    def __init__(self, path: Path | str, *, encoded: int = 1, vectors: Path | None = None) -> None:
        """Load a model.

        Args:
            path: of the model.
            encoded: how many photos it encodes, one at least.
            vectors: a file of vectors by this model, as of `read_embeddings`. With it no photos are encoded:
                the first ones get those of its photos, and what comes after is made of them.
        """
        super().__init__(path)
        self._wanted = max(encoded, 1) if vectors is None else 0
        none = np.empty((0, self.dim), np.float32)
        self._known = none if vectors is None else read_embeddings(vectors, self.dim)[0]
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
        return make_others(self._known, count, self._rng)
