"""What an ONNX file must pass before it replaces another, and what is in it."""

import json
import subprocess
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper

from engine import Encoder
from engine.encoding import encoder
from training.config import Config
from training.data.reading import read_collection
from training.errors import TrainingError
from training.export import onnx_file
from training.export.int8 import calibration_squares, quantise
from training.export.onnx_file import export
from training.fit.checkpoint import Run

from ...conftest import write_model


@pytest.fixture(scope="module")
def run() -> Run:
    """An untrained network."""
    settings = {"dim": 16, "input_size": 64, "train_size": 64, "frozen": "none", "device": "cpu"}
    return Run(Config(backbone="tiny", attention="none", **settings), ["a", "b"])  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def graph(run: Run) -> onnx.ModelProto:
    """Its graph, of which to make copies."""
    return onnx_file._graph(run)


def copy(model: onnx.ModelProto) -> onnx.ModelProto:
    made = onnx.ModelProto()
    made.CopyFrom(model)
    return made


def shifted(model: onnx.ModelProto, by: float) -> onnx.ModelProto:
    """Return a copy with a number added to the first value of the projection's bias."""
    made = copy(model)
    (bias,) = (one for one in made.graph.initializer if one.name.endswith("project.bias"))
    values = numpy_helper.to_array(bias).copy()
    values[0] += by
    bias.CopyFrom(numpy_helper.from_array(values, bias.name))
    return made


@pytest.mark.slow
@pytest.mark.parametrize("stored", ["fp32", "fp16"])
def test_a_graph_that_differs_from_pytorch_is_refused_and_the_old_file_stays(
    stored: str, run: Run, graph: onnx.ModelProto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_file, "_graph", lambda _: copy(graph))
    file = export(run, tmp_path / "model.onnx", stored=stored)
    before = file.read_bytes()
    length = np.linalg.norm(run.averaged.towers[0].project.bias.detach().numpy())
    monkeypatch.setattr(onnx_file, "_graph", lambda _: shifted(graph, 3e-4 * length))
    with pytest.raises(TrainingError, match=r"The ONNX graph differs from PyTorch by [1-9]\.\de-04\."):
        export(run, file, stored=stored)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]
    assert Encoder.load(file).metadata["weights_type"] == stored


@pytest.mark.slow
def test_quantised_weights_keep_seven_bits_and_a_scale_for_each_channel(
    run: Run, graph: onnx.ModelProto, shapes: Path, tmp_path: Path
) -> None:
    squares = calibration_squares(read_collection(shapes), run.config)[:4]
    onnx.save(graph, str(tmp_path / "exact.onnx"))
    quantise(tmp_path / "exact.onnx", tmp_path / "int8.onnx", squares, run.config)
    made = onnx.load(str(tmp_path / "int8.onnx")).graph
    tensors = {one.name: numpy_helper.to_array(one) for one in made.initializer}
    whole = {one.name for one in made.initializer if one.data_type == TensorProto.INT8}
    weights = [
        (tensors[node.input[0]], tensors[node.input[1]])
        for node in made.node
        if node.op_type == "DequantizeLinear" and node.input[0] in whole
    ]
    assert len(weights) >= 5  # the trunk's convolutions
    for values, scales in weights:
        assert scales.shape == values.shape[:1]
        assert (np.abs(values.astype(int)).reshape(len(values), -1).max(axis=1) <= 64).all()
    assert max(np.abs(values.astype(int)).max() for values, _ in weights) >= 63
    activations = {one.data_type for one in made.initializer if one.name.endswith("_zero_point")}
    assert TensorProto.UINT8 in activations


@pytest.mark.slow
def test_a_graph_is_compared_on_the_processor_as_pytorchs_side_is(
    run: Run, graph: onnx.ModelProto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked() -> None:
        raise AssertionError("a GPU was looked for")

    monkeypatch.setattr(onnx_file, "_graph", lambda _: copy(graph))
    monkeypatch.setattr(encoder, "_provider_choices", asked)
    for stored in ("fp32", "fp16"):
        export(run, tmp_path / "model.onnx", stored=stored)


@pytest.mark.slow
def test_in_8_bit_integers_other_pictures_to_calibrate_on_give_another_name(
    run: Run, graph: onnx.ModelProto, shapes: Path, tmp_path: Path
) -> None:
    squares, described = calibration_squares(read_collection(shapes), run.config), copy(graph)
    onnx_file._describe(described, run, stored="int8")
    onnx.save(described, str(tmp_path / "exact.onnx"))
    names = []
    for some in (squares[:2], squares[:2], squares[2:4]):
        onnx_file._quantise(run, some, tmp_path / "exact.onnx", tmp_path / "int8.onnx")
        names.append(Encoder.load(tmp_path / "int8.onnx").model_id)
    assert names[0] == names[1] != names[2]
    assert all(name.startswith("ffmln-tiny-none-16-") and name.endswith("-int8") for name in names)


@pytest.mark.parametrize(
    ("held_out", "said"), [(["octagon"], "has one class"), ([], "has no photos and sketches")]
)
def test_without_two_validation_classes_integers_are_judged_by_vectors_and_on_the_processor(
    shapes: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    held_out: list[str],
    said: str,
) -> None:
    monkeypatch.setattr(encoder, "_provider_choices", list)  # there is nothing else to run on
    files = [write_model(tmp_path / f"{seed}.onnx", seed=seed) for seed in (0, 1)]
    collection = read_collection(shapes)
    collection.split["val"] = held_out
    squares = [photo.open() for photo in collection.photos["square"]]
    onnx_file._must_find_as_much(collection, files[0], files[0], squares)
    with pytest.raises(TrainingError, match="8-bit integers change the embeddings"):
        onnx_file._must_find_as_much(collection, *files, squares)
    assert f"The validation {said}" in caplog.text


def test_a_file_of_a_changed_checkout_says_so(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a"]
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "file").write_text("one", "utf-8")
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *words], check=True)
    (tmp_path / "assets" / "file").write_text("two", "utf-8")
    monkeypatch.setattr("engine.version.ASSETS", tmp_path / "assets")
    model = onnx.ModelProto()
    onnx_file._describe(model, run, stored="fp32")
    assert json.loads(model.metadata_props[0].value)["commit"].endswith("-dirty")
