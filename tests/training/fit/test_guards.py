from pathlib import Path

import pytest
import torch

from training.config import Config
from training.data.batches import Batches
from training.data.reading import read_collection
from training.errors import TrainingError
from training.fit import loop as train
from training.fit import losses
from training.fit.checkpoint import CHECKPOINT, Run
from training.fit.distributed import Ranks, Wrapped
from training.fit.loop import fit
from training.fit.soup import average

ROOT = Path(__file__).parents[3]


def spoil_from(monkeypatch: pytest.MonkeyPatch, call: int, spoil: object) -> None:
    """Change the normalised softmax from its `call`th use on."""
    calls, real = 0, losses.normalised_softmax

    def spoiled(embeddings: torch.Tensor, *rest: torch.Tensor) -> torch.Tensor:
        nonlocal calls
        calls += 1
        value = real(embeddings, *rest)
        return spoil(value, embeddings) if calls >= call else value  # type: ignore[operator]

    monkeypatch.setattr(losses, "normalised_softmax", spoiled)


def to_nan(value: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    return value * torch.nan


def to_nan_gradient(value: torch.Tensor, embeddings: torch.Tensor) -> torch.Tensor:
    return value + (0 * embeddings.sum()).sqrt()  # 0, of infinite slope


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "named"), [(to_nan, "loss ns"), (to_nan_gradient, "gradient of the network")]
)
def test_a_number_that_is_none_stops_the_run_and_the_good_checkpoint_goes_on(
    spoil: object,
    named: str,
    shapes: Path,
    small_run: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = Config(**{**small_run, "images": 5 * Config(**small_run).batch_size})
    collection, out = read_collection(shapes), tmp_path / "run"
    whole = fit(collection, config, tmp_path / "whole", weights=None)
    monkeypatch.setattr(train, "_SAVE_EVERY", 0.0)
    with monkeypatch.context() as patched:
        spoil_from(patched, 4, spoil)
        with pytest.raises(TrainingError, match=f"stopped at step 4: the {named} is not a finite number"):
            fit(collection, config, out, weights=None)
        kept = (out / CHECKPOINT).read_bytes()
        assert Run.load(out).step == 3
        spoil_from(patched, 1, spoil)
        with pytest.raises(TrainingError, match="stopped at step 4"):
            fit(collection, config, out, weights=None)
        assert (out / CHECKPOINT).read_bytes() == kept
    resumed = fit(collection, config, out, weights=None)
    assert resumed.step == config.steps
    for mine, theirs in zip(whole.network.parameters(), resumed.network.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs)


@pytest.mark.parametrize("spoil", [to_nan, to_nan_gradient])
def test_a_step_of_a_gradient_that_is_not_finite_is_not_taken(
    spoil: object, shapes: Path, small_run: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    config, collection = Config(**small_run), read_collection(shapes)
    run = Run(config, collection.training_labels("train"))
    before = [parameter.clone() for parameter in [*run.network.parameters(), *run.heads.parameters()]]
    spoil_from(monkeypatch, 1, spoil)
    micro = [Batches(collection, config)[0]]
    with pytest.raises(TrainingError, match="step 1"):
        train.take_step(run, micro, torch.float32, None, Wrapped(run.network, Ranks()))
    for old, new in zip(before, [*run.network.parameters(), *run.heads.parameters()], strict=True):
        assert torch.equal(old, new)


def test_a_gradient_of_the_heads_alone_stops_the_run_too(
    shapes: Path, small_run: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    config, collection = Config(**small_run), read_collection(shapes)
    run = Run(config, collection.training_labels("train"))
    real = losses.normalised_softmax

    def spoiled(embeddings: torch.Tensor, proxies: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return real(embeddings, proxies, labels) + (0 * proxies.sum()).sqrt()

    monkeypatch.setattr(losses, "normalised_softmax", spoiled)
    micro = [Batches(collection, config)[0]]
    with pytest.raises(TrainingError, match="the gradient of the heads is not a finite number"):
        train.take_step(run, micro, torch.float32, None, Wrapped(run.network, Ranks()))


@pytest.mark.parametrize("part", ["network", "averaged", "heads", "optimizer"])
def test_a_state_that_is_not_finite_is_never_saved(
    part: str, small_run: dict[str, object], tmp_path: Path
) -> None:
    run = Run(Config(**small_run), ["a", "b"])
    for parameter in run.network.parameters():
        parameter.grad = torch.zeros_like(parameter)
    run.optimizer.step()
    run.save(tmp_path)
    kept = (tmp_path / CHECKPOINT).read_bytes()
    weight = next(run.network.parameters())
    spoiled = {
        "network": run.network.centre,
        "averaged": next(run.averaged.parameters()),
        "heads": run.heads.proxies,
        "optimizer": run.optimizer.state[weight]["exp_avg"],
    }
    with torch.no_grad():
        spoiled[part][(0,) * spoiled[part].ndim] = torch.nan
    with pytest.raises(TrainingError, match="is not finite after step 0"):
        run.save(tmp_path)
    assert (tmp_path / CHECKPOINT).read_bytes() == kept


def test_a_mean_of_trainings_that_is_not_finite_is_refused(small_run: dict[str, object]) -> None:
    good, bad = (Run(Config(**small_run), ["a", "b"]) for _ in range(2))
    before = {name: tensor.clone() for name, tensor in good.averaged.state_dict().items()}
    with torch.no_grad():
        bad.averaged.centre[0] = torch.nan
    with pytest.raises(TrainingError, match="The mean of the trainings holds numbers that are not finite"):
        average([good, bad])
    assert not good.members
    for name, tensor in good.averaged.state_dict().items():
        assert torch.equal(tensor, before[name])
