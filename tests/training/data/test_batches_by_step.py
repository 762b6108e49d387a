"""What changes from step to step of a run: the pictures' size, and which of a step's batches it has."""

from pathlib import Path

import pytest
import torch

from training.config import Config
from training.data.batches import Batches
from training.data.collection import read_collection


@pytest.mark.parametrize(("steps", "change"), [(4, 2), (5, 3)])  # half of the run: at 2, and past 2.5
def test_all_batches_of_a_step_have_one_size_and_it_changes_at_the_right_step(
    steps: int, change: int, shapes: Path, small_run: dict[str, object]
) -> None:
    settings = small_run | {"batch_contours": 0, "train_size": 32, "input_size": 48}
    settings |= {"accumulate": 3, "finish_share": 0.5, "images": steps * 3 * 12, "batch_sketch_only": 0}
    batches = Batches(read_collection(shapes), Config(**settings))  # type: ignore[arg-type]
    assert len(batches) == 3 * steps
    sizes = [tuple(batches[place].images.shape[2:]) for place in range(len(batches))]
    assert sizes == [(32, 32)] * 3 * change + [(48, 48)] * 3 * (steps - change)


@pytest.mark.parametrize("batching", ["balanced", "shuffle"])
def test_the_batches_of_a_step_hold_different_pictures(
    batching: str, shapes: Path, small_run: dict[str, object]
) -> None:
    settings = small_run | {"accumulate": 2, "batching": batching, "shuffle_batch": 12}
    batches = Batches(read_collection(shapes), Config(**settings))  # type: ignore[arg-type]
    first, second = batches[0], batches[1]
    assert not torch.equal(first.labels, second.labels) or not torch.equal(first.images, second.images)


def test_an_interrupted_run_is_given_the_batches_it_has_not_had(
    shapes: Path, small_run: dict[str, object]
) -> None:
    settings = small_run | {"accumulate": 2, "images": 4 * 2 * 12, "batch_contours": 0}
    batches = Batches(read_collection(shapes), Config(**settings))  # type: ignore[arg-type]
    rest = list(batches.loader(5, pin=False))
    assert len(rest) == len(batches) - 5
    for place, batch in enumerate(rest, start=5):
        assert torch.equal(batch.images, batches[place].images)
