"""Tables as Markdown, CSV and HTML."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.atomic_files import write_atomically
from training.csv_text import as_csv


@dataclass(frozen=True)
class Table:
    """Cells as text, with a note that stands below.

    Attributes:
        heads: of the columns; the first column holds the rows' names.
        rows: as many cells each.
        title: stands above; may be empty.
        note: stands below; may be empty.
    """

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    title: str = ""
    note: str = ""

    def markdown(self) -> str:
        """Return the table as Markdown, title and note included."""
        lines = [f"## {self.title}", ""] if self.title else []
        lines += [_line(self.heads), _line(["---", *["---:"] * (len(self.heads) - 1)])]
        lines += map(_line, self.rows)
        lines += ["", self.note] if self.note else []
        return "\n".join(lines) + "\n"

    def csv(self) -> str:
        """Return heads and rows as CSV."""
        return as_csv([self.heads, *self.rows])

    def html(self) -> str:
        """Return the table as a piece of HTML."""
        parts = [f"<h2>{html.escape(self.title)}</h2>"] if self.title else []
        parts += [
            "<table>",
            _tag(self.heads, "th"),
            *(_tag(row, "td") for row in self.rows),
            "</table>",
        ]
        parts += [f"<p>{as_html(self.note)}</p>"] if self.note else []
        return "\n".join(parts)

    def write(self, stem: Path) -> None:
        """Write STEM.md and STEM.csv, each whole or not at all."""
        write_atomically(stem.with_suffix(".md"), self.markdown())
        write_atomically(stem.with_suffix(".csv"), self.csv())


def of_some(reports: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return how many rows are of an earlier version; then which losses were idle, each once, in how many.

    The former do not say which these were, nor what the others read: it may have been something else. Last
    comes which teachers did not know all photos, of the rows that say so.
    """
    said = [report["idle"] for report in reports if "idle" in report]
    older = sum("sources" not in report and _reads(report["config"]) for report in reports)
    every = "all other rows" if len(said) < len(reports) else "all rows"
    counts = Counter(sentence for row in said for sentence in row)
    many = {n: _rows(n) for n in counts.values()} | {len(said): every}
    do = "does not say what its" if older == 1 else "do not say what their"
    notes = [f"{_rows(older)} of an earlier version {do} losses read."] if older else []
    notes += [f"Of {many[n]} here: {sentence}" for sentence, n in counts.items()]
    return notes + _teachers([report["taught"] for report in reports if "taught" in report], len(reports))


def _teachers(said: Sequence[Sequence[str]], rows: int) -> list[str]:
    """Return each sentence of teachers once, and of how many rows it is: of so many, some may not say any."""
    counts = Counter(sentence for row in said for sentence in row)
    all_say = len(said) == rows
    every, among = ("all rows", "") if all_say else ("all rows that say so", f" of {len(said)} that say so")
    return [
        f"Of {every if n == len(said) else _rows(n) + among} here: {sentence}"
        for sentence, n in counts.items()
    ]


def _reads(config: Mapping[str, Any]) -> bool:
    """Return whether a loss of a run's settings learns from something beside the pictures."""
    is_guided = config.get("guide") and config.get("guide_loss")
    return bool(config.get("teacher_loss") or config.get("name_loss") or is_guided)


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def as_html(text: str) -> str:
    """Return a paragraph of Markdown as HTML; code is all it may have."""
    return re.sub(r"`([^`]*)`", r"<code>\1</code>", html.escape(text))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _tag(cells: Iterable[str], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>"
