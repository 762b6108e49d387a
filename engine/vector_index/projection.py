"""Vectors made short: principal components for a first look, and a bound on what they leave out.

A vector x is split into its part in the components, c, and the rest, of length r. The inner product of two
unit vectors is c1 c2 and what the rests have in common, at most r1 r2 (Cauchy and Schwarz). So what a first
look rules out by that bound need not be read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.unit_vectors import Vectors

COMPONENTS = 96
"""Of how many a short vector is made: 64 miss too much among a million photos, 128 take too much memory."""

SAMPLE = 20_000
"""From how many vectors the components are taken at most."""


@dataclass(frozen=True, eq=False)
class Projection:
    """A basis of the components.

    Attributes:
        basis: (dim, p), orthonormal columns; p = dim where nothing is left out.
        count: how many vectors there were when it was chosen.
    """

    basis: Vectors
    count: int

    @classmethod
    def whole(cls, dim: int) -> Projection:
        """Return the one that leaves vectors as they are."""
        return cls(np.eye(dim, dtype=np.float32), 0)

    @classmethod
    def of(cls, sample: Vectors, count: int, components: int = COMPONENTS) -> Projection:
        """Choose the components that keep most of (n, dim) unit vectors which stand for `count`.

        The mean is not taken off: inner products are to be kept, not distances from it.
        """
        values, axes = np.linalg.eigh(sample.T @ sample)
        kept = np.argsort(-values, kind="stable")[:components]
        return cls(np.ascontiguousarray(axes[:, kept], np.float32), count)

    @property
    def dim(self) -> int:
        """Length of the vectors it is for."""
        return len(self.basis)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return bool(self.basis.shape[1] == self.dim)

    def shorten(self, vectors: Vectors) -> tuple[Vectors, Vectors]:
        """Return (n, p) what (n, dim) unit vectors are in the components, and (n,) how long the rests are."""
        if self.is_whole:
            return vectors, np.zeros(len(vectors), np.float32)
        short = vectors @ self.basis
        rest = np.sqrt(np.maximum(1 - np.einsum("np,np->n", short, short), 0))
        return short, np.asarray(rest, np.float32)
