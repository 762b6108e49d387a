"""A trained network adapted to one person's drawings, in minutes on a processor.

All that lies below the last stage stays as it is, and is computed once for each view of each picture. What
follows learns to bring each drawing to the photos it was meant to find, away from all others; and to leave
the photos, and drawings traced from them, where they were, so that nothing else is forgotten.

References:
    van den Oord et al., Representation Learning with Contrastive Predictive Coding, 2018, with several right
    photos a drawing as in Khosla et al., Supervised Contrastive Learning, NeurIPS 2020.
    Li, Hoiem, Learning without Forgetting, ECCV 2016: what was known before is a target.
    Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022: weights between old and new ones find
    nearly as much of the new, and lose less of the old.
"""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from engine.preprocess import photo_square
from engine.taught.pairs import alike
from training.data.augment import contour_view, photo_view, sketch_view
from training.data.pairs import Pairs
from training.defaults import ADAPT_SHARE, ADAPT_STEPS
from training.errors import TrainingError
from training.fit.start import Start
from training.model import Network
from training.model.network import Tower
from training.model.upper import upper_stage

_TEMPERATURE = 0.07
_AT_ONCE = 16  # pictures
_CLIP = 5.0  # largest norm of the gradient
_ROOM = 1200  # views kept of all pictures: their maps are under a megabyte each


@dataclass(frozen=True)
class Recipe:
    """How a network is adapted; anchor and share were chosen on the validation classes, see docs/learning.md.

    Attributes:
        steps: of the optimiser.
        drawings: of a step.
        photos: of a step, beside the right ones.
        anchor: weight of leaving photos and traced drawings where they were.
        stage_rate: learning rate of the last stage.
        fusion_rate: of the fusion and the projection.
        averaging: how slowly the averaged weights follow.
        share: of the result that is new; the rest of each weight is what it was.
        views: of each drawing, at most.
        seed: of everything random.
    """

    steps: int = ADAPT_STEPS
    drawings: int = 16
    photos: int = 16
    anchor: float = 30.0
    stage_rate: float = 3e-5
    fusion_rate: float = 1e-4
    averaging: float = 0.95
    share: float = ADAPT_SHARE
    views: int = 4
    seed: int = 1


@dataclass(frozen=True, eq=False)
class Maps:
    """What a frozen part makes of views of pictures.

    Attributes:
        c3: (v, c, h, w), and c4 likewise, in half precision.
        of: (v,) the place of the picture each shows.
        before: (v, dim) the unit embedding each had.
    """

    c3: Tensor
    c4: Tensor
    of: Tensor
    before: Tensor

    @classmethod
    def concatenate(cls, some: Sequence[Maps]) -> Maps:
        """Return all of some in one."""
        names = ("c3", "c4", "of", "before")
        return cls(*(torch.cat([getattr(one, name) for one in some]) for name in names))

    def at(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Return both levels of some views."""
        return self.c3[rows].float(), self.c4[rows].float()


class Adapting:
    """A network while it is adapted: what learns, and what is embedded with it."""

    def __init__(self, start: Start, recipe: Recipe) -> None:
        """Take the network to begin from.

        Raises:
            TrainingError: it treats sketches and photos differently.
        """
        torch.manual_seed(recipe.seed)
        self.network = start.network()
        tower = self.network.towers[0]
        assert isinstance(tower, Tower)
        if self.network.knows_domains:
            raise TrainingError("Only a network that treats sketches and photos alike can be adapted.")
        self.tower, self.stage = tower, upper_stage(tower.trunk)
        self.network.requires_grad_(False)
        for part in (self.stage, tower.fusion, tower.project):
            part.requires_grad_(True)
        self.averaged = copy.deepcopy(self.network).requires_grad_(False)

    def parameters(self, recipe: Recipe) -> list[dict[str, object]]:
        """Return what learns, by learning rate."""
        rest = [*self.tower.fusion.parameters(), *self.tower.project.parameters()]
        return [
            {"params": list(self.stage.parameters()), "rate": recipe.stage_rate},
            {"params": rest, "rate": recipe.fusion_rate},
        ]

    @torch.no_grad()
    def maps(self, squares: Sequence[Image.Image], of: Sequence[int]) -> Maps:
        """Compute once what does not learn, of prepared pictures."""
        parts = list[tuple[Tensor, Tensor, Tensor]]()
        for begin in range(0, len(squares), _AT_ONCE):
            chunk = [np.asarray(one.convert("RGB")) for one in squares[begin : begin + _AT_ONCE]]
            pixels = torch.from_numpy(np.stack(chunk).transpose(0, 3, 1, 2).copy())
            images = self.network.normalise(pixels).to(memory_format=torch.channels_last)
            found = self.tower.trunk(images)
            unit = self.embed(found["c3"], found["c4"])
            parts.append((found["c3"].half(), found["c4"].half(), unit))
        c3, c4, before = (torch.cat(some) for some in zip(*parts, strict=True))
        return Maps(c3, c4, torch.tensor(of), before)

    def embed(self, c3: Tensor, c4: Tensor) -> Tensor:
        """Map two levels to unit embeddings (n, dim), as they are measured and exported."""
        return self.network.embedding(self.tower.project(self.tower.fusion((c3, c4, self.stage(c4)))))


@dataclass(frozen=True, eq=False)
class _Material:
    """Views of all pictures.

    Attributes:
        drawn: of the drawings.
        shown: of the photos: those of the pairs come first, then the others.
        traced: drawings traced from these photos.
        right: (drawings, photos) what each drawing was meant to find.
        doubtful: (drawings, photos) what may be right, for all that is known.
    """

    drawn: Maps
    shown: Maps
    traced: Maps | None
    right: Tensor
    doubtful: Tensor


def adapt(
    start: Start,
    pairs: Pairs,
    others: Sequence[Image.Image],
    *,
    learn: Sequence[int],
    recipe: Recipe,
    progress: Callable[[int], object] = lambda step: None,
) -> Network:
    """Return the network, adapted.

    Args:
        start: the network to begin from.
        pairs: drawings and photos.
        others: further photos of the person, to stay where they are.
        learn: the places of the drawings to learn from.
        recipe: how.
        progress: called after each step with its number, from 1.

    Raises:
        TrainingError: the network cannot be adapted, or a loss is not a finite number.
    """
    adapting = Adapting(start, recipe)
    material = _material(adapting, pairs, others, learn, recipe)
    groups = adapting.parameters(recipe)
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    rng = random.Random(recipe.seed)
    for step in range(recipe.steps):
        for group in optimizer.param_groups:
            rise = min(1.0, (step + 1) / (0.1 * recipe.steps))
            group["lr"] = group["rate"] * rise * (1 + math.cos(math.pi * step / recipe.steps)) / 2
        optimizer.zero_grad(set_to_none=True)
        loss = _loss(adapting, material, recipe, rng)
        if not bool(loss.isfinite()):
            raise TrainingError(f"Adapting stopped at step {step + 1}: the loss is not a finite number.")
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(adapting.network.parameters(), _CLIP)
        optimizer.step()
        adapting.averaged.follow(adapting.network, step, recipe.averaging)
        progress(step + 1)
    return between(start, adapting.averaged, recipe.share)


@torch.no_grad()
def between(start: Start, network: Network, share: float) -> Network:
    """Move a network's weights back, in place, until only this share of their way is left; return it."""
    for name, weight in network.state_dict().items():
        if weight.is_floating_point():
            weight.copy_(torch.lerp(start.state[name], weight, share))
    return network


def _material(
    adapting: Adapting, pairs: Pairs, others: Sequence[Image.Image], learn: Sequence[int], recipe: Recipe
) -> _Material:
    rng, size = random.Random(recipe.seed), adapting.network.config.input_size
    photos = [*pairs.photos, *others]
    views = max(1, min(recipe.views, (_ROOM - 3 * len(photos)) // len(learn)))
    drawn = [
        (sketch_view(pairs.drawings[place], size, flip=rng.random() < 0.5, rng=rng), number)
        for number, place in enumerate(learn)
        for _ in range(views)
    ]
    plain = [(photo_square(photo, size), number) for number, photo in enumerate(photos)]
    views_of = [
        (photo_view(photo, size, flip=rng.random() < 0.5, least=0.7, rng=rng), number)
        for number, photo in enumerate(photos)
    ]
    contours = [(contour_view(view, size, rng=rng), number) for view, number in views_of]
    traced = [(one, number) for one, number in contours if one is not None]
    shown = [adapting.maps(*_apart(some)) for some in (plain, views_of)]
    right = np.zeros((len(learn), len(photos)), np.bool_)
    right[:, : len(pairs.photos)] = pairs.right[list(learn)]
    before = shown[0].before
    near = torch.topk(before[: len(pairs.photos)] @ before.T, alike(len(photos)), dim=1).indices
    like = np.zeros((len(pairs.photos), len(photos)), np.bool_)
    np.put_along_axis(like, near.numpy(), True, axis=1)
    doubtful = (pairs.right[list(learn)].astype(np.uint8) @ like.astype(np.uint8)) > 0
    if all(pairs.kinds):  # what is on the photos of the pairs is known
        doubtful[:, : len(pairs.photos)] = False
    return _Material(
        adapting.maps(*_apart(drawn)),
        Maps.concatenate(shown),
        adapting.maps(*_apart(traced)) if traced else None,
        torch.from_numpy(right),
        torch.from_numpy(doubtful & ~right),
    )


def _apart(views: Sequence[tuple[Image.Image, int]]) -> tuple[list[Image.Image], list[int]]:
    return [view for view, _ in views], [number for _, number in views]


def _loss(adapting: Adapting, material: _Material, recipe: Recipe, rng: random.Random) -> Tensor:
    """Return the loss of one step over random views."""
    drawn = _some(range(len(material.drawn.of)), recipe.drawings, rng)
    drawings = material.drawn.of[drawn]
    answers = [rng.choice(torch.nonzero(material.right[one]).flatten().tolist()) for one in drawings]
    wanted = [rng.choice(torch.nonzero(material.shown.of == one).flatten().tolist()) for one in answers]
    further = _some(range(len(material.shown.of)), recipe.photos, rng)
    shown = torch.cat([torch.tensor(wanted), further])
    parts = [(material.drawn, drawn), (material.shown, shown)]
    if material.traced is not None:
        parts.append((material.traced, _some(range(len(material.traced.of)), recipe.photos // 2, rng)))
    maps = [kept.at(rows) for kept, rows in parts]
    unit = adapting.embed(torch.cat([c3 for c3, _ in maps]), torch.cat([c4 for _, c4 in maps]))
    ours, rest = unit[: len(drawn)], unit[len(drawn) :]
    before = torch.cat([kept.before[rows] for kept, rows in parts[1:]])
    photos = material.shown.of[shown]
    right = material.right[drawings][:, photos]
    logits = ours @ rest[: len(shown)].T / _TEMPERATURE
    logits = logits.masked_fill(material.doubtful[drawings][:, photos], -torch.inf)
    found = (F.log_softmax(logits, dim=1).masked_fill(~right, 0.0)).sum(dim=1) / right.sum(dim=1)
    kept = (1 - (rest * before).sum(dim=1)).mean()
    return recipe.anchor * kept - found.mean()


def _some(places: range, count: int, rng: random.Random) -> Tensor:
    return torch.tensor(rng.sample(places, min(count, len(places))))
