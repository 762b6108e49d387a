"""Tables as CSV, to text and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import Any

_DELIMITERS = ",;\t"  # as programs write tables here and there


def as_csv(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV, a line each."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def read_csv(file: Path, counts: Container[int]) -> list[list[str]]:
    """Return the rows of a table whose cells stand between commas, semicolons or tabs.

    Taken is the first of these by which each row that is not empty has one of `counts` cells, else commas.

    Raises:
        OSError: the file cannot be read.
        UnicodeDecodeError: it is no UTF-8.
        csv.Error: it is no table.
    """
    text = file.read_bytes().decode("utf-8-sig")
    read = [
        [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=one)]
        for one in _DELIMITERS
    ]
    return next((rows for rows in read if all(len(row) in counts for row in rows if any(row))), read[0])
