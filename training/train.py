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
from torch import Tensor
from tqdm import tqdm

from engine.preprocess import photo_square, sketch_square
from training import backbones, losses
from training.batches import Batch, Batches
from training.config import Config, TrainingError
from training.data import Collection, Teacher
from training.evaluate import Vectors, evaluate
from training.model import Embedder, Heads, Network

_log = logging.getLogger(__name__)

CHECKPOINT = "checkpoint.pt"
LOG = "log.csv"

_LOG_EVERY = 10  # steps
_SAVE_EVERY = 100  # steps
_CLIP = 5.0  # largest norm of the gradient


class Run:
    """The state of a run: networks, optimiser, step, and what was measured so far."""

    def __init__(self, config: Config, classes: Sequence[str], weights: Path | None = None) -> None:
        """Build everything at step 0; `weights` are the trunk's, see `backbones.build`."""
        torch.manual_seed(config.seed)
        self.config, self.classes, self.step = config, tuple(classes), 0
        self.device = _device(config.device)
        self.pretrained = weights.name if weights else ""
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
        config, network, heads = self.config, self.network, self.heads
        attention = list(network.attention.parameters()) if network.attention else []
        groups = [
            (list(network.trunk.parameters()), config.backbone_rate),
            (attention, config.attention_rate),
            ([*network.project.parameters(), *heads.classify.parameters()], config.head_rate),
            (list(heads.teach.parameters()), config.head_rate),
            ([heads.proxies], config.proxy_rate),
        ]
        return [{"params": params, "lr": rate, "rate": rate} for params, rate in groups if params]

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
        return self._embed([sketch_square(image, self._size) for image in images])

    def embed_photos(self, images: Sequence[Image.Image]) -> Vectors:
        """Return (n, d) unit rows."""
        return self._embed([photo_square(image, self._size) for image in images])

    @torch.inference_mode()
    def _embed(self, squares: Sequence[Image.Image]) -> Vectors:
        network = self._embedder.network
        pixels = np.stack([np.asarray(square.convert("RGB")) for square in squares]).transpose(0, 3, 1, 2)
        images = network.normalised(torch.from_numpy(pixels.copy()).to(network.mean.device))
        images = images.to(memory_format=torch.channels_last)
        with torch.autocast(images.device.type, self._precision, enabled=self._precision != torch.float32):
            vectors = self._embedder(images)
        return np.asarray(vectors.float().cpu().numpy(), np.float32)


def fit(collection: Collection, config: Config, out: Path, *, weights: Path | None) -> Run:
    """Train a run to its end, from where a checkpoint in `out` left it.

    Writes the checkpoint and a CSV log of losses and validations into `out`.

    Raises:
        TrainingError: a checkpoint of other settings lies in `out`, or the GPU's memory does not suffice.
    """
    out.mkdir(parents=True, exist_ok=True)
    batches = Batches(collection, config)
    run = _resumed(out, config) or Run(config, batches.classes, weights)
    precision = _precision(config.precision, run.device)
    _log.info("%d steps of about %d images on %s", config.steps, config.batch_size, run.device)
    checks = {round(config.steps * (n + 1) / config.validations) for n in range(config.validations)}
    meter = _Meter(out / LOG)
    started, before = time.monotonic(), run.minutes
    bar = tqdm(total=config.steps, initial=run.step, unit="step", smoothing=0.05)
    try:
        for batch in batches.loader(run.step, pin=run.device.type == "cuda"):
            _set_rates(run, run.step)
            parts = _step(run, batch.to(run.device), precision)
            run.step += 1
            run.minutes = before + (time.monotonic() - started) / 60
            meter.add(run.step, parts)
            bar.update()
            if run.step % _LOG_EVERY == 0:
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


def _step(run: Run, batch: Batch, precision: torch.dtype) -> dict[str, Tensor]:
    """Take one optimiser step; return each loss and the total."""
    config = run.config
    run.network.train()
    images = run.network.normalised(batch.images).to(memory_format=torch.channels_last)
    with torch.autocast(run.device.type, precision, enabled=precision != torch.float32):
        projected = run.network(images)
    projected = projected.float()
    unit = F.normalize(projected, dim=1)
    parts: dict[str, Tensor] = {}
    if config.ns:
        parts["ns"] = config.ns * losses.normalised_softmax(unit, run.heads.proxies, batch.labels)
    if config.cls:
        parts["cls"] = config.cls * F.cross_entropy(run.heads.classify(projected), batch.labels)
    if config.dat and config.triplet != "ce":
        parts["dat"] = config.dat * losses.domain_aware_triplet(
            unit, batch.labels, batch.domains, margin=config.margin, variant=config.triplet
        )
    if config.pair:
        parts["pair"] = config.pair * losses.pair_contrast(unit, batch.pairs)
    if config.teacher:
        parts["teacher"] = config.teacher * losses.distillation(run.heads.teach(projected), batch.teacher)
    total = torch.stack(list(parts.values())).sum()
    run.optimizer.zero_grad(set_to_none=True)
    total.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(run.network.parameters(), _CLIP)
    run.optimizer.step()
    _average(run)
    return {**parts, "total": total}


@torch.no_grad()
def _average(run: Run) -> None:
    """Move the averaged weights a little towards the current ones; faster at first."""
    decay = min(run.config.averaging, (1 + run.step) / (10 + run.step))
    parameters = zip(run.averaged.parameters(), run.network.parameters(), strict=True)
    for average, current in parameters:
        average.lerp_(current, 1 - decay)


def _set_rates(run: Run, step: int) -> None:
    """Set the learning rates of this step: a linear rise, then half a cosine down to a hundredth."""
    config = run.config
    scale = 1.0
    if config.schedule == "cosine":
        rise = max(1.0, config.warmup * config.steps)
        fall = max(0.0, (step - rise) / max(1.0, config.steps - rise))
        scale = min((step + 1) / rise, 0.01 + 0.99 * (1 + math.cos(math.pi * min(fall, 1))) / 2)
    for group in run.optimizer.param_groups:
        group["lr"] = group["rate"] * scale


def _validate(run: Run, collection: Collection, precision: torch.dtype, meter: _Meter) -> None:
    encoder = NetworkEncoder(run.averaged, precision=precision)
    report = evaluate(encoder, collection, side="val", parts=("sketch", "quickdraw", "instance"))
    flat = {f"{part}/{name}": value for part, values in report.items() for name, value in values.items()}
    run.validation.append({"step": run.step, **flat})
    meter.measured(run.step, flat)
    tqdm.write(f"step {run.step}: " + "  ".join(f"{name} {value:.1f}" for name, value in flat.items()))


def _resumed(out: Path, config: Config) -> Run | None:
    """Return the run that `out` already holds, or None; its settings must be the same."""
    if not (out / CHECKPOINT).exists():
        return None
    run = Run.load(out, device=config.device)
    free = {"device", "workers", "weights", "precision"}
    mine, theirs = config.as_dict(), run.config.as_dict()
    changed = sorted(name for name in mine.keys() - free if mine[name] != theirs[name])
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


def find_weights(config: Config, data: Path) -> Path | None:
    """Return the pretrained trunk's file: as set, else in DATA, DATA/weights or DATA/../weights.

    None where the config asks for random weights.

    Raises:
        TrainingError: there is none.
    """
    name = backbones.trunk(config.backbone).file
    if config.weights == "none":
        return None
    if config.weights:
        chosen = Path(config.weights)
        places = [chosen / name] if chosen.is_dir() else [chosen]
    else:
        places = [data / name, data / "weights" / name, data.resolve().parent / "weights" / name]
    for place in places:
        if place.is_file():
            return place
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
