"""What a training would do, and whether it can: its plan, and a step at each picture size, thrown away."""

from __future__ import annotations

from pathlib import Path

import torch

from training.config import Config
from training.data.batches import Batches
from training.data.collection import SKETCH, Collection
from training.errors import TrainingError
from training.evaluation.heldout import HeldOut
from training.fit.checkpoint import NetworkEncoder, Run
from training.fit.distributed import Ranks, Wrapped
from training.fit.guards import computing
from training.fit.guide import guide_of, read_guide
from training.fit.idle import idle_losses, must_have_something_to_do, partly_taught, undrawn
from training.fit.loop import standardise, take_step
from training.fit.precision import precision_of
from training.fit.resuming import resume
from training.fit.schedule import set_rates
from training.fit.setting_out import Origin, begin
from training.fit.start import Start
from training.fit.validation import doubts_about
from training.model.trunks import LIBRARY, fetch, weights_name


def plan(collection: Collection, config: Config, out: Path, *, weights: Origin) -> str:
    """Return what `fit` would do, in a few lines; takes a step at each size of the pictures, writes nothing.

    What a library has is not fetched, only asked for: random weights take its place.

    Raises:
        TrainingError: as `fit`.
    """
    batches = Batches(collection, config)
    must_have_something_to_do(batches)
    config, fetched = batches.config, weights == LIBRARY
    name = weights.name if isinstance(weights, Start) else weights_name(weights, config.backbone)
    imitated = read_guide(config)
    begun = resume(out, config, batches.classes, name, imitated.name if imitated else "")
    config = batches.config = begun.config if begun else config
    if fetched and begun is None:
        fetch(config.backbone, only_ask=True)
    run = begin(config, batches.classes, None if fetched else weights)
    pretrained = f"{name}, fetched when training starts" if fetched else run.pretrained
    parts = list(run.network.parameters())
    learning = sum(p.numel() for p in parts if p.requires_grad)
    every, first = sum(p.numel() for p in parts), batches[0]
    lines = [
        f"{len(batches.drawn_classes)} classes, {batches.picture_count:,} pictures",
        f"{config.steps:,} steps of about {config.step_size} images, "
        f"{config.images / batches.picture_count:.1f} epochs",
        f"first batch: {tuple(first.images.shape)}, {int((first.domains == SKETCH).sum())} sketches, "
        f"{int((first.pairs >= 0).sum())} with the photo they were drawn from",
        f"network: {every / 1e6:.1f} M parameters, {learning / 1e6:.1f} M of them learn; begins from: "
        f"{pretrained or 'random weights'}",
        f"on {run.machine}, {precision_of(config.precision, run.device)}",
        *([f"goes on after step {begun.step:,}, where {out} stands"] if begun else []),
        *undrawn(batches),
        *idle_losses(batches, run.heads.names),
        *partly_taught(batches),
        _validation(collection, run),
        *doubts_about(collection, config, learnt={*run.learnt, *(imitated.classes if imitated else ())}),
        _rehearse(run, batches, imitated),
    ]
    return "\n".join(line for line in lines if line)


def _validation(collection: Collection, run: Run) -> str:
    """Return why the run cannot be measured on the way, empty if it can, or is not to be."""
    if not run.config.validations or not collection.split["val"]:  # which `doubts_about` says
        return ""
    try:
        HeldOut.of_split(NetworkEncoder(run.averaged), collection, classes="val")
    except TrainingError as error:
        return f"It will not be validated: {error}"
    return ""


def _rehearse(run: Run, batches: Batches, imitated: Start | None) -> str:
    """Take a step at each size that the pictures will have; return what was done, in a sentence."""
    config, precision = run.config, precision_of(run.config.precision, run.device)
    guide = guide_of(imitated, config, run.device)
    last = config.steps - 1
    set_rates(run.optimizer, config, last)  # at the end all layers learn, a little
    steps = sorted({config.size_at(step): step for step in (last, 0)}.items())
    for size, step in steps:
        place = step * config.accumulate
        micro = [batches[place + n].to(run.device) for n in range(config.accumulate)]
        with computing(size):
            if config.standardised and not config.start and step == 0:
                standardise(run, batches, precision)
            take_step(run, micro, precision, guide, Wrapped(run.network, Ranks()))
    said = " and ".join(str(size) for size, _ in steps)
    if run.device.type == "cuda":
        said += f" (at most {torch.cuda.max_memory_allocated(run.device) / 2**30:.1f} GiB of the GPU)"
    return f"a step was tried at {said} pixels, and thrown away"
