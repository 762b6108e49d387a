"""How the numbers of a vector are kept on the disk: two bytes each, in one of two forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.unit_vectors import Vectors, unit

Rows = NDArray[Any]
"""(n, dim) vectors as they are kept, in the type of their form."""

_HIGHEST = 32767
_ABOVE = np.float32(65536)  # the numbers of half precision end below


@dataclass(frozen=True, eq=False)
class RowForm:
    """One way to keep vectors.

    Attributes:
        ending: of the names of files; the catalog names the form by it.
        type: of a number.
        lost: what stands in the place of each number of a row that cannot be read.
        to_rows: makes rows of (n, dim) vectors.
        to_vectors: makes (n, dim) vectors of rows; NaN for those that are lost.
    """

    ending: str
    type: np.dtype[Any]
    lost: float
    to_rows: Callable[[Vectors], Rows]
    to_vectors: Callable[[Rows], Vectors]


def to_half_precision(vectors: Vectors) -> Rows:
    """Return the same in half precision, (n, dim); what is too large for it becomes infinite."""
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(vectors, np.float32).astype("<f2")


def to_single_precision(rows: Rows) -> Vectors:
    """Return the same in single precision, (n, dim); what is infinite or no number becomes NaN.

    numpy converts half precision number by number; the bits moved into place by whole arrays are five times
    as quick: sign and exponent keep their order, and the bias of the exponent differs by 112.
    """
    bits = rows.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= np.int32(~0x70000000)
    wide = bits.view(np.float32)
    wide *= np.float32(2.0**112)
    if wide.size and not -_ABOVE < wide.min() <= wide.max() < _ABOVE:
        wide[np.abs(wide) >= _ABOVE] = np.nan
    return wide


def to_whole_numbers(vectors: Vectors) -> Rows:
    """Return whole numbers, (n, dim), the largest of each row as large as there is room for.

    How long a vector was is not kept. One that is not finite is lost, zero stays zero.
    """
    vectors = np.asarray(vectors, np.float32)
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=0)
    there = np.isfinite(largest)
    with np.errstate(divide="ignore", invalid="ignore"):
        rows = np.rint(vectors / largest * _HIGHEST)
    return np.where(there, np.where(largest > 0, rows, 0), WHOLE_NUMBERS.lost).astype("<i2")


def unit_length(rows: Rows) -> Vectors:
    """Return the (n, dim) unit vectors of rows of whole numbers; NaN for those that are lost."""
    vectors = unit(rows.astype(np.float32))
    if rows.size and rows.min() == WHOLE_NUMBERS.lost:
        vectors[(rows == WHOLE_NUMBERS.lost).any(axis=1)] = np.nan
    return vectors


HALVES = RowForm("f16", np.dtype("<f2"), np.nan, to_half_precision, to_single_precision)
"""Half precision, of any length: as catalogs up to version 9 have them."""

WHOLE_NUMBERS = RowForm("i16", np.dtype("<i2"), -32768, to_whole_numbers, unit_length)
"""Whole numbers: at the same size five times as fine for vectors of some hundred numbers of like size.

A half has 11 bits for each number, however small. Here the largest has 15, and the others what is left.
Among a million photos, so many are so alike that halves misplace 3 in 1,000 of the best 20.
"""

FORMS = {form.ending: form for form in (HALVES, WHOLE_NUMBERS)}
