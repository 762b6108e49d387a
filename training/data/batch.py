"""What a step trains on, as tensors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True)
class Batch:
    """Tensors of one step; n pictures, of which one of several processes may hold some.

    Attributes:
        images: (n, 3, size, size) uint8; of a part, those of the process's own rows alone.
        labels: (n,) int64, index into the run's classes.
        domains: (n,) int64, SKETCH or PHOTO.
        pairs: (n,) int64, place of the photo a sketch was drawn from, or -1.
        photos: (n,) int64, equal where two places show the same photo; -1 for sketches.
        teacher: (n, 1000) float32 distributions; rows of zeros where the teacher says nothing.
        part: whether other processes hold the other images. Where one of those could not be read, labels,
            pairs, photos and teacher say here what was meant to be in its place.
        host: labels, domains, pairs and photos where a processor reads them without waiting for a GPU; None
            while the batch itself lies there.
    """

    images: Tensor
    labels: Tensor
    domains: Tensor
    pairs: Tensor
    photos: Tensor
    teacher: Tensor
    part: bool = False
    host: tuple[Tensor, Tensor, Tensor, Tensor] | None = None

    @property
    def on_host(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Labels, domains, pairs and photos, to be read by the processor."""
        return self.host or (self.labels, self.domains, self.pairs, self.photos)

    def pin_memory(self) -> Batch:
        """Return the batch in memory that a GPU can copy from while it computes; PyTorch's loader asks."""
        return replace(self._each(lambda tensor: tensor.pin_memory()), host=None)

    def to(self, device: torch.device) -> Batch:
        """Return the batch on a device."""
        return self._each(lambda tensor: tensor.to(device, non_blocking=True))

    def _each(self, change: Callable[[Tensor], Tensor]) -> Batch:
        tensors = (self.images, self.labels, self.domains, self.pairs, self.photos, self.teacher)
        images, labels, domains, pairs, photos, teacher = map(change, tensors)
        return Batch(images, labels, domains, pairs, photos, teacher, self.part, self.on_host)
