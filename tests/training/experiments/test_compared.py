"""What stands beside what in tables: nothing learned passes for new, nor one measure for another."""

from dataclasses import replace
from pathlib import Path

import pytest

from training.cli import main
from training.config import Config
from training.data.protocols import PROTOCOLS
from training.data.reading import read_collection
from training.experiments.job import Job
from training.experiments.published_tables import PLANS
from training.experiments.reproduce import _cell, _table
from training.experiments.runs import Study
from training.fit.validation import doubts_about


def test_a_run_that_learns_all_classes_is_not_measured_on_some_of_them(
    shapes: Path, tmp_path: Path, small_run: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Config(**small_run | {"classes": "all"})  # type: ignore[arg-type]
    study, job = Study(shapes, tmp_path), Job("one", settings)
    assert study.obstacle(job).startswith("with --classes all it learns the classes")
    assert list(study.pending_jobs([job])) == []
    assert study.obstacle(Job("one", replace(settings, protocol="tuberlin"))).startswith("TU-Berlin not")
    assert main(["ablate", "--data", str(shapes), "--out", str(tmp_path), "--classes", "all"]) == 2
    assert "No row can be run: with --classes all" in capsys.readouterr().err


def test_the_tables_say_what_is_chosen_by_and_how_precision_is_averaged(
    shapes: Path, tmp_path: Path, small_run: dict[str, object]
) -> None:
    base = Config(**small_run)  # type: ignore[arg-type]
    plan, study = PLANS["4"], Study(shapes, tmp_path)
    note = _table(plan, study, base).note
    assert "one in ten of its 220 seen classes is held out to choose by" in note
    assert "mAP over all photos is interpolated as in Pascal VOC, here as in print." in note
    note = _table(plan, study, replace(base, classes="all")).note
    assert "all 220 seen classes are trained on, as in the papers, those validated on among them" in note


@pytest.mark.parametrize(("table", "title", "cell"), [("4", "FFMLN", "41.0"), ("6", "CLIP-AT, 2023", "40.0")])
def test_a_printed_figure_stands_beside_the_same_kind_of_mean_precision(
    table: str,
    title: str,
    cell: str,
    tmp_path: Path,
    small_run: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes = PROTOCOLS["tuberlin"].sizes
    report = {"figures": {"each photo once": {"mAP": 40.0, "mAP (VOC)": 41.0}}, "queries": sizes[0]}
    monkeypatch.setattr(Study, "report", lambda *_: report | {"photos": sizes[1]})
    line = next(line for line in PLANS[table].lines if line.title == title)
    assert _cell(line, "tuberlin", ["mAP"], Study(tmp_path, tmp_path), Config(**small_run)) == cell


def test_a_training_says_that_it_learns_what_it_is_validated_on(shapes: Path) -> None:
    collection, known = read_collection(shapes), "In validation: all classes are known"
    assert doubts_about(collection, Config(classes="all"))[-1].startswith(known)
    assert not any(one.startswith(known) for one in doubts_about(collection, Config()))
    assert doubts_about(collection, Config(classes="all", validations=0)) == []


def test_a_training_says_that_it_has_no_validation_classes(own_shapes: Path) -> None:
    (own_shapes / "split.json").unlink()  # and of six classes none is held out
    collection = read_collection(own_shapes)
    (said,) = doubts_about(collection, Config())
    assert said.startswith("There are no validation classes: nothing is measured on the way.")
    assert doubts_about(collection, Config(validations=0)) == []


def test_evaluate_says_what_it_has_nothing_for_and_how_to_name_classes(
    own_shapes: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    (own_shapes / "quickdraw.ndjson").unlink()
    words = ["evaluate", str(tiny_model), "--data", str(own_shapes), "--measures"]
    assert main([*words, "quickdraw"]) == 2
    assert capsys.readouterr().err == "ffmln-train: The data hold nothing to measure: quickdraw.\n"
    assert main([*words, "sketch,quickdraw"]) == 0
    assert "The data hold nothing to measure: quickdraw." in caplog.text
    (own_shapes / "split.json").write_text('{"train": [], "val": ["octagon"], "unseen": []}', "utf-8")
    assert main([*words, "sketch"]) == 2
    said = "unseen classes: name some in DATA/split.json, or take --classes val.\n"
    assert capsys.readouterr().err.endswith(said)
