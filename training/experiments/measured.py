"""What is measured and drawn of a run of a table that was trained to its end."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from training.data.collection import Collection
from training.data.protocols import Benchmark
from training.errors import TrainingError
from training.evaluation.heldout import HeldOut
from training.evaluation.published import hold_out, measure_protocol
from training.evaluation.related import Related
from training.evaluation.split import evaluate
from training.experiments import plots
from training.fit.checkpoint import NetworkEncoder, Run
from training.fit.judge import JudgingEncoder
from training.fit.log import LOG

_log = logging.getLogger(__name__)

_MEASURES = ("sketch", "quickdraw", "instance", "early")

JUDGED = 200
"""Matches of a sketch that a run with `relation_loss` orders anew."""


def draw(held: HeldOut | None, out: Path) -> None:
    """Draw what a run's page shows; figures stand without pictures too."""
    try:
        plots.curves(out / LOG, out / "curves.png")
        if held is not None:
            plots.ranking_sheet(held, out / "rankings.png")
            plots.embedding_map(held, out / "map.png")
    except Exception:  # whatever the drawing libraries trip over
        _log.warning("Not all pictures of %s could be drawn", out.name, exc_info=True)


def _judging(run: Run) -> AbstractContextManager[Related | None]:
    """Return what orders the first matches anew, where a run has learned to."""
    return Related(JudgingEncoder(run.averaged), JUDGED) if run.config.relation_loss else nullcontext()


def measure(
    run: Run, encoder: NetworkEncoder, data: Collection | Benchmark
) -> tuple[dict[str, Any], HeldOut | None]:
    """Return what was measured, and the pictures it was measured on; None where none are held out."""
    with _judging(run) as related:
        return _measure(encoder, data, device=str(run.device), related=related)


def _measure(
    encoder: NetworkEncoder, data: Collection | Benchmark, *, device: str, related: Related | None
) -> tuple[dict[str, Any], HeldOut | None]:
    if isinstance(data, Benchmark):
        held = hold_out(encoder, data)
        found = measure_protocol(held, data, related=related, device=device)
        return {**found.counts(), "figures": found.figures}, held
    held_out: dict[str, HeldOut] = {}
    for classes in (one for one in ("val", "unseen") if data.split[one]):
        try:
            held_out[classes] = HeldOut.of_split(encoder, data, classes=classes)
        except TrainingError as error:
            _log.warning("Not measured: %s", error)
    report = {
        classes: evaluate(held, measures=_MEASURES, related=related) for classes, held in held_out.items()
    }
    return report, held_out.get("unseen") or held_out.get("val")
