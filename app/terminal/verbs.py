"""What the verbs of the command line do: `index`, `search`, `forget`, `formats`; see `reports` for more."""

from __future__ import annotations

import argparse
import time
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app.terminal import reports, shared_collection
from app.terminal.output import follow, remark, tell
from app.terminal.summaries import count_in_words, no_photos, order_of, print_hits, summary
from engine.arguments import UsageError
from engine.effort import Effort
from engine.errors import BusyCatalogError, CatalogError, EngineError, FolderError, ImageError, StoreError
from engine.paths import data_dir
from engine.visible import visible

if TYPE_CHECKING:
    from engine.encoding.encoder import Encoder
    from engine.library import Drawing, Library, Progress, Query, Report

_PATIENCE_S = 30.0  # how long a search waits for another process that indexes
_SHORT_PATIENCE_S = 3.0  # the same where there are photos to search already
_AGAIN_S = 0.2
_LISTED = 20  # skipped files named one by one
_THOSE_BEFORE = "these are the photos indexed before"
_NOTHING_KEPT = "nothing of it was indexed by this encoder"
_LABELS = {
    "scan": "looking for photos",
    "encode": "indexing",
    "dates": "looking up dates",
    "graph": "building the graph",
}


def _index(arguments: argparse.Namespace) -> int:
    if arguments.keep_days is not None:
        _keep_days(arguments)
    if arguments.thumbnails is not None:
        _keep_thumbnails(arguments)
    encoder, is_sent = _encoder(arguments), True
    failures: list[EngineError] = []
    shared_collection.check(arguments, encoder)  # before an hour of indexing
    try:
        for folder in arguments.folders:
            try:
                _exclude(folder, arguments)
                _index_one(folder, encoder, recheck=arguments.recheck, gentle=arguments.gentle)
                if is_sent:
                    shared_collection.send(folder, arguments, encoder)
            except (
                FolderError,
                BusyCatalogError,
                StoreError,
            ) as error:  # the others are indexed all the same
                failures.append(error)
                is_sent = is_sent and not isinstance(error, StoreError)
        last = failures.pop() if failures else None
    finally:  # what ends the work, as a full disk, is told after them
        for failure in failures:
            remark(str(failure))
    if last is not None:
        raise last
    return 0


def _index_one(folder: Path, encoder: Encoder, *, recheck: bool, gentle: bool) -> None:
    from engine.library import Library

    with closing(Library(folder, encoder)) as library:
        report = _refresh(library, patient=True, recheck=recheck, gentle=gentle)
        if library.offline:
            kept = f"the {count_in_words(library.photo_count, 'photo')} indexed before are kept"
            raise FolderError(
                f"{_offline(library.folder)}; {kept if library.photo_count else _NOTHING_KEPT}."
            )
    tell(summary(library.folder, report))
    for what, files in (("skipped", report.skipped), ("incomplete", report.odd)):
        for file in files[:_LISTED]:
            tell(f"  {what} {file.path}: {file.reason}")
        if len(files) > _LISTED:
            tell(f"  and {len(files) - _LISTED:,} more")


def _search(arguments: argparse.Namespace) -> int:
    query = _query(arguments)
    if arguments.store is not None:
        return shared_collection.search(query, arguments, _encoder(arguments))
    for folder in arguments.folders:
        _exclude(folder, arguments)
    encoder = _encoder(arguments)
    with ExitStack() as opened:
        library = _open(arguments, encoder, opened)
        library.check(query)  # before an hour of indexing
        library = _bring_up_to_date(library, opened, arguments)
        hits = library.search(query, arguments.k, order=order_of(arguments), group=arguments.group)
    if not hits and query.is_narrowed:
        remark("there are no photos in these folders and of these days.")
    print_hits(hits, arguments)
    return 0


def _open(arguments: argparse.Namespace, encoder: Encoder, opened: ExitStack) -> Library:
    """Open the folders as one library.

    Raises:
        FolderError: one that was named cannot be read and is not known, or all of the window's.
    """
    from engine.library import Library  # late, so that --help and errors come at once

    library = opened.enter_context(closing(Library(arguments.folders, encoder)))
    for one in library.folders if arguments.are_named else ():
        if one.trouble and not one.photos:
            raise FolderError(one.trouble)
    return library


def _bring_up_to_date(library: Library, opened: ExitStack, arguments: argparse.Namespace) -> Library:
    """Index what is new, unless that is not wanted or cannot be, and say what cannot be found."""
    report: Report | None = None
    try:
        if not arguments.no_index:
            report = _refresh_in_turn(library)
    except BusyCatalogError:
        library = _open(arguments, library.encoder, opened)
        if not library.photo_count:
            raise
        remark("these photos are being indexed now; the rest is not searched yet.")
    except CatalogError as error:
        if not library.photo_count:
            raise
        remark(f"{error} What was indexed before is searched.")
    except FolderError:
        if not any(one.trouble and one.photos for one in library.folders):
            raise
    for one in library.folders:
        if one.trouble:
            kept = "What was indexed of it before is searched" if one.photos else _NOTHING_KEPT.capitalize()
            remark(f"{one.trouble} {kept}.")
        elif one.offline:
            remark(f"{_offline(one.folder)}; {_THOSE_BEFORE if one.photos else _NOTHING_KEPT}.")
        elif not one.photos and report is None:
            remark(f"nothing is indexed of {one.folder} yet.")
        elif not one.photos:
            remark(f"{no_photos(one.folder, report)}.")
    return library


def _query(arguments: argparse.Namespace) -> Query:
    """Return what to look for.

    Raises:
        UsageError: nothing is, or a span of time ends before it begins.
        ImageError: the sketch cannot be used.
    """
    from engine.search.mixing import BALANCE
    from engine.search.query import Query

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


def _sketch(file: Path) -> Drawing:
    from PIL import Image

    from app.pictures.sketches import read_drawing
    from engine.preprocess import drawings_on, has_ink, render_strokes

    drawing = read_drawing(file)
    if not has_ink(drawing if isinstance(drawing, Image.Image) else render_strokes(drawing)):
        raise ImageError(f"There is nothing drawn on {file}.")
    if isinstance(drawing, Image.Image) and (count := len(drawings_on(drawing))):
        remark(f"{file} holds {count} drawings; they are searched as one.")
    return drawing


def _formats(_: argparse.Namespace) -> int:
    from engine.pictures.formats import table

    rows = [("FORMAT", "READ", "ENDINGS"), *((name, state, endings) for name, endings, state in table())]
    wide, wider = (max(len(row[column]) for row in rows) for column in (0, 1))
    for name, state, endings in rows:
        print(f"{name:{wide}}  {state:{wider}}  {endings}")
    return 0


def _forget(arguments: argparse.Namespace) -> int:
    from engine.upkeep import Upkeep  # late, as in `_open`

    if arguments.store is not None:
        return shared_collection.withdraw(arguments, _encoder(arguments))
    with Upkeep(arguments.folder) as upkeep:
        count = upkeep.forget_missing() if arguments.missing else upkeep.forget()
        folder, kept = upkeep.folder, upkeep.explain_keeper()
    missing = "missing " * arguments.missing
    print(visible(f"forgot {count_in_words(count, missing + 'photo')} of {folder}; no file was touched"))
    if kept:
        remark(kept)
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


def _offline(folder: Path) -> str:
    return f"{folder} is not there, or empty as without its drive"


def _exclude(folder: Path, arguments: argparse.Namespace) -> None:
    """Remember with the folder what is to be left out of it, if anything was said of that."""
    if not arguments.exclude and not arguments.exclude_nothing:
        return
    from engine.upkeep import Upkeep

    with Upkeep(folder) as upkeep:
        if arguments.exclude_nothing:
            upkeep.exclude(arguments.exclude)
        else:
            upkeep.exclude_too(arguments.exclude)


def _keep_days(arguments: argparse.Namespace) -> None:
    from engine.upkeep import Upkeep

    with Upkeep(arguments.folders[0]) as upkeep:
        upkeep.keep_days = arguments.keep_days


def _keep_thumbnails(arguments: argparse.Namespace) -> None:
    from engine.upkeep import Upkeep

    with Upkeep(arguments.folders[0]) as upkeep:
        upkeep.thumbnail_mb = arguments.thumbnails


def _encoder(arguments: argparse.Namespace) -> Encoder:
    from engine.encoding.encoder import Encoder

    return Encoder.load_or_default(arguments.model, small=arguments.small)


def _refresh(library: Library, *, patient: bool, recheck: bool = False, gentle: bool = False) -> Report:
    """Index what is new, with a bar on stderr; unless patient, only if there is work that takes a while.

    Kept drawings follow photos that were renamed, though the work may come to no end.
    """
    effort = Effort.GENTLE if gentle else Effort.FULL
    work = library.refresh(recheck=recheck, effort=lambda: effort)

    def show(step: Progress) -> tuple[str, int, int] | None:
        return (_LABELS[step.phase], step.done, step.total) if patient or step.phase != "scan" else None

    try:
        with closing(work):
            report = follow(work, show, leave=patient)
    except BusyCatalogError:  # nothing was done
        raise
    except BaseException:
        _let_follow(library)
        raise
    if patient or report.changed:
        _let_follow(library)
    return report


def _let_follow(library: Library) -> None:
    """Let kept drawings follow photos to where the catalog has them now."""
    from app.shelf.following import follow_photos  # late, as in `_open`

    with suppress(OSError, CatalogError):  # the paths before stay with the drawings
        follow_photos(data_dir(), library.places_now)
