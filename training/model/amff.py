"""AMFF, the network of FFMLN: attention map feature fusion over three levels of a convolutional trunk.

References:
    Zhao, Liu, Li: Feature Fusion and Metric Learning Network for Zero-Shot Sketch-Based Image Retrieval.
    Entropy 2023, 25(3), 502.
    Dosovitskiy et al.: An Image is Worth 16x16 Words. ICLR 2021 (the blocks of the attention branch).
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

PUBLISHED_SIZES = (28, 14, 7)
"""Sides of the three levels of the published network at 224 pixels."""

_SLIM_SIZES = (4, 2, 1)


class Block(nn.Module):
    """A pre-norm transformer block, as in ViT: attention, then an MLP four times as wide, with GELU."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, tokens: Tensor, apart: Tensor) -> Tensor:
        """Map (n, t, width) to (n, t, width); what `apart` (t, t) has at -inf does not see each other."""
        n, t, width = tokens.shape
        qkv = self.qkv(self.norm1(tokens)).view(n, t, 3, self.heads, width // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        mixed = (
            F.scaled_dot_product_attention(q, k, v, attn_mask=apart.to(q.dtype))
            .transpose(1, 2)
            .reshape(n, t, width)
        )
        tokens = tokens + self.out(mixed)
        widened: Tensor = self.mlp(self.norm2(tokens))
        return tokens + widened


class Patches(nn.Conv2d):
    """A convolution whose stride is its kernel's side, from a level to tokens.

    Beyond one pixel it is computed as one product over the cells: the same numbers; processors' convolutions
    take several times as long for such strides.
    """

    def __init__(self, channels: int, *, width: int, side: int) -> None:
        super().__init__(channels, width, side, stride=side)
        self.side = side

    def forward(self, level: Tensor) -> Tensor:
        """Map (n, c, h, w) to (n, h / side * w / side, width)."""
        if self.side == 1:
            return super().forward(level).flatten(2).transpose(1, 2)
        n, channels, height, width = level.shape
        cells = level.reshape(n, channels, height // self.side, self.side, width // self.side, self.side)
        rows = cells.permute(0, 2, 4, 1, 3, 5).reshape(n, -1, channels * self.side**2)
        return F.linear(rows, self.weight.flatten(1), self.bias)


class Attention(nn.Module):
    """The attention branch: tokens of each level, one shared stack of blocks, a sum of sigmoids.

    `published`: a 7x7 convolution of stride 7 makes 16, 4 and 1 tokens of width 768 out of levels of 28, 14
    and 7 pixels; 12 blocks. `slim`: each level averaged to 4x4, 2x2 and 1x1 tokens of width 256; 2 blocks.
    The class vector and the blocks are shared by the levels; there is no position embedding.
    """

    def __init__(self, channels: tuple[int, int, int], form: str) -> None:
        super().__init__()
        self.width, depth, heads = (768, 12, 12) if form == "published" else (256, 2, 4)
        kernel = 7 if form == "published" else 1
        self.patches = nn.ModuleList(Patches(c, width=self.width, side=kernel) for c in channels)
        self.cls = nn.Parameter(torch.zeros(1, 1, self.width))
        nn.init.trunc_normal_(self.cls, std=0.02)
        self.blocks = nn.ModuleList(Block(self.width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(self.width, eps=1e-6)
        self.sizes = PUBLISHED_SIZES if form == "published" else _SLIM_SIZES
        counts = [1 + (size // kernel) ** 2 for size in self.sizes]
        self.places = [sum(counts[:level]) for level in range(len(counts))]  # of the class vectors
        level = [number for number, count in enumerate(counts) for _ in range(count)]
        apart = torch.tensor([[0.0 if mine == other else -math.inf for other in level] for mine in level])
        self.register_buffer("apart", apart, persistent=False)
        self.apart: Tensor

    def forward(self, levels: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        """Map three levels (n, c_i, h_i, w_i) to the attention vector a (n, width), in (0, 3).

        The levels go through the blocks side by side, kept apart in the attention: the same as one after the
        other, in a third of the products.
        """
        parts: list[Tensor] = []
        for level, size, patch in zip(levels, self.sizes, self.patches, strict=True):
            tokens = patch(resize(level, size))
            parts += [self.cls.expand(tokens.shape[0], -1, -1).to(tokens.dtype), tokens]
        stack = torch.cat(parts, dim=1)
        for block in self.blocks:
            stack = block(stack, self.apart)
        return torch.sigmoid(self.norm(stack[:, self.places])).sum(dim=1)


def resize(level: Tensor, size: int) -> Tensor:
    """Average (n, c, h, w) over a grid of size x size cells; a level that is smaller repeats its pixels.

    The same as adaptive average pooling, written as two products with fixed matrices: ONNX has no adaptive
    pooling for sizes that do not divide.
    """
    height, width = level.shape[-2:]
    if height == size and width == size:
        return level
    rows, columns = (_cells(side, size, level.device) for side in (height, width))
    return rows.to(level) @ level @ columns.to(level).T


def _cells(source: int, target: int, device: torch.device) -> Tensor:
    """Return the (target, source) matrix whose rows average the pixels of each cell.

    It is made where it is used: a copy from the processor would wait for a GPU.
    """
    matrix = torch.zeros(target, source, device=device)
    for cell in range(target):
        first, last = cell * source // target, -(-(cell + 1) * source // target)
        matrix[cell, first:last] = 1 / (last - first)
    return matrix


class AMFF(nn.Module):
    """f = [GMP(C3); GMP(C4); GMP(C5); a] (section AMFF of the paper).

    With `max+avg` pooling the average of C5 stands beside its maximum, or what the trunk itself makes of the
    whole picture, where it does; without an attention branch `a` is left out.
    """

    def __init__(self, channels: tuple[int, int, int], attention: str, pooling: str, whole: int = 0) -> None:
        super().__init__()
        self.averages = pooling == "max+avg"
        self.attention = Attention(channels, attention) if attention != "none" else None
        self.width = sum(channels) + ((whole or channels[-1]) if self.averages else 0)
        if self.attention is not None:
            self.width += self.attention.width

    def forward(self, levels: tuple[Tensor, Tensor, Tensor], whole: Tensor | None = None) -> Tensor:
        """Map the three levels, and perhaps (n, whole), to f (n, width)."""
        parts = [level.amax(dim=(2, 3)) for level in levels]
        if self.averages:
            parts.append(levels[-1].mean(dim=(2, 3)) if whole is None else whole)
        if self.attention is not None:
            parts.append(self.attention(levels))
        return torch.cat(parts, dim=1)
