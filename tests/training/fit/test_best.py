import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from training.cli import main
from training.config import Config
from training.data.collection import Collection
from training.data.reading import read_collection
from training.errors import TrainingError
from training.fit import loop
from training.fit.checkpoint import BEST, CHECKPOINT, Run, score
from training.fit.distributed import refuse_what_cannot_be
from training.fit.log import LOG
from training.fit.loop import fit

FOUND = (20.0, 60.0, 40.0, 50.0)  # mAP of four validations


@pytest.fixture
def scores(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """What the validations find, in their order; a test may change it."""
    planned = list(FOUND)

    def validate(run: Run, *_: object) -> dict[str, float]:
        found = {"sketch/mAP": planned[len(run.validation)]}
        run.validation.append({"step": run.step, "classes": 2, **found})
        return found

    monkeypatch.setattr(loop, "validate", validate)
    return iter([planned])


def four_steps(small_run: dict[str, object], **changes: object) -> Config:
    settings = {
        **small_run,
        "batch_contours": 0,
        "batch_sketch_only": 0,
        "images": 48,
        "validations": 4,
        "input_size": 32,
        "standardised": False,
    }
    return Config(**{**settings, "train_size": 32, **changes})  # type: ignore[arg-type]


def weights(run: Run) -> torch.Tensor:
    return run.averaged.towers[0].project.weight.detach().clone()


def test_the_best_validation_is_kept_beside_the_last_checkpoint(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, scores: object
) -> None:
    config, seen = four_steps(small_run), {}
    real = Run.save_best

    def noting(run: Run, out: Path) -> None:
        seen[run.step] = weights(run)
        real(run, out)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "save_best", noting)
        run = fit(read_collection(shapes), config, tmp_path, weights=None)
    assert (run.step, run.best_step, run.since_best) == (4, 2, 2)
    best, last = (Run.load(tmp_path, which=which) for which in ("best", "last"))
    assert (best.step, last.step) == (2, 4)
    torch.testing.assert_close(weights(best), seen[2])
    torch.testing.assert_close(weights(last), seen[4])
    assert best.images == 2 * config.step_size
    assert best.describe_checkpoint() == "The checkpoint of the best validation, step 2 of 4 (mAP 60.0)."
    assert (
        last.describe_checkpoint()
        == "The last checkpoint, step 4 of 4; the best validation was after step 2."
    )
    assert (tmp_path / BEST).stat().st_size < 0.6 * (tmp_path / CHECKPOINT).stat().st_size


def test_a_run_that_ends_at_its_best_keeps_one_checkpoint(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, scores: Iterator[list[float]]
) -> None:
    next(scores)[:] = [20.0, 30.0, 25.0, 40.0]
    fit(read_collection(shapes), four_steps(small_run), tmp_path, weights=None)
    assert not (tmp_path / BEST).exists()
    assert Run.load(tmp_path, which="best").step == 4


def test_of_equal_validations_the_last_is_kept_and_patience_counts_from_the_first(
    small_run: dict[str, object],
) -> None:
    run = Run(four_steps(small_run), ["a", "b"])
    run.validation = [{"step": step, "sketch/mAP": found} for step, found in enumerate((20.0, 60.0, 60.0), 1)]
    run.step = 3
    assert (run.best_step, run.since_best) == (3, 1)


def test_a_validation_of_one_class_chooses_nothing(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = four_steps(small_run, images=24, validations=2, patience=1)
    run = fit(read_collection(shapes), config, tmp_path, weights=None)
    assert [(check["step"], check["sketch/mAP"]) for check in run.validation] == [(1, 100.0), (2, 100.0)]
    assert (run.step, run.best_step, run.since_best) == (2, 2, 0)
    assert not (tmp_path / BEST).exists()
    assert Run.load(tmp_path, which="best").step == 2
    assert (
        run.describe_checkpoint() == "The last checkpoint, step 2 of 2; there was no validation to choose by."
    )
    assert caplog.text.count("with one class no checkpoint is chosen by them: the last one is taken") == 1


def test_an_earlier_versions_validations_of_one_class_choose_nothing_once_a_run_goes_on(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    config, collection = four_steps(small_run, images=24, validations=2), read_collection(shapes)
    assert collection.split["val"] == ["octagon"]
    begun = Run(config, collection.learned_labels(config))
    begun.step, begun.validation = 1, [{"step": 1, "sketch/mAP": 100.0}]
    begun.save(tmp_path)
    begun.save_best(tmp_path)
    assert (tmp_path / BEST).exists()
    run = fit(collection, config, tmp_path, weights=None)
    assert (run.step, run.compared) == (2, [])
    assert [check["classes"] for check in run.validation] == [1, 1]
    assert not (tmp_path / BEST).exists()


@pytest.mark.slow
@pytest.mark.parametrize(("patience", "ends"), [(1, 3), (2, 4), (0, 4)])
def test_patience_ends_a_run_that_finds_no_more_and_it_stays_ended(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, scores: object, patience: int, ends: int
) -> None:
    config, collection = four_steps(small_run, patience=patience), read_collection(shapes)
    assert fit(collection, config, tmp_path, weights=None).step == ends
    assert fit(collection, config, tmp_path, weights=None).step == ends
    assert Run.load(tmp_path, which="best").step == 2


def test_a_validation_without_careful_sketches_counts_by_its_quick_ones() -> None:
    assert score({"sketch/mAP": 3.0, "quickdraw/mAP": 5.0}) == 3
    assert score({"quickdraw/mAP": 5.0}) == 5
    assert score({}) == 0


@pytest.mark.slow
def test_evaluate_and_export_say_which_checkpoint_they_take(
    shapes: Path,
    small_run: dict[str, object],
    tmp_path: Path,
    scores: object,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    fit(read_collection(shapes), four_steps(small_run), tmp_path, weights=None)
    words = ["evaluate", str(tmp_path), "--data", str(shapes), "--measures", "sketch"]
    for which, said in (
        ("best", "The checkpoint of the best validation, step 2"),
        ("last", "The last checkpoint"),
    ):
        for command in (words, ["export", str(tmp_path), "--to", str(tmp_path)]):
            caplog.clear()
            assert main([*command, "--checkpoint", which]) == 0
            assert said in caplog.text
    caplog.clear()
    assert main(words) == 0
    assert "The checkpoint of the best validation" in caplog.text
    assert "All photos are of one class: mAP, P@k and hit@k are 100 whatever the model does." in caplog.text


@pytest.mark.slow
def test_the_row_after_going_on_averages_what_an_unbroken_run_does(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = four_steps(small_run, validations=0)
    collection: Collection = read_collection(shapes)
    fit(collection, config, tmp_path / "whole", weights=None)
    real, steps = loop.take_step, [0]

    def stopping(*arguments: object) -> object:
        steps[0] += 1
        if steps[0] == 3:
            raise KeyboardInterrupt
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "_SAVE_EVERY", 0.0)
    monkeypatch.setattr(loop, "take_step", stopping)
    with pytest.raises(KeyboardInterrupt):
        fit(collection, config, tmp_path / "cut", weights=None)
    monkeypatch.setattr(loop, "take_step", real)
    fit(collection, config, tmp_path / "cut", weights=None)
    rows = []
    for name in ("whole", "cut"):
        with (tmp_path / name / LOG).open(encoding="utf-8", newline="") as file:
            rows.append([row for row in csv.reader(file) if row[1] != "waiting"])
    assert rows[0] == rows[1]
    assert len(rows[0]) > 5


def test_sketches_without_their_photos_have_no_recall_of_the_very_photo(
    own_shapes: Path, small_run: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for photo in (own_shapes / "photo" / "star ball").iterdir():
        photo.rename(photo.with_stem(photo.stem.replace("_", "_other")))
    out = tmp_path / "run"
    fit(read_collection(own_shapes), four_steps(small_run, images=12, validations=0), out, weights=None)
    words = ["evaluate", str(out), "--data", str(own_shapes), "--measures", "sketch,instance", "--json"]
    assert main(words) == 0
    assert set(json.loads(capsys.readouterr().out)) == {"sketch"}


def test_several_processes_without_gpus_refuse_batch_norm_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setenv("RANK", "0")
    with pytest.raises(TrainingError, match="Several processes need GPUs for --batch-norm train"):
        refuse_what_cannot_be("cpu", batch_norm="train")
    refuse_what_cannot_be("cpu", batch_norm="fold")
    monkeypatch.setenv("RANK", "1")
    with pytest.raises(SystemExit, match="2"):
        refuse_what_cannot_be("cpu", batch_norm="train")
    monkeypatch.setenv("WORLD_SIZE", "1")
    refuse_what_cannot_be("cpu", batch_norm="train")
