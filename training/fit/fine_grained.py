"""Losses that find the very photo a sketch was drawn from, rather than one of its kind.

d is one less the cosine throughout, s a sketch, p the photo it was drawn from, n another photo of their
class. Which pictures go together is found on the host. A photo that a batch holds twice is
no other one there.

Reference: Sain, Bhunia, Chowdhury, Koley, Xiang, Song: CLIP for All Things Zero-Shot Sketch-Based Image
Retrieval, Fine-Grained or Not. CVPR 2023, section on the fine-grained setting.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from training.data.collection import PHOTO


def separations(
    embeddings: Tensor, *, labels: Tensor, domains: Tensor, pairs: Tensor, shown: Tensor
) -> list[Tensor]:
    """Return d(s, p) - d(s, n) of all s, p and n, (k,) of each class that has any.

    Args:
        embeddings: (n, d), unit rows.
        labels: (n,), on the host.
        domains: (n,), likewise.
        pairs: (n,), likewise: place of a sketch's photo, or -1.
        shown: (n,), likewise: equal where two places show the same photo.
    """
    distance = 1 - embeddings @ embeddings.T
    places: dict[int, list[tuple[int, int, int]]] = {}
    classes, same = labels.tolist(), shown.tolist()
    photos = [place for place, one in enumerate(domains.tolist()) if one == PHOTO]
    for sketch, own in enumerate(pairs.tolist()):
        for other in photos:
            if own >= 0 and same[other] != same[own] and classes[other] == classes[sketch]:
                places.setdefault(classes[sketch], []).append((sketch, own, other))
    found = []
    for threes in places.values():
        sketches, owns, others = torch.tensor(threes, device=embeddings.device).T
        found.append(distance[sketches, owns] - distance[sketches, others])
    return found


def instance_triplet(separated: Sequence[Tensor], margin: float, none: Tensor) -> Tensor:
    """Mean of [m + d(s, p) - d(s, n)]+ over all of `separations`; `none` where there are none."""
    return (margin + torch.cat(list(separated))).clamp(min=0).mean() if separated else none


def uneven_separation(separated: Sequence[Tensor], none: Tensor) -> Tensor:
    """How much the classes differ in how far sketches and photos are apart: the mean of KL(D_i || D_j).

    D_c = softmax of the separations of class c, of as many in each class as the least has. The mean is over
    all ordered pairs of classes with two separations or more; `none` with fewer than two such classes.
    """
    many = [one for one in separated if len(one) > 1]
    if len(many) < 2:
        return none
    least = min(map(len, many))
    logs = torch.stack([F.log_softmax(one[:least], dim=0) for one in many])
    entropies = (logs.exp() * logs).sum(dim=1)
    crossed = logs.exp() @ logs.T  # of i by j
    divergences = entropies[:, None] - crossed
    return divergences.sum() / (len(many) * (len(many) - 1))


def shuffle_pieces(images: Tensor, orders: Tensor) -> Tensor:
    """Return images (n, c, h, w) as grids of g * g pieces in other orders.

    Args:
        images: h and w divisible by g, else the rest at the right and the bottom stays.
        orders: (n, g * g), from which place each piece comes, row by row.
    """
    grid = round(orders.shape[1] ** 0.5)
    height, width = (side // grid for side in images.shape[-2:])
    whole = images[..., : grid * height, : grid * width]
    pieces = whole.unfold(2, height, height).unfold(3, width, width).flatten(2, 3)  # n, c, g * g, h, w
    taken = torch.stack([some[:, order] for some, order in zip(pieces, orders, strict=True)])
    rows = taken.reshape(*taken.shape[:2], grid, grid, height, width).permute(0, 1, 2, 4, 3, 5)
    made = images.clone()
    made[..., : grid * height, : grid * width] = rows.reshape(whole.shape)
    return made


def draw_orders(count: int, pieces: int, seed: str) -> tuple[Tensor, Tensor]:
    """Return two orders of pieces for each of some pairs, (count, pieces) each, that always differ."""
    rng = random.Random(seed)
    first, second = [], []
    for _ in range(count):
        one, other = (rng.sample(range(pieces), pieces) for _ in range(2))
        while other == one:
            other = rng.sample(range(pieces), pieces)
        first.append(one)
        second.append(other)
    shape = (count, pieces)
    return torch.tensor(first).reshape(shape), torch.tensor(second).reshape(shape)


def patch_order(sketches: Tensor, *, same: Tensor, others: Tensor, margin: float) -> Tensor:
    """Mean of [m + d(s1, p1) - d(s1, p2)]+: a shuffled sketch is nearer to its photo shuffled likewise.

    Args:
        sketches: s1, (k, d), unit rows, of sketches in a first order of pieces.
        same: p1, of their photos in that order.
        others: p2, of their photos in another.
        margin: m.
    """
    near, far = 1 - (sketches * same).sum(dim=1), 1 - (sketches * others).sum(dim=1)
    return (margin + near - far).clamp(min=0).mean()
