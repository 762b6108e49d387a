"""The mean of two runs: its weights, and what it says of itself."""

import torch

from training.config import Config
from training.fit.checkpoint import Run
from training.fit.soup import average


def test_a_mean_has_the_minutes_and_images_of_both_and_nobodys_validation(
    small_run: dict[str, object],
) -> None:
    runs = [Run(Config(**small_run | {"seed": seed}), ["a", "b"]) for seed in (1, 2)]  # type: ignore[arg-type]
    for run, minutes, step in zip(runs, (3.0, 4.5), (5, 2), strict=True):
        run.minutes, run.step, run.validation = minutes, step, [{"step": step}]
    sizes = [run.images for run in runs]
    weights = [run.averaged.towers[0].project.weight.clone() for run in runs]
    mean = average(runs)
    assert mean.minutes == 7.5
    assert mean.images == sum(sizes) == 7 * runs[1].config.step_size
    assert mean.validation == []
    assert [member["minutes"] for member in mean.members] == [3.0, 4.5]
    for network in (mean.network, mean.averaged):
        torch.testing.assert_close(network.towers[0].project.weight, (weights[0] + weights[1]) / 2)
