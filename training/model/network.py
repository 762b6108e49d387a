"""A whole network: pictures in, embeddings out."""

from __future__ import annotations

import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from training.config import Config
from training.data.collection import SKETCH
from training.errors import TrainingError
from training.model import trunks
from training.model.amff import AMFF
from training.model.egff import EGFF
from training.model.relation import Relation, tokens_of
from training.model.vision import Tokens
from training.settings import option

_LEAST_DEVIATION = 0.1  # of a feature, as a share of the usual one: nearly constant ones are not blown up


class Tower(nn.Module):
    """A trunk, what is made of its levels, and the projection p = W_p f + b_p."""

    def __init__(self, config: Config, weights: Path | str | None) -> None:
        """Build the tower; see `trunks.build` for the weights and what it raises."""
        super().__init__()
        known = trunks.trunk(config.backbone)
        each = config.prompt_sets == "domains" and config.prompts > 0
        self.trunk = trunks.build(
            config.backbone,
            weights,
            frozen=config.frozen,
            batch_norm=config.batch_norm,
            tuning=config.tuning,
            prompts=config.prompts,
            sets=2 if each else 1,
            size=config.input_size,
        )
        self.conditional = known.conditional or each
        self.fusion = _fusion(config, known.channels, known.whole)
        self.project: nn.Module = nn.Identity()
        if config.projected:
            self.project = nn.Linear(self.fusion.width, config.dim)
        elif self.fusion.width != config.dim:
            raise TrainingError(f"--projected false: embeddings then have --dim {self.fusion.width} numbers.")

    def maps(self, images: Tensor, domains: Tensor) -> dict[str, Tensor]:
        """Map normalised images (n, 3, h, w) and domains (n,) to what the trunk gives."""
        maps: dict[str, Tensor] = self.trunk(images, domains) if self.conditional else self.trunk(images)
        return maps

    def fuse(self, images: Tensor, domains: Tensor) -> Tensor:
        """Map normalised images (n, 3, h, w) and domains (n,) to f (n, width)."""
        return self.fuse_maps(self.maps(images, domains))

    def fuse_maps(self, maps: dict[str, Tensor]) -> Tensor:
        """Map what the trunk gives to f (n, width)."""
        levels = (maps["c3"], maps["c4"], maps["c5"])
        fused: Tensor = self.fusion(levels, maps["whole"]) if "whole" in maps else self.fusion(levels)
        return fused

    def forward(self, images: Tensor, domains: Tensor) -> Tensor:
        """Map normalised images (n, 3, h, w) and domains (n,) to p (n, dim)."""
        projected: Tensor = self.project(self.fuse(images, domains))
        return projected

    @torch.no_grad()
    def standardise(self, features: Tensor) -> None:
        """Turn the projection W f + b into W (f - mean) / deviation, of these features (n, width).

        Maxima of rectified maps are positive: projected as they are, all pictures begin with nearly the same
        embedding, and the hardest triplets pull them together for good.

        Reference: Kraehenbuehl et al., Data-dependent Initializations of CNNs, ICLR 2016.
        """
        if not isinstance(self.project, nn.Linear):
            return
        deviation = features.std(dim=0)
        deviation = deviation.clamp(min=_LEAST_DEVIATION * float(deviation.median()) + 1e-6)
        self.project.weight.div_(deviation)
        self.project.bias.copy_(-(self.project.weight @ features.mean(dim=0)))


class Pooled(nn.Module):
    """f = GAP(C5), the plain way: what the comparisons put beside fusion.

    Of a trunk that makes something of the whole picture itself, as a transformer's class token, f is that.
    """

    def __init__(self, channels: tuple[int, int, int], whole: int = 0) -> None:
        super().__init__()
        self.width = whole or channels[-1]

    def forward(self, levels: tuple[Tensor, Tensor, Tensor], whole: Tensor | None = None) -> Tensor:
        """Map the three levels, and perhaps (n, whole), to f (n, width)."""
        return levels[-1].mean(dim=(2, 3)) if whole is None else whole


def _fusion(config: Config, channels: tuple[int, int, int], whole: int) -> AMFF | EGFF | Pooled:
    if config.fusion == "egff" and whole:
        raise TrainingError("--fusion egff is for convolutional trunks, whose levels differ in size.")
    if config.fusion == "egff":
        return EGFF(channels)
    if config.fusion == "pooled":
        return Pooled(channels, whole)
    return AMFF(channels, config.attention, config.pooling, whole)


class Network(nn.Module):
    """Sketches and photos in, embeddings out.

    One tower for both; or, `siamese`, two of one form with weights of their own, the first for sketches.
    """

    def __init__(self, config: Config, weights: Path | str | None = None) -> None:
        """Build the network; see `trunks.build` for the weights and what it raises."""
        super().__init__()
        self.config = config
        known = trunks.trunk(config.backbone)
        count = 2 if config.towers == "siamese" else 1
        self.towers = nn.ModuleList(Tower(config, weights) for _ in range(count))
        self.register_buffer("mean", torch.tensor(known.mean).view(3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(known.std).view(3, 1, 1), persistent=False)
        self.register_buffer("centre", torch.zeros(config.dim))
        self.relation = self._relation() if config.relation_loss else None
        self.mean: Tensor
        self.std: Tensor
        self.centre: Tensor

    def _relation(self) -> Relation:
        """Return what judges pairs of a sketch and a photo by their patches."""
        if len(self.towers) > 1:
            raise TrainingError("--relation-loss is for one network of sketches and photos: --towers shared.")
        tower, size = self._tower(0), self.config.input_size
        weight = next(tower.parameters())
        with torch.no_grad():
            told = torch.zeros(1, dtype=torch.int64, device=weight.device)
            last = tower.eval().maps(torch.zeros(1, 3, size, size, device=weight.device), told)["c5"]
        tower.train()
        return Relation(last.shape[1], last.shape[2])

    def see(self, images: Tensor, domains: Tensor) -> tuple[Tensor, Tensor]:
        """Return p (n, dim) of images, as `forward`, and their tokens, see `relation.tokens_of`."""
        tower = self._tower(0)
        maps = tower.maps(images, domains)
        return tower.project(tower.fuse_maps(maps)), tokens_of(maps)

    @property
    def knows_domains(self) -> bool:
        """Whether sketches and photos go through different weights or gates."""
        return len(self.towers) > 1 or self._tower(0).conditional

    def require_sides(self, config: Config | None = None) -> None:
        """See that a transformer's patches divide the pictures of the settings, its own or others.

        Raises:
            TrainingError: they do not.
        """
        trunk = self._tower(0).trunk
        if not isinstance(trunk, Tokens):
            return
        for name in ("input_size",) if trunk.fixed else ("input_size", "train_size"):
            side, patch = trunk.fixed or getattr(config or self.config, name), trunk.patch[0]
            if side % patch:
                raise TrainingError(
                    f"{option(name)} is {side}; patches of {patch} pixels need {side // patch * patch} or "
                    f"{(side // patch + 1) * patch}."
                )

    def _tower(self, number: int) -> Tower:
        tower = self.towers[number]
        assert isinstance(tower, Tower)
        return tower

    def forward(self, images: Tensor, domains: Tensor) -> Tensor:
        """Map normalised images (n, 3, h, w) and domains (n,) to p (n, dim), not yet of unit length.

        The domains of two towers' images are best not on a GPU: they say which goes where.
        """
        if len(self.towers) == 1:
            alone: Tensor = self.towers[0](images, domains)
            return alone
        sketches = int((domains.cpu() == SKETCH).sum())
        there = domains.to(images.device, non_blocking=domains.device.type == "cpu")
        order = torch.argsort(there, stable=True)  # sketches first: SKETCH is less than PHOTO
        places = order[:sketches], order[sketches:]
        parts = [
            tower(images[row], there[row]) for tower, row in zip(self.towers, places, strict=True) if len(row)
        ]
        return torch.cat(parts)[torch.argsort(order)]

    @torch.no_grad()
    def standardise(self, images: Tensor, domains: Tensor) -> None:
        """Let each tower's projection start from standardised features of these pictures, of all of them."""
        for number in range(len(self.towers)):
            tower = self._tower(number)
            tower.standardise(tower.fuse(images, domains).float())

    @torch.no_grad()
    def follow(self, other: Network, step: int, decay: float) -> None:
        """Move a little towards the weights that another one has after a step; faster at first."""
        decay = min(decay, (1 + step) / (10 + step))
        move = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
        move(list(self.parameters()), list(other.parameters()), step)
        for kept, buffer in zip(self.buffers(), other.buffers(), strict=True):
            kept.copy_(buffer)

    def embedding(self, projected: Tensor) -> Tensor:
        """Map p (n, dim) to unit embeddings, the mean embedding taken off where the network is centred."""
        unit = F.normalize(projected, dim=1)
        return F.normalize(unit - self.centre, dim=1) if self.config.centred else unit

    def normalise(self, pixels: Tensor) -> Tensor:
        """Map uint8 pixels (n, 3, h, w) to the network's input."""
        return (pixels.to(torch.float32) / 255 - self.mean) / self.std


class Embedder(nn.Module):
    """The network as it is measured and exported: normalised images to unit embeddings e = p / |p|.

    Where the network is centred, the mean embedding of its training pictures is taken off and the rest is
    brought to unit length again: what all pictures share tells none apart.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor, domains: Tensor | None = None) -> Tensor:
        """Map (n, 3, size, size) to unit rows (n, dim); domains (n,) matter to networks that know them."""
        if domains is None:
            domains = torch.zeros(images.shape[0], dtype=torch.int64, device=images.device)
        return self.network.embedding(self.network(images, domains))


class Heads(nn.Module):
    """What training needs beside the network, and the exported model does not: proxies and classifiers."""

    def __init__(self, dim: int, names: Tensor, teacher_classes: int, *, classifier: str = "linear") -> None:
        """Build the heads of as many classes as there are names, (classes, length)."""
        super().__init__()
        classes, length = names.shape
        self.proxies = nn.Parameter(torch.randn(classes, dim) / math.sqrt(dim))
        self.classifier = classifier
        if classifier == "text":  # set when a run begins, see training.model.texts
            self.register_buffer("texts", torch.zeros(classes, dim))
        else:
            self.classify = nn.Linear(dim, classes, bias=classifier == "affine")
        self.teach = nn.Linear(dim, teacher_classes)
        self.name = nn.Linear(dim, length)
        self.register_buffer("names", names, persistent=False)
        self.names: Tensor
        self.texts: Tensor

    def scoring(self) -> list[nn.Parameter]:
        """Return what `scores` learns with."""
        return [] if self.classifier == "text" else list(self.classify.parameters())

    def scores(self, projected: Tensor, unit: Tensor) -> Tensor:
        """Return (n, classes), of what the network gives (n, dim) and the same brought to unit length."""
        if self.classifier == "text":
            return unit @ self.texts.T
        scores: Tensor = self.classify(projected)
        return scores
