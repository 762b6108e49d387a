"""Two trainings averaged into one network, a model soup: Wortsman and others, ICML 2022.

Both start from the same pretrained trunk and new layers of the same seed, and differ in what they stress,
classes or single photos, and in length: a long training has learnt more of its classes, a short one has
forgotten less of all others. The mean of their weights finds more than either, and costs what one costs
to use.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from training.config import Config
from training.data.collection import Collection
from training.errors import TrainingError
from training.fit.checkpoint import CHECKPOINT, Run
from training.fit.distributed import is_first, join
from training.fit.guards import are_finite
from training.fit.loop import fit, write_settings
from training.fit.precision import precision_of
from training.fit.resuming import FOLDERS, alone_in, refuse_kept
from training.fit.setting_out import Origin
from training.fit.validation import validate

_log = logging.getLogger(__name__)

SECOND: dict[str, Any] = {"dat": 3.0, "batch_contours": 12, "finish_share": 1.0, "head_start": 0}
"""What the second training sets where it is not asked for: weaker triplets, contours, full size all along."""

SHARE = 2 / 9
"""The second training's images, or epochs, as a share of the first's."""


def trainings(config: Config, asked: Set[str] = frozenset()) -> tuple[Config, Config]:
    """Return the settings of both trainings; those that were asked for, by name, are the same in both."""
    images, epochs = max(1, round(config.images * SHARE)), config.epochs * SHARE
    others = {name: value for name, value in SECOND.items() if name not in asked}
    return config, replace(config, images=images, epochs=epochs, **others)


def can_average(config: Config, weights: Origin) -> bool:
    """Tell whether a mean makes sense: both trainings start pretrained, and keep no batch statistics."""
    return weights is not None and config.batch_norm == "fold"


def fit_both(
    collection: Collection, config: Config, out: Path, *, weights: Origin, asked: Set[str] = frozenset()
) -> Run:
    """Train both in folders of `out`, each from where it was interrupted, and save their mean in `out`.

    Args:
        collection: the data.
        config: settings of the first.
        out: the folder.
        weights: what both begin from.
        asked: settings, by name, that the second has as the first.

    Raises:
        TrainingError: a single training lies in `out`, or another is at work there; or as `train.fit`.
    """
    refuse_single(out)
    out.mkdir(parents=True, exist_ok=True)
    with alone_in(out) if is_first() else contextlib.nullcontext():
        return _fit_both(collection, config, out, weights, asked)


def _fit_both(collection: Collection, config: Config, out: Path, weights: Origin, asked: Set[str]) -> Run:
    for name, settings in zip(FOLDERS, trainings(config, asked), strict=True):
        _log.info("The %s of two trainings", name)
        fit(collection, settings, out / name, weights=weights)  # it is read again: both would fill a GPU
    runs = [
        Run.load(out / name, device=device)
        for name, device in zip(FOLDERS, (config.device, "cpu"), strict=True)
    ]
    mean = average(runs)
    ranks, _ = join(config.device)
    if ranks.first:
        if mean.config.validations and collection.split["val"]:
            validate(mean, collection, precision_of(config.precision, mean.device))
        write_settings(mean, out, [run.config for run in runs])
        mean.save(out)
    ranks.wait()
    return mean


def refuse_single(out: Path) -> None:
    """Refuse a folder in which one training lies, or a mean that could not be made again of what is there.

    Raises:
        TrainingError: it is such a folder, or weights alone are kept there.
    """
    refuse_kept(out)
    if not (out / CHECKPOINT).exists():
        return
    if not Run.peek(out).get("members"):
        raise TrainingError(f"{out} holds a single training; choose another --out, or go on with --single.")
    if not (out / FOLDERS[0] / CHECKPOINT).exists():
        raise TrainingError(f"{out} holds a mean whose trainings are gone; choose another --out.")


def read_asked(out: Path, asked: Set[str]) -> set[str]:
    """Return what was asked for, as a second training that is begun in `out` has it: it goes on with that.

    There a value of SECOND's was not asked for, and any other one was.

    Raises:
        TrainingError: its checkpoint cannot be read.
    """
    second = out / FOLDERS[1]
    made = Run.peek(second)["config"] if (second / CHECKPOINT).exists() else {}
    begun = {name for name in SECOND if name in made and made[name] != SECOND[name]}
    return {name for name in asked if name not in SECOND or name not in made} | begun


@torch.no_grad()
def average(runs: Sequence[Run]) -> Run:
    """Turn the first of some finished runs into the mean of all, and return it.

    Raises:
        TrainingError: their networks differ in form, or the mean holds numbers that are not finite.
    """
    first, states = runs[0], [run.averaged.state_dict() for run in runs]
    if any(_shapes(state) != _shapes(states[0]) for state in states):
        raise TrainingError("Only networks of one form can be averaged.")
    mean = {
        name: torch.stack([state[name].to(tensor.device) for state in states]).mean(0)
        if tensor.is_floating_point()
        else tensor
        for name, tensor in states[0].items()
    }
    if not are_finite(mean.values()):
        raise TrainingError("The mean of the trainings holds numbers that are not finite.")
    first.members = [run.description() for run in runs]
    first.minutes = sum(run.minutes for run in runs)
    first.validation = []
    first.averaged.load_state_dict(mean)
    first.network.load_state_dict(mean)
    return first


def _shapes(state: dict[str, torch.Tensor]) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in state.items()}
