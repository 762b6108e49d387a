"""What a run leaves beside its checkpoint: a CSV of losses and validations."""

from __future__ import annotations

import csv
import math
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training.atomic_files import write_atomically
from training.csv_text import as_csv
from training.fit.watching import MetricWriter

LOG = "log.csv"


class Meter:
    """Averages the losses between two lines of the log, and writes the lines."""

    COLUMNS = ("step", "name", "value")

    def __init__(
        self,
        out: Path,
        *,
        step: int = 0,
        writers: Sequence[MetricWriter] = (),
        pending: Mapping[str, Sequence[float]] = types.MappingProxyType({}),
    ) -> None:
        """Continue the log of a run's folder after a step, or begin it; what it says of later ones goes.

        Args:
            out: the folder.
            step: of the checkpoint that is gone on from.
            writers: what shows the figures too.
            pending: what `pending` returned at that step.
        """
        self._file, self._step = out / LOG, 0
        self._sums: dict[str, list[Tensor]] = {}
        self._before = {name: list(values) for name, values in pending.items()}
        self._writers = writers
        kept = self._until(step)
        write_atomically(self._file, as_csv([self.COLUMNS, *kept]))

    def add(self, step: int, parts: dict[str, Tensor]) -> None:
        """Take in the losses of a step."""
        self._step = step
        for name, value in parts.items():
            self._sums.setdefault(name, []).append(value.detach())

    def pending(self) -> dict[str, list[float]]:
        """Return the losses since the last line, by name: a checkpoint keeps them for the next line."""
        now = {name: torch.stack(values).tolist() for name, values in self._sums.items()}
        return {name: [*self._before.get(name, ()), *now.get(name, ())] for name in {**self._before, **now}}

    def write(self, **others: float) -> dict[str, float]:
        """Write the means since the last time, and other values of the moment; return the means."""
        means = {name: math.fsum(values) / len(values) for name, values in self.pending().items()}
        self._sums, self._before = {}, {}
        self._values({f"loss/{name}": value for name, value in means.items()} | others, self._step, digits=4)
        return means

    def write_validation(self, step: int, values: dict[str, float]) -> None:
        """Write what a validation gave."""
        self._values({f"val/{name}": value for name, value in values.items()}, step, digits=2)

    def close(self) -> None:
        """Let the writers write what is left."""
        for writer in self._writers:
            writer.close()

    def _until(self, step: int) -> list[list[str]]:
        """Return the rows of the log up to a step; what a crash or a hand left of others is passed over."""
        if not self._file.exists():
            return []
        with self._file.open(newline="", encoding="utf-8", errors="replace") as file:
            lines = (line.replace("\0", "") for line in file)
            return [
                row
                for row in csv.reader(lines, quoting=csv.QUOTE_NONE)
                if _is_whole(row) and int(row[0]) <= step
            ]

    def _values(self, values: dict[str, float], step: int, *, digits: int) -> None:
        self._rows([(step, name, f"{value:.{digits}f}") for name, value in values.items()])
        for writer in self._writers:
            writer.write(values, step)

    def _rows(self, rows: Sequence[Sequence[Any]]) -> None:
        with self._file.open("a", newline="", encoding="utf-8") as file:
            file.write(as_csv(rows))


def _is_whole(row: Sequence[str]) -> bool:
    """Tell whether a row has a step, a name and a number."""
    if len(row) != len(Meter.COLUMNS) or not (row[0].isascii() and row[0].isdigit()):
        return False
    try:
        return math.isfinite(float(row[2]))
    except ValueError:
        return False
