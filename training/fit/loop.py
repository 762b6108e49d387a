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

from training.atomic_files import write_atomically
from training.config import Config
from training.data.batch import Batch
from training.data.batches import Batches
from training.data.collection import PHOTO, SKETCH, Collection
from training.data.feed import Feed
from training.errors import TrainingError
from training.fit.checkpoint import Run
from training.fit.distributed import Ranks, Wrapped, join, refuse_what_cannot_be
from training.fit.guards import FiniteCheck, clip_gradients, computing, first_line, too_little_memory
from training.fit.guide import guide_of
from training.fit.idle import must_have_something_to_do, needs_own_photos
from training.fit.log import Meter
from training.fit.objective import objective
from training.fit.precision import allow_tf32, autocast, precision_of, require_scale
from training.fit.progress import Progress
from training.fit.resuming import alone_in
from training.fit.schedule import set_rates
from training.fit.setting_out import Origin, take_up, tell
from training.fit.validation import validate
from training.fit.watching import MetricWriter, TensorBoard, WeightsAndBiases
from training.model import Network

_log = logging.getLogger(__name__)

CONFIG = "config.json"

_LOG_EVERY = 10  # steps
_SAVE_EVERY = 120.0  # seconds
_CLIP = 5.0  # largest norm of the gradient
_LOOKED_AT = 4  # batches whose features set where the projection starts
_CENTRE_DECAY = 0.98  # of the running mean of the embeddings, a step


def fit(collection: Collection, config: Config, out: Path, *, weights: Origin, held: bool = False) -> Run:
    """Train a run to its end, from where a checkpoint in `out` left it.

    Writes the checkpoint, the settings and a CSV log of losses and validations into `out`. Started by
    `torchrun`, the processes share each batch; the first one writes.

    Args:
        collection: the data.
        config: the settings.
        out: the folder.
        weights: what it begins from.
        held: whether the caller holds the right to train in `out`, see `alone_in`; else it is taken here.

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
        with alone_in(out) if ranks.first and not held else contextlib.nullcontext():
            return _fit(collection, batches, out, ranks, weights)
    except torch.cuda.OutOfMemoryError as error:
        raise too_little_memory() from error
    except RuntimeError as error:  # of PyTorch and its GPUs
        raise TrainingError(f"Training stopped: {first_line(error)}") from error


def _fit(collection: Collection, batches: Batches, out: Path, ranks: Ranks, weights: Origin) -> Run:
    run, imitated = take_up(collection, batches, out, ranks, weights)
    config = batches.config
    prepare(run, ranks)
    precision = precision_of(config.precision, run.device)
    guide = guide_of(imitated, config, run.device)
    if run.step == 0 and config.standardised and not config.start:
        with computing(config.size_at(0)):
            standardise(run, batches, precision)
    if ranks.first:
        run.drop_best(out)
        write_settings(run, out)
        tell(run, collection, batches)
    checks = {round(config.steps * (n + 1) / config.validations) for n in range(config.validations)}
    writers = _writers(config, out, run.step) if ranks.first else []
    meter = Meter(out, step=run.step, writers=writers, pending=run.unlogged) if ranks.first else None
    started, before = time.monotonic(), run.minutes
    saved = started
    batches.rows = ranks.rows if ranks.size > 1 else None
    feed = Feed(batches.loader(run.step * config.accumulate, pin=run.device.type == "cuda"))
    wrapped = Wrapped(run.network, ranks)
    watch = FiniteCheck(ranks, at_once=run.device.type == "cpu")
    with Progress(config.steps, initial=run.step, shown=ranks.first) as progress:
        ended = ranks.say(out_of_patience(run))
        while run.step < config.steps and not ended:
            set_rates(run.optimizer, config, run.step)
            some = [batch.to(run.device) for batch in islice(feed, config.accumulate)]
            micro = [ranks.whole(batch, on_host=needs_own_photos(config)) for batch in some]
            with computing(config.size_at(run.step)):
                parts = take_step(run, micro, precision, guide, wrapped, watch)
            run.step += 1
            run.minutes = before + (time.monotonic() - started) / 60
            progress.update()
            last, due = run.step == config.steps, run.step in checks and collection.split["val"]
            logged = run.step % _LOG_EVERY == 0 or last
            if logged or due:
                watch.look()
                require_scale(run.scaler, run.step)
            if meter is not None:
                meter.add(run.step, parts)
                if logged:
                    progress.tell(meter.write(waiting=feed.share))
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
        _tell_the_end(run, waiting=feed.share)
    ranks.wait()
    return run


def _tell_the_end(run: Run, *, waiting: float) -> None:
    if run.step < run.config.steps:
        _log.info("Ended at step %d: the best validation was after step %d", run.step, run.best_step)
    _log.info("%.0f%% of the time was spent waiting for pictures", 100 * waiting)


def _writers(config: Config, out: Path, step: int) -> list[MetricWriter]:
    """Return what the settings want the figures to be shown by."""
    found: list[MetricWriter] = []
    if config.tensorboard:
        found.append(TensorBoard(out, step=step))
    if config.wandb:
        found.append(WeightsAndBiases(out, config.wandb, config.as_dict()))
    return found


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
