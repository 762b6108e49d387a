"""Losses that a run is set to have and that its data leave nothing to do."""

from __future__ import annotations

from torch import Tensor

from training.config import Config
from training.data.batches import Batches
from training.data.teacher import TEACHER_FILE
from training.errors import TrainingError


def idle_losses(batches: Batches, names: Tensor) -> list[str]:
    """Return a sentence for each loss that will be 0 in every batch; see `partly_taught` too.

    Args:
        batches: of the run.
        names: (classes, length), what the class names mean; rows of zeros for those unknown.
    """
    config, said = batches.config, []
    if len(batches.drawn_classes) == 1:
        said.append(
            f"The losses that tell classes apart are idle: {batches.drawn_classes[0]} is the only one here."
        )
    if config.teacher_loss:
        said += _of_teacher(batches)
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


def _of_teacher(batches: Batches) -> list[str]:
    """Return, in a sentence, that there is no teacher, or that it knows none of the photos trained on."""
    if batches.teacher is None:
        return [f"The distillation loss is idle: DATA has no {TEACHER_FILE} (see docs/training-data.md)."]
    if not batches.teacher.of_class:
        return [f"The distillation loss is idle: {TEACHER_FILE} names none of the photos trained on."]
    return []


def partly_taught(batches: Batches) -> list[str]:
    """Return, in a sentence, that the teacher knows some of the photos trained on, and not all.

    Reports of earlier versions do not say so.
    """
    if not batches.config.teacher_loss or batches.teacher is None or not batches.teacher.of_class:
        return []
    photos = batches.photos
    known = sum((photo.label, photo.name) in batches.teacher.of_photo for photo in photos)
    if known == len(photos):
        return []
    others = "the others are taught their class's average, or nothing where it knows none of the class"
    return [f"{TEACHER_FILE} knows {known:,} of the {len(photos):,} photos trained on: {others}."]


def undrawn(batches: Batches) -> list[str]:
    """Return, in a sentence, how many classes no batch shows; nothing where all are shown."""
    count, drawn = len(batches.classes), len(batches.drawn_classes)
    if count == drawn:
        return []
    alone = "photos alone" if batches.config.batch_sketch_only else "photos, or sketches, alone"
    return [f"{count - drawn} of {count} classes teach nothing: balanced batches show none of {alone}."]


def must_have_something_to_do(batches: Batches) -> None:
    """Refuse a run of one class whose losses all tell classes apart, or are idle.

    Raises:
        TrainingError: it is one.
    """
    config, pairs = batches.config, batches.has_pairs
    others = (
        config.pair_loss and pairs,
        needs_own_photos(config) and pairs,
        config.teacher_loss and batches.teacher is not None and batches.teacher.of_class,
        config.guide and config.guide_loss,
    )
    if len(batches.drawn_classes) == 1 and not any(others):
        raise TrainingError(
            f"All that could be learned from is of one class, {batches.drawn_classes[0]}, and no loss has "
            "anything to do: add a second class to DATA, or sketches named after their photos."
        )


def needs_own_photos(config: Config) -> bool:
    """Tell whether a loss compares a sketch with the very photo it was drawn from and with others."""
    return bool((config.dat and config.triplet == "instance") or config.separation_loss or config.patch_loss)
