"""How a sketch and a photo relate, patch by patch: cross-attention, and a relation network over a kernel.

Each picture is a token for the whole and tokens of its patches. With X the tokens of one picture and Y those
of the other, a layer of cross-attention makes

    A = softmax(Q(X) K(Y)' / sqrt(d)) V(X),  H = LN(X + O(A)),  X' = LN(H + W2 relu(W1 H + b1) + b2)

of them in 8 heads, for sketches and photos with weights of their own. The patches' grid is brought to 7x7 by
a convolution without overlap; the kernel K_ij = cos(x_i, y_j) between both pictures' 49 patches goes through
layers of 343, 49 and 1 to the relation r between 0 and 1.

Reference: Lin, Li, Li, Hospedales, Song, Qi: Zero-Shot Everything Sketch-Based Image Retrieval, and in
Explainable Style. CVPR 2023. Sizes, and where queries, keys and values come from, are as in the authors'
code. Their tokenizer, which leaves patches out, is not here: all are kept, as in that code by default.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_HEADS = 8
_INNER = 1024  # of the layer's perceptron
_SIDE = 7  # of the grid that is compared
_WIDTH = 512  # of its tokens
_DROPOUT = 0.1


class CrossAttention(nn.Module):
    """One layer, for the tokens of one domain."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.heads = _HEADS if width % _HEADS == 0 else 1
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.norm1, self.norm2 = (nn.LayerNorm(width, eps=1e-6) for _ in range(2))
        self.inner, self.outer = nn.Linear(width, _INNER), nn.Linear(_INNER, width)
        self.drop = nn.Dropout(_DROPOUT)

    def forward(self, own: Tensor, other: Tensor) -> Tensor:
        """Map tokens X (n, t, width), beside Y of the same shape, to X'."""
        query, key, value = (
            layer(tokens).unflatten(2, (self.heads, -1)).transpose(1, 2)
            for layer, tokens in ((self.query, own), (self.key, other), (self.value, own))
        )
        attended = F.scaled_dot_product_attention(
            query, key, value, dropout_p=_DROPOUT if self.training else 0.0
        )
        hidden = self.norm1(own + self.drop(self.out(attended.transpose(1, 2).flatten(2))))
        normed: Tensor = self.norm2(hidden + self.drop(self.outer(self.drop(torch.relu(self.inner(hidden))))))
        return normed


class Relation(nn.Module):
    """Judges pairs of a sketch and a photo."""

    def __init__(self, channels: int, side: int) -> None:
        """Build it for tokens of some channels, of a grid with so many patches a side."""
        super().__init__()
        self.of_sketch, self.of_photo = CrossAttention(channels), CrossAttention(channels)
        stride = max(1, side // _SIDE)
        self.side = side // stride
        count = self.side**2
        self.coarsen = nn.Conv2d(channels, _WIDTH, kernel_size=stride, stride=stride)
        self.judge = nn.Sequential(
            nn.Linear(count**2, count * self.side),
            nn.ReLU(),
            nn.Dropout(_DROPOUT),
            nn.Linear(count * self.side, count),
            nn.ReLU(),
            nn.Dropout(_DROPOUT),
            nn.Linear(count, 1),
        )

    def forward(self, sketches: Tensor, photos: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Map tokens of n pairs, (n, 1 + patches, channels) each, the whole's first.

        Returns:
            What stands for the whole sketch and photo beside each other, (n, channels) each; and r (n,).
        """
        first, second = self.of_sketch(sketches, photos), self.of_photo(photos, sketches)
        kernel = torch.bmm(self._coarse(first), self._coarse(second).transpose(1, 2))
        relation = torch.sigmoid(self.judge(kernel.flatten(1)).float()).squeeze(1)
        return first[:, 0], second[:, 0], relation

    def _coarse(self, tokens: Tensor) -> Tensor:
        """Return the patches' unit tokens (n, side * side, 512) on the coarse grid."""
        patches = tokens[:, 1:]
        side = math.isqrt(patches.shape[1])
        grid = self.coarsen(patches.transpose(1, 2).reshape(len(patches), -1, side, side))
        if grid.shape[-1] != self.side:  # of pictures of another size
            grid = F.adaptive_avg_pool2d(grid, self.side)
        return F.normalize(grid.flatten(2).transpose(1, 2), dim=2)


def tokens_of(maps: dict[str, Tensor]) -> Tensor:
    """Return a trunk's tokens (n, 1 + patches, channels): the whole picture's, and those of its last level.

    The whole is the class token, or what the trunk pools, where that is as wide; else the patches' mean.
    """
    patches = maps["c5"].flatten(2).transpose(1, 2)
    whole = maps.get("whole")
    if whole is None or whole.shape[1] != patches.shape[2]:
        whole = patches.mean(dim=1)
    return torch.cat([whole[:, None], patches], dim=1)
