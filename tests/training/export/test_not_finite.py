from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper

from training.config import Config
from training.data.reading import read_collection
from training.errors import TrainingError
from training.export import onnx_file as exporting
from training.export.onnx_file import export
from training.fit.checkpoint import Run

pytestmark = pytest.mark.slow


@pytest.fixture
def run(small_run: dict[str, object], shapes: Path) -> Run:
    config = Config(**{**small_run, "attention": "none"})
    return Run(config, read_collection(shapes).training_labels("train"))


@pytest.fixture
def large(run: Run) -> Run:
    """A run whose projection is right in single precision, and infinite in half."""
    with torch.no_grad():
        run.averaged.towers[0].project.weight *= 1e8
    return run


def test_a_network_with_a_nan_is_not_exported(run: Run, tmp_path: Path) -> None:
    with torch.no_grad():
        run.averaged.towers[0].project.weight[0, 0] = torch.nan
    with pytest.raises(TrainingError, match="differs from PyTorch by nan"):
        export(run, tmp_path / "fp32.onnx", stored="fp32")
    assert list(tmp_path.iterdir()) == []


def test_weights_that_half_precision_cannot_hold_are_not_exported(large: Run, tmp_path: Path) -> None:
    export(large, tmp_path / "fp32.onnx", stored="fp32")
    with pytest.raises(TrainingError, match=r"Half precision changes the embeddings \(cosine nan\)"):
        export(large, tmp_path / "fp16.onnx", stored="fp16")
    assert [file.name for file in tmp_path.iterdir()] == ["fp32.onnx"]


def test_int8_whose_other_weights_half_precision_cannot_hold_is_not_exported(
    large: Run, shapes: Path, tmp_path: Path
) -> None:
    with pytest.raises(TrainingError, match=r"8-bit integers change the embeddings \(cosine nan\)"):
        export(large, tmp_path / "int8.onnx", stored="int8", collection=read_collection(shapes))
    assert list(tmp_path.iterdir()) == []


def test_an_int8_loss_that_is_nan_is_too_much(
    run: Run, tmp_path: Path, shapes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = iter([{"sketch": {"mAP": 50.0}}, {"sketch": {"mAP": float("nan")}}])
    monkeypatch.setattr(exporting, "evaluate", lambda *_, **__: next(scores))
    collection = read_collection(shapes)
    collection.split["val"] = sorted(collection.photos)[:2]
    with pytest.raises(TrainingError, match="cost nan of the sketch mAP"):
        export(run, tmp_path / "int8.onnx", stored="int8", collection=collection)
    assert list(tmp_path.iterdir()) == []


class Rows:
    """An encoder that gives each number of pictures its value."""

    def __init__(self, values: dict[int, float]) -> None:
        self.values = values

    def embed_photos(self, pictures: list[Any]) -> np.ndarray:
        return np.full((len(pictures), 4), self.values[len(pictures)], np.float32)


@pytest.mark.parametrize("broken", exporting._CHECKED_BATCHES)
def test_a_nan_in_any_of_the_checked_batches_is_the_difference(broken: int) -> None:
    sound = dict.fromkeys(exporting._CHECKED_BATCHES, 0.5)
    difference = exporting._difference(Rows(sound), Rows({**sound, broken: np.nan}))  # type: ignore[arg-type]
    assert np.isnan(difference)


def test_an_encoder_with_a_nan_in_its_file_has_no_figures(
    run: Run, shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.cli import main

    file = export(run, tmp_path / "fp32.onnx", stored="fp32")
    model = onnx.load(str(file))
    bias = next(tensor for tensor in model.graph.initializer if "project" in tensor.name)
    values = numpy_helper.to_array(bias).copy()
    values.flat[0] = np.nan
    bias.CopyFrom(numpy_helper.from_array(values, bias.name))
    onnx.save(model, str(file))
    assert main(["evaluate", str(file), "--data", str(shapes)]) == 2
    said = capsys.readouterr()
    assert "embeddings are not finite or are zero: the model cannot be measured" in said.err
    assert said.out == ""
