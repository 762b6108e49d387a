"""A training that begins from a network trained before."""

import json
from pathlib import Path

import pytest
import torch

from engine import Encoder
from training.cli import main
from training.config import Config
from training.data.reading import read_collection
from training.errors import TrainingError
from training.export.onnx_file import export
from training.fit import loop
from training.fit.checkpoint import CHECKPOINT, Run
from training.fit.loop import CONFIG, fit
from training.fit.start import RECIPE, read_start
from training.methods import METHODS

from ..conftest import SMALL_RUN

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that has learnt the classes `kite` and `cone`, exported."""
    run = Run(Config(**{**SMALL_RUN, "attention": "slim"}), ("kite", "cone"))  # type: ignore[arg-type]
    with torch.no_grad():
        for parameter in run.averaged.parameters():
            if parameter.ndim == 1:  # equal ones, as all zeros, are stored once
                parameter.add_(torch.randn(parameter.shape) / 10)
    return export(run, tmp_path_factory.mktemp("first") / "first.onnx", stored="fp32")


def given(small_run: dict[str, object], start: Path, **more: object) -> dict[str, object]:
    form = ("backbone", "dim", "input_size", "images", "weights")
    return (
        {name: value for name, value in small_run.items() if name not in form} | {"start": str(start)} | more
    )


def test_it_has_the_form_of_what_it_begins_from_and_smaller_steps(
    first: Path, small_run: dict[str, object]
) -> None:
    config = read_start(first).config(given(small_run, first))
    assert (config.backbone, config.dim, config.attention) == ("tiny", 16, "slim")
    assert (config.images, config.backbone_rate) == (RECIPE["images"], RECIPE["backbone_rate"])
    assert config.backbone_rate < Config().backbone_rate
    assert read_start(first).config(given(small_run, first, images=50)).images == 50


def test_another_form_is_refused(first: Path, small_run: dict[str, object]) -> None:
    with pytest.raises(TrainingError, match="has another --attention, --dim"):
        read_start(first).config(given(small_run, first, dim=8, attention="none"))


def test_a_method_of_another_form_is_named_in_place_of_what_it_sets(
    first: Path, small_run: dict[str, object]
) -> None:
    start, of_method = read_start(first), METHODS["sake"].settings
    said = {**of_method, "start": str(first)}
    with pytest.raises(TrainingError, match="is not the network of --method: it has another"):
        start.config(said, of_method=of_method)
    with pytest.raises(TrainingError, match="has another --dim; leave it out with --start"):
        start.config(given(small_run, first, dim=8), of_method=of_method)


def test_the_first_step_begins_from_its_weights(
    first: Path, small_run: dict[str, object], shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, before = read_start(first), {}
    config = start.config(given(small_run, first, images=20, head_start=0.0, standardised=True))
    real = loop.take_step

    def step(run: Run, *rest: object) -> object:
        before.setdefault("state", {name: one.clone() for name, one in run.network.state_dict().items()})
        return real(run, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "take_step", step)
    fit(read_collection(shapes), config, tmp_path / "run", weights=start)
    for name, tensor in start.state.items():
        torch.testing.assert_close(before["state"][name], tensor, rtol=0, atol=0)


def test_all_of_the_network_waits_until_the_new_heads_know_the_classes(
    first: Path, small_run: dict[str, object], shapes: Path, tmp_path: Path
) -> None:
    start = read_start(first)
    config = start.config(given(small_run, first, images=20 * 15, head_start=200.0, validations=0))
    run = start.begin(config, ("square", "circle"))
    waiting = {
        name for group in run.optimizer.param_groups if group["pretrained"] for name in group["params"]
    }
    learning = {one for one in run.network.parameters() if one.requires_grad}
    assert waiting == learning
    assert {group["rate"] for group in run.optimizer.param_groups} == {
        config.backbone_rate, config.attention_rate, config.head_rate, config.proxy_rate,
    }  # fmt: skip


def test_it_resumes_and_says_what_it_began_from(
    first: Path, small_run: dict[str, object], shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["fit", "--data", str(shapes), "--out", str(tmp_path / "run"), "--start", str(first), "--single"]
    words += ["--images", "60", "--batch-classes", "3", "--batch-samples", "2", "--workers", "0"]
    words += ["--device", "cpu", "--train-size", "64", "--validations", "1"]
    real, steps = loop.take_step, []

    def step(run: Run, *rest: object) -> object:
        steps.append(run.step)
        if len(steps) == 3:
            run.save(tmp_path / "run")
            raise KeyboardInterrupt
        return real(run, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "take_step", step)
    assert main(words) == 130
    assert main(words) == 0
    assert steps == [0, 1, 2, 2, *range(3, steps[-1] + 1)]
    run = Run.load(tmp_path / "run", device="cpu")
    model_id = Encoder(first).model_id
    assert (
        json.loads((tmp_path / "run" / CONFIG).read_text("utf-8"))["pretrained"] == model_id == run.pretrained
    )
    known = Encoder(export(run, tmp_path / "second.onnx", stored="fp32")).metadata
    assert [one["model_id"] for one in known["history"]] == [model_id]
    assert {"kite", "cone", "triangle"} <= set(known["classes"])
    again = read_start(tmp_path / "second.onnx")
    assert [one["model_id"] for one in again.history] == [model_id, known["model_id"]]


def test_a_run_begun_from_another_file_is_not_gone_on_with(
    first: Path, small_run: dict[str, object], shapes: Path, tmp_path: Path
) -> None:
    start = read_start(first)
    config = start.config(given(small_run, first, images=20, validations=0))
    fit(read_collection(shapes), config, tmp_path / "run", weights=start)
    assert (tmp_path / "run" / CHECKPOINT).exists()
    Run(Config(**start.form), ("square",)).save(tmp_path / "other")
    with pytest.raises(TrainingError, match="begun with other weights"):
        fit(read_collection(shapes), config, tmp_path / "run", weights=read_start(tmp_path / "other"))


def test_a_run_is_begun_from_as_well_and_its_averaged_weights_count(
    small_run: dict[str, object], tmp_path: Path
) -> None:
    run = Run(Config(**small_run), ("square",))  # type: ignore[arg-type]
    with torch.no_grad():
        run.averaged.centre.fill_(0.25)
    run.save(tmp_path / "run")
    start = read_start(tmp_path / "run")
    assert start.name == "run"
    assert torch.equal(start.state["centre"], run.averaged.centre)
    assert start.history[-1]["classes"] == ["square"]
