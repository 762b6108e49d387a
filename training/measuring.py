"""What the verbs `evaluate` and `rankings` do: a model measured, and its figures printed."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.config import Config
from training.errors import TrainingError

if TYPE_CHECKING:
    from training.evaluation.embedding import ImageEncoder
    from training.evaluation.first_screen import Likeness
    from training.evaluation.heldout import HeldOut

_log = logging.getLogger(__name__)


def evaluate_model(options: argparse.Namespace) -> None:
    """Measure the model that the command line names, and print what was found.

    Raises:
        TrainingError: the options do not go together, or something cannot be read or measured.
    """
    from training.data.protocols import plain
    from training.evaluation.guard_vectors import guard_vectors
    from training.evaluation.heldout import HeldOut
    from training.evaluation.split import MEASURES, MORE_MEASURES, area_under, evaluate

    measures = tuple(options.measures.split(",")) if options.measures else MEASURES
    known = MEASURES + MORE_MEASURES
    if unknown := set(measures) - set(known):
        raise TrainingError(f"--measures has {', '.join(sorted(unknown))}; it can be {', '.join(known)}.")
    if options.bits < 0:
        raise TrainingError("--bits must be 0 or more.")
    if options.protocol == "split" and options.bits:
        raise TrainingError("--bits is for the published protocols, not for split.")
    if options.protocol != "split" and (options.measures or options.classes != "unseen"):
        raise TrainingError(
            "--measures and --classes are for the protocol split: the others define what is measured."
        )
    encoder, learnt = _encoder(options)
    if options.protocol != "split":
        _compare(encoder, learnt, options)
        return
    collection = plain(options.data)
    held = HeldOut.of_split(encoder, collection, classes=options.classes, progress=sys.stderr.isatty())
    for doubt in held.doubts():
        _log.warning("%s", doubt)
    _warn_of_seen(learnt, collection.split[options.classes])
    likeness = _likeness(held, options.data) if "feedback" in measures else None
    guard = guard_vectors(encoder, collection).guard() if "personal" in measures else None
    report = evaluate(held, measures=measures, rerank=options.rerank, likeness=likeness, guard=guard)
    if options.json:
        print(json.dumps(report))
        return
    if "early" in report:
        report["early"]["area"] = area_under(report["early"])
    for measure, values in report.items():
        print_figures(measure, values)


def print_figures(name: str, figures: Mapping[str, Any]) -> None:
    """Print a measure's figures in a line, and those of its groups in lines below."""
    own = {metric: value for metric, value in figures.items() if not isinstance(value, Mapping)}
    if own:
        print(f"{name:10}", "  ".join(f"{metric} {value:.1f}" for metric, value in own.items()))
    for group, values in figures.items():
        if isinstance(values, Mapping):
            print_figures(f"{name} {group}", values)


def _likeness(held: HeldOut, data: Path) -> Likeness | None:
    """Return who judges the resemblance of photos for `feedback`; None, with a warning, without a trunk."""
    from training.evaluation.onlooker import Onlooker
    from training.model.trunks import find_weights, trunk

    weights = find_weights(Config(), data)
    if not isinstance(weights, Path):  # nothing is fetched for a measurement
        _log.warning("Without %s in DATA feedback leaves out the very photo.", trunk("inception_v3").file)
        return None
    return Onlooker(held.haystack.items, weights).likeness


def _warn_of_seen(learnt: Sequence[str], measured: Sequence[str]) -> None:
    """Say it where a model is measured on classes it was trained on: that is no zero-shot figure."""
    seen = sorted({*learnt} & {*measured})
    if seen:
        _log.warning("The model was trained on %d of the %d classes measured.", len(seen), len(measured))


def _compare(encoder: ImageEncoder, learnt: Sequence[str], options: argparse.Namespace) -> None:
    import torch

    from training.data.protocols import PROTOCOLS, find
    from training.evaluation.published import compare, hold_out

    data = find(PROTOCOLS[options.protocol], options.data, learning=options.bits > 0)
    held = hold_out(encoder, data, progress=sys.stderr.isatty())
    for doubt in held.doubts(pairs=False):
        _log.warning("%s", doubt)
    _warn_of_seen(learnt, data.protocol.unseen_classes())
    device = "cuda" if torch.cuda.is_available() else "cpu"
    found = compare(held, data, bits=options.bits, rerank=options.rerank, device=device)
    if options.json:
        print(json.dumps({**found.counts(), **found.figures}))
        return
    rows = f", {found.published} rows as published" if found.published else ""
    print(f"{found.queries} sketches, {found.photos} photos{rows}")
    for name, figures in found.figures.items():
        print(f"{name:24}", "  ".join(f"{metric} {value:.1f}" for metric, value in figures.items()))


def draw_rankings(options: argparse.Namespace) -> None:
    """Draw what the queries found first, as the command line says.

    Raises:
        TrainingError: as `evaluate_model`, or the picture cannot be written.
    """
    from training.data.protocols import plain
    from training.evaluation.heldout import HeldOut
    from training.evaluation.rankings import choose, rankings, sheet

    if options.queries < 1:
        raise TrainingError("--queries must be at least 1.")
    encoder, _ = _encoder(options)
    held = HeldOut.of_split(encoder, plain(options.data), classes=options.classes)
    found = rankings(held, rerank=options.rerank)
    try:
        sheet(choose(found, options.queries, worst=options.worst)).save(options.to)
    except (OSError, ValueError) as error:
        raise TrainingError(f"{options.to} cannot be written: {error}.") from error
    print(options.to)


def _encoder(options: argparse.Namespace) -> tuple[ImageEncoder, Sequence[str]]:
    """Return the encoder of an ONNX file, or the network of a run, and the classes it was trained on."""
    model: Path = options.model
    if model.is_dir():
        from training.fit.checkpoint import NetworkEncoder, Run

        run = Run.load(model, device="auto", which=options.checkpoint)
        _log.info("%s", run.told())
        return NetworkEncoder(run.averaged), run.learnt
    from engine.encoder import Encoder

    encoder = Encoder.load(model)
    return encoder, encoder.metadata.get("classes", [])
