"""CSE-ResNet-50: SE-ResNet-50 whose squeeze-and-excitation also learns whether it sees a sketch or a photo.

References:
    Hu, Shen, Sun: Squeeze-and-Excitation Networks. CVPR 2018.
    Liu, Xie, Wang, Yuille: Semantic-Aware Knowledge Preservation for Zero-Shot Sketch-Based Image Retrieval.
    ICCV 2019 (the domain as a further input).
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

_LAYERS = ("layer1", "layer2", "layer3", "layer4")


class ConditionalSE(nn.Module):
    """Gates channels by their means and by the domain: s = sigmoid(W2 relu(W1 [mean x; t] + b1) + b2)."""

    def __init__(self, channels: int, reduced: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels + 1, reduced, kernel_size=1)
        self.fc2 = nn.Conv2d(reduced, channels, kernel_size=1)
        self.domains: Tensor | None = None  # (n,), of the pictures that come next

    @classmethod
    def of(cls, plain: nn.Module) -> ConditionalSE:
        """Return one that begins as this plain SE module of timm's, heedless of the domain."""
        first, second = plain.get_submodule("fc1"), plain.get_submodule("fc2")
        assert isinstance(first, nn.Conv2d)
        assert isinstance(second, nn.Conv2d)
        made = cls(first.in_channels, first.out_channels)
        tag = torch.zeros_like(first.weight[:, :1])
        with torch.no_grad():
            made.fc1.weight.copy_(torch.cat([first.weight, tag], dim=1))
        made.fc1.bias, made.fc2 = first.bias, second
        return made

    def forward(self, maps: Tensor) -> Tensor:
        """Map (n, channels, h, w) to the same, gated.

        Raises:
            ValueError: the domains were not set, or are not as many as the pictures.
        """
        if self.domains is None or len(self.domains) != len(maps):
            raise ValueError("a conditional SE needs the domain of each picture")
        squeezed = maps.mean(dim=(2, 3), keepdim=True)
        tag = self.domains.to(squeezed.dtype).view(-1, 1, 1, 1)
        gates = self.fc2(torch.relu(self.fc1(torch.cat([squeezed, tag], dim=1))))
        return maps * torch.sigmoid(gates)


class CSEResNet(nn.Module):
    """A trunk from images (n, 3, h, w) and domains (n,) to {"c3", "c4", "c5"}."""

    def __init__(self, net: nn.Module) -> None:
        """Take over the layers of timm's SE-ResNet."""
        super().__init__()
        for name in ("conv1", "bn1", "act1", "maxpool", *_LAYERS):
            self.add_module(name, net.get_submodule(name))
        for block in self._blocks():
            block.se = ConditionalSE.of(block.get_submodule("se"))

    def _blocks(self) -> Iterator[nn.Module]:
        for name in _LAYERS:
            yield from self.get_submodule(name).children()

    def forward(self, images: Tensor, domains: Tensor) -> dict[str, Tensor]:
        """Return the levels, (n, 512, h/8, w/8), (n, 1024, h/16, w/16) and (n, 2048, h/32, w/32)."""
        for block in self._blocks():
            conditional = block.se
            assert isinstance(conditional, ConditionalSE)
            conditional.domains = domains
        maps = images
        for name in ("conv1", "bn1", "act1", "maxpool", "layer1"):
            maps = self.get_submodule(name)(maps)
        levels = {}
        for level, name in (("c3", "layer2"), ("c4", "layer3"), ("c5", "layer4")):
            maps = levels[level] = self.get_submodule(name)(maps)
        return levels
