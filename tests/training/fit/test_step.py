"""What one optimiser step does to the weights, their average and the centre; which rate belongs to what."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from training.config import Config
from training.data.batch import Batch
from training.data.batches import Batches
from training.data.reading import read_collection
from training.fit import loop
from training.fit.checkpoint import Run
from training.fit.distributed import Ranks, Wrapped
from training.fit.schedule import set_rates
from training.model import trunks

START = [(0, 1 / 10), (5, 6 / 15), (90, 91 / 100), (10_000, None)]  # step, decay; None: as in the long run


@pytest.fixture
def config(small_run: dict[str, object]) -> Config:
    return Config(**{**small_run, "attention": "slim"})  # type: ignore[arg-type]


def test_the_average_begins_as_the_network_and_is_not_trained(config: Config) -> None:
    run = Run(config, ["a", "b"])
    for kept, current in zip(run.averaged.parameters(), run.network.parameters(), strict=True):
        assert kept is not current
        assert torch.equal(kept, current)
        assert not kept.requires_grad


def test_averaged_weights_follow_fast_at_first(config: Config) -> None:
    run = Run(replace(config, averaging=0.95), ["a", "b"])
    for step, decay in START:
        run.step = step
        with torch.no_grad():
            for kept, current in zip(run.averaged.parameters(), run.network.parameters(), strict=True):
                kept.zero_()
                current.fill_(1)
        loop._average(run)
        expected = 1 - (0.95 if decay is None else decay)
        for kept in run.averaged.parameters():
            torch.testing.assert_close(kept, torch.full_like(kept, expected))


def test_the_centre_follows_fast_at_first(config: Config) -> None:
    run = Run(config, ["a", "b"])
    east, north = torch.eye(config.dim)[:2]
    for step, decay in START:
        run.step = step
        run.network.centre.zero_()
        loop._centre(run, torch.stack([east, north]), torch.tensor([0, 1]))
        expected = (1 - (0.98 if decay is None else decay)) * (east + north) / 2
        torch.testing.assert_close(run.network.centre, expected)


def seen_by_the_optimiser(config: Config, batch: Batch, monkeypatch: pytest.MonkeyPatch) -> torch.Tensor:
    """Return the network's gradient, as one vector, in the moment of the optimiser's step."""
    run = Run(config, ["a", "b", "c", "d"])
    seen: list[torch.Tensor] = []

    def step(*_: object) -> None:
        seen.append(torch.cat([parameter.grad.flatten() for parameter in run.network.parameters()]))

    monkeypatch.setattr(run.optimizer, "step", step)
    loop.take_step(run, [batch], torch.float32, None, Wrapped(run.network, Ranks()))
    (gradient,) = seen
    return gradient


def test_a_long_gradient_is_shortened_and_a_short_one_left_alone(
    shapes: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(config, cls=0.0, dat=0.0, teacher_loss=0.0, standardised=False)
    batch = Batches(read_collection(shapes), config)[0]
    small, large = replace(config, ns=1e-2), replace(config, ns=1e4)
    short, clipped = (seen_by_the_optimiser(one, batch, monkeypatch) for one in (small, large))
    assert clipped.norm().item() == pytest.approx(5, rel=1e-4)
    monkeypatch.setattr(loop, "_CLIP", float("inf"))
    free, long = (seen_by_the_optimiser(one, batch, monkeypatch) for one in (small, large))
    assert free.norm() < 5 < 100 < long.norm()
    torch.testing.assert_close(short, free)
    torch.testing.assert_close(clipped, long * (5 / long.norm()), rtol=1e-4, atol=1e-6)


def test_each_part_has_its_own_learning_rate(config: Config) -> None:
    rates = {"backbone_rate": 1e-5, "attention_rate": 2e-4, "head_rate": 3e-3, "proxy_rate": 4e-2}
    run = Run(replace(config, **rates, schedule="constant"), ["a", "b"])  # type: ignore[arg-type]
    set_rates(run.optimizer, run.config, run.config.steps - 1)
    found = {id(one): group["lr"] for group in run.optimizer.param_groups for one in group["params"]}
    (tower,) = run.network.towers
    expected = {id(run.heads.proxies): 4e-2}
    for part, rate in ((tower.trunk, 1e-5), (tower.fusion, 2e-4), (tower.project, 3e-3)):
        expected |= {id(parameter): rate for parameter in part.parameters()}
    for layer in run.heads.children():
        expected |= {id(parameter): 3e-3 for parameter in layer.parameters()}
    assert len(list(run.heads.children())) == 3
    assert found == expected


def test_only_a_pretrained_trunk_has_to_wait(config: Config, tmp_path: Path) -> None:
    known = trunks.TRUNKS[config.backbone]
    save_file(known.make(False).state_dict(), tmp_path / known.file)
    for weights, waits in ((tmp_path / known.file, [True, False, False, False, False]), (None, [False] * 5)):
        run = Run(config, ["a", "b"], weights)
        assert [group["pretrained"] for group in run.optimizer.param_groups] == waits
    first = run.optimizer.param_groups[0]["params"]
    assert {id(one) for one in first} == {id(one) for one in run.network.towers[0].trunk.parameters()}
