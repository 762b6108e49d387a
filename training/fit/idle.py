"""Losses that a run is set to have and that its data leave nothing to do."""

from __future__ import annotations

from torch import Tensor

from training.config import Config
from training.data.batches import Batches
from training.data.teacher import TEACHER_FILE


def idle_losses(batches: Batches, names: Tensor) -> list[str]:
    """Return a sentence for each loss that will be 0 in every batch.

    Args:
        batches: of the run.
        names: (classes, length), what the class names mean; rows of zeros for those unknown.
    """
    config, said = batches.config, []
    if config.teacher_loss and batches.teacher is None:
        said.append(f"The distillation loss is idle: DATA has no {TEACHER_FILE} (see docs/training-data.md).")
    elif config.teacher_loss and batches.teacher is not None and not batches.teacher.of_class:
        said.append(f"The distillation loss is idle: {TEACHER_FILE} names none of the photos trained on.")
    if config.name_loss and int(names.any(dim=1).sum()) < 2:
        said.append(
            "The class-name loss is idle: fewer than two of the class names are known (see "
            "docs/training-data.md)."
        )
    if config.pair_loss and not batches.has_pairs:
        said.append("The contrast of pairs is idle: no batch has a sketch with the photo it was drawn from.")
    if needs_own_photos(config) and not batches.has_pairs:
        said.append("The losses of single photos are idle: no batch has a sketch with its own photo.")
    if config.teacher_loss and config.teacher_names and batches.teacher and not batches.teacher.raised:
        said.append("--teacher-names does nothing: none of the class names has a likeness to ImageNet's.")
    return said


def needs_own_photos(config: Config) -> bool:
    """Tell whether a loss compares a sketch with the very photo it was drawn from and with others."""
    return bool((config.dat and config.triplet == "instance") or config.separation_loss or config.patch_loss)
