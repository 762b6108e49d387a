"""The first steps of a run: how long the trunk stands still, and how the triplets' weight rises."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from training.config import Config
from training.data.batches import Batches
from training.data.reading import read_collection
from training.errors import TrainingError
from training.fit.distributed import Ranks, Wrapped
from training.fit.loop import fit, take_step
from training.fit.schedule import opening, set_rates, triplet_ramp
from training.fit.setting_out import begin
from training.model import trunks

LONG, SHORT = 1000, 12  # steps
BARE: dict[str, object] = {"fusion": "pooled", "projected": False, "dim": 24}
"""A network that is its trunk and nothing else."""


@pytest.fixture
def small_run(small_run: dict[str, object]) -> dict[str, object]:
    """Such a run that begins at once, without a look at features."""
    return {**small_run, "standardised": False}


def of_steps(steps: int, **changes: object) -> Config:
    config = Config(batch_contours=0, batch_sketch_only=0, images=steps * 72, **changes)  # type: ignore[arg-type]
    assert config.steps == steps
    return config


@pytest.mark.parametrize(
    ("steps", "head_start", "warmup", "expected"),
    [
        (LONG, 60, 50, (60, 50)),
        (LONG, 0.1, 50, (100, 50)),  # a share of the run
        (LONG, 1, 50, (1, 50)),  # one step, not all of them
        (LONG, 400, 300, (250, 250)),  # at most a quarter
        (LONG, 0.5, 0, (250, 1)),
        (SHORT, 60, 50, (3, 3)),
    ],
)
def test_the_opening_takes_at_most_a_quarter_of_the_run(
    steps: int, head_start: float, warmup: int, expected: tuple[int, int]
) -> None:
    assert opening(of_steps(steps, head_start=head_start, warmup=warmup)) == expected


def test_the_triplets_weight_rises_until_the_trunk_learns_fully() -> None:
    config = of_steps(LONG, head_start=60, warmup=40)
    assert [triplet_ramp(config, step) for step in (0, 25, 50, 99, 100, 999)] == [0, 0.25, 0.5, 0.99, 1, 1]
    plain = of_steps(LONG, head_start=60, warmup=40, ramped=False)
    assert [triplet_ramp(plain, step) for step in (0, 50, 999)] == [1, 1, 1]


def test_a_run_whose_pictures_grow_in_its_first_steps_begins_all_the_same(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    settings = {**small_run, "train_size": 32, "finish_share": 0.5, "images": 45, "validations": 0}
    config = Config(**settings)  # type: ignore[arg-type]
    assert [config.size_at(step) for step in range(config.steps)] == [32, 32, 64][-config.steps :]
    fit(read_collection(shapes), config, tmp_path, weights=None)


def test_a_trunk_beside_which_nothing_learns_does_not_wait(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    losses = {"ns": 0.0, "cls": 0.0, "teacher_loss": 0.0, "name_loss": 0.0, "pair_loss": 1.0}
    config = Config(**{**small_run, **BARE, **losses, "images": 150, "batch_contours": 0})  # type: ignore[arg-type]
    known = trunks.trunk(config.backbone)
    save_file(known.make(False).state_dict(), tmp_path / known.file)
    batches = Batches(read_collection(shapes), config)
    run = begin(config, batches.classes, tmp_path / known.file)
    set_rates(run.optimizer, config, 0)
    take_step(run, [batches[0]], torch.float32, None, Wrapped(run.network, Ranks()))
    assert all(parameter.grad is not None for parameter in run.network.parameters())


def test_a_network_of_which_nothing_learns_is_refused(small_run: dict[str, object]) -> None:
    config = Config(**{**small_run, **BARE, "tuning": "none"})  # type: ignore[arg-type]
    with pytest.raises(TrainingError, match="Nothing in the network learns: --tuning none needs"):
        begin(config, ["a", "b"], None)
