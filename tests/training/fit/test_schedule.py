import itertools

import pytest

from training.config import Config
from training.fit.checkpoint import Run
from training.fit.schedule import set_rates


def test_the_rates_rise_then_fall_to_a_hundredth(small_run: dict[str, object]) -> None:
    run = Run(Config(**{**small_run, "images": 15_000, "warmup": 100}), ["a", "b"])
    rates = []
    for step in range(run.config.steps):
        set_rates(run.optimizer, run.config, step)
        rates.append(run.optimizer.param_groups[0]["lr"])
    top = rates.index(max(rates))
    assert rates[0] < rates[top] / 50
    assert 0.08 < top / len(rates) < 0.12
    assert rates == sorted(rates[: top + 1]) + sorted(rates[top + 1 :], reverse=True)
    assert rates[-1] == pytest.approx(0.01 * run.config.backbone_rate, rel=0.05)


def test_a_pretrained_trunk_stands_still_at_first(small_run: dict[str, object]) -> None:
    run = Run(Config(**{**small_run, "images": 15_000, "head_start": 30, "warmup": 20}), ["a", "b"])
    trunk, others = run.optimizer.param_groups[0], run.optimizer.param_groups[1:]
    trunk["pretrained"] = True
    set_rates(run.optimizer, run.config, 29)
    assert trunk["lr"] == 0
    assert all(group["lr"] > 0 for group in others)
    assert not any(parameter.requires_grad for parameter in trunk["params"])
    set_rates(run.optimizer, run.config, 30)
    assert 0 < trunk["lr"] < trunk["rate"] / 10
    assert all(parameter.requires_grad for parameter in trunk["params"])


def test_exponential_rates_fall_by_one_factor_to_a_thousandth(small_run: dict[str, object]) -> None:
    changes = {"images": 15_000, "warmup": 1, "schedule": "exponential", "head_start": 0}
    run = Run(Config(**{**small_run, **changes}), ["a", "b"])
    rates = []
    for step in range(run.config.steps):
        set_rates(run.optimizer, run.config, step)
        rates.append(run.optimizer.param_groups[0]["lr"])
    factor = 0.001 ** (1 / run.config.steps)
    assert rates[0] == pytest.approx(run.config.backbone_rate)
    assert rates[-1] == pytest.approx(0.001 * run.config.backbone_rate / factor)
    assert all(later == pytest.approx(factor * rate) for rate, later in itertools.pairwise(rates))
