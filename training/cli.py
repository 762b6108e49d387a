"""The command `ffmln-train`."""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.errors import EngineError
from engine.visible import visible
from training.atomic_files import must_be_writable
from training.config import Config
from training.errors import TrainingError
from training.methods import METHODS
from training.options import ABLATION, parser
from training.setting_options import settings_and_asked, settings_in
from training.terminal import open_terminal

_log = logging.getLogger("training.cli")  # however this is started

_RESUMING = ("fit", "reproduce", "ablate")


def main(argv: Sequence[str] | None = None) -> int:
    """Run `ffmln-train`; return its exit status: 0, or 2 with one line on stderr."""
    open_terminal()
    logging.getLogger("training").setLevel(logging.INFO)  # the exporter's own talk is no message for people
    verb = ""
    try:
        options = parser().parse_args(argv)
        verb = options.verb
        {
            "fit": _fit,
            "adapt": _adapt,
            "evaluate": _evaluate,
            "compare": _compare,
            "export": _export,
            "guard": _guard,
            "data": _data,
            "reproduce": _reproduce,
            "ablate": _ablate,
            "rankings": _rankings,
        }[verb](options)
    except (TrainingError, EngineError) as error:
        print(f"ffmln-train: {visible(' '.join(str(error).split()))}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"ffmln-train: {visible(_sentence(error))}", file=sys.stderr)
        return 2
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError) and type(error).__name__ != "OutOfMemoryError":
            raise
        print("ffmln-train: there is too little memory, on the GPU if one computes", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        resumes = "; the same command resumes from the last checkpoint" if verb in _RESUMING else ""
        print(f"ffmln-train: stopped{resumes}", file=sys.stderr)
        return 130
    return 0


def _sentence(error: OSError) -> str:
    """Return what the system said of a file, or of none."""
    said = error.strerror or str(error)
    return f"{error.filename} cannot be read or written: {said}." if error.filename else f"{said}."


def _fit(options: argparse.Namespace) -> None:
    from training.data.protocols import collection_of, data_of
    from training.fit.distributed import is_first, leave
    from training.fit.loop import fit
    from training.fit.rehearsal import plan
    from training.fit.resuming import FOLDERS
    from training.fit.soup import can_average, fit_both, read_asked, refuse_single, trainings
    from training.fit.start import read_start
    from training.fit.validation import advice, explain_held_back
    from training.model.trunks import find_weights

    given, asked = settings_and_asked(options)
    start = read_start(Path(given["start"])) if given.get("start") else None
    of_method = METHODS[options.method].settings if options.method else {}
    config = start.config(given, of_method=of_method) if start else Config(**given)
    collection = collection_of(data_of(config.protocol, options.data))
    weights = start or find_weights(config, options.data)
    both = not (options.single or options.method) and can_average(config, weights)
    asked = read_asked(options.out, asked)
    held = [f"{reason} {advice(config)}" for reason in explain_held_back(collection, config)]
    if options.dry_run:
        print("\n".join(held), end="\n" * bool(held))
        if not both:
            print(plan(collection, config, options.out, weights=weights))
            return
        refuse_single(options.out)
        for name, settings in zip(FOLDERS, trainings(config, asked), strict=True):
            print(f"the {name} of two trainings:")
            print(plan(collection, settings, options.out / name, weights=weights))
        print("the mean of both is kept; --single does without the second")
        return
    for reason in held if is_first() else ():
        _log.info("%s", reason)
    if both:
        fit_both(collection, config, options.out, weights=weights, asked=asked)
    else:
        fit(collection, config, options.out, weights=weights)
    leave()


def _adapt(options: argparse.Namespace) -> None:
    from engine.paths import ASSETS, data_dir
    from training.adapting import Wish, adapt_to
    from training.data.pairs import named_pairs, shelf_pairs
    from training.measuring import print_figures

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
        share=options.share,
        seed=options.seed,
    )
    report = adapt_to(named, wish, progress=sys.stderr.isatty())
    if options.json:
        print(json.dumps(report))
        return
    learned = f"learned from {report['drawings']} drawings and {report['photos']} photos"
    print(f"{learned}, beside {report['others']} further photos")
    for name in ("before", "after"):
        if name in report:
            print_figures(name, report[name])
    print(report["model"])


def _evaluate(options: argparse.Namespace) -> None:
    from training.measuring import evaluate_model

    evaluate_model(options)


def _compare(options: argparse.Namespace) -> None:
    from training.comparing import compare_tables

    compare_tables(options)


def _guard(options: argparse.Namespace) -> None:
    from engine.encoding.encoder import Encoder
    from engine.encoding.guard import guard_path, save_guard
    from training.data.protocols import collection_of, data_of
    from training.evaluation.guard_vectors import guard_vectors

    must_be_writable(guard_path(options.model))
    encoder = Encoder.load(options.model)
    collection = collection_of(data_of(options.protocol, options.data))
    vectors = guard_vectors(encoder, collection, progress=sys.stderr.isatty())
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
    print(describe(found, absent=absent_from(found, options.data), whole=options.whole))


def _export(options: argparse.Namespace) -> None:
    from training.data.protocols import collection_of, data_of
    from training.export.onnx_file import NEEDS_DATA, export
    from training.fit.checkpoint import Run

    if options.data and options.weights_type != "int8":
        raise TrainingError("--data is for --weights-type int8.")
    if options.weights_type == "int8" and not options.data:
        raise TrainingError(NEEDS_DATA)
    target = options.to / f"{options.name}.onnx"
    must_be_writable(target)
    run = Run.load(options.run, device="cpu", which=options.checkpoint)
    _log.info("%s", run.describe_checkpoint())
    collection = collection_of(data_of(options.protocol, options.data)) if options.data else None
    file = export(run, target, stored=options.weights_type, collection=collection)
    print(file)


def _reproduce(options: argparse.Namespace) -> None:
    from training.experiments.published_tables import own_config, published_config
    from training.experiments.reproduce import reproduce

    base = published_config() if options.recipe == "published" else own_config()
    given = settings_in(options)
    if options.protocol or given.get("protocol", base.protocol) != base.protocol:
        raise TrainingError("The tables of reproduce say which protocols are run: leave out --protocol.")
    if given.get("start"):
        raise TrainingError("The runs of reproduce begin from pretrained weights: leave out --start.")
    budget = "images" in given or "epochs" in given
    if "images" in given:
        # a budget in images takes the place of the recipe's epochs, and of the search for the best of them
        given = {"epochs": 0.0, "validations": 1} | given
    base = dataclasses.replace(base, **given)
    page = reproduce(
        options.data,
        options.out,
        base,
        tables=options.tables.split(","),
        seeds=options.seeds,
        budget=budget,
        keep=options.keep,
    )
    print(page)


def _ablate(options: argparse.Namespace) -> None:
    from training.experiments.ablation import ablate

    given = settings_in(options)
    if options.size is not None:  # of its two, the one that is asked for by its own name is as asked
        given |= {
            name: options.size for name in ("input_size", "train_size") if getattr(options, name) is None
        }
    base = Config(**(ABLATION | given))
    rows = options.rows.split(",") if options.rows else ()
    table = ablate(options.data, base, options.out, names=rows, seeds=options.seeds, keep=options.keep)
    print(table.read_text("utf-8", errors="surrogateescape"), end="")


def _rankings(options: argparse.Namespace) -> None:
    from training.ranking_sheet import draw_rankings

    draw_rankings(options)


if __name__ == "__main__":
    sys.exit(main())
