"""What the verbs of the command line say in the end."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.visible import visible

if TYPE_CHECKING:
    from engine.library import Hit, Report
    from engine.search.ordering import Order


def summary(folder: Path, report: Report) -> str:
    """Say what an indexing came to, in one line."""
    if not report.photos:
        return no_photos(folder, report)
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
    return ", ".join([count_in_words(report.photos, "photo"), *changes, f"{len(report.skipped):,} skipped"])


def count_in_words(number: int, what: str) -> str:
    """Return so many of something, in words."""
    return f"{number:,} {what}{'s' * (number != 1)}"


def no_photos(folder: Path, report: Report | None) -> str:
    """Say that there is nothing to search in, and why, without the full stop."""
    here = () if report is None else tuple(one for one in report.skipped if folder in one.path.parents)
    if report is None or not here:
        return f"no photos found in {folder}"
    reason = replace(report, skipped=here).main_reason
    mostly = "" if all(one.reason == reason for one in here) else "mostly because "
    return f"no photos can be read in {folder}, {len(here):,} skipped: {mostly}{reason.rstrip('.')}"


def order_of(arguments: argparse.Namespace) -> Order:
    """Return in which order the photos of a search are wanted."""
    from engine.search.ordering import Order  # late, so that --help and errors come at once

    return Order.of(diverse=arguments.diverse, rerank=arguments.rerank)


def print_hits(hits: Sequence[Hit], arguments: argparse.Namespace) -> None:
    """Print what a search found, as its options say."""
    from engine.elsewhere import display_path  # late, so that --help and errors come at once

    if arguments.json:
        print(json.dumps([_row(hit, arguments) for hit in hits], indent=1))
        return
    for hit in hits:
        print(visible(f"{hit.score:7.4f}  {display_path(hit.path)}"))
        for what, files in (("copy", hit.copies), ("burst", hit.burst)):
            for file in files:
                print(visible(f"{what:>7}  {display_path(file)}"))


def _row(hit: Hit, arguments: argparse.Namespace) -> dict[str, object]:
    row = {**_file(hit.path), "score": hit.score}
    if arguments.group:
        row["copies"] = _others(hit.copies)
        if hit.burst:
            row["burst"] = _others(hit.burst)
    if arguments.diverse:
        row["behind"] = hit.behind
    return row


def _others(paths: Sequence[Path]) -> list[object]:
    """Return where files beside a photo lie."""
    files = map(_file, paths)
    return [file if "host" in file else file["path"] for file in files]


def _file(path: Path) -> dict[str, object]:
    """Return where a photo lies, with its machine where that is another one."""
    from engine.elsewhere import place_of

    place = place_of(path)
    return {"path": str(path)} if place is None else {"path": place.path, "host": place.host}
