"""What is known of the trunks that this program has itself, and how each is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import timm
import torch.nn.functional as F
import torchvision
from timm.layers.conv2d_same import Conv2dSame
from torch import Tensor, nn


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
        whole: numbers of what the trunk itself makes of a whole picture, 0 where it gives levels alone.
        transformer: whether its levels are tokens of a vision transformer.
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
    whole: int = 0
    transformer: bool = False


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


def resnet50(pretrained: bool) -> nn.Module:
    """Return torchvision's ResNet-50."""
    return cast(nn.Module, torchvision.models.resnet50(weights="DEFAULT" if pretrained else None))


def _vgg16(pretrained: bool) -> nn.Module:
    """Return VGG-16 without its three linear layers, 124 of 138 M parameters, which no level comes from."""
    net = torchvision.models.vgg16(weights="DEFAULT" if pretrained else None, init_weights=False)
    net.avgpool, net.classifier = nn.Identity(), nn.Identity()
    return cast(nn.Module, net)


def seresnet50(pretrained: bool) -> nn.Module:
    """Return timm's SE-ResNet-50."""
    return timm.create_model("seresnet50", pretrained=pretrained)


class _HalvingConv(nn.Conv2d):
    """A convolution that halves sides as TensorFlow's `same` does: an odd pixel of padding comes last."""

    def forward(self, input: Tensor) -> Tensor:
        """Map (n, c, h, w) to (n, d, ceil(h / 2), ceil(w / 2))."""
        kernel, (height, width) = self.kernel_size[0], input.shape[-2:]
        top, left, last = (kernel - 2 + height % 2) // 2, (kernel - 2 + width % 2) // 2, (kernel - 1) // 2
        padded = F.pad(input, (left, last, top, last))
        return F.conv2d(padded, self.weight, self.bias, self.stride, 0, self.dilation, self.groups)


def _efficientnet_lite(number: int) -> Callable[[bool], nn.Module]:
    """Return what builds timm's EfficientNet-Lite in the variant of TensorFlow's weights."""

    def make(pretrained: bool) -> nn.Module:
        net: nn.Module = timm.create_model(f"tf_efficientnet_lite{number}", pretrained=pretrained)
        for part in net.modules():
            if isinstance(part, Conv2dSame):  # its padding depends on the size, which no graph can hold
                part.__class__ = _HalvingConv  # type: ignore[assignment]
        return net

    return make


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
_LITE: dict[str, Any] = {
    "levels": ("blocks.2", "blocks.4", "bn2"),
    "stem": ("conv_stem.", "bn1.", "blocks.0.", "blocks.1."),
    "lower": ("blocks.2.",),
    "after": ("classifier.",),
    "library": "timm",
    **_HALVES,
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
    "efficientnet_lite0": Trunk(
        _efficientnet_lite(0),
        channels=(40, 112, 1280),
        file="efficientnet_lite0_imagenet.safetensors",
        title="tf_efficientnet_lite0",
        **_LITE,
    ),
    "efficientnet_lite2": Trunk(
        _efficientnet_lite(2),
        channels=(48, 120, 1280),
        file="efficientnet_lite2_imagenet.safetensors",
        title="tf_efficientnet_lite2",
        **_LITE,
    ),
    "seresnet50": Trunk(
        seresnet50, file="seresnet50.safetensors", library="timm", title="seresnet50", **_RESNET
    ),
    "cse_resnet50": Trunk(
        seresnet50,
        file="seresnet50.safetensors",
        library="timm",
        title="seresnet50",
        conditional=True,
        **_RESNET,
    ),
    "resnet50": Trunk(
        resnet50, file="resnet50.safetensors", library="torchvision", title="resnet50", **_RESNET
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
