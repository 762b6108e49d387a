"""The paper's tables: each cell the paper's figure beside the one measured here, or why there is none."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.atomic_files import write_atomically
from training.config import Config
from training.data.protocols import PROTOCOLS
from training.errors import TrainingError
from training.experiments.job import Job
from training.experiments.measured import JUDGED
from training.experiments.page import page
from training.experiments.published_tables import PLANS, PRINTED_COST, Line, Plan
from training.experiments.runs import Study
from training.experiments.seeds import format_value
from training.experiments.tables import Table, of_some
from training.model.own_trunks import TRUNKS
from training.model.trunks import came_folded, find_weights

_log = logging.getLogger(__name__)

_SUBSET = "split"
_SUBSET_METRICS = ("mAP", "P@10")
_BUDGET = ("epochs", "images")  # settings
_INTERPOLATED = {"mAP": "mAP (VOC)"}


def reproduce(
    root: Path,
    out: Path,
    base: Config,
    *,
    tables: Sequence[str],
    seeds: int = 1,
    budget: bool = False,
    keep: bool = False,
) -> Path:
    """Run what the data allow, and write each table as Markdown and CSV, and all on one HTML page.

    What is finished is not run again; everything is written anew after each run, with what is still to
    come, and with the reason where data or pretrained weights are not there.

    Args:
        root: the data folder.
        out: where to write; the runs lie in `runs` below it.
        base: the system that the lines change, with its budget.
        tables: numbers of PLANS.
        seeds: runs of a line, which then has means with standard deviations.
        budget: whether the budget was asked for: then lines that have one of their own do without it.
        keep: whether the weights of each run are kept beside its report.

    Returns:
        The HTML page.

    Raises:
        TrainingError: an unknown table, or DIR is not there.
    """
    if unknown := sorted(set(tables) - PLANS.keys()):
        raise TrainingError(f"There is no table {', '.join(unknown)}; there are {', '.join(PLANS)}.")
    if not root.is_dir():
        raise TrainingError(f"There is no data folder {root}.")
    study = Study(root, out / "runs", drawn=True, seeds=seeds, keep=keep)
    asked, base = base, _at_hand(base, study)
    plans = {number: plan_of(number, budget=budget) for number in tables}
    preface = _preface(base, asked, seeds, own=any(map(_has_budgets, plans.values())))
    jobs = [job for plan in plans.values() for job in _jobs(plan, base)]
    _write(study, base, out, plans, preface)
    for job in study.pending_jobs(jobs):
        study.attempt(job)
        _write(study, base, out, plans, preface)
    return out / "index.html"


def plan_of(number: str, *, budget: bool) -> Plan:
    """Return a table; where a budget was asked for, without the budgets of its lines."""
    plan = PLANS[number]
    if not budget:
        return plan
    lines = [
        replace(line, changes={name: value for name, value in line.changes.items() if name not in _BUDGET})
        if line.changes
        else line
        for line in plan.lines
    ]
    return replace(plan, lines=lines)


def _has_budgets(plan: Plan) -> bool:
    return any(name in _BUDGET for line in plan.lines for name in line.changes or ())


def _at_hand(base: Config, study: Study) -> Config:
    """Return a system with the first trunk whose weights are at hand, where its own cannot be had.

    Batch norm that these weights came without is not trained.
    """
    reason = study.no_weights(base)
    if not reason or base.weights:
        return base
    others = (replace(base, backbone=name) for name, known in TRUNKS.items() if not known.conditional)
    for stand_in in others:
        file = _file(stand_in, study.root)
        if isinstance(file, Path):
            _log.warning("%s. The trunk is %s instead.", reason, stand_in.backbone)
            return replace(stand_in, batch_norm="fold") if _came_folded(file) else stand_in
    return base


def _file(config: Config, root: Path) -> Path | str | None:
    try:
        return find_weights(config, root)
    except TrainingError:
        return None


def _came_folded(file: Path) -> bool:
    try:
        return came_folded(file)
    except TrainingError:  # each run says so
        return False


def _jobs(plan: Plan, base: Config) -> list[Job]:
    return [
        _job(line, protocol, base)
        for protocol in (*plan.columns, _SUBSET)
        for line in plan.lines
        if line.changes is not None
    ]


def _job(line: Line, protocol: str, base: Config) -> Job:
    words = "".join(letter if letter.isalnum() else " " for letter in line.title.lower()).split()
    changes = line.changes or {}
    return Job("-".join([protocol, *words]), replace(base, protocol=protocol, **changes), line.needs)


def _write(study: Study, base: Config, out: Path, plans: Mapping[str, Plan], preface: str) -> None:
    made = {number: _table(plan, study, base) for number, plan in plans.items()}
    for number, table in made.items():
        table.write(out / f"table-{number}")
    write_atomically(out / "README.md", "\n".join([preface, *(table.markdown() for table in made.values())]))
    shown = [job for plan in plans.values() for job in _jobs(plan, base) if study.report(job)]
    write_atomically(out / "index.html", page(preface, list(made.values()), _pictures(study, shown), out))


def _pictures(study: Study, shown: Sequence[Job]) -> list[tuple[str, Path]]:
    """Return runs by name, with their folders, each once; two may share a name."""
    folders: dict[Path, str] = {}
    for job in shown:
        folders.setdefault(study.folder(job), job.name)
    return [(name, folder) for folder, name in folders.items()]


def _table(plan: Plan, study: Study, base: Config) -> Table:
    heads, notes = ["method"], []
    for protocol, metrics in plan.columns.items():
        full = PROTOCOLS[protocol]
        heads += [f"{full.title}, printed", f"{full.title}, here"]
        notes.append(
            f"{full.title}: {'/'.join(metrics)}; the full set has {full.sizes[0]:,} queries and "
            f"{full.sizes[1]:,} photos; {_say_choice(base, full.seen)}."
        )
    if any("mAP" in metrics for metrics in plan.columns.values()):
        plain = ", ".join(line.title for line in plan.lines if line.plain)
        notes.append(
            "mAP over all photos is interpolated as in Pascal VOC, here as in print"
            + (f"; plain for {plain}." if plain else ".")
        )
    heads.append("subset at hand")
    notes.append(
        f"Subset at hand: {_subset(study)}, {'/'.join(_SUBSET_METRICS)}, plain; not comparable with the "
        "paper."
    )
    notes += _trunks(plan, study, base)
    if plan.own:
        notes.append(
            "Each method has a network and a recipe of its own, and "
            + ("its own budget." if _has_budgets(plan) else "the budget that was asked for.")
        )
    if plan.inferred:
        notes.append("Which losses a figure was printed for is inferred.")
    if plan.cost:
        heads += [
            f"{name}, {origin}"
            for name in ("parameters, M", "epochs", "minutes", "inference")
            for origin in ("printed", "here")
        ]
        notes.append(
            "Epochs and minutes: up to the best validation, whose weights the figures are of. "
            "Inference: the paper's unit is not said; here, ms a picture. "
            "Cost of the run on TU-Berlin, else of that on the subset."
        )
    rows = []
    for line in plan.lines:
        cells = [line.title]
        for protocol, metrics in plan.columns.items():
            cells += [line.printed.get(protocol, "-"), _cell(line, protocol, metrics, study, base)]
        cells.append(_cell(line, _SUBSET, _SUBSET_METRICS, study, base))
        rows.append([*cells, *(_costs(line, plan, study, base) if plan.cost else [])])
    return Table(heads, rows, title=plan.title, note=" ".join(notes))


def _say_choice(base: Config, seen: int) -> str:
    """Return what the runs choose by, and what the papers train on."""
    if base.classes == "all":
        return f"all {seen} seen classes are trained on, as in the papers, those validated on among them"
    return f"one in ten of its {seen} seen classes is held out to choose by, where the papers train on all"


def _subset(study: Study) -> str:
    """Return what is measured by the protocol `split`, in words."""
    found = study.subset()
    if found is None:
        return "sketches of protocol `split`"
    classes, sketches, photos = found
    shown = f"{sketches:,} sketches in {photos:,} photos of protocol `split`"
    return shown if classes == "unseen" else f"{shown}, of its validation classes, as none are unseen"


def _cell(line: Line, protocol: str, metrics: Sequence[str], study: Study, base: Config) -> str:
    """Return the measured figures, or why there are none."""
    if line.changes is None:
        return line.elsewhere
    job = _job(line, protocol, base)
    report = study.line(job)
    if report is None:
        obstacle = study.obstacle(job)
        return f"not run: {obstacle}" if obstacle else "not run yet"
    fewer = f" ({report['seeds']} of {study.seeds} seeds)" if report["seeds"] < study.seeds else ""
    if protocol == _SUBSET:
        part = report.get("unseen", report.get("val", {}))
        judged = f" (by relation {_format(part['related'], metrics)})" if "related" in part else ""
        return _format(part.get("sketch", {}), metrics) + judged + fewer
    compared = metrics if line.plain else [_INTERPOLATED.get(metric, metric) for metric in metrics]
    return _of_protocol(report, protocol, compared) + fewer


def _of_protocol(report: Mapping[str, Any], protocol: str, metrics: Sequence[str]) -> str:
    """Return the figures on the first gallery, and what they are to be read with."""
    full, (gallery, figures) = PROTOCOLS[protocol], next(iter(report["figures"].items()))
    remarks = [gallery] if full.doubled and gallery != "as published" else []
    if full.doubled and gallery == "as published":
        remarks.append(f"each photo once {_format(report['figures']['each photo once'], metrics)}")
    if judged := report["figures"].get(f"{gallery}, by relation"):
        remarks.append(f"the first {JUDGED} by relation {_format(judged, metrics)}")
    if "mAP@200" in metrics:
        remarks.append(f"lenient mAP@200 {_format(figures, ['mAP@200 (lenient)'])}")
    sizes = report["queries"], report.get("published_photos", report["photos"])
    if sizes != full.sizes:
        remarks.append(f"{sizes[0]:,} queries in {sizes[1]:,} photos")
    return _format(figures, metrics) + (f" ({'; '.join(remarks)})" if remarks else "")


def _format(figures: Mapping[str, float], metrics: Sequence[str]) -> str:
    return "/".join(format_value(figures[metric]) if metric in figures else "-" for metric in metrics)


def _trunks(plan: Plan, study: Study, base: Config) -> list[str]:
    """Return what the runs of a table were pretrained by, where they learnt, and which losses were idle."""
    reports = [report for job in _jobs(plan, base) if (report := study.report(job))]
    trunks = sorted({f"{one['config']['backbone']}: {one['pretrained']}" for one in reports})
    machines = sorted({one["machine"] for one in reports})
    pretrained = [f"Pretrained by {', '.join(trunks)}; trained on {', '.join(machines)}."] if reports else []
    return pretrained + of_some(reports)


def _costs(line: Line, plan: Plan, study: Study, base: Config) -> list[str]:
    printed = PRINTED_COST.get(line.title, ("-",) * 4)
    here = ("-",) * 4
    if line.changes is not None:
        reports = (study.line(_job(line, protocol, base)) for protocol in (*plan.columns, _SUBSET))
        report = next((one for one in reports if one), None)
        if report:
            here = (
                f"{report['parameters'] / 1e6:.2f}",
                format_value(report["best epoch"]),
                format_value(report["minutes"]),
                format_value(report["ms a picture"], 0),
            )
    return [cell for pair in zip(printed, here, strict=True) for cell in pair]


def _preface(base: Config, asked: Config, seeds: int = 1, *, own: bool = False) -> str:
    """Return what the runs have in common: without it no figure means anything.

    Args:
        base: the system.
        asked: the same with the trunk that was asked for.
        seeds: how many runs make a line.
        own: whether methods of other articles have budgets of their own.
    """
    budget = f"{base.epochs:g} epochs a run" if base.epochs else f"{base.images:,} images a run"
    budget += " (methods of other articles: their own)" if own else ""
    instead = f", for want of weights of {asked.backbone}" if base.backbone != asked.backbone else ""
    instead += ", with batch norm folded, as its weights came" if base.batch_norm != asked.batch_norm else ""
    return (
        "# The published tables\n\n"
        f"Backbone {base.backbone}{instead}, attention branch {base.attention}, {base.batching} batches, "
        f"{base.input_size} pixels, {budget}, {_say_seeds(seeds, base.seed)}. Percent. "
        "`printed` is the paper's figure, `here` what was measured, on the first of the galleries the "
        "protocol defines (Sketchy's as published, with its own photos twice). How pictures are varied in "
        "training, and the gradient's largest norm, are this program's.\n"
    )


def _say_seeds(seeds: int, first: int) -> str:
    if seeds == 1:
        return f"seed {first}"
    return f"mean±standard deviation over the seeds {first} to {first + seeds - 1}"
