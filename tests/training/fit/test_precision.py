"""Products in fewer bits, a GPU's ways, and what is looked at when."""

from pathlib import Path

import pytest
import torch

from training.config import Config
from training.data.batches import Batches
from training.data.reading import read_collection
from training.errors import TrainingError
from training.fit import loop, precision
from training.fit.checkpoint import Run
from training.fit.distributed import Ranks, Wrapped
from training.fit.guards import FiniteCheck
from training.fit.loop import fit, take_step

CPU = torch.device("cpu")
FP16 = {"precision": "fp16", "standardised": False}  # an untrained network has next to no deviation


@pytest.mark.parametrize(("multiplied", "taken"), [(True, torch.bfloat16), (False, torch.float16)])
def test_a_gpu_takes_bf16_where_it_multiplies_it_and_fp16_elsewhere(
    multiplied: bool, taken: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: multiplied)
    assert precision.precision_of("auto", torch.device("cuda")) == taken


@pytest.mark.parametrize("allowed", [True, False])
def test_tf32_is_allowed_where_it_is_asked_for(allowed: bool) -> None:
    before = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    try:
        precision.allow_tf32(allowed)
        assert torch.get_float32_matmul_precision() == ("high" if allowed else "highest")
        assert torch.backends.cudnn.allow_tf32 == allowed
    finally:
        torch.set_float32_matmul_precision(before[0])
        torch.backends.cudnn.allow_tf32 = before[1]


@pytest.mark.slow
def test_a_run_in_fp16_scales_its_losses_and_goes_on_as_if_never_interrupted(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = read_collection(shapes)
    config = Config(**{**small_run, "images": 3 * Config(**small_run).batch_size, **FP16})
    whole = fit(collection, config, tmp_path / "whole", weights=None)
    assert whole.scaler.is_enabled()
    monkeypatch.setattr(loop, "_SAVE_EVERY", 0.0)
    with monkeypatch.context() as patched:
        stop_after(patched, 2)
        with pytest.raises(KeyboardInterrupt):
            fit(collection, config, tmp_path / "run", weights=None)
    resumed = fit(collection, config, tmp_path / "run", weights=None)
    assert resumed.scaler.state_dict() == whole.scaler.state_dict()
    for mine, theirs in zip(whole.network.parameters(), resumed.network.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs)


def stop_after(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    real, taken = loop.take_step, 0

    def counted(*arguments: object) -> object:
        nonlocal taken
        if taken == steps:
            raise KeyboardInterrupt
        taken += 1
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "take_step", counted)


def test_a_step_whose_gradients_do_not_fit_into_fp16_is_left_out_and_the_scale_falls(
    shapes: Path, small_run: dict[str, object]
) -> None:
    config = Config(**{**small_run, **FP16, "train_size": 32, "batch_contours": 0})
    collection = read_collection(shapes)
    run = Run(config, collection.training_labels("train"))
    before = [parameter.clone() for parameter in run.network.parameters()]
    run.heads.proxies.register_hook(lambda gradient: gradient * torch.inf)
    scale = run.scaler.get_scale()
    micro = [Batches(collection, config)[0]]
    take_step(run, micro, torch.float16, None, Wrapped(run.network, Ranks()))
    assert run.scaler.get_scale() == scale / 2
    for old, new in zip(before, run.network.parameters(), strict=True):
        assert torch.equal(old, new)


def test_gradients_that_never_fit_into_fp16_end_the_run() -> None:
    scaler = torch.amp.GradScaler("cpu", init_scale=0.5)
    scaler.scale(torch.zeros(()))
    with pytest.raises(TrainingError, match="step 40: the gradients are not finite numbers in fp16"):
        precision.require_scale(scaler, 40)
    precision.require_scale(precision.scaler_for(torch.bfloat16, CPU), 40)


def test_a_watch_that_waits_names_the_step_it_was_noted_at() -> None:
    watch = FiniteCheck(Ranks(), at_once=False)
    for step, value in enumerate((1.0, torch.nan, 1.0, torch.inf), start=5):
        watch.note({"loss": torch.tensor(value), "norm": torch.tensor(1.0)}, step)
    with pytest.raises(TrainingError, match="stopped at step 6: the loss"):
        watch.look()
    watch.look()  # what was told is not told again
    with pytest.raises(TrainingError, match="step 9: the norm"):
        FiniteCheck(Ranks()).note({"norm": torch.tensor(torch.nan)}, 9)
