"""How a run sets out: taken up where a checkpoint left it, or begun; and what people are told then."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from training.config import Config
from training.data.batches import Batches
from training.data.collection import Collection
from training.data.protocols import digits_of
from training.errors import TrainingError
from training.fit.checkpoint import Run
from training.fit.distributed import Ranks
from training.fit.guide import read_guide
from training.fit.idle import idle_losses, partly_taught, undrawn
from training.fit.resuming import resume
from training.fit.sources import find_changed, sources_of
from training.fit.start import Start
from training.fit.validation import doubts_about, note_classes
from training.model.texts import text_vectors
from training.model.trunks import weights_name

_log = logging.getLogger(__name__)

Origin = Path | str | Start | None
"""What a training begins from: a trunk's pretrained weights, as `trunks.build` has them, or a network."""


def take_up(
    collection: Collection, batches: Batches, out: Path, ranks: Ranks, weights: Origin
) -> tuple[Run, Start | None]:
    """Return the run that `out` holds, or one at step 0, and the network that it imitates.

    The settings of the batches become the run's, whose epochs may have come to other images.

    Raises:
        TrainingError: as of `training.fit.resuming.resume` and `begin`; or the processes do not see the same
            checkpoint.
    """
    config = batches.config
    name = weights.name if isinstance(weights, Start) else weights_name(weights, config.backbone)
    imitated = read_guide(config)
    guide = imitated.name if imitated else ""
    run = resume(out, config, batches.classes, name, guide) or begin(config, batches.classes, weights)
    batches.config = run.config
    note_classes(run, collection)
    data = digits_of(collection)
    if ranks.first and run.data and run.data != data:
        _log.warning(
            "The pictures or the split have changed since this training began: it goes on with those of now."
        )
    run.data = run.data or data
    run.guide, run.guide_classes = guide, imitated.classes if imitated else ()
    sources = sources_of(batches, imitated)
    if ranks.first and (others := find_changed(run.sources, sources)):
        _log.warning(
            "What is read for %s has changed since this training began: it goes on with that of now.",
            ", ".join(others),
        )
    run.sources = sources | run.sources
    if not ranks.agree(run.step):
        raise TrainingError(
            f"The processes do not find the same checkpoint: {out} must be one folder for all."
        )
    return run, imitated


def begin(config: Config, classes: Sequence[str], weights: Origin) -> Run:
    """Return a run at step 0."""
    if isinstance(weights, Start) and config.classifier == "text":
        raise TrainingError("--classifier text needs a library's weights to begin from, not --start.")
    if isinstance(weights, Start):
        run = weights.begin(config, classes)
    elif config.start:
        raise TrainingError("--start is for fit: these runs begin from pretrained weights.")
    else:
        run = Run(config, classes, weights)
        if config.classifier == "text":
            texts = text_vectors(config.backbone, weights, classes)
            if texts.shape[1] != config.dim:
                raise TrainingError(f"--classifier text needs embeddings of --dim {texts.shape[1]} numbers.")
            run.heads.texts.copy_(texts)
    run.network.require_sides()
    if not any(parameter.requires_grad for parameter in run.network.parameters()):
        raise TrainingError(
            "Nothing in the network learns: --tuning none needs layers of its own, as --projected true has."
        )
    return run


def tell(run: Run, collection: Collection, batches: Batches) -> None:
    """Log what the run will do, and warn of what it cannot learn from its data."""
    config = run.config
    _log.info("%d steps of about %d images on %s", config.steps, config.step_size, run.device)
    if run.step:
        _log.info("Goes on after step %d of %d.", run.step, config.steps)
    _log.info("%s, begins from: %s", config.backbone, run.pretrained or "random weights")
    for reason in undrawn(batches):
        _log.info("%s", reason)
    if config.name_loss:
        known = int(run.heads.names.any(dim=1).sum())
        _log.info("%d of %d class names are in the table of their vectors", known, len(run.classes))
    doubted = doubts_about(collection, config, learnt=run.learnt)
    for reason in (*idle_losses(batches, run.heads.names), *partly_taught(batches), *doubted):
        _log.warning("%s", reason)
