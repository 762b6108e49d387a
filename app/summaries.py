"""What the verbs of the command line say in the end."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.visible import visible

if TYPE_CHECKING:
    from engine.library import Hit, Report


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
    return ", ".join([counted(report.photos, "photo"), *changes, f"{len(report.skipped):,} skipped"])


def counted(number: int, what: str) -> str:
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


@dataclass(frozen=True)
class Printed:
    """How a file is written.

    Attributes:
        text: for people.
        match: the same in JSON, of a match.
        copy: and of a copy of one.
    """

    text: str
    match: dict[str, object]
    copy: object

    @classmethod
    def of(cls, path: Path) -> Printed:
        """Return how a file of this machine is written."""
        return cls(str(path), {"path": str(path)}, str(path))


@dataclass(frozen=True)
class Match:
    """What is written of a hit; see `engine.answer.Hit`."""

    file: Printed
    score: float
    copies: Sequence[Printed]
    behind: int


def print_hits(hits: Sequence[Hit], arguments: argparse.Namespace) -> None:
    """Print what a search found, as its options say."""
    matches = [
        Match(Printed.of(hit.path), hit.score, [Printed.of(path) for path in hit.copies], hit.behind)
        for hit in hits
    ]
    print_matches(matches, arguments)


def print_matches(matches: Sequence[Match], arguments: argparse.Namespace) -> None:
    """Print matches, as the options of a search say."""
    if arguments.json:
        rows = [{**one.file.match, "score": one.score} for one in matches]
        for row, one in zip(rows, matches, strict=True):
            if arguments.group:
                row["copies"] = [copy.copy for copy in one.copies]
            if arguments.diverse:
                row["behind"] = one.behind
        print(json.dumps(rows, indent=1))
        return
    for one in matches:
        print(visible(f"{one.score:7.4f}  {one.file.text}"))
        for copy in one.copies:
            print(visible(f"{'copy':>7}  {copy.text}"))
