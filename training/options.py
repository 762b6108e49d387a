"""The options of `ffmln-train`: of each verb, and one for each setting of a run."""

from __future__ import annotations

import argparse
import types
import typing
from collections.abc import Mapping
from dataclasses import fields

from engine.arguments import ArgumentParser, folder_argument, path_argument
from training.config import PROTOCOL_NAMES, Config
from training.methods import METHODS
from training.settings import HEADINGS, option, setting_of
from training.settings_file import read_settings

DISTANCES = ("cosine", "euclidean", "inner")
"""What embeddings of other programs are ranked by, see training.evaluation.foreign."""

ABLATION = {"images": 20_000, "validations": 1, "input_size": 160, "train_size": 160}
"""What `ablate` sets where nothing else is asked for."""

_METAVARS = {bool: "{true,false}", int: "N", float: "X", str: "TEXT"}


def parser() -> ArgumentParser:
    """Return the command line of `ffmln-train`."""
    top = ArgumentParser(
        prog="ffmln-train", description="Train, measure and export the network behind ffmln."
    )
    verbs = top.add_subparsers(
        dest="verb", required=True, metavar="{fit,adapt,evaluate,export,guard,data,reproduce,ablate,rankings}"
    )
    fit = verbs.add_parser("fit", help="train a network; an interrupted run resumes")
    fit.add_argument(
        "--data", type=folder_argument, required=True, metavar="DIR", help="folder of photos and sketches"
    )
    fit.add_argument("--out", type=folder_argument, required=True, metavar="RUN", help="folder of the run")
    fit.add_argument(
        "--single",
        action="store_true",
        help="train once; by default the mean of two trainings is kept, the second with settings of its own",
    )
    fit.add_argument(
        "--method",
        choices=sorted(METHODS),
        help="train as published, once; other settings override it (default: this project's recipe)",
    )
    fit.add_argument("--dry-run", action="store_true", help="say what would be done, try it, write nothing")
    _add_settings(fit, shown=Config().as_dict())
    _add_adapt(
        verbs.add_parser("adapt", help="teach what ships, or another model, from a person's own pairs")
    )
    _add_evaluate(verbs.add_parser("evaluate", help="measure a model, or embeddings, on classes never seen"))
    export = verbs.add_parser("export", help="write a run's network as ONNX, checked against PyTorch")
    export.add_argument("run", metavar="RUN", type=folder_argument, help="folder of the run")
    export.add_argument(
        "--to", type=folder_argument, required=True, metavar="DIR", help="folder to write into"
    )
    export.add_argument(
        "--name", default="ffmln-default", help="file name without .onnx (default: ffmln-default)"
    )
    export.add_argument(
        "--weights-type", choices=["fp16", "fp32", "int8"], default="fp16", help="(default: fp16)"
    )
    export.add_argument(
        "--data", type=folder_argument, metavar="DIR", help="for int8: what to calibrate and check on"
    )
    _add_protocol(export)
    _add_checkpoint(export)
    guard = verbs.add_parser(
        "guard", help="write beside an ONNX file the vectors that guard what it learns from a person"
    )
    guard.add_argument("model", metavar="MODEL", type=folder_argument, help="the .onnx file")
    guard.add_argument(
        "--data", type=folder_argument, required=True, metavar="DIR", help="folder of photos and sketches"
    )
    _add_protocol(guard)
    data = verbs.add_parser("data", help="say what a data folder holds, and what it can be used for")
    data.add_argument("data", metavar="DIR", type=folder_argument, help="the folder")
    data.add_argument(
        "--whole",
        action="store_true",
        help="list all classes, and everything that is wrong (default: the first few)",
    )
    again = verbs.add_parser("reproduce", help="the paper's tables, printed figures beside measured ones")
    again.add_argument(
        "--data", type=folder_argument, required=True, metavar="DIR", help="the data sets, as they unpack"
    )
    again.add_argument(
        "--out", type=folder_argument, required=True, metavar="OUT", help="folder of runs and tables"
    )
    again.add_argument(
        "--tables",
        default="1,2,3,4,5",
        metavar="1,2",
        help="which; 6: methods of other articles (default: the paper's five)",
    )
    again.add_argument(
        "--recipe",
        choices=["published", "ours"],
        default="published",
        help="what the lines change: the article's recipe, or this project's (default: published)",
    )
    _add_seeds(again)
    _add_settings(again)
    ablate = verbs.add_parser("ablate", help="measure what each part of the recipe is worth")
    ablate.add_argument(
        "--data", type=folder_argument, required=True, metavar="DIR", help="folder of photos and sketches"
    )
    ablate.add_argument(
        "--out", type=folder_argument, required=True, metavar="DIR", help="folder of the runs and the table"
    )
    ablate.add_argument("--rows", default="", metavar="A,B", help="only these rows (default: all)")
    ablate.add_argument("--size", type=int, metavar="N", help="--train-size and --input-size (default: 160)")
    _add_seeds(ablate)
    _add_settings(ablate, shown={**ABLATION, "input_size": "--size", "train_size": "--size"})
    pictures = verbs.add_parser("rankings", help="draw queries with the first ten photos found for each")
    pictures.add_argument(
        "model", metavar="MODEL", type=folder_argument, help="an .onnx file, or the folder of a run"
    )
    pictures.add_argument(
        "--data", type=folder_argument, required=True, metavar="DIR", help="folder of photos and sketches"
    )
    pictures.add_argument(
        "--to", type=path_argument, required=True, metavar="FILE", help="the picture to write"
    )
    pictures.add_argument("--classes", choices=["unseen", "val"], default="unseen", help="(default: unseen)")
    pictures.add_argument("--queries", type=int, default=12, metavar="N", help="rows (default: 12)")
    pictures.add_argument(
        "--worst", action="store_true", help="the worst of each class, not the best to the worst"
    )
    _add_protocol(pictures)
    _add_checkpoint(pictures)
    _add_embedding(pictures)
    pictures.add_argument("--rerank", action="store_true", help="re-rank the first matches by one another")
    return top


def _add_protocol(verb: ArgumentParser, text: str = "whose classes and data (default: split)") -> None:
    verb.add_argument("--protocol", choices=PROTOCOL_NAMES, default="split", help=text)


def _add_seeds(verb: ArgumentParser) -> None:
    verb.add_argument(
        "--seeds",
        type=int,
        default=1,
        metavar="N",
        help="runs of each line, for means and deviations (default: 1)",
    )


def _add_evaluate(verb: ArgumentParser) -> None:
    def add(name: str, text: str, **how: typing.Any) -> None:
        verb.add_argument(name, help=text, **how)

    folder, file = {"type": folder_argument, "metavar": "DIR"}, {"type": path_argument, "metavar": "FILE"}
    more, usual = "explore, feedback, personal, paper, scenes", "sketch,quickdraw,instance,haystack,early"
    measured = f"only these, or {more}; default: {usual}"
    add("model", "an .onnx file, or the folder of a run", metavar="MODEL", nargs="?", type=folder_argument)
    add("--data", "folder of photos and sketches", **folder)
    _add_protocol(verb, "what to measure (default: split)")
    add(
        "--bits", "binary codes of so many bits too, in published protocols", type=int, default=0, metavar="N"
    )
    add("--classes", "of the split (default: unseen)", choices=["unseen", "val"], default="unseen")
    add("--measures", measured, default="", metavar="A,B")
    add("--embeddings", "in place of MODEL and --data: an .npz file of another program's vectors", **file)
    add("--distance", "of these vectors (default: cosine)", choices=DISTANCES, default="cosine")
    add(
        "--generalised",
        "search among the photos of seen classes too, in published protocols",
        action="store_true",
    )
    add("--cross", "leave out classes that the model was trained on, on other data", action="store_true")
    add("--per-class", "write a CSV with a line for each class", **file)
    add("--per-query", "write a CSV with a line for each query and its average precision", **file)
    add("--rerank", "re-rank the first matches by one another", action="store_true")
    add(
        "--relation",
        "order the first N matches of sketches anew, by how a run trained with --relation-loss relates the "
        "pictures' patches (default: 0, none)",
        type=int,
        default=0,
        metavar="N",
    )
    add("--json", "print JSON, alone on stdout", action="store_true")
    _add_checkpoint(verb)
    _add_embedding(verb)


def _add_embedding(verb: ArgumentParser) -> None:
    verb.add_argument(
        "--workers",
        type=int,
        default=-1,
        metavar="N",
        help="threads that decode ahead (default: one a core, 8 at most)",
    )
    verb.add_argument(
        "--anew",
        action="store_true",
        help="embed all pictures again, and keep nothing (default: kept by model and file)",
    )


def _add_checkpoint(verb: ArgumentParser) -> None:
    verb.add_argument(
        "--checkpoint",
        choices=["best", "last"],
        default="best",
        help="of a run: where it found most on the validation classes, or where it ended (default: best)",
    )


def _add_adapt(verb: ArgumentParser) -> None:
    verb.add_argument(
        "pairs",
        metavar="PAIRS",
        nargs="?",
        type=folder_argument,
        help="a folder with sketch/KIND/* and photo/KIND/*, or a CSV file: drawing, photo, perhaps kind",
    )
    verb.add_argument("--shelf", action="store_true", help="the window's shelf in place of PAIRS")
    verb.add_argument(
        "--out", type=folder_argument, required=True, metavar="DIR", help="folder to write into"
    )
    verb.add_argument(
        "--start",
        type=folder_argument,
        metavar="MODEL",
        help="an .onnx file, or the folder of a run (default: the shipped encoder)",
    )
    verb.add_argument("--small", action="store_true", help="begin from the shipped encoder for slow machines")
    verb.add_argument(
        "--photos",
        type=folder_argument,
        action="append",
        default=[],
        metavar="FOLDER",
        help="more of your photos, which are to be found as before (default: those beside the pairs' photos)",
    )
    verb.add_argument(
        "--name", default="ffmln-adapted", help="file name without .onnx (default: ffmln-adapted)"
    )
    verb.add_argument(
        "--held-out",
        type=float,
        default=0.2,
        metavar="X",
        help="share of the drawings that is only measured on, of 10 or more (default: 0.2)",
    )
    verb.add_argument("--steps", type=int, metavar="N", help="(default: 100)")
    verb.add_argument(
        "--share",
        type=float,
        metavar="X",
        help="how much of each weight's change is kept: more finds more of what was taught, and less of what "
        "was not (default: 0.25)",
    )
    verb.add_argument("--seed", type=int, default=1, metavar="N", help="of everything random (default: 1)")
    verb.add_argument("--json", action="store_true", help="print JSON, alone on stdout")


def _add_settings(
    verb: ArgumentParser, *, shown: Mapping[str, typing.Any] = types.MappingProxyType({})
) -> None:
    """Add an option for each field of Config; one that is not given is None.

    Args:
        verb: where to add them.
        shown: what help says the defaults are; they are decided later.
    """
    verb.add_argument(
        "--config",
        type=path_argument,
        metavar="FILE",
        help="settings as JSON: what a run wrote as config.json, or part of it; options override it",
    )
    hints, group = typing.get_type_hints(Config), verb.add_argument_group()
    for field in fields(Config):
        if field.name in HEADINGS:
            group = verb.add_argument_group(HEADINGS[field.name])
        kind, known = hints[field.name], setting_of(field.metadata)
        default = _default_text(shown.get(field.name, "the recipe's"))
        group.add_argument(
            option(field.name),
            type=_truth if kind is bool else kind,
            choices=known.choices or None,
            metavar=None if known.choices else _METAVARS[kind],
            help=f"{known.help} (default: {default})".replace("%", "%%"),
        )


def settings_in(options: argparse.Namespace) -> dict[str, typing.Any]:
    """Return what the command line, a file or a method says of the fields of Config; no defaults.

    Raises:
        TrainingError: the file cannot be read, or names no settings.
    """
    file = read_settings(options.config) if options.config else {}
    said = {field.name: getattr(options, field.name) for field in fields(Config)}
    given = {name: value for name, value in said.items() if value is not None}
    if "images" in given:  # then no epochs of the file
        file.pop("epochs", None)
    method = getattr(options, "method", None)
    return METHODS[method].given(file | given) if method else file | given


def _truth(text: str) -> bool:
    """Return what `true` or `false` says; `bool` would take any word for true."""
    if text.lower() not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"{text!r} is not true or false")
    return text.lower() == "true"


def _default_text(default: object) -> str:
    """Return a default as help has it."""
    return str(default).lower() if isinstance(default, bool) else str(default) or "not given"
