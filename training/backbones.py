"""Convolutional trunks that give three feature levels, a third, a fourth and a fifth stage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
import torchvision
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torchvision.models.feature_extraction import create_feature_extractor

from training.config import TrainingError


@dataclass(frozen=True)
class Trunk:
    """What is known of a trunk before it is built.

    Attributes:
        levels: names of the modules whose outputs are C3, C4 and C5.
        channels: of these outputs.
        mean: subtracted from tones of 0 to 1, per channel.
        std: what the result is divided by.
        file: name of the pretrained weights.
        stem: beginnings of the names of the first layers, which see edges and tones.
        lower: of the layers after the stem, up to C3.
    """

    levels: tuple[str, str, str]
    channels: tuple[int, int, int]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    file: str
    stem: tuple[str, ...]
    lower: tuple[str, ...]


_IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_HALVES = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))

TRUNKS = {
    "inception_v3": Trunk(
        ("Mixed_5d", "Mixed_6e", "Mixed_7a"),
        (288, 768, 1280),
        *_HALVES,
        "inception_v3_imagenet_to_mixed_7a.safetensors",
        ("Conv2d_",),
        ("Mixed_5",),
    ),
    "mobilenet_v2": Trunk(
        ("features.10", "features.13", "features.18"),
        (64, 96, 1280),
        *_IMAGENET,
        "mobilenet_v2_imagenet.safetensors",
        tuple(f"features.{block}." for block in range(4)),
        tuple(f"features.{block}." for block in range(4, 11)),
    ),
}


def trunk(name: str) -> Trunk:
    """Return what is known of a trunk.

    Raises:
        TrainingError: there is none of this name.
    """
    if name not in TRUNKS:
        raise TrainingError(f"There is no backbone {name!r}; there are {', '.join(TRUNKS)}.")
    return TRUNKS[name]


def build(name: str, weights: Path | None, frozen: str = "none") -> nn.Module:
    """Return a network from images (n, 3, h, w) to {"c3", "c4", "c5"}.

    With pretrained weights, batch norm is folded into the convolutions: its statistics belong to ImageNet's
    photos, and a batch of sketches and photos would only blur them.

    Args:
        name: of the trunk.
        weights: a safetensors file, or None for random weights (folded all the same, so that a checkpoint
            loads without the file).
        frozen: layers that learn nothing: `none`, `stem`, or `c3`, all up to the first level.

    Raises:
        TrainingError: no such trunk, or the file does not fit it.
    """
    known = trunk(name)
    whole = _inception_v3() if name == "inception_v3" else _mobilenet_v2()
    if weights is not None:
        _load(whole, weights, known)
    whole.eval()
    fold_batch_norm(whole)
    levels = dict(zip(known.levels, ("c3", "c4", "c5"), strict=True))
    extractor = cast(nn.Module, create_feature_extractor(whole, levels))
    still = {"none": (), "stem": known.stem, "c3": known.stem + known.lower}[frozen]
    for layer, parameter in extractor.named_parameters():
        parameter.requires_grad_(not layer.startswith(still))
    return extractor


def fold_batch_norm(module: nn.Module) -> None:
    """Fold each batch norm into the convolution before it, in place; the module must be in eval mode."""
    before: tuple[str, nn.Conv2d] | None = None
    for name, child in list(module.named_children()):
        if isinstance(child, nn.BatchNorm2d) and before is not None:
            folded = fuse_conv_bn_eval(before[1], child)
            setattr(module, before[0], folded.requires_grad_(True))  # its new bias would stay frozen
            setattr(module, name, nn.Identity())
        fold_batch_norm(child)
        before = (name, child) if isinstance(child, nn.Conv2d) else None


def _inception_v3() -> nn.Module:
    return cast(
        nn.Module,
        torchvision.models.inception_v3(
            weights=None, aux_logits=False, init_weights=False, transform_input=False
        ),
    )


def _mobilenet_v2() -> nn.Module:
    """Return MobileNetV2 in the variant of the weights at hand: MXNet's, by what its layers are.

    The first block expands too, the last stride of 2 but one sits at block 11, and ReLU has no ceiling.
    """
    net = torchvision.models.mobilenet_v2(weights=None)
    net.features[1].conv.insert(
        0, torchvision.ops.Conv2dNormActivation(32, 32, kernel_size=1, activation_layer=nn.ReLU6)
    )
    net.features[7].conv[1][0].stride = (1, 1)
    net.features[11].conv[1][0].stride = (2, 2)
    for module in list(net.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.ReLU6):
                setattr(module, name, nn.ReLU(inplace=True))
    return cast(nn.Module, net)


def _load(net: nn.Module, file: Path, known: Trunk) -> None:
    try:
        tensors = {name: tensor.to(torch.float32) for name, tensor in load_file(file).items()}
    except (OSError, SafetensorError) as error:
        raise TrainingError(f"The backbone weights {file} cannot be read: {error}.") from error
    try:
        result = net.load_state_dict(tensors, strict=False)
    except RuntimeError as error:
        raise TrainingError(f"The backbone weights {file} do not fit: {error}.") from error
    needed = {name for name in result.missing_keys if not name.endswith("num_batches_tracked")}
    used = {name for name in needed if _comes_before(name, known.levels[-1])}
    if used or result.unexpected_keys:
        raise TrainingError(f"The backbone weights {file} belong to another network.")


def _comes_before(name: str, last: str) -> bool:
    """Tell whether a parameter lies at or before the last level, and so must be in the file."""
    if last.startswith("Mixed"):
        return not name.startswith(("Mixed_7b", "Mixed_7c", "fc"))
    return not name.startswith("classifier")
