"""The verbs of the command line: `ffmln index`, `ffmln search` and `ffmln formats`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.terminal import BarStream, print_to_the_end, remark
from engine.arguments import ArgumentParser, UsageError, count_argument, folder_argument
from engine.errors import BusyCatalogError, FolderError, ImageError
from engine.visible import visible

if TYPE_CHECKING:
    from engine.encoder import Encoder
    from engine.library import Hit, Library, Progress, Report

VERBS = ("index", "search", "formats")
"""What a command line may begin with to be handed to `main`."""

_PATIENCE_S = 30.0  # how long a search waits for another process that indexes
_SHORT_PATIENCE_S = 3.0  # the same where there are photos to search already
_AGAIN_S = 0.2
_LISTED = 20  # skipped files named one by one
_LABELS = {"scan": "looking for photos", "encode": "indexing", "graph": "building the graph"}
_ENDING = """\
Scores are cosines with the drawing: 1 is a perfect match. With --rerank they belong to the places: the best
comes first, whichever photo stands there. Names that are not valid text are written as the bytes they are,
and what a terminal would obey, line ends among them, as \\n, \\x1b, \\u202e; with --json all of it as escapes
that Python's json and os.fsencode turn back into the name.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a verb, in the main thread.

    Returns:
        0; 2 after an error, told in one line on stderr; 130 after Ctrl-C, 143 after SIGTERM.
    """

    def work() -> int:
        arguments = _parse(argv)
        _accept_any_name()
        with _finish_on_sigterm():
            return _WORK[arguments.verb](arguments)

    try:
        return print_to_the_end(work)
    except KeyboardInterrupt:
        return 130


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    arguments, strange = _parser().parse_known_args(argv)
    if strange:
        raise UsageError(f"unrecognized arguments: {' '.join(strange)}; see ffmln {arguments.verb} --help.")
    return arguments


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="ffmln", description="Find your own photos by drawing.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    index = verbs.add_parser("index", help="index the photos of a folder, or what is new in it")
    search = verbs.add_parser("search", help="rank the photos of a folder by a drawing", epilog=_ENDING)
    search.add_argument("--sketch", type=Path, required=True, metavar="FILE", help="a picture of the drawing")
    search.add_argument(
        "-k", type=count_argument, default=20, metavar="N", help="how many photos (default: 20)"
    )
    search.add_argument(
        "--rerank", action="store_true", help="move up photos that resemble the best and one another"
    )
    search.add_argument("--json", action="store_true", help='print [{"path": ..., "score": ...}, ...]')
    verbs.add_parser("formats", help="list the formats of photos, and what reads those that are not read yet")
    for verb in (index, search):
        verb.add_argument(
            "folder", type=folder_argument, metavar="FOLDER", help="the photos, those in sub-folders included"
        )
        model = verb.add_mutually_exclusive_group()
        model.add_argument("--small", action="store_true", help="use the smaller model, for slow machines")
        model.add_argument("--model", type=Path, metavar="FILE", help="use a model exported by ffmln-train")
    return parser


@contextmanager
def _finish_on_sigterm() -> Iterator[None]:
    """Let SIGTERM end the program as Ctrl-C does: what is begun is put in order first."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _accept_any_name() -> None:
    """Let file names that are no valid text be printed: as their bytes where the output takes bytes."""
    for stream in (sys.stdout, sys.stderr):
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            utf8 = (stream.encoding or "").lower().replace("-", "") == "utf8"
            reconfigure(errors="surrogateescape" if utf8 else "backslashreplace")


def _index(arguments: argparse.Namespace) -> int:
    with closing(_library(arguments)) as library:
        report = _refresh(library, patient=True)
        if library.offline:
            raise FolderError(
                f"{_offline(library)}; the {library.photo_count:,} photos indexed before are kept."
            )
    print(visible(_summary(library.folder, report)))
    for skipped in report.skipped[:_LISTED]:
        print(visible(f"  skipped {skipped.path}: {skipped.reason}"))
    if len(report.skipped) > _LISTED:
        print(f"  and {len(report.skipped) - _LISTED:,} more")
    return 0


def _search(arguments: argparse.Namespace) -> int:
    from app.sketches import read_sketch  # late, as in `_library`
    from engine.library import Library
    from engine.preprocess import has_ink

    sketch = read_sketch(arguments.sketch)
    if not has_ink(sketch):
        raise ImageError(f"There is nothing drawn on {arguments.sketch}.")
    report: Report | None = None
    with ExitStack() as opened:
        library = opened.enter_context(closing(_library(arguments)))
        try:
            report = _refresh_in_turn(library)
        except BusyCatalogError:
            library = opened.enter_context(closing(Library(library.folder, library.encoder)))
            if not library.photo_count:
                raise
            remark("these photos are being indexed now; the rest is not searched yet.")
        if library.offline:
            remark(f"{_offline(library)}; these are the photos indexed before.")
        if not library.photo_count:
            remark(f"{_no_photos(library.folder, report)}.")
        hits = library.search(sketch, arguments.k, rerank=arguments.rerank)
    _print_hits(hits, as_json=arguments.json)
    return 0


def _formats(_: argparse.Namespace) -> int:
    from engine.formats import table

    rows = [("FORMAT", "READ", "ENDINGS"), *((name, state, endings) for name, endings, state in table())]
    wide, wider = (max(len(row[column]) for row in rows) for column in (0, 1))
    for name, state, endings in rows:
        print(f"{name:{wide}}  {state:{wider}}  {endings}")
    return 0


_WORK = {"index": _index, "search": _search, "formats": _formats}


def _refresh_in_turn(library: Library) -> Report:
    """Index what is new; while another process indexes, wait for it.

    Raises:
        BusyCatalogError: it goes on.
    """
    patience = _SHORT_PATIENCE_S if library.photo_count else _PATIENCE_S
    deadline, told = time.monotonic() + patience, False
    while True:
        try:
            return _refresh(library, patient=False)
        except BusyCatalogError:
            if time.monotonic() > deadline:
                raise
        if not told:
            remark("photos are being indexed in another window or terminal; waiting for that.")
            told = True
        time.sleep(_AGAIN_S)


def _offline(library: Library) -> str:
    return f"{library.folder} is not there, or empty as without its drive"


def _library(arguments: argparse.Namespace) -> Library:
    """Open the library; what loads slowly is imported here, so that --help and errors come at once."""
    from engine.encoder import Encoder
    from engine.library import Library

    return Library(arguments.folder, _encoder(Encoder, arguments))


def _encoder(kind: type[Encoder], arguments: argparse.Namespace) -> Encoder:
    if arguments.model is not None:
        return kind.load(arguments.model)
    return kind.small() if arguments.small else kind.default()


def _refresh(library: Library, *, patient: bool) -> Report:
    """Index what is new, with a bar on stderr; unless patient, only if there is work that takes a while."""
    work = library.refresh()
    with closing(work):
        return _follow(work, patient=patient)


def _follow(work: Generator[Progress, None, Report], *, patient: bool) -> Report:
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
                bar = tqdm(desc=_LABELS[step.phase], unit=" photos", leave=patient, file=BarStream())
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
    if not report.photos:
        return _no_photos(folder, report)
    skipped = f"{len(report.skipped):,} skipped"
    photos = "1 photo" if report.photos == 1 else f"{report.photos:,} photos"
    news = [(report.added, "new"), (report.moved, "moved"), (report.removed, "removed")]
    changes = [f"{count:,} {what}" for count, what in news if count] or ["nothing new"]
    return ", ".join([photos, *changes, skipped])


def _no_photos(folder: Path, report: Report | None) -> str:
    """Say that there is nothing to search in, and why, without the full stop."""
    if report is None or not report.skipped:
        return f"no photos found in {folder}"
    [(reason, count)] = Counter(one.reason for one in report.skipped).most_common(1)
    mostly = "" if count == len(report.skipped) else "mostly because "
    return f"no photos can be read in {folder}, {len(report.skipped):,} skipped: {mostly}{reason.rstrip('.')}"


def _print_hits(hits: Sequence[Hit], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([{"path": str(hit.path), "score": hit.score} for hit in hits], indent=1))
        return
    for hit in hits:
        print(visible(f"{hit.score:7.4f}  {hit.path}"))
