import numpy as np
import pytest
import torch
import torch.nn.functional as F

from training.data.collection import PHOTO, SKETCH
from training.fit.fine_grained import (
    draw_orders,
    instance_triplet,
    patch_order,
    separations,
    shuffle_pieces,
    uneven_separation,
)

LABELS = torch.tensor([0, 0, 0, 1, 1, 1, 1, 2, 2, 0])
DOMAINS = torch.tensor([SKETCH, PHOTO, PHOTO, SKETCH, PHOTO, PHOTO, PHOTO, SKETCH, PHOTO, SKETCH])
PAIRS = torch.tensor([1, -1, -1, 5, -1, -1, -1, -1, -1, 2])
SHOWN = torch.tensor([-1, 8, 9, -1, 7, 6, 7, -1, 5, -1])
THREES = {0: [(0, 1, 2), (9, 2, 1)], 1: [(3, 5, 4), (3, 5, 6)]}  # class 2's sketch has no photo of its own
NONE = torch.zeros(())


def vectors() -> torch.Tensor:
    rows = torch.randn(10, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return F.normalize(rows, dim=1)


def direct() -> dict[int, np.ndarray]:
    unit = vectors().numpy()
    return {
        label: np.array([(1 - unit[s] @ unit[p]) - (1 - unit[s] @ unit[n]) for s, p, n in threes])
        for label, threes in THREES.items()
    }


def test_the_triplet_of_single_photos_is_the_mean_over_all_threes() -> None:
    found = separations(vectors(), labels=LABELS, domains=DOMAINS, pairs=PAIRS, shown=SHOWN)
    assert len(found) == 2
    for one, wanted in zip(found, direct().values(), strict=True):
        np.testing.assert_allclose(one.numpy(), wanted)
    wanted = np.maximum(0, 0.2 + np.concatenate(list(direct().values())))
    assert 0 < (wanted > 0).sum() < len(wanted)
    assert instance_triplet(found, 0.2, NONE).item() == pytest.approx(wanted.mean())
    assert instance_triplet([], 0.2, NONE) == 0


def test_a_photo_that_a_batch_holds_twice_is_no_other_one_there() -> None:
    again = SHOWN.clone()
    again[4] = again[5]  # the sketch's own photo stands at both places
    found = separations(vectors(), labels=LABELS, domains=DOMAINS, pairs=PAIRS, shown=again)
    np.testing.assert_allclose(found[0].numpy(), direct()[0])
    np.testing.assert_allclose(found[1].numpy(), direct()[1][1:])


def test_uneven_separation_is_the_mean_divergence_between_classes() -> None:
    rng = np.random.default_rng(0)
    values = [rng.normal(size=count) for count in (4, 3, 5, 1)]  # the last says nothing
    shares = [np.exp(one[:3]) / np.exp(one[:3]).sum() for one in values[:3]]
    divergences = [(p * np.log(p / q)).sum() for p in shares for q in shares if p is not q]
    found = uneven_separation([torch.tensor(one) for one in values], NONE)
    assert found.item() == pytest.approx(np.mean(divergences))
    assert uneven_separation([torch.tensor(values[0]), torch.tensor(values[3])], NONE) == 0


def test_pieces_are_put_into_another_order_and_what_is_over_stays() -> None:
    image = torch.arange(2 * 5 * 7).reshape(1, 2, 5, 7)
    made = shuffle_pieces(image, torch.tensor([[3, 0, 1, 2]]))
    assert torch.equal(made[0, :, :2, :3], image[0, :, 2:4, 3:6])
    assert torch.equal(made[0, :, :2, 3:6], image[0, :, :2, :3])
    assert torch.equal(made[0, :, 2:4, :3], image[0, :, :2, 3:6])
    assert torch.equal(made[0, :, 2:4, 3:6], image[0, :, 2:4, :3])
    assert torch.equal(made[..., 4, :], image[..., 4, :])
    assert torch.equal(made[..., 6], image[..., 6])


def test_two_orders_of_one_picture_always_differ() -> None:
    first, second = draw_orders(60, 4, "seed")
    assert (first != second).any(dim=1).all()
    assert torch.equal(first.sort(dim=1).values, torch.arange(4).expand(60, 4))
    assert draw_orders(0, 4, "seed")[0].shape == (0, 4)


def test_a_shuffled_sketch_is_nearer_to_the_photo_in_its_own_order() -> None:
    unit = vectors()
    sketches, same, others = unit[:3], unit[3:6], unit[6:9]
    wanted = [
        max(0.0, 0.2 + (1 - s @ p) - (1 - s @ q))
        for s, p, q in zip(sketches.numpy(), same.numpy(), others.numpy(), strict=True)
    ]
    assert max(wanted) > 0
    assert patch_order(sketches, same=same, others=others, margin=0.2).item() == pytest.approx(
        np.mean(wanted)
    )


def test_the_losses_of_single_photos_ask_a_gpu_for_no_number() -> None:
    embeddings = torch.randn(10, 4, device="meta", requires_grad=True)
    found = separations(embeddings, labels=LABELS, domains=DOMAINS, pairs=PAIRS, shown=SHOWN)
    none = NONE.to("meta")
    (instance_triplet(found, 0.2, none) + uneven_separation(found, none)).backward()
