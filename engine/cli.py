"""The verbs of the command line: `ffmln index` and `ffmln search`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from engine.errors import BusyCatalogError, EngineError, FolderError, ImageError

if TYPE_CHECKING:
    from engine.encoder import Encoder
    from engine.library import Hit, Library, Progress, Report

VERBS = ("index", "search")
"""What a command line may begin with to be handed to `main`."""

_LISTED = 20  # skipped files named one by one
_LABELS = {"scan": "looking for photos", "encode": "indexing", "graph": "building the graph"}
_ENDING = """\
Scores are cosines with the drawing: 1 is a perfect match. With --rerank they belong to the places: the best
comes first, whichever photo stands there. Names that are not valid text are written as the bytes they are;
with --json as escapes that Python's json and os.fsencode turn back into the name.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a verb; return 0, 2 after an error told in one line on stderr, 130 after Ctrl-C."""
    try:
        arguments = _parsed(argv)
        _accept_any_name()
        status = _index(arguments) if arguments.verb == "index" else _search(arguments)
        sys.stdout.flush()
    except EngineError as error:
        print(f"ffmln: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, `head` for one, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit as leaving:  # argparse has printed the help
        return int(leaving.code or 0)
    return status


class UsageError(EngineError):
    """The words of the command line make no command."""


def folder_named(text: str) -> Path:
    """Return the folder of these words; as `type` of an argument.

    Raises:
        argparse.ArgumentTypeError: there are none, as from an unset variable; a Path would take the current
            folder for them.
    """
    if not text:
        raise argparse.ArgumentTypeError("its name is empty")
    return Path(text)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the usage: errors take one line."""
        raise UsageError(f"{message}; see {self.prog} --help.")


def _parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    arguments, strange = _parser().parse_known_args(argv)
    if strange:
        raise UsageError(f"unrecognized arguments: {' '.join(strange)}; see ffmln {arguments.verb} --help.")
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="ffmln", description="Find your own photos by drawing.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    index = verbs.add_parser("index", help="index the photos of a folder, or what is new in it")
    search = verbs.add_parser("search", help="rank the photos of a folder by a drawing", epilog=_ENDING)
    search.add_argument("--sketch", type=Path, required=True, metavar="FILE", help="a picture of the drawing")
    search.add_argument("-k", type=_count, default=20, metavar="N", help="how many photos (default: 20)")
    search.add_argument(
        "--rerank", action="store_true", help="move up photos that resemble the best and one another"
    )
    search.add_argument("--json", action="store_true", help='print [{"path": ..., "score": ...}, ...]')
    for verb in (index, search):
        verb.add_argument(
            "folder", type=folder_named, metavar="FOLDER", help="the photos, those in sub-folders included"
        )
        model = verb.add_mutually_exclusive_group()
        model.add_argument("--small", action="store_true", help="use the smaller model, for slow machines")
        model.add_argument("--model", type=Path, metavar="FILE", help="use a model exported by ffmln-train")
    return parser


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return number


def _accept_any_name() -> None:
    """Let file names that are no valid text be printed: as their bytes where the output takes bytes."""
    for stream in (sys.stdout, sys.stderr):
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            utf8 = (stream.encoding or "").lower().replace("-", "") == "utf8"
            reconfigure(errors="surrogateescape" if utf8 else "backslashreplace")


def _index(arguments: argparse.Namespace) -> int:
    with closing(_library(arguments)) as library:
        report = _refreshed(library, patient=True)
        if library.offline:
            raise FolderError(
                f"{library.folder} is not there, or empty as without its drive; "
                f"the {library.photo_count:,} photos indexed before are kept."
            )
    print(_summary(library.folder, report))
    for skipped in report.skipped[:_LISTED]:
        print(f"  skipped {skipped.path}: {skipped.reason}")
    if len(report.skipped) > _LISTED:
        print(f"  and {len(report.skipped) - _LISTED:,} more")
    return 0


def _search(arguments: argparse.Namespace) -> int:
    from engine.photos import open_sketch  # late, as in `_library`
    from engine.preprocess import has_ink

    sketch = open_sketch(arguments.sketch)
    if not has_ink(sketch):
        raise ImageError(f"There is nothing drawn on {arguments.sketch}.")
    with closing(_library(arguments)) as library:
        try:
            _refreshed(library, patient=False)
        except BusyCatalogError:
            print("ffmln: these photos are being indexed now; the rest is not searched yet.", file=sys.stderr)
        if library.offline:
            print(
                f"ffmln: {library.folder} is not there; these are the photos indexed before.", file=sys.stderr
            )
        if not library.photo_count:
            print(f"ffmln: no photos found in {library.folder}.", file=sys.stderr)
        hits = library.search(sketch, arguments.k, rerank=arguments.rerank)
    _print_hits(hits, as_json=arguments.json)
    return 0


def _library(arguments: argparse.Namespace) -> Library:
    """Open the library; what loads slowly is imported here, so that --help and errors come at once."""
    from engine.encoder import Encoder
    from engine.library import Library

    return Library(arguments.folder, _encoder(Encoder, arguments))


def _encoder(kind: type[Encoder], arguments: argparse.Namespace) -> Encoder:
    if arguments.model is not None:
        return kind.load(arguments.model)
    return kind.small() if arguments.small else kind.default()


def _refreshed(library: Library, *, patient: bool) -> Report:
    """Index what is new, with a bar on stderr; unless patient, only if there is work that takes a while."""
    work = library.refresh()
    with closing(work):
        return _followed(work, patient=patient)


def _followed(work: Generator[Progress, None, Report], *, patient: bool) -> Report:
    from tqdm import tqdm

    bar, phase = None, None
    try:
        while True:
            step = next(work)
            if not patient and step.phase == "scan":
                continue
            if bar is None or step.phase != phase:
                if bar is not None:
                    bar.close()
                bar = tqdm(desc=_LABELS[step.phase], unit=" photos", leave=patient, file=sys.stderr)
                phase = step.phase
            bar.total = step.total or None
            bar.update(step.done - bar.n)
    except StopIteration as end:
        report: Report = end.value
        return report
    finally:
        if bar is not None:
            bar.close()


def _summary(folder: Path, report: Report) -> str:
    skipped = f"{len(report.skipped):,} skipped"
    if not report.photos:
        return f"no photos found in {folder}" + (f", {skipped}" if report.skipped else "")
    photos = "1 photo" if report.photos == 1 else f"{report.photos:,} photos"
    news = [(report.added, "new"), (report.moved, "moved"), (report.removed, "removed")]
    changes = [f"{count:,} {what}" for count, what in news if count] or ["nothing new"]
    return ", ".join([photos, *changes, skipped])


def _print_hits(hits: Sequence[Hit], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([{"path": str(hit.path), "score": hit.score} for hit in hits], indent=1))
        return
    for hit in hits:
        print(f"{hit.score:7.4f}  {hit.path}")
