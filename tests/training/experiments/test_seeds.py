import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from training.all_settings import LATER
from training.cli import main
from training.config import Config
from training.errors import TrainingError
from training.experiments import runs
from training.experiments.ablation import ablate
from training.experiments.job import Job
from training.experiments.reproduce import _subset, reproduce
from training.experiments.run_key import run_key
from training.experiments.runs import Study
from training.experiments.seeds import Mean, average_reports, format_value, with_seeds


def test_reports_become_means_with_deviations() -> None:
    reports = [
        {"unseen": {"sketch": {"mAP": value}}, "parameters": 7, "machine": "a", "figures": {"x": {"y": 1.0}}}
        for value in (10.0, 14.0, 12.0)
    ]
    del reports[2]["figures"]
    found = average_reports(reports)
    mean = found["unseen"]["sketch"]["mAP"]
    assert isinstance(mean, Mean)
    assert (float(mean), mean.deviation) == (12, 2)
    assert format_value(mean) == "12.0±2.0"
    assert format_value(12.04) == "12.0"
    assert found["parameters"] == 7
    assert found["machine"] == "a"
    assert "figures" not in found
    assert average_reports(reports[:1]) == reports[0]


def test_seeds_follow_the_first_one(small_run: dict[str, object]) -> None:
    job = Job("one", Config(**{**small_run, "seed": 5}))
    assert [one.config.seed for one in with_seeds(job, 3)] == [5, 6, 7]


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seeds of the runs in their order; the third cannot be run."""
    seeds: list[int] = []

    def run(study: runs.Study, job: Job) -> dict[str, object]:
        seeds.append(job.config.seed)
        if job.config.seed == 3:
            raise TrainingError("The GPU has too little memory.")
        figures = {"mAP": 10.0 * job.config.seed, "P@10": 50.0}
        report = {"unseen": {"sketch": figures}, "parameters": 5_000_000, "minutes": 1.0, "data": "same"}
        report |= {"best epoch": 1.0, "ms a picture": 2.0, "pretrained": "none", "machine": "CPU"}
        report["config"] = job.config.as_dict()
        done[job] = report
        return report

    done: dict[Job, dict[str, object]] = {}
    monkeypatch.setattr(runs.Study, "run", run)
    monkeypatch.setattr(runs.Study, "report", lambda _, job: done.get(job))
    return seeds


def test_a_row_of_the_ablation_has_the_mean_of_its_seeds(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, planned: list[int]
) -> None:
    table = ablate(shapes, Config(**small_run), tmp_path, names=("recipe",), seeds=2).read_text("utf-8")
    assert planned == [1, 2]
    assert "| the recipe | 15.0±7.1 | 50.0±0.0 |" in table


def test_seeds_that_cannot_be_run_are_said(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, planned: list[int]
) -> None:
    table = ablate(shapes, Config(**small_run), tmp_path, names=("recipe",), seeds=3).read_text("utf-8")
    assert planned == [1, 2, 3]
    assert "| the recipe (2 of 3 seeds) | 15.0±7.1 |" in table


def test_the_papers_tables_take_seeds_too(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, planned: list[int]
) -> None:
    reproduce(shapes, tmp_path, Config(**small_run), tables=["4"], seeds=2)
    text = (tmp_path / "README.md").read_text("utf-8")
    assert "mean±standard deviation over the seeds 1 to 2" in text
    assert "15.0±7.1/50.0±0.0" in text


def test_no_seed_is_one_sentence(shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["ablate", "--data", str(shapes), "--out", str(tmp_path), "--seeds", "0"]
    assert main(words) == 2
    assert "--seeds: '0' is not a whole number from 1 up" in capsys.readouterr().err


def test_settings_that_come_later_change_no_key_of_runs_that_leave_them_alone() -> None:
    names = sorted(Config().what_counts().keys() - set(LATER))
    digest = hashlib.sha256(" ".join(names).encode()).hexdigest()[:10]
    assert digest == "342c5e5ad5", "what is new among the settings is marked `later`"
    former = Config(attention="slim", pair_loss=0.5, pair_smoothing=0.0)
    assert run_key(former) == "0c2645b185", "as before targets could be smoothed"
    assert run_key(replace(former, pair_smoothing=0.2)) != run_key(former)


def test_what_is_measured_of_data_without_unseen_classes_is_said(own_shapes: Path, tmp_path: Path) -> None:
    assert _subset(Study(own_shapes, tmp_path)) == "4 sketches in 6 photos of protocol `split`"
    split = {"train": ["square"], "val": ["octagon", "hexagon", "kite"], "unseen": []}
    (own_shapes / "split.json").write_text(json.dumps(split), "utf-8")
    said = _subset(Study(own_shapes, tmp_path))
    assert (
        said == "8 sketches in 12 photos of protocol `split`, of its validation classes, as none are unseen"
    )


def test_a_reason_of_several_lines_is_one_in_a_table(
    shapes: Path, tmp_path: Path, small_run: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fit(*_: object, **__: object) -> None:
        raise TrainingError("It does not fit:\n\tsize 3.")

    monkeypatch.setattr(runs, "fit", fit)
    study, job = Study(shapes, tmp_path), Job("one", Config(**small_run))  # type: ignore[arg-type]
    assert study.attempt(job) is None
    assert study.obstacle(job) == "It does not fit: size 3"
