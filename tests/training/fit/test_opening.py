"""The first steps of a run: how long the trunk stands still, and how the triplets' weight rises."""

import pytest

from training.config import Config
from training.fit.schedule import opening, triplet_ramp

LONG, SHORT = 1000, 12  # steps


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
