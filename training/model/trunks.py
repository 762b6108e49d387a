"""Convolutional trunks that give three feature levels: the ends of their third, fourth and fifth stage."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from training.config import Config
from training.errors import TrainingError
from training.model import any_trunk, library
from training.model.cse_resnet import CSEResNet
from training.model.levels import levels_of
from training.model.own_trunks import TRUNKS, Trunk
from training.model.tuning import fold_and_compare, fold_batch_norm, restrict
from training.model.vision import LEVELS

_SIDE = 224  # pixels
_ROUNDED = 2e-3  # how far a variance of 1 lies from that in half precision, less what is added to it

LIBRARY = "library"
"""Pretrained weights as torchvision or timm have them, in place of a file."""


def trunk(name: str) -> Trunk:
    """Return what is known of a trunk.

    Raises:
        TrainingError: there is none of this name.
    """
    if any_trunk.split_name(name)[0]:
        return _of_library(name)
    if name not in TRUNKS:
        raise TrainingError(
            f"There is no backbone {name!r}; there are {', '.join(TRUNKS)}, timm:NAME and open_clip:ARCH."
        )
    return TRUNKS[name]


@cache
def _of_library(name: str) -> Trunk:
    """Return what is known of any model of timm or open_clip."""
    library_name, model = any_trunk.split_name(name)
    channels, whole, transformer = any_trunk.shape(name)
    _, mean, std = any_trunk.source(name)
    return Trunk(
        lambda _: any_trunk.build(name, LIBRARY, size=_SIDE),
        LEVELS,
        channels,
        cast(tuple[float, float, float], mean),
        cast(tuple[float, float, float], std),
        file=f"{model.replace('/', '-')}.safetensors",
        stem=(),
        lower=(),
        after=(),
        library=library_name,
        title=model,
        whole=whole,
        transformer=transformer,
    )


def build(
    name: str,
    weights: Path | str | None,
    *,
    frozen: str = "none",
    batch_norm: str = "fold",
    tuning: str = "full",
    prompts: int = 0,
    sets: int = 1,
    size: int = _SIDE,
) -> nn.Module:
    """Return a network from images (n, 3, h, w), and domains (n,) if conditional, to {"c3", "c4", "c5"}.

    Some give (n, whole) under the name "whole" too.

    Args:
        name: of the trunk.
        weights: a safetensors file, LIBRARY, or None for random weights.
        frozen: layers that learn nothing: `none`, `stem`, or `c3`, all up to the first level.
        batch_norm: `fold` folds it into the convolutions: its statistics belong to ImageNet's photos, and a
            batch of sketches and photos would only blur them. `train` leaves it there and lets it learn.
        tuning: what of the other layers learns: `full`, all; `norms`, those that normalise; `none`.
        prompts: learned tokens beside those of a picture; they always learn.
        sets: of prompts: 1, or one for each domain, which is then to be given.
        size: side of the pictures it is to see in the end, in pixels.

    Raises:
        TrainingError: no such trunk, its weights cannot be had or do not fit, or nothing in it normalises; or
            batch norm should be trained, which the weights came without.
    """
    known = trunk(name)
    if any_trunk.split_name(name)[0]:
        extractor = _build_by_library(name, known, weights, size, prompts, sets)
        if batch_norm == "fold":
            fold_and_compare(extractor, size)
        return restrict(extractor, frozen=frozen, tuning=tuning, size=size)
    if prompts:
        raise TrainingError(f"--prompts is for plain vision transformers, which {name} is not.")
    whole = _from_library(known) if weights == LIBRARY else known.make(False)
    if isinstance(weights, Path):
        _load(whole, weights, known)
        if batch_norm == "train" and came_folded(weights):
            raise TrainingError(
                f"The backbone weights {weights} came with batch norm folded into the convolutions, which "
                "statistics of batches would undo: use --batch-norm fold."
            )
    if batch_norm == "fold":
        whole.eval()
        fold_batch_norm(whole)
    levels = dict(zip(known.levels, ("c3", "c4", "c5"), strict=True))
    extractor = CSEResNet(whole) if known.conditional else levels_of(whole, levels)
    still = {"none": (), "stem": known.stem, "c3": known.stem + known.lower}[frozen]
    for layer, parameter in extractor.named_parameters():
        parameter.requires_grad_(not layer.startswith(still))
    return restrict(extractor, frozen="none", tuning=tuning, size=size)


def _build_by_library(
    name: str, known: Trunk, weights: Path | str | None, size: int, prompts: int, sets: int
) -> nn.Module:
    def make() -> nn.Module:
        return any_trunk.build(name, weights, size=size, prompts=prompts, sets=sets)

    if weights == LIBRARY:
        return library.fetch(known.library, known.title, make, _otherwise(known))
    try:
        return make()
    except TrainingError:
        raise
    except Exception as error:  # files come from anywhere
        said = " ".join(str(error).split())[:200]
        raise TrainingError(f"The backbone weights {weights} do not fit {name}: {said}") from error


def find_weights(config: Config, data: Path) -> Path | str | None:
    """Return the pretrained trunk: a file as set, or in DATA, DATA/weights or DATA/../weights, or LIBRARY.

    Where another trunk's file is set, as in a table of several trunks, its own is wanted beside that one.

    None where the config asks for random weights.

    Raises:
        TrainingError: there is none.
    """
    known = trunk(config.backbone)
    name = known.file
    if config.weights in ("none", LIBRARY):
        return None if config.weights == "none" else LIBRARY
    if config.weights:
        chosen = Path(config.weights)
        others = chosen.name in {one.file for one in TRUNKS.values()} - {name}
        places = [chosen / name if chosen.is_dir() else chosen.with_name(name) if others else chosen]
    else:
        places = [data / name, data / "weights" / name, data.resolve().parent / "weights" / name]
    for place in places:
        if place.is_file():
            return place
    if known.library and not config.weights:
        return LIBRARY
    if config.weights:
        raise TrainingError(f"There is no file {places[0]} of pretrained weights of {config.backbone}.")
    raise TrainingError(f"The pretrained backbone {name} was not found: give its folder with --weights.")


def weights_name(weights: Path | str | None, backbone: str) -> str:
    """Return what a trunk's pretrained weights are called: a file's name, the library's; empty for none."""
    if isinstance(weights, Path):
        return weights.name
    known = trunk(backbone)
    if weights == LIBRARY and known.library:
        return library.weights_of(known.library, known.title)
    return weights or ""


def fetch(name: str, *, only_ask: bool = False) -> None:
    """See to it that a trunk's library weights are on this machine; or only ask whether they can be had.

    Raises:
        TrainingError: no such trunk, or they cannot be had.
    """
    known = trunk(name)
    if only_ask:
        _require_library(known)
        library.require(known.library, name=known.title, otherwise=_otherwise(known))
    else:
        _from_library(known)


def _from_library(known: Trunk) -> nn.Module:
    _require_library(known)
    return library.fetch(known.library, known.title, lambda: known.make(True), _otherwise(known))


def _require_library(known: Trunk) -> None:
    if not known.library:
        raise TrainingError(
            f"No library has the weights of this variant: give the folder of {known.file} by --weights, or "
            "--weights none."
        )


def _otherwise(known: Trunk) -> str:
    return f"give the folder of {known.file} by --weights, or --weights none"


def came_folded(file: Path) -> bool:
    """Return whether batch norm was folded into the convolutions of these weights, and only shifts.

    Raises:
        TrainingError: they cannot be read.
    """
    tensors = _tensors(file)
    norms = [name.removesuffix("running_mean") for name in tensors if name.endswith(".running_mean")]
    untouched = {"running_mean": 0.0, "running_var": 1.0, "weight": 1.0}
    return any(bool(tensors[f"{norm}bias"].any()) for norm in norms if f"{norm}bias" in tensors) and all(
        bool(((tensors[norm + part] - number).abs() < _ROUNDED).all())
        for norm in norms
        for part, number in untouched.items()
        if norm + part in tensors
    )


def _tensors(file: Path) -> dict[str, torch.Tensor]:
    try:
        return {name: tensor.to(torch.float32) for name, tensor in load_file(file).items()}
    except (OSError, SafetensorError) as error:
        raise TrainingError(f"The backbone weights {file} cannot be read: {error}.") from error


def _load(net: nn.Module, file: Path, known: Trunk) -> None:
    tensors = _tensors(file)
    needless = tuple(name for name in tensors if name.startswith(known.after))
    for name in needless:
        del tensors[name]
    try:
        result = net.load_state_dict(tensors, strict=False)
    except RuntimeError as error:
        raise TrainingError(f"The backbone weights {file} do not fit: {error}.") from error
    missing = [
        name
        for name in result.missing_keys
        if not name.endswith("num_batches_tracked") and not name.startswith(known.after)
    ]
    if missing or result.unexpected_keys:
        raise TrainingError(f"The backbone weights {file} belong to another network.")
