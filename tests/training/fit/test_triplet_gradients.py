"""The gradients of L_DAT: those of its formula, computed pair by pair."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from training.fit.losses import domain_aware_triplet

MARGIN = 0.2
TERMS = ("within", "hybrid", "cross")


def scattered() -> tuple[Tensor, Tensor, Tensor]:
    """Points that know neither classes nor domains: every term saturates."""
    generator = torch.Generator().manual_seed(0)
    points = torch.randn(12, 5, generator=generator, dtype=torch.float64)
    return points, torch.arange(12) % 3, torch.arange(12) // 6


def apart(gap: float, noise: float) -> tuple[Tensor, Tensor, Tensor]:
    """Three tight classes in each domain, the domains apart by a gap: the first term is nearly satisfied."""
    generator = torch.Generator().manual_seed(1)
    labels, domains = torch.arange(18) % 3, torch.arange(18) // 9
    points = torch.eye(5, dtype=torch.float64)[labels]
    points[:, 3] += gap * domains
    return points + noise * torch.randn(18, 5, generator=generator, dtype=torch.float64), labels, domains


def lacking() -> tuple[Tensor, Tensor, Tensor]:
    """The same, with a class in one domain only and one of a single point: anchors without a positive."""
    points, labels, domains = apart(1.2, 0.15)
    labels[0], points[0] = 7, -points[0]
    kept = ~((labels == 2) & (domains == 1))
    return points[kept], labels[kept], domains[kept]


def alone() -> tuple[Tensor, Tensor, Tensor]:
    """One class has the first domain to itself: no negative there."""
    points, _, domains = apart(0.6, 0.2)
    return points, torch.where(domains == 0, 0, torch.arange(18) % 3), domains


CASES = {"scattered": scattered(), "apart": apart(1.2, 0.15), "lacking": lacking(), "alone": alone()}


def naive(points: Tensor, labels: Tensor, domains: Tensor) -> tuple[list[Tensor], list[float]]:
    """Return l_k, with gradients, and g_k."""
    e, n = F.normalize(points, dim=1), len(labels)
    losses, slopes = [torch.zeros((), dtype=torch.float64) for _ in TERMS], [0.0] * 3
    for a in range(n):
        pairs: dict[str, list[Tensor]] = {"pw": [], "pc": [], "nw": [], "nc": []}
        for b in range(n):
            if a != b:
                kind = "p" if labels[a] == labels[b] else "n"
                pairs[kind + ("w" if domains[a] == domains[b] else "c")].append((e[a] - e[b]).norm())
        for k, (positive, negative) in enumerate((("pw", "nw"), ("pc", "nw"), ("pc", "nc"))):
            if pairs[positive] and pairs[negative]:
                x = 20 * (max(pairs[positive]) - min(pairs[negative]) + MARGIN)
                losses[k] = losses[k] + torch.log1p(torch.exp(x)) / 20 / n
                slopes[k] += 1 / (1 + math.exp(-float(x.detach()))) / n
    return losses, slopes


def expected(losses: list[Tensor], slopes: list[float], variant: str) -> Tensor:
    if variant in TERMS:
        return losses[TERMS.index(variant)]
    weights = [sum(slopes) / 3 / max(slope, 0.1) for slope in slopes]  # numbers: no gradient flows through
    if variant == "all":
        weights = [1.0] * 3
    if variant == "as-published":
        weights = [sum(weights)] * 3
    return sum((w * x for w, x in zip(weights, losses, strict=True)), torch.zeros(()))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("variant", [*TERMS, "all", "weighted", "as-published"])
def test_the_triplets_gradients_are_those_of_the_formula_with_constant_weights(
    variant: str, case: str
) -> None:
    points, labels, domains = CASES[case]
    mine, theirs = (points.clone().requires_grad_() for _ in range(2))
    loss = domain_aware_triplet(
        F.normalize(mine, dim=1), labels=labels, domains=domains, margin=MARGIN, variant=variant
    )
    wanted = expected(*naive(theirs, labels, domains), variant)
    torch.testing.assert_close(loss, wanted, rtol=1e-6, atol=1e-9)
    (slope,), (right,) = torch.autograd.grad(loss, mine), torch.autograd.grad(wanted, theirs)
    torch.testing.assert_close(slope, right, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("case", "saturated"), [("scattered", 3), ("apart", 2), ("lacking", 2), ("alone", 2)]
)
def test_the_cases_hold_terms_on_both_sides_of_the_least_weight(case: str, saturated: int) -> None:
    _, slopes = naive(*CASES[case])
    assert sum(slope > 0.1 for slope in slopes) == saturated
    assert all(slope < 0.05 for slope in slopes if slope <= 0.1)


def test_sketches_and_photos_are_treated_alike_by_the_triplets() -> None:
    points, labels, domains = CASES["lacking"]
    unit = F.normalize(points, dim=1)
    one, other = (
        domain_aware_triplet(unit, labels=labels, domains=which, margin=MARGIN)
        for which in (domains, 1 - domains)
    )
    torch.testing.assert_close(one, other)
