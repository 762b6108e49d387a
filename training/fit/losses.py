"""The losses, each one function of tensors.

Reference: Zhao, Liu, Li, Entropy 2023, 25(3), 502, sections on embedding learning and pairwise training.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from training.data.collection import PHOTO, SKETCH

_SCALE = 20.0  # of the softplus that smooths the hinge
_TEMPERATURE = 0.05  # of the normalised softmax
_PAIR_TEMPERATURE = 0.07
_NAME_TEMPERATURE = 0.1


def normalised_softmax(embeddings: Tensor, proxies: Tensor, labels: Tensor) -> Tensor:
    """L_ns = -log softmax_y(e . w_c / |w_c| / 0.05), the mean over a batch.

    Args:
        embeddings: (n, d), unit rows.
        proxies: (classes, d).
        labels: (n,).
    """
    return F.cross_entropy(embeddings @ F.normalize(proxies, dim=1).T / _TEMPERATURE, labels)


def domain_aware_triplet(
    embeddings: Tensor, labels: Tensor, domains: Tensor, *, margin: float, variant: str = "weighted"
) -> Tensor:
    """L_DAT over the hardest positives and negatives of each anchor, within and across the domains.

    With D the Euclidean distance and pw, pc (nw, nc) the hardest positive (negative) of the same and of the
    other domain:

        x1 = pw - nw + m (within),  x2 = pc - nw + m (hybrid),  x3 = pc - nc + m (cross)
        l_k = mean_a softplus(20 x_k) / 20,  g_k = mean_a sigmoid(20 x_k)
        w_k = mean_j(g_j) / max(g_k, 0.1), detached;  L_DAT = sum_k w_k l_k

    An anchor that lacks a needed positive or negative adds 0 to that term's mean.

    Args:
        embeddings: (n, d), unit rows.
        labels: (n,).
        domains: (n,).
        margin: m.
        variant: `weighted` as above; `all`: w_k = 1; `within`, `hybrid`, `cross`: that term alone; `ce`: 0;
            `as-published`: the code this descends from multiplies a [3, 1] by a [3], so that each term is
            weighed by the sum of all w_k.
    """
    if variant == "ce":
        return embeddings.new_zeros(())
    terms, saturations = _triplet_terms(embeddings, labels, domains, margin)
    if variant in ("within", "hybrid", "cross"):
        return terms[("within", "hybrid", "cross").index(variant)]
    if variant == "all":
        return terms.sum()
    weights = (saturations.mean() / saturations.clamp(min=0.1)).detach()
    if variant == "as-published":
        return terms.sum() * weights.sum()
    return (weights * terms).sum()


def sketch_photo_triplet(embeddings: Tensor, labels: Tensor, domains: Tensor, *, margin: float) -> Tensor:
    """Mean over all sketches s, photos p of their class and photos n of others of [m + d(s, p) - d(s, n)]+.

    d is one less the cosine. The article draws one p and n for each s, which has the same expectation. 0
    where there are no such three.

    Reference: Sain et al., CLIP for All Things Zero-Shot SBIR, CVPR 2023.

    Args:
        embeddings: (n, d), unit rows.
        labels: (n,).
        domains: (n,).
        margin: m.
    """
    sketch, photo = domains == SKETCH, domains == PHOTO
    distance = 1 - embeddings @ embeddings.T
    same = labels[:, None] == labels[None]
    near = sketch[:, None] & photo[None] & same
    far = sketch[:, None] & photo[None] & ~same
    hinge = (margin + distance[:, :, None] - distance[:, None, :]).clamp(min=0)
    counted = (near[:, :, None] & far[:, None, :]).to(hinge.dtype)
    return (hinge * counted).sum() / counted.sum().clamp(min=1)


def relation(
    judge: Callable[[Tensor, Tensor], tuple[Tensor, Tensor, Tensor]],
    tokens: Tensor,
    labels: Tensor,
    domains: Tensor,
    *,
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

    Reference: Lin et al., Zero-Shot Everything Sketch-Based Image Retrieval, CVPR 2023.

    Args:
        judge: maps tokens of pairs to u, v and r, see `model.relation.Relation`.
        tokens: (n, t, c) of a batch.
        labels: (n,).
        domains: (n,).
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


def triplets(embeddings: Tensor, labels: Tensor, domains: Tensor, *, margin: float, variant: str) -> Tensor:
    """Return the loss over triplets that is called `variant` in the settings."""
    if variant == "sketch-photo":
        return sketch_photo_triplet(embeddings, labels, domains, margin=margin)
    return domain_aware_triplet(embeddings, labels, domains, margin=margin, variant=variant)


def _triplet_terms(
    embeddings: Tensor, labels: Tensor, domains: Tensor, margin: float
) -> tuple[Tensor, Tensor]:
    """Return l_k and g_k, (3,) each."""
    squared = (2 - 2 * embeddings @ embeddings.T).clamp(min=1e-12)  # the root's slope at 0 is infinite
    distance = squared.sqrt()
    same_class = labels[:, None] == labels[None]
    same_domain = domains[:, None] == domains[None]
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    pw = _farthest(distance, same_class & same_domain & ~itself)
    pc = _farthest(distance, same_class & ~same_domain)
    nw = -_farthest(-distance, ~same_class & same_domain)
    nc = -_farthest(-distance, ~same_class & ~same_domain)
    terms, saturations = [], []
    for positive, negative in ((pw, nw), (pc, nw), (pc, nc)):
        there = positive.isfinite() & negative.isfinite()
        x = torch.where(there, positive - negative + margin, 0.0)
        terms.append(torch.where(there, F.softplus(_SCALE * x) / _SCALE, 0.0).mean())
        saturations.append(torch.where(there, torch.sigmoid(_SCALE * x), 0.0).mean())
    return torch.stack(terms), torch.stack(saturations)


def _farthest(distance: Tensor, among: Tensor) -> Tensor:
    """Return each row's largest distance among the marked; -inf where none is marked."""
    return torch.where(among, distance, -torch.inf).amax(dim=1)


def pair_contrast(embeddings: Tensor, pairs: Tensor) -> Tensor:
    """Symmetric InfoNCE at temperature 0.07 between sketches and the very photos they were drawn from.

    Reference: van den Oord et al., Representation Learning with Contrastive Predictive Coding, 2018.

    Args:
        embeddings: (n, d), unit rows.
        pairs: (n,), place of a sketch's photo, or -1. With fewer than two such photos the loss is 0.
    """
    sketches = torch.nonzero(pairs >= 0).squeeze(1)
    photos, place = torch.unique(pairs[sketches], return_inverse=True)
    if len(photos) < 2:
        return embeddings.new_zeros(())
    logits = embeddings[sketches] @ embeddings[photos].T / _PAIR_TEMPERATURE
    to_photo = F.cross_entropy(logits, place)
    own = F.one_hot(place, len(photos)).T.to(logits.dtype)  # a photo may have several sketches
    to_sketch = -(F.log_softmax(logits.T, dim=1) * own / own.sum(dim=1, keepdim=True)).sum(dim=1).mean()
    return (to_photo + to_sketch) / 2


def distillation(logits: Tensor, teacher: Tensor) -> Tensor:
    """Cross entropy with a teacher's distribution, the mean over the rows on which the teacher speaks.

    Reference: Liu et al., Semantic-Aware Knowledge Preservation for Zero-Shot SBIR, ICCV 2019.

    Args:
        logits: (n, classes).
        teacher: (n, classes), rows that sum to 1, or to 0 where the teacher says nothing.
    """
    rows = -(teacher * F.log_softmax(logits, dim=1)).sum(dim=1)
    return rows.sum() / (teacher.sum(dim=1) > 0).sum().clamp(min=1)


def name_contrast(predicted: Tensor, names: Tensor, labels: Tensor) -> Tensor:
    """-log softmax_y(v . t_c / |v| / 0.1) over the class names, the mean over the rows whose name is known.

    References: Frome and others, DeViSE, NIPS 2013, with the softmax of `normalised_softmax` for its hinge.

    Args:
        predicted: v, (n, length), what the network takes the pictures' names to mean.
        names: t, (classes, length), unit rows, or rows of zeros for names unknown.
        labels: (n,).
    """
    known = names.any(dim=1)
    rows = torch.nonzero(known[labels]).squeeze(1)
    if not len(rows):
        return predicted.new_zeros(())
    logits = F.normalize(predicted[rows], dim=1) @ names.T / _NAME_TEMPERATURE
    return F.cross_entropy(logits.masked_fill(~known, -torch.inf), labels[rows])


def imitation(embeddings: Tensor, guide: Tensor) -> Tensor:
    """One less the cosine between each embedding and the guide's of the same picture, the mean over a batch.

    Args:
        embeddings: (n, d), unit rows.
        guide: (n, d), unit rows.
    """
    return (1 - (embeddings * guide).sum(dim=1)).mean()
