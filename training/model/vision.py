"""Networks of timm and open_clip as trunks: three levels out of convolutional stages or transformer blocks.

Reference: Jia et al., Visual Prompt Tuning. ECCV 2022 (the prompts, beside the tokens of the first block).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LEVELS = ("c3", "c4", "c5")


class Stages(nn.Module):
    """The last three feature maps that a network of timm gives, finest first."""

    def __init__(self, net: nn.Module, *, fixed: int = 0) -> None:
        """Take a network built with `features_only`; `fixed` is the one side it takes, 0 if it takes any."""
        super().__init__()
        self.net, self.fixed = net, fixed

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Map images (n, 3, h, w) to the levels, each (n, c, h', w')."""
        maps = self.net(_of_size(images, self.fixed))[-len(LEVELS) :]
        return dict(zip(LEVELS, map(_channels_first(self.net), maps), strict=True))


class Tokens(nn.Module):
    """A vision transformer: patch tokens after half, three quarters and all of its blocks, normalised.

    Beside them stands `whole` (n, width): what the network itself makes of the picture, its class token or
    its pooling. Prompts, where there are any, are learned tokens that stand beside the picture's: of one set,
    (prompts, width), or of one for each domain, (sets, prompts, width).
    """

    def __init__(self, net: nn.Module, *, prompts: int = 0, sets: int = 1, fixed: int = 0) -> None:
        super().__init__()
        self.net, self.fixed = net, fixed
        count = len(self._blocks())
        self.taken = tuple(max(0, round(count * share) - 1) for share in (0.5, 0.75, 1.0))
        shape = (prompts, self._width()) if sets == 1 else (sets, prompts, self._width())
        self.prompts = nn.Parameter(torch.randn(shape) * 0.02) if prompts else None

    def forward(self, images: Tensor, domains: Tensor | None = None) -> dict[str, Tensor]:
        """Map images (n, 3, h, w) to the levels, each (n, c, h', w'), and `whole`.

        Domains (n,) choose the prompts, where each has its own.
        """
        images = _of_size(images, self.fixed)
        rows, columns = (side // patch for side, patch in zip(images.shape[-2:], self._patch(), strict=True))
        tokens = self._embed(images)
        count = tokens.shape[1]
        first = count - rows * columns  # what stands before the patches
        if self.prompts is not None:
            prompts = self.prompts.to(tokens.dtype)
            if prompts.ndim == 3:
                prompts = prompts[torch.zeros_like(tokens[:, 0, 0]).long() if domains is None else domains]
            beside = prompts.expand(tokens.shape[0], -1, -1)
            tokens = torch.cat([tokens, beside], dim=1)
        levels: list[Tensor] = []
        for place, block in enumerate(self._blocks()):
            tokens = block(tokens)
            for _ in range(self.taken.count(place)):
                patches = self._norm(tokens[:, first:count])
                levels.append(patches.transpose(1, 2).reshape(images.shape[0], -1, rows, columns))
        whole = self._head(tokens[:, :count])
        return {**dict(zip(LEVELS, levels, strict=True)), "whole": whole}

    @property
    def patch(self) -> Sequence[int]:
        """Sides of a patch, in pixels."""
        return self._patch()

    def _blocks(self) -> Sequence[nn.Module]:
        return list(self.net.get_submodule("blocks").children())

    def _width(self) -> int:
        return int(self.net.embed_dim)  # type: ignore[arg-type]

    def _patch(self) -> Sequence[int]:
        size: Any = self.net.get_submodule("patch_embed").patch_size
        return tuple(size)

    def _embed(self, images: Tensor) -> Tensor:
        net: Any = self.net
        embedded: Tensor = net.norm_pre(net.patch_drop(net._pos_embed(net.patch_embed(images))))
        return embedded

    def _norm(self, tokens: Tensor) -> Tensor:
        net: Any = self.net
        normalised: Tensor = net.norm(tokens)
        return normalised

    def _head(self, tokens: Tensor) -> Tensor:
        net: Any = self.net
        pooled: Tensor = net.forward_head(net.norm(tokens), pre_logits=True)
        return pooled


class ClipTokens(Tokens):
    """The same of open_clip's own transformer, whose `whole` lies in CLIP's space of pictures and texts."""

    def _blocks(self) -> Sequence[nn.Module]:
        return list(self.net.get_submodule("transformer.resblocks").children())

    def _width(self) -> int:
        net: Any = self.net
        return int(net.class_embedding.shape[0])

    def _patch(self) -> Sequence[int]:
        net: Any = self.net
        return tuple(net.patch_size)

    def _embed(self, images: Tensor) -> Tensor:
        net: Any = self.net
        embedded: Tensor = net._embeds(images)
        return embedded

    def _norm(self, tokens: Tensor) -> Tensor:
        net: Any = self.net
        normalised: Tensor = net.ln_post(tokens)
        return normalised

    def _head(self, tokens: Tensor) -> Tensor:
        net: Any = self.net
        pooled: Tensor = net._pool(tokens)[0]
        return pooled if net.proj is None else pooled @ net.proj


def _of_size(images: Tensor, fixed: int) -> Tensor:
    """Return images as a network of one size takes them."""
    if fixed and images.shape[-2:] != (fixed, fixed):
        return F.interpolate(images, (fixed, fixed), mode="bilinear", antialias=True)
    return images


def _channels_first(net: Any) -> Any:
    """Return what brings a network's maps into the order (n, c, h, w); Swin's have the channels last."""
    last = getattr(net, "output_fmt", None)
    return (lambda maps: maps.permute(0, 3, 1, 2)) if str(last).endswith("NHWC") else (lambda maps: maps)
