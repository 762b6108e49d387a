"""EGFF: lower levels gated by an energy function, guided by the level above.

References:
    EGFF, 2022, as the FFMLN paper compares with it. That the level above guides before it is gated itself is
    inferred.
    Yang et al.: SimAM, a simple, parameter-free attention module. ICML 2021 (the energy).
"""

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_EPSILON = 1e-4  # keeps the energy of a flat map finite


class EnergyGate(nn.Module):
    """Gates a level by how far each of its cells stands out, seen together with the level above.

    x = relu(low + up(conv3x3(high))), d = (x - mean x)^2, and the result is
    x sigmoid(d / (4 (mean d + 1e-4)) + 1/2), with means over height and width.
    """

    def __init__(self, low: int, high: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(high, low, kernel_size=3, padding=1, bias=False)

    def forward(self, low: Tensor, high: Tensor) -> Tensor:
        """Map (n, low, h, w) and (n, high, h', w') to (n, low, h, w)."""
        guide = self.conv(high)
        rows, columns = (
            _interpolation(*sizes, guide.device).to(guide)
            for sizes in zip(high.shape[-2:], low.shape[-2:], strict=True)
        )
        above = rows @ guide @ columns.T
        x = F.relu(low + above)
        distance = (x - x.mean(dim=(2, 3), keepdim=True)) ** 2
        energy = distance / (4 * (distance.mean(dim=(2, 3), keepdim=True) + _EPSILON)) + 0.5
        return x * torch.sigmoid(energy)


def _interpolation(source: int, target: int, device: torch.device) -> Tensor:
    """Return the (target, source) matrix that interpolates linearly between the centres of pixels.

    The same as PyTorch's bilinear upsampling, whose gradient a GPU does not sum in a fixed order.
    """
    place = ((torch.arange(target, device=device) + 0.5) * source / target - 0.5).clamp(0, source - 1)
    return (1 - (place[:, None] - torch.arange(source, device=device)).abs()).clamp(min=0)


class EGFF(nn.Module):
    """f = [GMP(gated C3); GMP(gated C4); GMP(C5)]."""

    def __init__(self, channels: tuple[int, int, int]) -> None:
        super().__init__()
        self.gates = nn.ModuleList(EnergyGate(low, high) for low, high in itertools.pairwise(channels))
        self.width = sum(channels)

    def forward(self, levels: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        """Map the three levels to f (n, width)."""
        c3, c4, c5 = levels
        gated = (self.gates[0](c3, c4), self.gates[1](c4, c5), c5)
        return torch.cat([level.amax(dim=(2, 3)) for level in gated], dim=1)
