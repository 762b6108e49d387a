"""What each part of the recipe is worth: one run for every part that is left out, changed or put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from training.config import Config
from training.errors import TrainingError
from training.evaluation.split import Report
from training.experiments.job import Job
from training.experiments.runs import Study
from training.experiments.seeds import format_value
from training.experiments.tables import Table, of_some
from training.methods import SYSTEM

_COLUMNS = (
    ("mAP", "sketch", "mAP"),
    ("P@10", "sketch", "P@10"),
    ("QuickDraw mAP", "quickdraw", "mAP"),
    ("P@10", "quickdraw", "P@10"),
    ("R@1", "instance", "R@1"),
    ("R@10", "instance", "R@10"),
    ("half the ink", "early", "0.5"),
)


@dataclass(frozen=True)
class Row:
    """One run of the table: what it is called, and what it changes of the recipe."""

    name: str
    title: str
    changes: dict[str, Any] = field(default_factory=dict, hash=False)


ROWS = (
    Row("recipe", "the recipe"),
    Row("attention-slim", "slim attention branch", {"attention": "slim"}),
    Row("no-ns", "without L_ns", {"ns": 0.0}),
    Row("no-cls", "without L_cls", {"cls": 0.0}),
    Row("no-dat", "without L_DAT", {"dat": 0.0}),
    Row("dat-1", "L_DAT at the paper's weight, 1", {"dat": 1.0}),
    Row(
        "weak-pair",
        "the contrast of a sketch with its own photo at a sixth, targets not smoothed",
        {"pair_loss": 0.5, "pair_smoothing": 0.0},
    ),
    Row("no-pair", "without the contrast of a sketch with its own photo", {"pair_loss": 0.0}),
    Row("no-teacher", "without the ImageNet teacher", {"teacher_loss": 0.0}),
    Row("no-name", "without what the class names mean", {"name_loss": 0.0}),
    Row(
        "shuffle",
        "plain shuffle in place of balanced batches, so without the contrast of a sketch with its own photo",
        {"batching": "shuffle"},
    ),
    Row("contours", "with contours traced from photos", {"batch_contours": 12}),
    Row("no-sketch-only", "without the classes that have sketches only", {"batch_sketch_only": 0}),
    Row("no-unfinished", "only finished drawings", {"unfinished": 0.0, "holes": 0.0}),
    Row("max", "maximum pooling alone", {"pooling": "max"}),
    Row("no-standard", "projection begun at random", {"standardised": False}),
    Row("no-ramp", "triplets at full weight from the start", {"ramped": False}),
    Row("no-head-start", "trunk learning from the first step", {"head_start": 0}),
    Row("stem-learns", "no layer frozen", {"frozen": "none"}),
    Row("no-centre", "mean embedding left in", {"centred": False}),
    Row("dim-64", "64 numbers a picture", {"dim": 64}),
    Row("attention-published", "published attention branch", {"attention": "published"}),
    Row("published", "the paper's system: its attention, losses, batches and rates", SYSTEM),
)
"""The rows, the first being what the others differ from."""


def ablate(
    root: Path, base: Config, out: Path, *, names: Sequence[str] = (), seeds: int = 1, keep: bool = False
) -> Path:
    """Run the rows that `out` does not hold yet, and write the table anew after each.

    Args:
        root: the data folder.
        base: the recipe, at the budget of a row.
        out: folder of the runs, and of `ablation.md` and `ablation.csv`.
        names: only these rows; all if empty.
        seeds: runs of a row, which then has means with standard deviations.
        keep: whether the weights of each run are kept beside its report.

    Returns:
        The Markdown table.

    Raises:
        TrainingError: an unknown row, a protocol other than `split`, or a network to begin from; or none is
            there and none can be run, for want of data or weights.
    """
    known = {row.name for row in ROWS}
    if unknown := sorted(set(names) - known):
        raise TrainingError(f"--rows has {', '.join(unknown)}; it can be {', '.join(sorted(known))}.")
    if base.protocol != "split":
        raise TrainingError("The rows of ablate are measured on the protocol split: leave out --protocol.")
    if base.start:
        raise TrainingError("The rows of ablate begin from pretrained weights: leave out --start.")
    study = Study(root, out, seeds=seeds, keep=keep)
    jobs = {row: Job(row.name, replace(base, **_changes(row, base, study))) for row in ROWS}
    asked = [job for row, job in jobs.items() if not names or row.name in names]
    if not any(study.line(job) for job in jobs.values()):
        obstacles = {study.obstacle(job) for job in asked}
        if len(obstacles) == 1 and (reason := obstacles.pop()):
            raise TrainingError(f"No row can be run: {reason}.")
    _table(jobs, study).write(out / "ablation")
    for job in study.pending_jobs(asked):
        study.attempt(job)
        _table(jobs, study).write(out / "ablation")
    return out / "ablation.md"


def _changes(row: Row, base: Config, study: Study) -> dict[str, Any]:
    """Return what a row changes; a plain shuffle has batches as large as the recipe's on these data."""
    large = {"shuffle_batch": study.batch_size(base)} if row.name == "shuffle" else {}
    return row.changes | large


def _table(jobs: dict[Row, Job], study: Study) -> Table:
    done = {row: study.line(job) for row, job in jobs.items()}
    heads = ["run", *(name for name, _, _ in _COLUMNS), "val mAP", "parameters, M", "minutes"]
    rows = [
        [_title(row, report, study.seeds), *_cells(report)]
        for row, report in done.items()
        if report is not None
    ]
    left = []
    for row, report in done.items():
        if report is None:
            obstacle = study.obstacle(jobs[row])
            left.append(f"{row.title} ({obstacle})" if obstacle else row.title)
    notes = [f"Not run yet: {'; '.join(left)}."] if left else []
    if any(report and "unseen" not in report and "val" in report for report in done.values()):
        notes.append("Where no unseen classes could be measured, all figures are of the validation classes.")
    notes += of_some([report for report in done.values() if report is not None])
    return Table(heads, rows, note=" ".join(notes))


def _title(row: Row, report: dict[str, Any], seeds: int) -> str:
    """Return a row's title, and how many seeds of how many have run, where not all have."""
    return row.title + (f" ({report['seeds']} of {seeds} seeds)" if report["seeds"] < seeds else "")


def _cells(report: dict[str, Any]) -> list[str]:
    validation: Report = report.get("val", {})
    measured: Report = report.get("unseen", validation)
    return [
        *(_number(measured, part, metric) for _, part, metric in _COLUMNS),
        _number(validation, "sketch", "mAP"),
        f"{report['parameters'] / 1e6:.1f}",
        format_value(report["minutes"], 0),
    ]


def _number(report: Report, part: str, metric: str) -> str:
    return format_value(report[part][metric]) if part in report else "-"
