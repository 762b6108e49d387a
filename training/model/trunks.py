"""Convolutional trunks that give three feature levels: the ends of their third, fourth and fifth stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import timm
import torch
import torchvision
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval
from torchvision.models.feature_extraction import create_feature_extractor

from training.config import Config
from training.errors import TrainingError
from training.model import library
from training.model.cse_resnet import CSEResNet

LIBRARY = "library"
"""Pretrained weights as torchvision or timm have them, in place of a file."""


@dataclass(frozen=True)
class Trunk:
    """What is known of a trunk before it is built.

    Attributes:
        make: builds the network, with the library's weights if asked to and if it has any.
        levels: names of the modules whose outputs are C3, C4 and C5.
        channels: of these outputs.
        mean: subtracted from tones of 0 to 1, per channel.
        std: what the result is divided by.
        file: name of the pretrained weights.
        stem: beginnings of the names of the first layers, which see edges and tones.
        lower: of the layers after the stem, up to C3.
        after: of the layers behind C5, which are not used.
        library: whose weights `make` can fetch; empty if it cannot.
        title: what the library calls it.
        conditional: whether it also takes the domain of each picture.
    """

    make: Callable[[bool], nn.Module]
    levels: tuple[str, str, str]
    channels: tuple[int, int, int]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    file: str
    stem: tuple[str, ...]
    lower: tuple[str, ...]
    after: tuple[str, ...]
    library: str = ""
    title: str = ""
    conditional: bool = False


def trunk(name: str) -> Trunk:
    """Return what is known of a trunk.

    Raises:
        TrainingError: there is none of this name.
    """
    if name not in TRUNKS:
        raise TrainingError(f"There is no backbone {name!r}; there are {', '.join(TRUNKS)}.")
    return TRUNKS[name]


def build(
    name: str, weights: Path | str | None, *, frozen: str = "none", batch_norm: str = "fold"
) -> nn.Module:
    """Return a network from images (n, 3, h, w), and domains (n,) if conditional, to {"c3", "c4", "c5"}.

    Args:
        name: of the trunk.
        weights: a safetensors file, LIBRARY, or None for random weights.
        frozen: layers that learn nothing: `none`, `stem`, or `c3`, all up to the first level.
        batch_norm: `fold` folds it into the convolutions: its statistics belong to ImageNet's photos, and a
            batch of sketches and photos would only blur them. `train` leaves it there and lets it learn.

    Raises:
        TrainingError: no such trunk, or its weights cannot be had or do not fit.
    """
    known = trunk(name)
    whole = _from_library(known) if weights == LIBRARY else known.make(False)
    if isinstance(weights, Path):
        _load(whole, weights, known)
    if batch_norm == "fold":
        whole.eval()
        fold_batch_norm(whole)
    levels = dict(zip(known.levels, ("c3", "c4", "c5"), strict=True))
    extractor = CSEResNet(whole) if known.conditional else create_feature_extractor(whole, levels)
    still = {"none": (), "stem": known.stem, "c3": known.stem + known.lower}[frozen]
    for layer, parameter in extractor.named_parameters():
        parameter.requires_grad_(not layer.startswith(still))
    return cast(nn.Module, extractor)


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
    raise TrainingError(f"The pretrained backbone {name} was not found: give its folder with --weights.")


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


def _inception_v3(pretrained: bool) -> nn.Module:
    """Return Inception-v3 without its auxiliary classifier, for tones normalised by halves."""
    weights = "DEFAULT" if pretrained else None
    net = torchvision.models.inception_v3(weights=weights, aux_logits=pretrained, init_weights=False)
    net.transform_input, net.aux_logits, net.AuxLogits = False, False, None
    return cast(nn.Module, net)


def _mobilenet_v2(_: bool) -> nn.Module:
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


def _resnet50(pretrained: bool) -> nn.Module:
    return cast(nn.Module, torchvision.models.resnet50(weights="DEFAULT" if pretrained else None))


def _vgg16(pretrained: bool) -> nn.Module:
    """Return VGG-16 without its three linear layers, 124 of 138 M parameters, which no level comes from."""
    net = torchvision.models.vgg16(weights="DEFAULT" if pretrained else None, init_weights=False)
    net.avgpool, net.classifier = nn.Identity(), nn.Identity()
    return cast(nn.Module, net)


def _seresnet50(pretrained: bool) -> nn.Module:
    return timm.create_model("seresnet50", pretrained=pretrained)


_IMAGENET: dict[str, Any] = {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}
_HALVES: dict[str, Any] = {"mean": (0.5, 0.5, 0.5), "std": (0.5, 0.5, 0.5)}
_RESNET: dict[str, Any] = {
    "levels": ("layer2", "layer3", "layer4"),
    "channels": (512, 1024, 2048),
    "stem": ("conv1.", "bn1."),
    "lower": ("layer1.", "layer2."),
    "after": ("fc.",),
    **_IMAGENET,
}

TRUNKS = {
    "inception_v3": Trunk(
        _inception_v3,
        ("Mixed_5d", "Mixed_6e", "Mixed_7a"),
        (288, 768, 1280),
        file="inception_v3_imagenet_to_mixed_7a.safetensors",
        stem=("Conv2d_",),
        lower=("Mixed_5",),
        after=("Mixed_7b", "Mixed_7c", "fc"),
        library="torchvision",
        title="inception_v3",
        **_HALVES,
    ),
    "mobilenet_v2": Trunk(
        _mobilenet_v2,
        ("features.10", "features.13", "features.18"),
        (64, 96, 1280),
        file="mobilenet_v2_imagenet.safetensors",
        stem=tuple(f"features.{block}." for block in range(4)),
        lower=tuple(f"features.{block}." for block in range(4, 11)),
        after=("classifier",),
        **_IMAGENET,
    ),
    "seresnet50": Trunk(
        _seresnet50, file="seresnet50.safetensors", library="timm", title="seresnet50", **_RESNET
    ),
    "cse_resnet50": Trunk(
        _seresnet50,
        file="seresnet50.safetensors",
        library="timm",
        title="seresnet50",
        conditional=True,
        **_RESNET,
    ),
    "resnet50": Trunk(
        _resnet50, file="resnet50.safetensors", library="torchvision", title="resnet50", **_RESNET
    ),
    "vgg16": Trunk(
        _vgg16,
        ("features.16", "features.23", "features.30"),
        (256, 512, 512),
        file="vgg16.safetensors",
        stem=tuple(f"features.{layer}." for layer in range(5)),
        lower=tuple(f"features.{layer}." for layer in range(5, 17)),
        after=("classifier",),
        library="torchvision",
        title="vgg16",
        **_IMAGENET,
    ),
}


def fetch(name: str, *, only_ask: bool = False) -> None:
    """See to it that a trunk's library weights are on this machine; or only ask whether they can be had.

    Raises:
        TrainingError: no such trunk, or they cannot be had.
    """
    known = trunk(name)
    if only_ask:
        _require_library(known)
        library.require(known.library, known.title, _otherwise(known))
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


def _load(net: nn.Module, file: Path, known: Trunk) -> None:
    try:
        tensors = {name: tensor.to(torch.float32) for name, tensor in load_file(file).items()}
    except (OSError, SafetensorError) as error:
        raise TrainingError(f"The backbone weights {file} cannot be read: {error}.") from error
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
