"""The photos of a folder that an encoder has vectors of, as the catalog's columns in arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.state.vectors import VectorFile
from engine.unit_vectors import Numbers


@dataclass(frozen=True, eq=False)
class Encoded:
    """The photos of a folder that an encoder has vectors of.

    Attributes:
        names: n relative names.
        contents: (n,) the numbers of what they contain.
        dates: (n,) when they were taken, see `engine.pictures.dates`.
        by_camera: (n,) whether their cameras tell that.
        slots: (n,) where the vectors of these contents are in the file.
        checks: (n,) CRC-32 of those.
        file: holds the vectors.
    """

    names: list[bytes]
    contents: Numbers
    dates: Numbers
    by_camera: NDArray[np.bool_]
    slots: Numbers
    checks: Numbers
    file: VectorFile

    def only(self, kept: NDArray[np.bool_]) -> Encoded:
        """Return those for which this (n,) mask is true."""
        if kept.all():
            return self
        names = [name for name, there in zip(self.names, kept.tolist(), strict=True) if there]
        return replace(
            self,
            names=names,
            contents=self.contents[kept],
            dates=self.dates[kept],
            by_camera=self.by_camera[kept],
            slots=self.slots[kept],
            checks=self.checks[kept],
        )

    def under(self, prefix: bytes) -> Encoded:
        """Return the same with names that begin like this."""
        return replace(self, names=[prefix + name for name in self.names]) if prefix else self


def join_columns(*columns: str) -> str:
    """Return what has SQLite join columns into a text each; the values of a row have the same place."""
    return ", ".join(f"group_concat({column})" for column in columns)


def to_numbers(joined: str | None) -> Numbers:
    """Return the numbers of such a text."""
    return np.fromstring(joined or "", np.int64, sep=",")


def rows_of(wanted: Numbers, known: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return (n,) where these numbers stand among known ones, which ascend, and (n,) whether they do."""
    rows = np.searchsorted(known, wanted).clip(max=max(len(known) - 1, 0))
    return rows, known[rows] == wanted if len(known) else np.zeros(len(wanted), np.bool_)
