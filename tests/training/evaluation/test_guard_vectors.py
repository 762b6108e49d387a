import json

import numpy as np
import pytest

from engine.encoding.encoder import Encoder
from engine.encoding.guard import guard_path
from training.cli import main
from training.data.reading import read_collection
from training.errors import TrainingError
from training.evaluation import guard_vectors as module
from training.evaluation.embedding import Embedded
from training.evaluation.guard_vectors import GuardVectors, guard_vectors

from ..conftest import SHAPES


@pytest.fixture
def encoder(make_model, tmp_path):
    return Encoder(make_model(tmp_path / "model.onnx"))


def test_drawings_and_photos_are_of_training_classes_alone(encoder, shapes):
    vectors = guard_vectors(encoder, read_collection(shapes))
    train = {"triangle", "square", "pentagon", "hexagon"}
    assert set(vectors.drawings.labels) == set(vectors.photos.labels) == train
    drawn, shown = vectors.kinds()
    right = vectors.guard().right
    assert np.array_equal(right, drawn[:, None] == shown[None])
    assert right.any(axis=1).all()


def test_classes_that_no_list_names_are_training_classes_here_as_in_training(encoder, own_shapes):
    (own_shapes / "split.json").write_text(
        '{"train": ["square"], "val": ["octagon"], "unseen": ["star ball"]}'
    )
    vectors = guard_vectors(encoder, read_collection(own_shapes))
    assert set(vectors.photos.labels) == {"triangle", "square", "pentagon", "hexagon"}


def test_kinds_are_spread_over_all_where_there_are_more_than_wanted(encoder, shapes, monkeypatch):
    monkeypatch.setattr(module, "KINDS", 2)
    vectors = guard_vectors(encoder, read_collection(shapes))
    assert set(vectors.photos.labels) == {"hexagon", "triangle"}  # the first and the last by name


def test_data_without_photos_or_drawings_of_training_classes_are_refused(encoder, own_shapes):
    (own_shapes / "split.json").write_text(json.dumps({"train": [], "val": [], "unseen": list(SHAPES)}))
    with pytest.raises(TrainingError, match="no training class"):
        guard_vectors(encoder, read_collection(own_shapes))


def test_the_command_writes_what_the_engine_finds_beside_the_model(make_model, tmp_path, shapes, capsys):
    model = make_model(tmp_path / "model.onnx")
    assert main(["guard", str(model), "--data", str(shapes)]) == 0
    assert capsys.readouterr().out.strip() == str(guard_path(model))
    guard = Encoder(model).guard
    assert guard is not None
    assert guard.right.any()


def test_the_measure_personal_is_there_by_the_command(make_model, tmp_path, shapes, capsys):
    model = make_model(tmp_path / "model.onnx")
    assert main(["evaluate", str(model), "--data", str(shapes), "--measures", "personal"]) == 0
    assert "personal sketch 2 pairs others" in capsys.readouterr().out


def test_a_kind_whose_photos_cannot_be_read_is_no_other_kind():
    rows = np.eye(2, dtype=np.float32)
    vectors = GuardVectors(Embedded(rows, np.array(["cat", "bat"])), Embedded(rows, np.array(["cat", "dog"])))
    drawn, shown = vectors.kinds()
    assert np.array_equal(drawn[:, None] == shown[None], vectors.guard().right)
