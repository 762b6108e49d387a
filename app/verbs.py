"""What the verbs of the command line do: `index`, `search`, `forget`, `formats`; see `reports` for more."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from app import reports
from app.terminal import BarStream, remark
from engine.arguments import UsageError
from engine.errors import BusyCatalogError, CatalogError, FolderError, ImageError
from engine.visible import visible

if TYPE_CHECKING:
    from PIL import Image

    from engine.encoder import Encoder
    from engine.library import Hit, Library, Progress, Query, Report

_PATIENCE_S = 30.0  # how long a search waits for another process that indexes
_SHORT_PATIENCE_S = 3.0  # the same where there are photos to search already
_AGAIN_S = 0.2
_LISTED = 20  # skipped files named one by one
_LABELS = {
    "scan": "looking for photos",
    "encode": "indexing",
    "dates": "looking up dates",
    "graph": "building the graph",
}


def _index(arguments: argparse.Namespace) -> int:
    if arguments.keep_days is not None:
        _keep_days(arguments)
    with closing(_library(arguments)) as library:
        report = _refresh(library, patient=True, recheck=arguments.recheck)
        if library.offline:
            raise FolderError(
                f"{_offline(library)}; the {library.photo_count:,} photos indexed before are kept."
            )
    print(visible(_summary(library.folder, report)))
    for what, files in (("skipped", report.skipped), ("incomplete", report.odd)):
        for file in files[:_LISTED]:
            print(visible(f"  {what} {file.path}: {file.reason}"))
        if len(files) > _LISTED:
            print(f"  and {len(files) - _LISTED:,} more")
    return 0


def _search(arguments: argparse.Namespace) -> int:
    from engine.library import Library  # late, as in `_library`

    query = _query(arguments)
    report: Report | None = None
    with ExitStack() as opened:
        library = opened.enter_context(closing(_library(arguments)))
        library.check(query)  # before an hour of indexing
        try:
            if not arguments.no_index:
                report = _refresh_in_turn(library)
        except BusyCatalogError:
            library = opened.enter_context(closing(Library(library.folder, library.encoder)))
            if not library.photo_count:
                raise
            remark("these photos are being indexed now; the rest is not searched yet.")
        except CatalogError as error:
            if not library.photo_count:
                raise
            remark(f"{error} What was indexed before is searched.")
        if library.offline:
            remark(f"{_offline(library)}; these are the photos indexed before.")
        if not library.photo_count:
            nothing = f"nothing is indexed of {library.folder} yet"
            remark(f"{nothing if arguments.no_index else _no_photos(library.folder, report)}.")
        how = {"rerank": arguments.rerank, "group": arguments.group, "diverse": arguments.diverse}
        hits = library.search(query, arguments.k, **how)
    if not hits and query.is_narrowed:
        remark("there are no photos in these folders and of these days.")
    _print_hits(hits, arguments)
    return 0


def _query(arguments: argparse.Namespace) -> Query:
    """Return what to look for.

    Raises:
        UsageError: nothing is, or a span of time ends before it begins.
        ImageError: the sketch cannot be used.
    """
    from engine.mixing import BALANCE
    from engine.query import Query

    if arguments.sketch is None and not arguments.like:
        raise UsageError("give --sketch FILE, --like PHOTO or both; see ffmln search --help.")
    if arguments.since and arguments.until and arguments.since > arguments.until:
        raise UsageError("--from is later than --to; see ffmln search --help.")
    return Query(
        _sketch(arguments.sketch) if arguments.sketch is not None else None,
        like=tuple(arguments.like),
        unlike=tuple(arguments.unlike),
        balance=BALANCE if arguments.balance is None else arguments.balance,
        within=tuple(arguments.within),
        since=arguments.since,
        until=arguments.until,
    )


def _sketch(file: Path) -> Image.Image:
    from app.sketches import read_sketch
    from engine.preprocess import clean_sketch, has_ink

    sketch = clean_sketch(read_sketch(file))
    if not has_ink(sketch):
        raise ImageError(f"There is nothing drawn on {file}.")
    return sketch


def _formats(_: argparse.Namespace) -> int:
    from engine.formats import table

    rows = [("FORMAT", "READ", "ENDINGS"), *((name, state, endings) for name, endings, state in table())]
    wide, wider = (max(len(row[column]) for row in rows) for column in (0, 1))
    for name, state, endings in rows:
        print(f"{name:{wide}}  {state:{wider}}  {endings}")
    return 0


def _forget(arguments: argparse.Namespace) -> int:
    from engine.upkeep import Upkeep  # late, as in `_library`

    with Upkeep(arguments.folder) as upkeep:
        count = upkeep.forget_missing() if arguments.missing else upkeep.forget()
        folder = upkeep.folder
    missing = "missing " * arguments.missing
    print(visible(f"forgot {_count(count, missing + 'photo')} of {folder}; no file was touched"))
    return 0


WORK = {
    "index": _index,
    "search": _search,
    "status": reports.status,
    "export": reports.export,
    "forget": _forget,
    "formats": _formats,
}
"""What each verb does with its arguments; returns the exit status."""


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

    encoder = _encoder(Encoder, arguments)
    if arguments.exclude or arguments.exclude_nothing:
        _exclude(arguments)
    return Library(arguments.folder, encoder)


def _exclude(arguments: argparse.Namespace) -> None:
    """Remember with the folder what is to be left out of it."""
    from engine.upkeep import Upkeep

    with Upkeep(arguments.folder) as upkeep:
        before = [] if arguments.exclude_nothing else upkeep.excludes()
        upkeep.exclude([*before, *(pattern for pattern in arguments.exclude if pattern not in before)])


def _keep_days(arguments: argparse.Namespace) -> None:
    from engine.upkeep import Upkeep

    with Upkeep(arguments.folder) as upkeep:
        upkeep.keep_days = arguments.keep_days


def _encoder(kind: type[Encoder], arguments: argparse.Namespace) -> Encoder:
    if arguments.model is not None:
        return kind.load(arguments.model)
    return kind.small() if arguments.small else kind.default()


def _refresh(library: Library, *, patient: bool, recheck: bool = False) -> Report:
    """Index what is new, with a bar on stderr; unless patient, only if there is work that takes a while."""
    work = library.refresh(recheck=recheck)
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
    news = [
        (report.added, "new"),
        (report.moved, "moved"),
        (report.back, "back"),
        (report.removed, "removed"),
        (len(report.odd), "incomplete"),
    ]
    changes = [f"{count:,} {what}" for count, what in news if count]
    if not report.changed:
        changes.insert(0, "nothing new")
    return ", ".join([_count(report.photos, "photo"), *changes, f"{len(report.skipped):,} skipped"])


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _no_photos(folder: Path, report: Report | None) -> str:
    """Say that there is nothing to search in, and why, without the full stop."""
    if report is None or not report.skipped:
        return f"no photos found in {folder}"
    reason = report.main_reason
    mostly = "" if all(one.reason == reason for one in report.skipped) else "mostly because "
    return f"no photos can be read in {folder}, {len(report.skipped):,} skipped: {mostly}{reason.rstrip('.')}"


def _print_hits(hits: Sequence[Hit], arguments: argparse.Namespace) -> None:
    if arguments.json:
        rows: list[dict[str, object]] = [{"path": str(hit.path), "score": hit.score} for hit in hits]
        for row, hit in zip(rows, hits, strict=True):
            if arguments.group:
                row["copies"] = [str(path) for path in hit.copies]
            if arguments.diverse:
                row["behind"] = hit.behind
        print(json.dumps(rows, indent=1))
        return
    for hit in hits:
        print(visible(f"{hit.score:7.4f}  {hit.path}"))
        for path in hit.copies:
            print(visible(f"{'copy':>7}  {path}"))
