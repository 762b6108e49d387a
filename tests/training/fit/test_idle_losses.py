import json
from pathlib import Path

import numpy as np
import pytest
import torch

from training.config import Config
from training.data import class_names
from training.data.batches import Batches
from training.data.likeness import LIKENESS_FILE
from training.data.reading import read_collection
from training.data.teacher import TEACHER_FILE
from training.errors import TrainingError
from training.fit.checkpoint import Run
from training.fit.idle import idle_losses, must_have_something_to_do, partly_taught
from training.fit.loop import fit

DISTILLATION, NAMES, PAIRS = "The distillation loss is idle", "The class-name loss is idle", "The contrast of"

NO_NAMES = torch.zeros(1, class_names.LENGTH)


def write_teacher(data: Path, *labels: str) -> None:
    """Write a teacher of all photos, or of the first one of some classes."""
    every = [str(file.relative_to(data)) for file in (data / "photo").glob("*/*")]
    names = [f"photo/{label}/sketchy_0.jpg" for label in labels] or every
    rows = {"index": np.array([[3, 4]] * len(names)), "probability": np.array([[0.8, 0.2]] * len(names))}
    np.savez(data / TEACHER_FILE, photo=np.array(names), **rows)


def said(data: Path, settings: dict[str, object], **changes: object) -> list[str]:
    batches = Batches(read_collection(data), Config(**{**settings, "batch_contours": 0, **changes}))
    names = Run(batches.config, batches.classes).heads.names
    return [*idle_losses(batches, names), *partly_taught(batches)]


def without_pairs(data: Path) -> None:
    for file in sorted((data / "sketch").glob("*/*.png")):
        file.rename(file.with_name(f"{file.stem.replace('-', '_')}.png"))


def test_nothing_is_idle_where_teacher_names_and_pairs_are_there(
    own_shapes: Path, small_run: dict[str, object]
) -> None:
    write_teacher(own_shapes)
    assert said(own_shapes, small_run) == []


def test_distillation_is_idle_without_a_teacher_and_with_one_of_other_photos(
    own_shapes: Path, small_run: dict[str, object]
) -> None:
    (line,) = said(own_shapes, small_run)
    assert line.startswith(f"{DISTILLATION}: DATA has no {TEACHER_FILE}")
    write_teacher(own_shapes, "zebra")
    (line,) = said(own_shapes, small_run)
    assert line == f"{DISTILLATION}: {TEACHER_FILE} names none of the photos trained on."


def test_a_teacher_that_does_not_know_all_photos_says_how_many(
    own_shapes: Path, small_run: dict[str, object]
) -> None:
    write_teacher(own_shapes, "square", "hexagon", "octagon")  # of which the last is held out
    (line,) = said(own_shapes, small_run)
    assert line.startswith(f"{TEACHER_FILE} knows 2 of the 24 photos trained on: the others are taught")


def test_the_class_name_loss_is_idle_with_one_known_name(
    own_shapes: Path, small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_teacher(own_shapes)
    table = tmp_path / "names.npz"
    monkeypatch.setattr(class_names, "TABLE", table)
    for known in (["square"], ["square", "hexagon"]):
        vectors = np.eye(len(known), class_names.LENGTH, dtype=np.float16)
        np.savez(table, names=np.array(known), vectors=vectors)
        lines = said(own_shapes, small_run)
        assert [line.startswith(NAMES) for line in lines] == ([True] if len(known) == 1 else [])


def test_the_contrast_of_pairs_is_idle_without_a_sketchs_own_photo_unless_contours_are_drawn(
    own_shapes: Path, small_run: dict[str, object]
) -> None:
    write_teacher(own_shapes)
    (line,) = said(own_shapes, small_run, batching="shuffle")
    assert line.startswith(PAIRS)
    without_pairs(own_shapes)
    (line,) = said(own_shapes, small_run)
    assert line.startswith(PAIRS)
    assert said(own_shapes, small_run, batch_contours=3) == []


def test_a_run_warns_once_of_each_idle_loss_that_it_is_set_to_have(
    own_shapes: Path, small_run: dict[str, object], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    without_pairs(own_shapes)
    split = json.loads((own_shapes / "split.json").read_text("utf-8"))
    (own_shapes / "split.json").write_text(json.dumps({**split, "val": []}), "utf-8")
    settings = {**small_run, "images": 20, "batch_contours": 0, "validations": 0, "standardised": False}
    fit(read_collection(own_shapes), Config(**settings), tmp_path / "run", weights=None)
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert [line[:10] for line in warnings] == [DISTILLATION[:10], PAIRS[:10]]
    caplog.clear()
    alone = Config(**{**settings, "teacher_loss": 0.0, "pair_loss": 0.0})
    fit(read_collection(own_shapes), alone, tmp_path / "other", weights=None)
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


def test_losses_of_single_photos_are_idle_without_them(
    own_shapes: Path, small_run: dict[str, object]
) -> None:
    write_teacher(own_shapes)
    fine = {"pair_loss": 0.0, "patch_loss": 1.0}
    assert said(own_shapes, small_run, **fine) == []
    without_pairs(own_shapes)
    (line,) = said(own_shapes, small_run, **fine)
    assert line.startswith("The losses of single photos are idle")
    assert said(own_shapes, small_run, pair_loss=0.0, triplet="instance") == [line]


def test_names_that_are_like_none_of_imagenets_are_said(
    own_shapes: Path, small_run: dict[str, object]
) -> None:
    write_teacher(own_shapes)
    np.savez(own_shapes / LIKENESS_FILE, names=["zebra"], index=np.array([[1]]), likeness=np.array([[1.0]]))
    (line,) = said(own_shapes, small_run, teacher_names=0.3)
    assert line.startswith("--teacher-names does nothing")


def test_a_run_of_one_class_is_refused_unless_a_loss_needs_no_classes(
    own_shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    split = {"train": [], "val": [], "unseen": ["triangle", "pentagon", "hexagon", "octagon", "star ball"]}
    (own_shapes / "split.json").write_text(json.dumps(split), "utf-8")
    collection, alone = read_collection(own_shapes), {**small_run, "batch_contours": 0, "pair_loss": 0.0}
    with pytest.raises(TrainingError, match="is of one class, square, and no loss has anything to do: add"):
        fit(collection, Config(**alone), tmp_path / "run", weights=None)
    assert not (tmp_path / "run" / "checkpoint.pt").exists()
    for losses in ({"pair_loss": 3.0}, {"patch_loss": 1.0}, {"guide": "model.onnx"}):
        batches = Batches(collection, Config(**{**alone, **losses}))
        must_have_something_to_do(batches)
        assert "The losses that tell classes apart are idle: square is" in idle_losses(batches, NO_NAMES)[0]
    write_teacher(own_shapes)
    must_have_something_to_do(Batches(read_collection(own_shapes), Config(**alone)))
