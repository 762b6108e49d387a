import math
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F

from training.fit import loop
from training.fit.losses import (
    distillation,
    domain_aware_triplet,
    imitation,
    name_contrast,
    normalised_softmax,
    pair_contrast,
)

MARGIN = 0.2


def batch(seed: int = 0, n: int = 14) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    embeddings = F.normalize(torch.randn(n, 5, generator=generator), dim=1)
    labels = torch.randint(0, 3, (n,), generator=generator)
    domains = torch.randint(0, 2, (n,), generator=generator)
    return embeddings, labels, domains


def naive_terms(e: torch.Tensor, y: torch.Tensor, t: torch.Tensor) -> tuple[list[float], list[float]]:
    """The formulas of L_DAT, pair by pair."""
    n = len(y)
    losses, slopes = [0.0] * 3, [0.0] * 3
    for a in range(n):
        far = {"pw": -math.inf, "pc": -math.inf}
        near = {"nw": math.inf, "nc": math.inf}
        for b in range(n):
            if a == b:
                continue
            d = float((e[a].double() - e[b].double()).norm())
            where = "w" if t[a] == t[b] else "c"
            if y[a] == y[b]:
                far["p" + where] = max(far["p" + where], d)
            else:
                near["n" + where] = min(near["n" + where], d)
        for k, (p, q) in enumerate((("pw", "nw"), ("pc", "nw"), ("pc", "nc"))):
            if math.isinf(far[p]) or math.isinf(near[q]):
                continue
            x = 20 * (far[p] - near[q] + MARGIN)
            losses[k] += math.log1p(math.exp(x)) / 20 / n
            slopes[k] += 1 / (1 + math.exp(-x)) / n
    return losses, slopes


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("variant", ["ce", "within", "hybrid", "cross", "all", "weighted", "as-published"])
def test_the_domain_aware_triplet_is_what_its_formula_says(variant: str, seed: int) -> None:
    e, y, t = batch(seed)
    terms, slopes = naive_terms(e, y, t)
    weights = [sum(slopes) / 3 / max(slope, 0.1) for slope in slopes]
    expected = {
        "ce": 0.0,
        "within": terms[0],
        "hybrid": terms[1],
        "cross": terms[2],
        "all": sum(terms),
        "weighted": sum(w * x for w, x in zip(weights, terms, strict=True)),
        "as-published": sum(terms) * sum(weights),
    }[variant]
    got = domain_aware_triplet(e, labels=y, domains=t, margin=MARGIN, variant=variant)
    assert float(got) == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_anchors_without_positive_or_negative_add_nothing() -> None:
    e = F.normalize(torch.tensor([[1.0, 0.0], [0.0, 1.0]]), dim=1)
    alone = domain_aware_triplet(
        e, labels=torch.tensor([0, 1]), domains=torch.tensor([0, 0]), margin=MARGIN, variant="all"
    )
    assert float(alone) == 0
    same = domain_aware_triplet(
        e, labels=torch.tensor([0, 0]), domains=torch.tensor([0, 1]), margin=MARGIN, variant="all"
    )
    assert float(same) == 0


def test_the_triplet_gives_finite_gradients_for_identical_embeddings() -> None:
    e = torch.ones(6, 4, requires_grad=True)
    y, t = torch.tensor([0, 0, 0, 1, 1, 1]), torch.tensor([0, 1, 0, 1, 0, 1])
    domain_aware_triplet(F.normalize(e, dim=1), labels=y, domains=t, margin=MARGIN).backward()
    assert e.grad is not None
    assert e.grad.isfinite().all()


def test_the_normalised_softmax_ignores_the_length_of_the_proxies() -> None:
    e, y, _ = batch()
    proxies = torch.randn(3, 5, generator=torch.Generator().manual_seed(1))
    expected = 0.0
    for row, label in zip(e, y, strict=True):
        logits = [float(row @ w / w.norm()) / 0.05 for w in proxies]
        top = max(logits)
        total = top + math.log(sum(math.exp(x - top) for x in logits))
        expected += (total - logits[int(label)]) / len(y)
    assert float(normalised_softmax(e, proxies, y)) == pytest.approx(expected, rel=1e-4)
    assert float(normalised_softmax(e, 7 * proxies, y)) == pytest.approx(expected, rel=1e-4)


def test_pair_contrast_is_lower_when_sketches_lie_at_their_own_photos() -> None:
    photos = torch.eye(3)
    together = torch.cat([photos, photos])
    crossed = torch.cat([photos, photos.roll(1, dims=0)])
    pairs = torch.tensor([-1, -1, -1, 0, 1, 2])
    assert float(pair_contrast(together, pairs)) < 1e-4
    assert float(pair_contrast(crossed, pairs)) > 5


def test_pair_contrast_counts_a_photo_with_two_sketches_once() -> None:
    e = F.normalize(torch.randn(5, 4, generator=torch.Generator().manual_seed(2)), dim=1)
    pairs = torch.tensor([-1, -1, 0, 0, 1])
    logits = e[2:] @ e[:2].T / 0.07
    to_photo = -(logits.log_softmax(1)[[0, 1, 2], [0, 0, 1]]).mean()
    columns = logits.T.log_softmax(1)
    to_sketch = -((columns[0, 0] + columns[0, 1]) / 2 + columns[1, 2]) / 2
    assert float(pair_contrast(e, pairs)) == pytest.approx(float((to_photo + to_sketch) / 2), rel=1e-4)


def test_a_batch_without_pairs_costs_nothing() -> None:
    e, _, _ = batch()
    assert float(pair_contrast(e, torch.full((len(e),), -1))) == 0


def test_distillation_leaves_out_rows_on_which_the_teacher_is_silent() -> None:
    logits = torch.tensor([[2.0, 0.0], [5.0, -5.0]])
    teacher = torch.tensor([[0.25, 0.75], [0.0, 0.0]])
    row = logits[0].log_softmax(0)
    assert float(distillation(logits, teacher)) == pytest.approx(float(-(0.25 * row[0] + 0.75 * row[1])))


def test_imitation_is_one_less_the_cosine() -> None:
    mine, guide = torch.eye(3), torch.tensor([[1.0, 0, 0], [0, -1, 0], [1, 0, 0]])
    assert imitation(mine, guide).item() == pytest.approx((0 + 2 + 1) / 3)


def test_the_contrast_of_names_is_what_its_formula_says_and_leaves_out_unknown_names() -> None:
    generator = torch.Generator().manual_seed(3)
    predicted = torch.randn(4, 6, generator=generator)
    names = F.normalize(torch.randn(3, 6, generator=generator), dim=1)
    names = torch.cat([names[:2], torch.zeros(1, 6), names[2:]])
    labels = torch.tensor([0, 2, 3, 1])
    rows = []
    for v, label in zip(predicted, labels.tolist(), strict=True):
        logits = [float(v @ names[c] / v.norm()) / 0.1 for c in (0, 1, 3)]
        if label != 2:
            own = float(v @ names[label] / v.norm()) / 0.1
            rows.append(math.log(sum(map(math.exp, logits))) - own)
    assert float(name_contrast(predicted, names, labels)) == pytest.approx(sum(rows) / 3, rel=1e-5)
    assert float(name_contrast(predicted, torch.zeros(4, 6), labels)) == 0


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("pairs", [[-1, 0, 0, -1, 3, 3, 3], [-1, -1, 1, 0], [-1, 0, 0], [-1, -1]])
def test_pair_contrast_is_what_its_formula_says(pairs: list[int], smoothing: float) -> None:
    embeddings = batch(n=len(pairs))[0].double()
    sketches = [row for row, place in enumerate(pairs) if place >= 0]
    photos = sorted({pairs[row] for row in sketches})
    expected = 0.0
    if len(photos) > 1:
        by = {(s, p): math.exp(float(embeddings[s] @ embeddings[p]) / 0.07) for s in sketches for p in photos}
        for s in sketches:
            for p in photos:
                aim = (1 - smoothing) * (pairs[s] == p) + smoothing / len(photos)
                expected -= aim * math.log(by[s, p] / sum(by[s, q] for q in photos)) / len(sketches) / 2
        for p in photos:
            own = [s for s in sketches if pairs[s] == p]
            for s in sketches:
                aim = (1 - smoothing) * (s in own) / len(own) + smoothing / len(sketches)
                expected -= aim * math.log(by[s, p] / sum(by[o, p] for o in sketches)) / len(photos) / 2
    loss = pair_contrast(embeddings, torch.tensor(pairs), smoothing=smoothing)
    assert loss.item() == pytest.approx(expected)


def test_no_loss_waits_for_a_gpu() -> None:
    with torch.device("meta"):  # tensors without numbers: whatever asks for one raises
        embeddings = torch.randn(8, 5, requires_grad=True)
        labels, pairs = torch.zeros(8, dtype=torch.int64), torch.full((8,), -1)
        total = normalised_softmax(embeddings, torch.randn(3, 5), labels)
        for variant in ("weighted", "all", "within", "as-published"):
            total = total + domain_aware_triplet(
                embeddings, labels=labels, domains=labels, margin=0.2, variant=variant
            )
        total = total + pair_contrast(embeddings, pairs)
        total = total + name_contrast(embeddings, torch.randn(3, 5), labels)
        total = total + distillation(embeddings, torch.randn(8, 5)) + imitation(embeddings, embeddings)
        total.backward()
        run = SimpleNamespace(step=3, network=SimpleNamespace(centre=torch.zeros(5)))
        loop._centre(run, embeddings.detach(), labels)  # type: ignore[arg-type]
