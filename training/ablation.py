"""What each part of the recipe is worth: one run for every part that is left out, changed or put in."""

from __future__ import annotations

import csv
import json
import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from training.config import Config, TrainingError
from training.data import Collection
from training.evaluate import Report, evaluate
from training.train import CHECKPOINT, NetworkEncoder, fit

_log = logging.getLogger(__name__)

REPORT = "report.json"

_PARTS = ("sketch", "quickdraw", "instance", "early")
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
    changes: dict[str, Any] = field(default_factory=dict)


_PAPER = {
    "attention": "published",
    "pooling": "max",
    "centred": False,
    "frozen": "none",
    "batching": "shuffle",
    "cls": 1.0,
    "pair": 0.0,
    "teacher": 0.0,
    "backbone_rate": 1e-5,
    "attention_rate": 1e-5,
    "head_rate": 1e-5,
    "proxy_rate": 1e-1,
    "schedule": "constant",
}

ROWS = (
    Row("recipe", "the recipe"),
    Row("attention-none", "no attention branch", {"attention": "none"}),
    Row("no-ns", "without L_ns", {"ns": 0.0}),
    Row("no-cls", "without L_cls", {"cls": 0.0}),
    Row("no-dat", "without L_DAT", {"dat": 0.0}),
    Row("no-pair", "without the contrast of a sketch with its own photo", {"pair": 0.0}),
    Row("no-teacher", "without the ImageNet teacher", {"teacher": 0.0}),
    Row(
        "shuffle", "plain shuffle in place of balanced batches", {"batching": "shuffle", "shuffle_batch": 90}
    ),
    Row("no-contours", "without contours traced from photos", {"batch_contours": 0}),
    Row("no-sketch-only", "without the classes that have sketches only", {"batch_sketch_only": 0}),
    Row("no-unfinished", "only finished drawings", {"unfinished": 0.0, "holes": 0.0}),
    Row("max", "maximum pooling alone", {"pooling": "max"}),
    Row("no-centre", "mean embedding left in", {"centred": False}),
    Row("dim-64", "64 numbers a picture", {"dim": 64}),
    Row("attention-published", "published attention branch", {"attention": "published"}),
    Row("paper", "the paper's system: its attention, losses, batches and rates", _PAPER),
)
"""The rows, the first being what the others differ from."""


def ablate(
    collection: Collection,
    base: Config,
    out: Path,
    *,
    weights: Path | str | None,
    names: Sequence[str] = (),
) -> Path:
    """Run the rows that `out` does not hold yet, and write the table anew after each.

    Args:
        collection: the data.
        base: the recipe, at the budget of a row.
        out: folder of the runs, `<row>/report.json` each, and of `ablation.md` and `ablation.csv`.
        weights: the pretrained trunk.
        names: only these rows; all if empty.

    Returns:
        The Markdown table.

    Raises:
        TrainingError: an unknown row, or `out` holds rows of other settings.
    """
    known = {row.name for row in ROWS}
    if unknown := sorted(set(names) - known):
        raise TrainingError(f"--rows has {', '.join(unknown)}; it can be {', '.join(sorted(known))}.")
    done = {row.name: _finished(out / row.name, replace(base, **row.changes)) for row in ROWS}
    _write(done, base, out)
    for row in ROWS:
        if done[row.name] is None and (not names or row.name in names):
            _log.info("%s: %s", row.name, row.title)
            done[row.name] = _run(collection, replace(base, **row.changes), out / row.name, weights)
            _write(done, base, out)
    return out / "ablation.md"


def _run(collection: Collection, config: Config, out: Path, weights: Path | str | None) -> dict[str, Any]:
    """Train one row and measure it; the checkpoint goes when the report stands."""
    run = fit(collection, config, out, weights=weights)
    encoder = NetworkEncoder(run.averaged)
    report = {
        "config": config.as_dict(),
        "parameters": sum(parameter.numel() for parameter in run.averaged.parameters()),
        "minutes": round(run.minutes, 1),
        "machine": run.machine,
        **{
            side: evaluate(encoder, collection, side=side, parts=_PARTS)
            for side in ("val", "unseen")
            if collection.split[side]
        },
    }
    temporary = out / f"{REPORT}.new"
    temporary.write_text(json.dumps(report, indent=1), encoding="utf-8")
    os.replace(temporary, out / REPORT)
    (out / CHECKPOINT).unlink()
    return report


def _finished(out: Path, config: Config) -> dict[str, Any] | None:
    """Return the report a row left behind, or None where it has not run to its end."""
    try:
        report: dict[str, Any] = json.loads((out / REPORT).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise TrainingError(f"{out / REPORT} cannot be read: {error}.") from error
    mine, theirs = config.what_counts(), Config.from_dict(report["config"]).what_counts()
    if changed := sorted(name for name in mine if mine[name] != theirs[name]):
        options = ", ".join(f"--{name.replace('_', '-')}" for name in changed)
        raise TrainingError(f"{out} holds a row of other settings ({options}); choose another --out.")
    return report


def _write(done: dict[str, dict[str, Any] | None], base: Config, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    reports = [(row, report) for row in ROWS if (report := done[row.name]) is not None]
    side = "unseen" if all("unseen" in report for _, report in reports) else "val"
    heads = ["run", *(name for name, _, _ in _COLUMNS), "val mAP", "parameters, M", "minutes"]
    lines = [[row.title, *_cells(report, side)] for row, report in reports]
    markdown = [_line(heads), _line(["---", *["---:"] * (len(heads) - 1)]), *map(_line, lines)]
    missing = [row.title for row in ROWS if done[row.name] is None]
    if missing:
        markdown += ["", f"Not run yet: {'; '.join(missing)}."]
    _replace(out / "ablation.md", "\n".join(markdown) + "\n")
    with (out / "ablation.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([heads, *lines])


def _cells(report: dict[str, Any], side: str) -> list[str]:
    measured: Report = report[side]
    validation: Report = report.get("val", {})
    return [
        *(_number(measured, part, metric) for _, part, metric in _COLUMNS),
        _number(validation, "sketch", "mAP"),
        f"{report['parameters'] / 1e6:.1f}",
        f"{report['minutes']:.0f}",
    ]


def _number(report: Report, part: str, metric: str) -> str:
    return f"{report[part][metric]:.1f}" if part in report else "-"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _replace(file: Path, text: str) -> None:
    temporary = file.with_name(f"{file.name}.new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, file)
