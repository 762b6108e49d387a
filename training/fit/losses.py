"""The losses, each one function of tensors, and none of them waits for a GPU: rows are masked, not picked.

Reference: Zhao, Liu, Li, Entropy 2023, 25(3), 502, sections on embedding learning and pairwise training.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from training.data.collection import PHOTO, SKETCH

_SCALE = 20.0  # of the softplus that smooths the hinge
_TEMPERATURE = 0.05  # of the normalised softmax
_PAIR_TEMPERATURE = 0.07
_NAME_TEMPERATURE = 0.1
_NOWHERE = -1e9  # a logit that takes no part; finite, since a row may have no other


def normalised_softmax(embeddings: Tensor, proxies: Tensor, labels: Tensor) -> Tensor:
    """L_ns = -log softmax_y(e . w_c / |w_c| / 0.05), the mean over a batch.

    Args:
        embeddings: (n, d), unit rows.
        proxies: (classes, d).
        labels: (n,).
    """
    return F.cross_entropy(embeddings @ F.normalize(proxies, dim=1).T / _TEMPERATURE, labels)


def domain_aware_triplet(
    embeddings: Tensor, *, labels: Tensor, domains: Tensor, margin: float, variant: str = "weighted"
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


def sketch_photo_triplet(embeddings: Tensor, *, labels: Tensor, domains: Tensor, margin: float) -> Tensor:
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


def triplets(embeddings: Tensor, *, labels: Tensor, domains: Tensor, margin: float, variant: str) -> Tensor:
    """Return the loss over triplets that is called `variant` in the settings."""
    if variant == "sketch-photo":
        return sketch_photo_triplet(embeddings, labels=labels, domains=domains, margin=margin)
    return domain_aware_triplet(embeddings, labels=labels, domains=domains, margin=margin, variant=variant)


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


def pair_contrast(embeddings: Tensor, pairs: Tensor, *, smoothing: float = 0.0) -> Tensor:
    """Symmetric InfoNCE at temperature 0.07 between sketches and the very photos they were drawn from.

    References: van den Oord et al., Representation Learning with Contrastive Predictive Coding, 2018; with
    smoothed targets as a main loss: Demić and Čehovin Zajc, Back To The Drawing Board, BMVC 2025.

    Args:
        embeddings: (n, d), unit rows.
        pairs: (n,), place of a sketch's photo, or -1. With fewer than two such photos the loss is 0.
        smoothing: share of each target that is spread over all photos, or sketches, that have a pair here.
    """
    places = torch.arange(len(pairs), device=pairs.device)
    own = pairs[:, None] == places  # a photo may have several sketches
    sketches, photos = own.any(dim=1), own.any(dim=0)
    logits = embeddings @ embeddings.T / _PAIR_TEMPERATURE
    to_photo = _smooth_cross_entropy(logits, own.to(logits.dtype), photos, smoothing)
    shares = own.T / own.sum(dim=0).clamp(min=1)[:, None]
    to_sketch = _smooth_cross_entropy(logits.T, shares, sketches, smoothing)
    loss = (_mean(to_photo, sketches) + _mean(to_sketch, photos)) / 2
    return torch.where(photos.sum() < 2, 0.0, loss)


def _smooth_cross_entropy(logits: Tensor, targets: Tensor, among: Tensor, smoothing: float) -> Tensor:
    """Return each row's cross entropy with its target, of which a share is spread over the marked columns."""
    chances = F.log_softmax(logits.masked_fill(~among, _NOWHERE), dim=1)
    aims = (1 - smoothing) * targets + smoothing * (among / among.sum().clamp(min=1))
    return -(torch.where(among, chances, 0.0) * aims).sum(dim=1)


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
    logits = F.normalize(predicted, dim=1) @ names.T / _NAME_TEMPERATURE
    rows = F.cross_entropy(logits.masked_fill(~known, _NOWHERE), labels, reduction="none")
    return _mean(rows, known[labels])


def imitation(embeddings: Tensor, guide: Tensor) -> Tensor:
    """One less the cosine between each embedding and the guide's of the same picture, the mean over a batch.

    Args:
        embeddings: (n, d), unit rows.
        guide: (n, d), unit rows.
    """
    return (1 - (embeddings * guide).sum(dim=1)).mean()


def _mean(rows: Tensor, among: Tensor) -> Tensor:
    """Return the mean of the marked rows, 0 where none is marked; the host need not know how many are."""
    return torch.where(among, rows, 0.0).sum() / among.sum().clamp(min=1)
