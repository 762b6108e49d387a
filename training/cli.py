"""The command `ffmln-train`."""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import EngineError
from engine.visible import visible
from training.config import Config
from training.errors import TrainingError
from training.options import parser, settings_in

if TYPE_CHECKING:
    from training.evaluation.embedding import ImageEncoder
    from training.evaluation.first_screen import Likeness
    from training.evaluation.heldout import HeldOut

_log = logging.getLogger("training.cli")  # however this is started


def main(argv: Sequence[str] | None = None) -> int:
    """Run `ffmln-train`; return its exit status: 0, or 2 with one line on stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("training").setLevel(logging.INFO)  # the exporter's own talk is no message for people
    try:
        options = parser().parse_args(argv)
        {
            "fit": _fit,
            "adapt": _adapt,
            "evaluate": _evaluate,
            "export": _export,
            "guard": _guard,
            "data": _data,
            "reproduce": _reproduce,
            "ablate": _ablate,
            "rankings": _rankings,
        }[options.verb](options)
    except (TrainingError, EngineError) as error:
        print(f"ffmln-train: {visible(' '.join(str(error).split()))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("ffmln-train: stopped; the same command resumes from the last checkpoint", file=sys.stderr)
        return 130
    return 0


def _fit(options: argparse.Namespace) -> None:
    from training.data.protocols import collection_of, data_of
    from training.fit.distributed import leave
    from training.fit.loop import fit, plan
    from training.fit.soup import can_average, fit_both
    from training.fit.start import read_start
    from training.model.trunks import find_weights

    given = settings_in(options)
    start = read_start(Path(given["start"])) if given.get("start") else None
    config = start.config(given) if start else Config(**given)
    collection = collection_of(data_of(config.protocol, options.data))
    weights = start or find_weights(config, options.data)
    both = not options.single and can_average(config, weights)
    if options.dry_run:
        print(plan(collection, config, weights=weights))
        if both:
            print("a second training follows, and the mean of both is kept; --single does without")
        return
    (fit_both if both else fit)(collection, config, options.out, weights=weights)
    leave()


def _adapt(options: argparse.Namespace) -> None:
    from engine.paths import ASSETS, data_dir
    from training.adapting import Wish, adapt_to
    from training.data.pairs import named_pairs, shelf_pairs

    if options.shelf == (options.pairs is not None):
        raise TrainingError("Give either PAIRS or --shelf.")
    if options.small and options.start:
        raise TrainingError("Give either --start or --small.")
    named = shelf_pairs(data_dir()) if options.shelf else named_pairs(options.pairs)
    shipped = ASSETS / "weights" / ("ffmln-small.onnx" if options.small else "ffmln-default.onnx")
    wish = Wish(
        start=options.start or shipped,
        photos=tuple(options.photos),
        file=options.out / f"{options.name}.onnx",
        held_out=options.held_out,
        steps=options.steps,
        seed=options.seed,
    )
    report = adapt_to(named, wish, progress=sys.stderr.isatty())
    if options.json:
        print(json.dumps(report))
        return
    print(f"learned from {report['drawings']} drawings and {report['photos']} photos")
    for name in ("before", "after"):
        if name in report:
            _print_figures(name, report[name])
    print(report["model"])


def _evaluate(options: argparse.Namespace) -> None:
    from training.data.collection import read_collection
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
    encoder, learnt = _encoder(options.model)
    if options.protocol != "split":
        _compare(encoder, learnt, options)
        return
    collection = read_collection(options.data)
    held = HeldOut.of_split(encoder, collection, classes=options.classes, progress=sys.stderr.isatty())
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
        _print_figures(measure, values)


def _print_figures(name: str, figures: Mapping[str, Any]) -> None:
    """Print a measure's figures in a line, and those of its groups in lines below."""
    own = {metric: value for metric, value in figures.items() if not isinstance(value, Mapping)}
    if own:
        print(f"{name:10}", "  ".join(f"{metric} {value:.1f}" for metric, value in own.items()))
    for group, values in figures.items():
        if isinstance(values, Mapping):
            _print_figures(f"{name} {group}", values)


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


def _guard(options: argparse.Namespace) -> None:
    from engine.encoder import Encoder
    from engine.guard import guard_path, save_guard
    from training.data.collection import read_collection
    from training.evaluation.guard_vectors import guard_vectors

    encoder = Encoder.load(options.model)
    vectors = guard_vectors(encoder, read_collection(options.data), progress=sys.stderr.isatty())
    drawn, shown = vectors.kinds()
    try:
        save_guard(
            options.model,
            encoder.model_id,
            (vectors.drawings.vectors, drawn),
            (vectors.photos.vectors, shown),
        )
    except OSError as error:
        raise TrainingError(f"{guard_path(options.model)} cannot be written: {error}.") from error
    print(guard_path(options.model))


def _data(options: argparse.Namespace) -> None:
    from training.data.survey import absent_from, describe, survey

    found = survey(options.data, progress=sys.stderr.isatty())
    print(describe(found, absent=absent_from(found, options.data)))


def _export(options: argparse.Namespace) -> None:
    from training.data.collection import read_collection
    from training.export.onnx_file import export
    from training.fit.checkpoint import Run

    run = Run.load(options.run, device="cpu")
    collection = read_collection(options.data) if options.data else None
    target = options.to / f"{options.name}.onnx"
    file = export(run, target, stored=options.weights_type, collection=collection)
    print(file)


def _reproduce(options: argparse.Namespace) -> None:
    from training.experiments.published_tables import published_config
    from training.experiments.reproduce import reproduce

    base = published_config() if options.recipe == "published" else Config()
    given = settings_in(options)
    if "images" in given:
        # a budget in images takes the place of the recipe's epochs, and of the search for the best of them
        given = {"epochs": 0.0, "validations": 1} | given
    base = dataclasses.replace(base, **given)
    print(reproduce(options.data, options.out, base, tables=options.tables.split(",")))


def _ablate(options: argparse.Namespace) -> None:
    from training.experiments.ablation import ablate

    sizes = {"input_size": options.size, "train_size": options.size}
    base = Config(**(sizes | settings_in(options)))
    rows = options.rows.split(",") if options.rows else ()
    print(ablate(options.data, base, options.out, names=rows).read_text("utf-8"), end="")


def _rankings(options: argparse.Namespace) -> None:
    from training.data.collection import read_collection
    from training.evaluation.heldout import HeldOut
    from training.evaluation.rankings import choose, rankings, sheet

    if options.queries < 1:
        raise TrainingError("--queries must be at least 1.")
    encoder, _ = _encoder(options.model)
    held = HeldOut.of_split(encoder, read_collection(options.data), classes=options.classes)
    found = rankings(held, rerank=options.rerank)
    try:
        sheet(choose(found, options.queries, worst=options.worst)).save(options.to)
    except (OSError, ValueError) as error:
        raise TrainingError(f"{options.to} cannot be written: {error}.") from error
    print(options.to)


def _encoder(model: Path) -> tuple[ImageEncoder, Sequence[str]]:
    """Return the encoder of an ONNX file, or the network of a run, and the classes it was trained on."""
    if model.is_dir():
        from training.fit.checkpoint import NetworkEncoder, Run

        run = Run.load(model, device="auto")
        return NetworkEncoder(run.averaged), run.learnt
    from engine.encoder import Encoder

    encoder = Encoder.load(model)
    return encoder, encoder.metadata.get("classes", [])


if __name__ == "__main__":
    sys.exit(main())
