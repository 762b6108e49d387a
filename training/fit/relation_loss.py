"""What a judge of pairs learns from. Which pictures stand beside each other is drawn on the host.

Reference: Lin et al., Zero-Shot Everything Sketch-Based Image Retrieval, and in Explainable Style. CVPR 2023.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from training.data.collection import PHOTO, SKETCH


def relation_loss(
    judge: Callable[[Tensor, Tensor], tuple[Tensor, Tensor, Tensor]],
    tokens: Tensor,
    *,
    labels: Tensor,
    domains: Tensor,
    seed: str,
) -> Tensor:
    """2 L_tri + 4 L_rn over the sketches of a batch, each with pictures drawn at random.

    A sketch is put beside a photo of its class, and a sketch of its class, itself or another, beside a photo
    of another class. With u and v what the judge makes of the whole sketch and photo beside each other, and r
    of the pair, + of the first and - of the second:

        L_tri = mean [1 + |u+ - v+| - |u+ - v-|]+
        L_rn = mean (r+ - 0.99)^2 / 2 + mean (r- - 0.01)^2 / 2

    Sketches without such photos are left out; without any the loss is 0. Draw, margin, targets and weights
    are those of the authors' code.

    Args:
        judge: maps tokens of pairs to u, v and r, see `model.relation.Relation`.
        tokens: (n, t, c) of a batch.
        labels: (n,), on the host.
        domains: (n,), likewise.
        seed: of the draw.
    """
    drawn = _pairs_to_judge(labels.tolist(), domains.tolist(), random.Random(seed))
    if not drawn:
        return tokens.new_zeros(())
    sketches, near, again, far = torch.tensor(drawn, device=tokens.device).T
    whole, close, likely = judge(tokens[sketches], tokens[near])
    _, distant, unlikely = judge(tokens[again], tokens[far])
    triplet = F.triplet_margin_loss(whole.float(), close.float(), distant.float(), margin=1.0)
    related = ((likely - 0.99).square().mean() + (unlikely - 0.01).square().mean()) / 2
    return 2 * triplet + 4 * related


def _pairs_to_judge(
    labels: Sequence[int], domains: Sequence[int], rng: random.Random
) -> list[tuple[int, int, int, int]]:
    """Return places of a sketch and its photo, and of a sketch of the class and a photo of another."""
    sketches = [place for place, domain in enumerate(domains) if domain == SKETCH]
    photos = [place for place, domain in enumerate(domains) if domain == PHOTO]
    found = []
    for sketch in sketches:
        right = [photo for photo in photos if labels[photo] == labels[sketch]]
        wrong = [photo for photo in photos if labels[photo] != labels[sketch]]
        if right and wrong:
            alike = [other for other in sketches if labels[other] == labels[sketch]]
            found.append((sketch, rng.choice(right), rng.choice(alike), rng.choice(wrong)))
    return found
