"""The command line of the verbs, those of `ffmln` that need no window."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.library.chosen import read_chosen_strictly
from app.state.log import say_warnings
from app.terminal import shared_collection, verbs
from app.terminal.output import print_to_the_end
from app.terminal.uris import folder_or_uri
from engine.arguments import (
    ArgumentParser,
    UsageError,
    first_day_argument,
    last_day_argument,
    number,
    path_argument,
    whole,
)
from engine.folders.patience import Kind, kinds_of, resolve_paths
from engine.state.defaults import KEEP_DAYS, MOST_DAYS, MOST_THUMBNAIL_MB, THUMBNAIL_MB
from engine.visible import accept_any_name

VERBS = tuple(verbs.WORK)
"""What a command line may begin with to be handed to `main`."""

_ENDING = """\
Scores are cosines with the drawing: 1 is a perfect match, and -1 stands for photos that it is said not to be
like. With --rerank alone the scores are sorted and no longer belong to the photo beside them; with --diverse
each score is that photo's own, so they are not sorted. Names that are not valid text are written as the bytes
they are, and what a terminal would obey, line ends among them, as \\n, \\x1b, \\u202e; with --json all of it
as escapes that Python's json and os.fsencode turn back into the name.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a verb, in the main thread.

    Returns:
        0; 2 after errors, told on stderr in one line each, of several folders one a folder; 130 after Ctrl-C,
        143 after SIGTERM.
    """

    def work() -> int:
        arguments = _parse(argv)
        accept_any_name(sys.stdout, sys.stderr)
        with _finish_on_sigterm(), say_warnings():
            return verbs.WORK[arguments.verb](arguments)

    return print_to_the_end(work)


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    arguments, strange = parser().parse_known_args(argv)
    is_over = False  # the options, by a --
    while strange and arguments.verb in ("index", "search") and (is_over or _is_no_option(strange[0])):
        word = strange.pop(0)  # those that came after an option
        if is_over or word != "--":
            arguments.folders.append(_folder(word, arguments.verb))
        is_over = is_over or word == "--"
    if strange:
        raise UsageError(f"unrecognized arguments: {' '.join(strange)}; see ffmln {arguments.verb} --help.")
    if getattr(arguments, "host", None) not in (None, []) and arguments.store is None:
        raise UsageError("--host goes with --store.")  # else `forget` would forget what this machine indexed
    if arguments.verb == "forget" and arguments.store is None and (arguments.small or arguments.model):
        raise UsageError("a folder is forgotten for all encoders: --small and --model go with --store.")
    if arguments.verb in ("index", "search"):
        _settle_folders(arguments)
    if arguments.verb == "search" and arguments.no_index and (arguments.exclude or arguments.exclude_nothing):
        raise UsageError("--exclude and --exclude-nothing say what is indexed: they go without --no-index.")
    return arguments


def _folder(word: str, verb: str) -> Path:
    try:
        return folder_or_uri(word)
    except argparse.ArgumentTypeError as error:
        raise UsageError(f"argument FOLDER: {error}; see ffmln {verb} --help.") from error


def _is_no_option(word: str) -> bool:
    return word == "--" or not word.startswith("-")


def _folders_among(paths: Sequence[Path]) -> list[Path]:
    """Return which of these are folders, or are known as such while their drive is away."""
    from engine.inventory import known_folders  # late, so that --help comes at once

    kinds = dict(zip(paths, kinds_of(paths), strict=True))
    away = [path for path, kind in kinds.items() if kind in (Kind.NOTHING, Kind.SILENT)]
    known = set(known_folders()) if away else set()
    lost = [path for path, real in zip(away, resolve_paths(away), strict=True) if real in known]
    return [path for path, kind in kinds.items() if kind is Kind.FOLDER or path in lost]


def _settle_folders(arguments: argparse.Namespace) -> None:
    """Find FOLDERs where they came after photos, which take as many words as follow them; or the window's."""
    for photos in (getattr(arguments, "like", []), getattr(arguments, "unlike", [])):
        folders = _folders_among(photos)
        arguments.folders += folders
        photos[:] = [one for one in photos if one not in folders]
    arguments.are_named = bool(arguments.folders)
    if shared_collection.is_searched(arguments) or arguments.folders:
        return
    chosen = read_chosen_strictly()
    if chosen is None or not chosen.folders:
        raise UsageError(
            "the following arguments are required: FOLDER, as the window has opened none yet; "
            f"see ffmln {arguments.verb} --help."
        )
    searched = chosen.on or chosen.folders  # where none is on, all are, as in the window
    arguments.folders = list(searched if arguments.verb == "search" else chosen.folders)


def parser() -> ArgumentParser:
    """Return the command line of the verbs."""
    top = ArgumentParser(prog="ffmln", description="Find your own photos by drawing.")
    known = top.add_subparsers(dest="verb", required=True, metavar="VERB")
    index = known.add_parser("index", help="index the photos of folders, or what is new in them")
    search = known.add_parser(
        "search", help="rank the photos of folders by a drawing, by photos, or by both", epilog=_ENDING
    )
    status = known.add_parser("status", help="say what is known: folders, photos, models, bytes")
    export = known.add_parser("export", help="write what is known of every file as a table")
    forget = known.add_parser("forget", help="forget what was indexed of a folder; the photos stay")
    known.add_parser("formats", help="list the formats of photos, and what reads those that are not read yet")
    for verb, text in (
        (index, "one or several; without, all folders of the window's library"),
        (search, "several are searched as one; without, those of the window's library that are switched on"),
    ):
        verb.add_argument(
            "folders",
            type=folder_or_uri,
            metavar="FOLDER",
            help=f"the photos, those in sub-folders included; {text}",
            nargs="*",
        )
    forget.add_argument(
        "folder", type=folder_or_uri, metavar="FOLDER", help="the photos, those in sub-folders included"
    )
    _add_index_options(index)
    _add_search_options(search)
    status.add_argument("--json", action="store_true", help="print it as JSON")
    export.add_argument(
        "file",
        type=path_argument,
        metavar="FILE",
        help="ends in .csv or .json: path, state, size, changed when, content's hash, taken when, remark",
    )
    forget.add_argument("--missing", action="store_true", help="forget only the photos that disappeared")
    for verb in (index, search, forget):
        shared_collection.add_options(verb)
        add_model_options(verb)
    for verb in (index, search):
        verb.add_argument(
            "--exclude",
            action="append",
            default=[],
            metavar="PATTERN",
            help="leave out what fits, as in .gitignore; remembered with the folder; repeatable",
        )
        verb.add_argument(
            "--exclude-nothing", action="store_true", help="forget the patterns given for this folder before"
        )
    return top


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Let one choose the model, for a verb as for the window."""
    model = parser.add_mutually_exclusive_group()
    model.add_argument("--small", action="store_true", help="use the small encoder, for slow machines")
    model.add_argument(
        "--model",
        type=path_argument,
        metavar="FILE",
        help="use another encoder, an ONNX file from ffmln-train",
    )


def _add_index_options(index: argparse.ArgumentParser) -> None:
    index.add_argument(
        "--recheck", action="store_true", help="read every photo, for changes that size and date do not show"
    )
    index.add_argument(
        "--gentle", action="store_true", help="leave half of the machine to other programs, as on battery"
    )
    index.add_argument(
        "--keep-days",
        type=whole(0, MOST_DAYS, "a number of days"),
        metavar="N",
        help="remember photos that disappeared, and vectors of an encoder that is not used any more, for so "
        f"long, in every folder (default: {KEEP_DAYS})",
    )
    index.add_argument(
        "--thumbnails",
        type=whole(0, MOST_THUMBNAIL_MB, "a number of megabytes"),
        metavar="MB",
        help="keep so many megabytes of thumbnails at most, of all folders; 0 for none "
        f"(default: {THUMBNAIL_MB})",
    )


def _add_search_options(search: argparse.ArgumentParser) -> None:
    search.add_argument(
        "--no-index", action="store_true", help="search what is indexed already, and look for nothing new"
    )
    search.add_argument(
        "--sketch",
        type=path_argument,
        metavar="FILE",
        help="the drawing: a picture, an SVG, a photograph of a page",
    )
    _add_query_options(search)
    search.add_argument("-k", type=whole(1), default=20, metavar="N", help="how many photos (default: 20)")
    search.add_argument(
        "--rerank", action="store_true", help="move up photos that resemble the best and one another"
    )
    search.add_argument(
        "--diverse", action="store_true", help="different guesses first, as on the window's first screen"
    )
    search.add_argument(
        "--group",
        action="store_true",
        help="count copies of a photo, and photos of one moment, as one, and list them with it",
    )
    search.add_argument(
        "--json",
        action="store_true",
        help='print [{"path": ..., "score": ...}, ...]; each with "copies": [...] with --group, '
        'and "burst": [...] where there are others of its moment, and with "behind": N with --diverse: for '
        "how many photos much like it this guess stands",
    )


def _add_query_options(search: argparse.ArgumentParser) -> None:
    for option, text in (("--like", "photos that it is like"), ("--unlike", "photos that it is not like")):
        search.add_argument(
            option, type=folder_or_uri, nargs="+", action="extend", default=[], metavar="PHOTO", help=text
        )  # folders may be among them, see `_settle_folders`
    search.add_argument(
        "--balance",
        type=number(0, 1),
        metavar="B",
        help="0: the drawing alone counts, 1: the photos alone (without: both, the photos more)",
    )
    search.add_argument(
        "--from",
        dest="since",
        type=first_day_argument,
        metavar="DATE",
        help="only photos from this day on: 2019-07-21, 2019-07 or 2019",
    )
    search.add_argument(
        "--to", dest="until", type=last_day_argument, metavar="DATE", help="only photos up to this day"
    )
    search.add_argument(
        "--within",
        type=folder_or_uri,
        action="append",
        default=[],
        metavar="SUBFOLDER",
        help="only photos in this folder of FOLDER, or below it; repeatable",
    )


@contextmanager
def _finish_on_sigterm() -> Iterator[None]:
    """Let SIGTERM end the program as Ctrl-C does: what is begun is put in order first."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
