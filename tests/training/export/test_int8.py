from pathlib import Path

import onnx
import pytest

from engine import Encoder
from training.cli import main
from training.config import Config
from training.data.reading import read_collection
from training.errors import TrainingError
from training.evaluation.heldout import HeldOut
from training.export import onnx_file as exporting
from training.export.int8 import calibration_squares
from training.export.onnx_file import export
from training.fit.loop import Run

pytestmark = pytest.mark.slow


@pytest.fixture
def run(small_run: dict[str, object], shapes: Path) -> Run:
    config = Config(**{**small_run, "attention": "none"})
    return Run(config, read_collection(shapes).training_labels("train"))


def test_int8_keeps_the_ranking_and_computes_in_integers(run: Run, shapes: Path, tmp_path: Path) -> None:
    collection = read_collection(shapes)
    exact = Encoder.load(export(run, tmp_path / "exact.onnx", stored="fp32"))
    file = export(run, tmp_path / "int8.onnx", stored="int8", collection=collection)
    assert {"QuantizeLinear", "DequantizeLinear"} <= {
        node.op_type for node in onnx.load(str(file)).graph.node
    }
    encoder = Encoder.load(file)
    pictures = [photo.open() for photo in collection.photos["square"]]
    assert (exact.embed_photos(pictures) * encoder.embed_photos(pictures)).sum(axis=1).min() > 0.95
    assert encoder.metadata["weights_type"] == "int8"
    assert encoder.model_id != exact.model_id
    assert sorted(path.name for path in tmp_path.iterdir()) == ["exact.onnx", "int8.onnx"]


def test_int8_that_loses_too_much_is_refused_and_leaves_the_old_file(
    run: Run, shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "int8.onnx").write_bytes(b"old")
    collection = read_collection(shapes)
    collection.split["val"] = ["octagon", "star_ball"]
    scores = iter([{"sketch": {"mAP": 50.0}}, {"sketch": {"mAP": 49.4}}])
    asked = list[int]()

    def evaluate(held: HeldOut, **_: object) -> object:
        asked.append(len(held.drawings))
        return next(scores)

    monkeypatch.setattr(exporting, "evaluate", evaluate)
    monkeypatch.setattr(exporting, "MOST_DRAWINGS", 2)
    with pytest.raises(TrainingError, match=r"cost 0\.60 of the sketch mAP"):
        export(run, tmp_path / "int8.onnx", stored="int8", collection=collection)
    assert (tmp_path / "int8.onnx").read_bytes() == b"old"
    assert asked == [4, 4]  # two of each class


def test_int8_without_data_is_one_sentence(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run.save(tmp_path)
    assert main(["export", str(tmp_path), "--to", str(tmp_path), "--weights-type", "int8"]) == 2
    assert "needs --data" in capsys.readouterr().err


def test_calibration_sees_training_classes_of_every_kind(run: Run, shapes: Path) -> None:
    squares = calibration_squares(read_collection(shapes), run.config)
    assert len(squares) == 3 * 24  # four classes, six of each kind
    assert {square.size for square in squares} == {(64, 64)}
    assert {square.mode for square in squares} == {"RGB", "L"}
