"""One training run, read top to bottom: set up, then schedule, step, log, validate, checkpoint."""

from __future__ import annotations

import copy
import csv
import logging
import math
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from tqdm import tqdm

from engine.preprocess import photo_square, sketch_square
from training import losses
from training.batches import Batch, Batches
from training.config import Config, TrainingError
from training.data import PHOTO, SKETCH, Collection, Teacher
from training.evaluate import Vectors, evaluate
from training.model import Embedder, Heads, Network, trunks

_log = logging.getLogger(__name__)

CHECKPOINT = "checkpoint.pt"
LOG = "log.csv"

_LOG_EVERY = 10  # steps
_SAVE_EVERY = 100  # steps
_CLIP = 5.0  # largest norm of the gradient
_LOOKED_AT = 4  # batches whose features set where the projection starts
_CENTRE_DECAY = 0.98  # of the running mean of the embeddings, a step


class Run:
    """The state of a run: networks, optimiser, step, and what was measured so far."""

    def __init__(self, config: Config, classes: Sequence[str], weights: Path | str | None = None) -> None:
        """Build everything at step 0; `weights` are the trunk's, see `trunks.build`."""
        torch.manual_seed(config.seed)
        self.config, self.classes, self.step = config, tuple(classes), 0
        self.device = _device(config.device)
        self.pretrained = weights.name if isinstance(weights, Path) else weights or ""
        self.machine = _device_name(self.device)
        self.minutes = 0.0
        self.validation: list[dict[str, Any]] = []
        self.network = Network(config, weights).to(memory_format=torch.channels_last)
        self.network.to(self.device)
        self.heads = Heads(config.dim, len(classes), Teacher.CLASSES).to(self.device)
        self.averaged = copy.deepcopy(self.network).requires_grad_(False)
        self.optimizer = torch.optim.AdamW(self._groups(), weight_decay=config.weight_decay)

    def _groups(self) -> list[dict[str, Any]]:
        """Return the parameters by learning rate."""
        config, heads = self.config, self.heads
        parts: dict[str, list[nn.Parameter]] = {"trunk": [], "fusion": [], "project": []}
        for name, parameter in self.network.named_parameters():
            if parameter.requires_grad:
                parts[name.split(".")[2]].append(parameter)  # towers.0.trunk...
        groups = [
            (parts["trunk"], config.backbone_rate, bool(self.pretrained)),
            (parts["fusion"], config.attention_rate, False),
            ([*parts["project"], *heads.classify.parameters()], config.head_rate, False),
            (list(heads.teach.parameters()), config.head_rate, False),
            ([heads.proxies], config.proxy_rate, False),
        ]
        return [
            {"params": params, "lr": rate, "rate": rate, "pretrained": pretrained}
            for params, rate, pretrained in groups
            if params
        ]

    def save(self, folder: Path) -> None:
        """Write the checkpoint, whole or not at all; it loads with `weights_only`."""
        state = {
            "config": self.config.as_dict(),
            "classes": list(self.classes),
            "step": self.step,
            "minutes": self.minutes,
            "pretrained": self.pretrained,
            "machine": self.machine,
            "validation": self.validation,
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "heads": self.heads.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        temporary = folder / f"{CHECKPOINT}.new"
        with temporary.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, folder / CHECKPOINT)

    @classmethod
    def load(cls, folder: Path, *, device: str | None = None) -> Run:
        """Return the run a folder holds.

        Raises:
            TrainingError: there is none, or it cannot be read.
        """
        file = folder / CHECKPOINT
        if not file.is_file():
            raise TrainingError(f"{folder} holds no run: there is no {CHECKPOINT} in it.")
        try:
            state = torch.load(file, map_location="cpu", weights_only=True)
            values = {**state["config"], **({"device": device} if device else {})}
            run = cls(Config.from_dict(values), state["classes"])
            for name in ("network", "averaged", "heads", "optimizer"):
                getattr(run, name).load_state_dict(state[name])
        except TrainingError:
            raise
        except Exception as error:  # unpickling raises what it likes
            raise TrainingError(f"The checkpoint {file} cannot be read.") from error
        run.step, run.minutes, run.pretrained = state["step"], state["minutes"], state["pretrained"]
        run.validation, run.machine = state["validation"], state["machine"]
        return run


class NetworkEncoder:
    """A network behind the methods of engine.Encoder, for measuring a run before it is exported."""

    def __init__(self, network: Network, *, precision: torch.dtype = torch.float32) -> None:
        self._embedder = Embedder(network).eval()
        self._size, self._precision = network.config.input_size, precision

    def embed_sketches(self, images: Sequence[Image.Image]) -> Vectors:
        """Return (n, d) unit rows."""
        return self._embed([sketch_square(image, self._size) for image in images], SKETCH)

    def embed_photos(self, images: Sequence[Image.Image]) -> Vectors:
        """Return (n, d) unit rows."""
        return self._embed([photo_square(image, self._size) for image in images], PHOTO)

    @torch.inference_mode()
    def _embed(self, squares: Sequence[Image.Image], domain: int) -> Vectors:
        network = self._embedder.network
        pixels = np.stack([np.asarray(square.convert("RGB")) for square in squares]).transpose(0, 3, 1, 2)
        images = network.normalised(torch.from_numpy(pixels.copy()).to(network.mean.device))
        images = images.to(memory_format=torch.channels_last)
        with torch.autocast(images.device.type, self._precision, enabled=self._precision != torch.float32):
            vectors = self._embedder(images, torch.full((len(images),), domain, device=images.device))
        return np.asarray(vectors.float().cpu().numpy(), np.float32)


def fit(collection: Collection, config: Config, out: Path, *, weights: Path | str | None) -> Run:
    """Train a run to its end, from where a checkpoint in `out` left it.

    Writes the checkpoint and a CSV log of losses and validations into `out`.

    Raises:
        TrainingError: a checkpoint of other settings lies in `out`, or the GPU's memory does not suffice.
    """
    out.mkdir(parents=True, exist_ok=True)
    batches = Batches(collection, config)
    config = batches.config
    run = _resumed(out, config) or Run(config, batches.classes, weights)
    precision = _precision(config.precision, run.device)
    if run.step == 0 and config.standardised:
        _standardise(run, batches, precision)
    guide = _guide(config, run.device)
    _log.info("%d steps of about %d images on %s", config.steps, config.batch_size, run.device)
    checks = {round(config.steps * (n + 1) / config.validations) for n in range(config.validations)}
    meter = _Meter(out / LOG)
    started, before = time.monotonic(), run.minutes
    bar = tqdm(total=config.steps, initial=run.step, unit="step", smoothing=0.05)
    try:
        for batch in batches.loader(run.step, pin=run.device.type == "cuda"):
            _set_rates(run, run.step)
            parts = _step(run, batch.to(run.device), precision, guide)
            run.step += 1
            run.minutes = before + (time.monotonic() - started) / 60
            meter.add(run.step, parts)
            bar.update()
            if run.step % _LOG_EVERY == 0 or run.step == config.steps:
                bar.set_postfix_str(" ".join(f"{k} {v:.2f}" for k, v in meter.write().items()))
            if run.step in checks and collection.split["val"]:
                _validate(run, collection, precision, meter)
            if run.step % _SAVE_EVERY == 0 or run.step in checks:
                run.save(out)
    except torch.cuda.OutOfMemoryError as error:
        raise TrainingError(
            "The GPU has too little memory for this batch: lower --batch-classes (the run resumes)."
        ) from error
    finally:
        bar.close()
    return run


@torch.no_grad()
def _standardise(run: Run, batches: Batches, precision: torch.dtype) -> None:
    """Let the projection start from standardised features of the first batches."""
    looked = [batches[step].to(run.device) for step in range(min(_LOOKED_AT, len(batches)))]
    images = run.network.normalised(torch.cat([batch.images for batch in looked]))
    with torch.autocast(run.device.type, precision, enabled=precision != torch.float32):
        run.network.standardise(
            images.to(memory_format=torch.channels_last), torch.cat([batch.domains for batch in looked])
        )
    run.averaged.load_state_dict(run.network.state_dict())


def _step(run: Run, batch: Batch, precision: torch.dtype, guide: Network | None) -> dict[str, Tensor]:
    """Take one optimiser step; return each loss and the total."""
    config = run.config
    run.network.train()
    images = run.network.normalised(batch.images).to(memory_format=torch.channels_last)
    with torch.autocast(run.device.type, precision, enabled=precision != torch.float32):
        projected = run.network(images, batch.domains)
    projected = projected.float()
    unit = F.normalize(projected, dim=1)
    parts: dict[str, Tensor] = {}
    if config.ns:
        parts["ns"] = config.ns * losses.normalised_softmax(unit, run.heads.proxies, batch.labels)
    if config.cls:
        parts["cls"] = config.cls * F.cross_entropy(run.heads.classify(projected), batch.labels)
    if config.dat and config.triplet != "ce":
        triplet = losses.domain_aware_triplet(
            unit, batch.labels, batch.domains, margin=config.margin, variant=config.triplet
        )
        parts["dat"] = config.dat * _risen(config, run.step) * triplet
    if config.pair:
        parts["pair"] = config.pair * losses.pair_contrast(unit, batch.pairs)
    if config.teacher:
        parts["teacher"] = config.teacher * losses.distillation(run.heads.teach(projected), batch.teacher)
    if guide is not None:
        parts["guide"] = config.guided * losses.imitation(unit, _guiding(guide, batch, precision))
    total = torch.stack(list(parts.values())).sum()
    run.optimizer.zero_grad(set_to_none=True)
    total.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(run.network.parameters(), _CLIP)
    run.optimizer.step()
    _centre(run, unit.detach(), batch.domains)
    _average(run)
    return {**parts, "total": total}


@torch.no_grad()
def _guiding(guide: Network, batch: Batch, precision: torch.dtype) -> Tensor:
    """Return the guide's unit embeddings (n, dim) of the batch's pictures."""
    images = guide.normalised(batch.images).to(memory_format=torch.channels_last)
    with torch.autocast(images.device.type, precision, enabled=precision != torch.float32):
        projected = guide(images, batch.domains)
    return F.normalize(projected.float(), dim=1)


@torch.no_grad()
def _average(run: Run) -> None:
    """Move the averaged weights a little towards the current ones; faster at first."""
    decay = min(run.config.averaging, (1 + run.step) / (10 + run.step))
    parameters = zip(run.averaged.parameters(), run.network.parameters(), strict=True)
    for average, current in parameters:
        average.lerp_(current, 1 - decay)
    for kept, buffer in zip(run.averaged.buffers(), run.network.buffers(), strict=True):
        kept.copy_(buffer)


@torch.no_grad()
def _centre(run: Run, unit: Tensor, domains: Tensor) -> None:
    """Keep track of the mean embedding, in which sketches and photos count equally."""
    masks = [domains == domain for domain in (SKETCH, PHOTO)]
    means = [unit[mask].mean(dim=0) for mask in masks if mask.any()]
    decay = min(_CENTRE_DECAY, (1 + run.step) / (10 + run.step))
    run.network.centre.lerp_(torch.stack(means).mean(dim=0), 1 - decay)


def _opening(config: Config) -> tuple[int, int]:
    """Return how many steps the trunk stands still, and over how many a rate rises."""
    quarter = config.steps // 4
    still = config.head_start if config.head_start >= 1 else config.head_start * config.steps
    return min(round(still), quarter), max(1, min(config.warmup, quarter))


def _risen(config: Config, step: int) -> float:
    """Return the share of its weight that the triplet loss has at this step, 1 once the trunk learns fully.

    Among embeddings that know no classes yet, the hardest triplets are best served by one point for all.
    """
    return min(1.0, step / sum(_opening(config))) if config.ramped else 1.0


def _set_rates(run: Run, step: int) -> None:
    """Set the learning rates of this step: a linear rise, then half a cosine down to a hundredth.

    The trunk stands still at first: while the new layers know nothing, all it could learn from them is noise,
    and Adam takes steps of the same length for noise.
    """
    config = run.config
    still, rise = _opening(config)
    for group in run.optimizer.param_groups:
        first = still if group["pretrained"] else 0
        scale = min(1.0, max(0.0, (step + 1 - first) / rise))
        if config.schedule == "cosine":
            left = 1 - max(0, step - rise) / max(1, config.steps - rise)
            scale *= 0.01 + 0.99 * (1 - math.cos(math.pi * min(left, 1))) / 2
        group["lr"] = group["rate"] * scale
        if group["pretrained"]:
            for parameter in group["params"]:
                parameter.requires_grad_(scale > 0)


def _validate(run: Run, collection: Collection, precision: torch.dtype, meter: _Meter) -> None:
    encoder = NetworkEncoder(run.averaged, precision=precision)
    report = evaluate(encoder, collection, side="val", parts=("sketch", "quickdraw", "instance"))
    flat = {f"{part}/{name}": value for part, values in report.items() for name, value in values.items()}
    run.validation.append({"step": run.step, **flat})
    meter.measured(run.step, flat)
    tqdm.write(f"step {run.step}: " + "  ".join(f"{name} {value:.1f}" for name, value in flat.items()))


def _guide(config: Config, device: torch.device) -> Network | None:
    """Return the network whose embeddings are imitated, None where the config names none."""
    if not config.guide:
        return None
    guide = Run.load(Path(config.guide), device=str(device)).averaged.eval()
    if guide.config.dim != config.dim:
        raise TrainingError(f"The guide's embeddings have {guide.config.dim} numbers; set --dim to that.")
    return guide


def _resumed(out: Path, config: Config) -> Run | None:
    """Return the run that `out` already holds, or None; its settings must be the same."""
    if not (out / CHECKPOINT).exists():
        return None
    run = Run.load(out, device=config.device)
    mine, theirs = config.what_counts(), run.config.what_counts()
    changed = sorted(name for name in mine if mine[name] != theirs[name])
    if changed:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in changed)
        raise TrainingError(f"{out} holds a run of other settings ({options}); choose another --out.")
    run.config = config
    return run


class _Meter:
    """Averages the losses between two lines of the CSV log."""

    COLUMNS = ("step", "name", "value")

    def __init__(self, file: Path) -> None:
        self._file, self._step = file, 0
        self._sums: dict[str, list[Tensor]] = {}
        if not file.exists():
            self._rows([self.COLUMNS])

    def add(self, step: int, parts: dict[str, Tensor]) -> None:
        self._step = step
        for name, value in parts.items():
            self._sums.setdefault(name, []).append(value.detach())

    def write(self) -> dict[str, float]:
        means = {name: float(torch.stack(values).mean()) for name, values in self._sums.items()}
        self._sums = {}
        self._rows([(self._step, f"loss/{name}", f"{value:.4f}") for name, value in means.items()])
        return means

    def measured(self, step: int, values: dict[str, float]) -> None:
        self._rows([(step, f"val/{name}", f"{value:.2f}") for name, value in values.items()])

    def _rows(self, rows: Sequence[Sequence[Any]]) -> None:
        with self._file.open("a", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)


def find_weights(config: Config, data: Path) -> Path | str | None:
    """Return the pretrained trunk: a file as set, or in DATA, DATA/weights or DATA/../weights, or LIBRARY.

    None where the config asks for random weights.

    Raises:
        TrainingError: there is none.
    """
    known = trunks.trunk(config.backbone)
    name = known.file
    if config.weights in ("none", trunks.LIBRARY):
        return None if config.weights == "none" else trunks.LIBRARY
    if config.weights:
        chosen = Path(config.weights)
        places = [chosen / name] if chosen.is_dir() else [chosen]
    else:
        places = [data / name, data / "weights" / name, data.resolve().parent / "weights" / name]
    for place in places:
        if place.is_file():
            return place
    if known.library and not config.weights:
        return trunks.LIBRARY
    raise TrainingError(f"The pretrained backbone {name} was not found: give its folder with --weights.")


def _device(name: str) -> torch.device:
    if name == "cuda" and not torch.cuda.is_available():
        raise TrainingError("There is no CUDA device; use --device cpu.")
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"CPU, {torch.get_num_threads()} threads"


def _precision(name: str, device: torch.device) -> torch.dtype:
    """Return the type products are computed in; `auto` takes bf16 where the hardware multiplies it."""
    if name == "auto":
        fast = device.type == "cuda" or torch.cpu._is_avx512_bf16_supported()
        name = "bf16" if fast else "fp32"
    return torch.bfloat16 if name == "bf16" else torch.float32
