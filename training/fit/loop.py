"""One training run, read top to bottom: set up, then schedule, step, log, validate, checkpoint."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import torch
from timm.layers.norm_act import convert_sync_batchnorm
from torch import Tensor
from tqdm import tqdm

from training.atomic_files import write_atomically
from training.config import Config
from training.data.batch import Batch
from training.data.batches import Batches
from training.data.collection import PHOTO, SKETCH, Collection
from training.data.feed import Feed
from training.data.protocols import digits_of
from training.errors import TrainingError
from training.fit.checkpoint import Run, weights_name
from training.fit.distributed import Ranks, Wrapped, join, refuse_what_cannot_be
from training.fit.guards import FiniteCheck, clip_gradients, computing, first_line, too_little_memory
from training.fit.guide import guide_of, read_guide
from training.fit.idle import idle_losses, must_have_something_to_do, needs_own_photos, undrawn
from training.fit.log import Meter
from training.fit.objective import objective
from training.fit.precision import allow_tf32, autocast, precision_of, require_scale
from training.fit.resuming import alone_in, resume
from training.fit.schedule import set_rates
from training.fit.sources import changed, sources_of
from training.fit.start import Start
from training.fit.validation import doubts_about, held_back, note_classes, validate
from training.fit.watching import MetricWriter, TensorBoard, WeightsAndBiases
from training.model import Network
from training.model.texts import text_vectors

_log = logging.getLogger(__name__)

CONFIG = "config.json"

_LOG_EVERY = 10  # steps
_SAVE_EVERY = 120.0  # seconds
_CLIP = 5.0  # largest norm of the gradient
_LOOKED_AT = 4  # batches whose features set where the projection starts
_CENTRE_DECAY = 0.98  # of the running mean of the embeddings, a step


Origin = Path | str | Start | None
"""What a training begins from: a trunk's pretrained weights, as `trunks.build` has them, or a network."""


def fit(collection: Collection, config: Config, out: Path, *, weights: Origin) -> Run:
    """Train a run to its end, from where a checkpoint in `out` left it.

    Writes the checkpoint, the settings and a CSV log of losses and validations into `out`. Started by
    `torchrun`, the processes share each batch; the first one writes.

    Raises:
        TrainingError: a checkpoint of other settings or classes lies in `out`, or another training is at work
            there, no loss has anything to do, the processes do not see the same checkpoint, a step cannot be
            computed, for want of memory for one, or a loss, a gradient or a weight is not finite: the last
            checkpoint then stays as it is.
    """
    out.mkdir(parents=True, exist_ok=True)
    refuse_what_cannot_be(
        config.device, batch_norm=config.batch_norm, pairs=bool(config.relation_loss or config.patch_loss)
    )
    ranks, device = join(config.device)
    batches = Batches(collection, replace(config, device=device))
    must_have_something_to_do(batches)
    try:
        with alone_in(out) if ranks.first else contextlib.nullcontext():
            return _fit(collection, batches, out, ranks, weights)
    except torch.cuda.OutOfMemoryError as error:
        raise too_little_memory() from error
    except RuntimeError as error:  # of PyTorch and its GPUs
        raise TrainingError(f"Training stopped: {first_line(error)}") from error


def _fit(collection: Collection, batches: Batches, out: Path, ranks: Ranks, weights: Origin) -> Run:
    config = batches.config
    name = weights.name if isinstance(weights, Start) else weights_name(weights)
    imitated = read_guide(config)
    guide_name = imitated.name if imitated else ""
    run = resume(out, config, batches.classes, name, guide_name) or begin(config, batches.classes, weights)
    config = batches.config = run.config
    note_classes(run, collection)
    data = digits_of(collection)
    if ranks.first and run.data and run.data != data:
        _log.warning(
            "The pictures or the split have changed since this training began: it goes on with those of now."
        )
    run.data = run.data or data
    run.guide, run.guide_classes = guide_name, imitated.classes if imitated else ()
    sources = sources_of(batches, imitated)
    if ranks.first and (others := changed(run.sources, sources)):
        _log.warning(
            "What is read for %s has changed since this training began: it goes on with that of now.",
            ", ".join(others),
        )
    run.sources = sources | run.sources
    if not ranks.agree(run.step):
        raise TrainingError(
            f"The processes do not find the same checkpoint: {out} must be one folder for all."
        )
    prepare(run, ranks)
    precision = precision_of(config.precision, run.device)
    guide = guide_of(imitated, config, run.device)
    if run.step == 0 and config.standardised and not config.start:
        with computing(config.size_at(0)):
            standardise(run, batches, precision)
    if ranks.first:
        run.drop_best(out)
        write_settings(run, out)
        _log.info("%d steps of about %d images on %s", config.steps, config.step_size, run.device)
        _log.info("%s, begins from: %s", config.backbone, run.pretrained or "random weights")
        for reason in (*held_back(collection, config), *undrawn(batches)):
            _log.info("%s", reason)
        if config.name_loss:
            known = int(run.heads.names.any(dim=1).sum())
            _log.info("%d of %d class names are in the table of their vectors", known, len(run.classes))
        doubted = doubts_about(collection, config, learnt=run.learnt)
        for reason in (*idle_losses(batches, run.heads.names), *doubted):
            _log.warning("%s", reason)
    checks = {round(config.steps * (n + 1) / config.validations) for n in range(config.validations)}
    meter = None
    if ranks.first:
        meter = Meter(out, step=run.step, writers=_writers(config, out, run.step), pending=run.unlogged)
    started, before = time.monotonic(), run.minutes
    saved = started
    batches.rows = ranks.rows if ranks.size > 1 else None
    feed = Feed(batches.loader(run.step * config.accumulate, pin=run.device.type == "cuda"))
    wrapped = Wrapped(run.network, ranks)
    watch = FiniteCheck(ranks, at_once=run.device.type == "cpu")
    bar = tqdm(total=config.steps, initial=run.step, unit="step", smoothing=0.05, disable=not ranks.first)
    with bar:
        ended = ranks.say(out_of_patience(run))
        while run.step < config.steps and not ended:
            set_rates(run.optimizer, config, run.step)
            some = [batch.to(run.device) for batch in islice(feed, config.accumulate)]
            micro = [ranks.whole(batch, on_host=needs_own_photos(config)) for batch in some]
            with computing(config.size_at(run.step)):
                parts = take_step(run, micro, precision, guide, wrapped, watch)
            run.step += 1
            run.minutes = before + (time.monotonic() - started) / 60
            bar.update()
            last, due = run.step == config.steps, run.step in checks and collection.split["val"]
            logged = run.step % _LOG_EVERY == 0 or last
            if logged or due:
                watch.look()
                require_scale(run.scaler, run.step)
            if meter is not None:
                meter.add(run.step, parts)
                if logged:
                    means = meter.write(waiting=feed.share)
                    bar.set_postfix_str(" ".join(f"{name} {value:.2f}" for name, value in means.items()))
                if due and (measured := validate(run, collection, precision)):
                    meter.write_validation(run.step, measured)
                    run.save_best(out)
                overdue = (logged or watch.at_once) and time.monotonic() - saved > _SAVE_EVERY
                if due or last or overdue:
                    run.unlogged = meter.pending()
                    run.save(out)
                    saved = time.monotonic()
            if due:
                ended = ranks.say(out_of_patience(run))
    if meter is not None:
        meter.close()
        if run.step < config.steps:
            _log.info("Ended at step %d: the best validation was after step %d", run.step, run.best_step)
        _log.info("%.0f%% of the time was spent waiting for pictures", 100 * feed.share)
    ranks.wait()
    return run


def _writers(config: Config, out: Path, step: int) -> list[MetricWriter]:
    """Return what the settings want the figures to be shown by."""
    found: list[MetricWriter] = []
    if config.tensorboard:
        found.append(TensorBoard(out, step=step))
    if config.wandb:
        found.append(WeightsAndBiases(out, config.wandb, config.as_dict()))
    return found


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


def out_of_patience(run: Run) -> bool:
    """Tell whether as many validations as the settings allow went by without a better one."""
    return 0 < run.config.patience <= run.since_best


def write_settings(run: Run, out: Path, members: Sequence[Config] = ()) -> None:
    """Write into `out` how a run is trained, for people and `--config`; of a mean, how each member was."""
    said = {**run.config.as_dict(), "pretrained": run.pretrained}
    if run.members:
        told = [{**one, "config": config.as_dict()} for one, config in zip(run.members, members, strict=True)]
        said = {"mean_of": told, "pretrained": run.pretrained}
    write_atomically(out / CONFIG, json.dumps(said, indent=1) + "\n")


def prepare(run: Run, ranks: Ranks) -> None:
    """Set a GPU up as the settings say, and make batch statistics those of the whole batch."""
    cuda = run.device.type == "cuda"
    if cuda and run.config.deterministic:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.backends.cudnn.deterministic = True
        torch.use_deterministic_algorithms(True, warn_only=True)
    elif cuda:
        torch.backends.cudnn.benchmark = True
    if cuda:
        allow_tf32(run.config.precision == "tf32")
    if ranks.size > 1 and run.config.batch_norm == "train":
        # timm's own way keeps the activations that are in some of its norms
        run.network = convert_sync_batchnorm(run.network)  # type: ignore[no-untyped-call]


@torch.no_grad()
def standardise(run: Run, batches: Batches, precision: torch.dtype) -> None:
    """Let the projection start from standardised features of the first batches."""
    looked = [batches[step].to(run.device) for step in range(min(_LOOKED_AT, len(batches)))]
    side = looked[0].images.shape[-1]  # a short run may grow its pictures among these
    looked = [batch for batch in looked if batch.images.shape[-1] == side]
    images = run.network.normalise(torch.cat([batch.images for batch in looked]))
    with autocast(run.device, precision):
        run.network.standardise(
            images.to(memory_format=torch.channels_last), torch.cat([batch.domains for batch in looked])
        )
    run.averaged.load_state_dict(run.network.state_dict())


def take_step(
    run: Run,
    micro: Sequence[Batch],
    precision: torch.dtype,
    guide: Network | None,
    wrapped: Wrapped,
    watch: FiniteCheck | None = None,
) -> dict[str, Tensor]:
    """Take one optimiser step over the mean gradient of some batches; return each mean loss and the total.

    Without a watch, losses and gradients are looked at before the step. What dropout leaves out is a matter
    of seed and step alone, so that a run that goes on leaves out the same. In fp16 gradients may be infinite:
    such a step is left out, and the next ones are scaled by less.

    Raises:
        TrainingError: a loss or a gradient is not finite, in any process; the step is not taken.
    """
    watch = watch or FiniteCheck(wrapped.ranks)
    torch.manual_seed(random.Random(f"{run.config.seed}/{run.step}/dropout").getrandbits(32))
    run.network.train()
    run.optimizer.zero_grad(set_to_none=True)
    sums: dict[str, Tensor] = {}
    for number, batch in enumerate(micro, start=1):
        last = number == len(micro)
        with contextlib.nullcontext() if last else wrapped.no_sync():
            parts, unit = objective(run, batch, precision, guide, wrapped)
            total = torch.stack(list(parts.values())).sum()
            run.scaler.scale(total / len(micro)).backward()  # type: ignore[no-untyped-call]
        _centre(run, unit.detach(), batch.domains)
        for name, value in {**parts, "total": total}.items():
            sums[name] = sums.get(name, 0) + value.detach() / len(micro)
    run.scaler.unscale_(run.optimizer)
    norms = clip_gradients(run.network.parameters(), run.heads.parameters(), _CLIP)
    named = {name if name == "total" else f"loss {name}": value for name, value in sums.items()}
    watch.note(named if run.scaler.is_enabled() else named | norms, run.step + 1)
    run.scaler.step(run.optimizer)
    run.scaler.update()
    _average(run)
    return sums


def _average(run: Run) -> None:
    """Move the averaged weights a little towards the current ones; faster at first."""
    run.averaged.follow(run.network, run.step, run.config.averaging)


@torch.no_grad()
def _centre(run: Run, unit: Tensor, domains: Tensor) -> None:
    """Keep track of the mean embedding, in which sketches and photos count equally."""
    of = torch.stack([domains == domain for domain in (SKETCH, PHOTO)]).to(unit.dtype)
    counts = of.sum(dim=1, keepdim=True)
    mean = (of @ unit / counts.clamp(min=1)).sum(dim=0) / (counts > 0).sum()
    decay = min(_CENTRE_DECAY, (1 + run.step) / (10 + run.step))
    run.network.centre.lerp_(mean, 1 - decay)
