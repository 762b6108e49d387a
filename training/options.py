"""The options of `ffmln-train`, by verb."""

from __future__ import annotations

import typing

from engine.arguments import ArgumentParser, folder_argument, number, path_argument, whole
from training.all_settings import PROTOCOL_NAMES
from training.config import Config
from training.defaults import ADAPT_SHARE, ADAPT_STEPS, MEASURES, MORE_MEASURES
from training.methods import METHODS
from training.setting_options import add_settings

DISTANCES = ("cosine", "euclidean", "inner")
"""What embeddings of other programs are ranked by, see training.evaluation.foreign."""

ABLATION = {"images": 20_000, "validations": 1, "input_size": 160, "train_size": 160}
"""What `ablate` sets where nothing else is asked for."""


def parser() -> ArgumentParser:
    """Return the command line of `ffmln-train`."""
    top = ArgumentParser(
        prog="ffmln-train", description="Train, measure and export the network behind ffmln."
    )
    verbs = top.add_subparsers(
        dest="verb",
        required=True,
        metavar="{fit,adapt,evaluate,compare,export,guard,data,reproduce,ablate,rankings}",
    )
    _add_fit(verbs.add_parser("fit", help="train a network; an interrupted run resumes"))
    _add_adapt(
        verbs.add_parser("adapt", help="teach what ships, or another model, from a person's own pairs")
    )
    _add_evaluate(verbs.add_parser("evaluate", help="measure a model, or embeddings, on classes never seen"))
    _add_compare(
        verbs.add_parser("compare", help="how two models differ, query by query, and by more than luck")
    )
    _add_export(verbs.add_parser("export", help="write a run's network as ONNX, checked against PyTorch"))
    _add_guard(
        verbs.add_parser(
            "guard", help="write beside an ONNX file the vectors that guard what it learns from a person"
        )
    )
    _add_survey(verbs.add_parser("data", help="say what a data folder holds, and what it can be used for"))
    _add_reproduce(
        verbs.add_parser("reproduce", help="the paper's tables, printed figures beside measured ones")
    )
    _add_ablate(verbs.add_parser("ablate", help="measure what each part of the recipe is worth"))
    _add_rankings(verbs.add_parser("rankings", help="draw queries with the first ten photos found for each"))
    return top


def _add_data(
    verb: ArgumentParser, text: str = "folder of photos and sketches", *, required: bool = True
) -> None:
    verb.add_argument("--data", type=folder_argument, required=required, metavar="DIR", help=text)


def _add_out(verb: ArgumentParser, text: str, *, metavar: str = "DIR", name: str = "--out") -> None:
    verb.add_argument(name, type=folder_argument, required=True, metavar=metavar, help=text)


def _add_fit(verb: ArgumentParser) -> None:
    _add_data(verb)
    _add_out(verb, "folder of the run", metavar="RUN")
    verb.add_argument(
        "--single",
        action="store_true",
        help="train once; by default the mean of two trainings is kept, the second with settings of its own",
    )
    verb.add_argument(
        "--method",
        choices=sorted(METHODS),
        help="train as published, once; other settings override it (default: this project's recipe)",
    )
    verb.add_argument("--dry-run", action="store_true", help="say what would be done, try it, write nothing")
    add_settings(verb, shown=Config().as_dict())


def _add_export(verb: ArgumentParser) -> None:
    verb.add_argument("run", metavar="RUN", type=folder_argument, help="folder of the run")
    _add_out(verb, "folder to write into", name="--to")
    verb.add_argument(
        "--name", default="ffmln-default", help="file name without .onnx (default: %(default)s)"
    )
    verb.add_argument(
        "--weights-type", choices=["fp16", "fp32", "int8"], default="fp16", help="(default: %(default)s)"
    )
    _add_data(verb, "for int8: what to calibrate and check on", required=False)
    _add_protocol(verb)
    _add_checkpoint(verb)


def _add_guard(verb: ArgumentParser) -> None:
    verb.add_argument("model", metavar="MODEL", type=folder_argument, help="the .onnx file")
    _add_data(verb)
    _add_protocol(verb)


def _add_survey(verb: ArgumentParser) -> None:
    verb.add_argument("data", metavar="DIR", type=folder_argument, help="the folder")
    verb.add_argument(
        "--whole",
        action="store_true",
        help="list all classes, and everything that is wrong (default: the first few)",
    )


def _add_reproduce(verb: ArgumentParser) -> None:
    _add_data(verb, "the data sets, as they unpack")
    _add_out(verb, "folder of runs and tables", metavar="OUT")
    verb.add_argument(
        "--tables",
        default="1,2,3,4,5",
        metavar="1,2",
        help="which; 6: methods of other articles (default: the paper's five)",
    )
    verb.add_argument(
        "--recipe",
        choices=["published", "ours"],
        default="published",
        help="what the lines change: the article's recipe, or this project's (default: %(default)s)",
    )
    _add_runs(verb)
    add_settings(verb)


def _add_ablate(verb: ArgumentParser) -> None:
    _add_data(verb)
    _add_out(verb, "folder of the runs and the table")
    verb.add_argument("--rows", default="", metavar="A,B", help="only these rows (default: all)")
    verb.add_argument(
        "--size",
        type=whole(32),
        metavar="N",
        help=f"--train-size and --input-size (default: {ABLATION['input_size']})",
    )
    _add_runs(verb)
    add_settings(verb, shown={**ABLATION, "input_size": "--size", "train_size": "--size"})


def _add_rankings(verb: ArgumentParser) -> None:
    verb.add_argument(
        "model", metavar="MODEL", type=folder_argument, help="an .onnx file, or the folder of a run"
    )
    _add_data(verb)
    verb.add_argument("--to", type=path_argument, required=True, metavar="FILE", help="the picture to write")
    verb.add_argument("--classes", choices=["unseen", "val"], default="unseen", help="(default: %(default)s)")
    verb.add_argument("--queries", type=whole(1), default=12, metavar="N", help="rows (default: %(default)s)")
    verb.add_argument(
        "--worst", action="store_true", help="the worst of each class, not the best to the worst"
    )
    _add_protocol(verb)
    _add_checkpoint(verb)
    _add_embedding(verb)
    verb.add_argument("--rerank", action="store_true", help="re-rank the first matches by one another")


def _add_protocol(verb: ArgumentParser, text: str = "whose classes and data (default: %(default)s)") -> None:
    verb.add_argument("--protocol", choices=PROTOCOL_NAMES, default="split", help=text)


def _add_runs(verb: ArgumentParser) -> None:
    verb.add_argument(
        "--seeds",
        type=whole(1),
        default=1,
        metavar="N",
        help="runs of each line, for means and deviations (default: %(default)s)",
    )
    verb.add_argument(
        "--keep",
        action="store_true",
        help="keep the best weights of each run that ends, as evaluate and export read them from its folder "
        "(default: its figures and log alone)",
    )


def _add_evaluate(verb: ArgumentParser) -> None:
    def add(name: str, text: str, **how: typing.Any) -> None:
        verb.add_argument(name, help=text, **how)

    file = {"type": path_argument, "metavar": "FILE"}
    measured = f"only these, or {', '.join(MORE_MEASURES)}; default: {','.join(MEASURES)}"
    add("model", "an .onnx file, or the folder of a run", metavar="MODEL", nargs="?", type=folder_argument)
    _add_data(verb, required=False)
    _add_protocol(verb, "what to measure (default: %(default)s)")
    bits = "binary codes of so many bits too, in published protocols"
    add("--bits", bits, type=whole(0), default=0, metavar="N")
    add("--classes", "of the split (default: %(default)s)", choices=["unseen", "val"], default="unseen")
    add("--measures", measured, default="", metavar="A,B")
    add("--embeddings", "in place of MODEL and --data: an .npz file of another program's vectors", **file)
    add("--distance", "of these vectors (default: %(default)s)", choices=DISTANCES, default="cosine")
    add(
        "--generalised",
        "search among the photos of seen classes too, in published protocols",
        action="store_true",
    )
    add("--cross", "leave out classes that the model was trained on, on other data", action="store_true")
    add("--per-class", "write a CSV with a line for each class", **file)
    add("--per-query", "write a CSV with a line for each query and what it found; see compare", **file)
    add("--save-embeddings", "write the vectors of queries and photos, as --embeddings reads them", **file)
    add("--rerank", "re-rank the first matches by one another", action="store_true")
    add(
        "--relation",
        "order the first N matches of sketches anew, by how a run trained with --relation-loss relates the "
        "pictures' patches (default: 0, none)",
        type=whole(0),
        default=0,
        metavar="N",
    )
    add("--json", "print JSON, alone on stdout", action="store_true")
    _add_checkpoint(verb)
    _add_embedding(verb)


def _add_compare(verb: ArgumentParser) -> None:
    for name in ("first", "second"):
        verb.add_argument(
            name,
            metavar=f"{name.upper()}.csv",
            type=path_argument,
            help=f"what evaluate --per-query wrote of the {name} model",
        )
    verb.add_argument("--json", action="store_true", help="print JSON, alone on stdout")


def _add_embedding(verb: ArgumentParser) -> None:
    verb.add_argument(
        "--workers",
        type=whole(-1),
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
        help="of a run: where it found most on the validation classes, or where it ended "
        "(default: %(default)s)",
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
    _add_out(verb, "folder to write into")
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
        "--name", default="ffmln-adapted", help="file name without .onnx (default: %(default)s)"
    )
    verb.add_argument(
        "--held-out",
        type=number(0, 1, below=True),
        default=0.2,
        metavar="X",
        help="share of the drawings that is only measured on, of 10 or more (default: %(default)s)",
    )
    verb.add_argument("--steps", type=whole(1), metavar="N", help=f"(default: {ADAPT_STEPS})")
    verb.add_argument(
        "--share",
        type=number(0, 1, above=True),
        metavar="X",
        help="how much of each weight's change is kept: more finds more of what was taught, and less of what "
        f"was not (default: {ADAPT_SHARE})",
    )
    verb.add_argument(
        "--seed",
        type=whole(0, 2**32 - 1),
        default=1,
        metavar="N",
        help="of everything random (default: %(default)s)",
    )
    verb.add_argument("--json", action="store_true", help="print JSON, alone on stdout")
