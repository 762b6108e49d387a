"""The photos of a folder as the catalog has them, in columns: of what did not change no object is made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, compress, repeat

import numpy as np
from numpy.typing import NDArray

from engine.folders.file_facts import UNKNOWN
from engine.folders.folder import Listing, Walked
from engine.unit_vectors import Numbers

_FACTS = 4


@dataclass(frozen=True, eq=False)
class Known:
    """The photos of a folder that were there when last looked at.

    Attributes:
        names: n relative names.
        facts: (4, n) what was seen of the files, in the order of `Found`; with an UNKNOWN among them a
            photo is never settled.
        contents: (n,) the numbers of what they contain.
        dates: (n,) when they were taken, see `engine.pictures.dates`.
        encoded: (n,) whether the encoder has a vector of what they contain.
        by_camera: (n,) whether their cameras tell when they were taken.
    """

    names: list[bytes] = field(default_factory=list)
    facts: Numbers = field(default_factory=lambda: np.empty((_FACTS, 0), np.int64))
    contents: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    dates: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    encoded: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))
    by_camera: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, np.bool_))

    def only(self, kept: NDArray[np.bool_]) -> Known:
        """Return those for which this (n,) mask is true."""
        if kept.all():
            return self
        return Known(
            list(compress(self.names, kept.tolist())),
            self.facts[:, kept],
            self.contents[kept],
            self.dates[kept],
            self.encoded[kept],
            self.by_camera[kept],
        )

    def settle(
        self, listings: Sequence[Listing], but: Collection[bytes]
    ) -> tuple[Known, list[bytes], list[Listing]]:
        """Hold a walk against these photos.

        Args:
            listings: the walk.
            but: names that are not settled, whatever is seen of them.

        Returns:
            The photos that are there, encoded and unchanged as far as can be told from outside; the names of
            all others here; the walk without the photos that are settled.
        """
        walked = list(chain.from_iterable(listing.photos.names for listing in listings))
        place = dict(zip(walked, range(len(walked)), strict=True))
        rows = np.fromiter(map(place.get, self.names, repeat(-1)), np.int64, len(self.names))
        there = self.encoded & (rows >= 0) & self._is_same(listings, rows)
        if but:
            there &= ~np.fromiter(map(but.__contains__, self.names), np.bool_, len(self.names))
        left = np.ones(len(walked), np.bool_)
        left[rows[there]] = False
        others = list(compress(self.names, (~there).tolist()))
        return self.only(there), others, _only(listings, left)

    def _is_same(self, listings: Sequence[Listing], rows: Numbers) -> NDArray[np.bool_]:
        """Return (n,) whether what was walked to, at these rows, looks as it did."""
        walked = [listing.photos.facts for listing in listings if len(listing.photos)]
        if not walked:
            return np.zeros(len(rows), np.bool_)
        same = np.ones(len(rows), np.bool_)
        for seen, known in zip(np.concatenate(walked).T, self.facts, strict=True):
            same &= (seen[rows] == known) & (known != UNKNOWN)
        return same


def _only(listings: Sequence[Listing], left: NDArray[np.bool_]) -> list[Listing]:
    """Return listings with the photos for which this mask, of all of them together, is true."""
    if not left.any():
        return [replace(one, photos=Walked()) for one in listings]
    some, start = list[Listing](), 0
    for listing in listings:
        part = left[start : start + len(listing.photos)]
        start += len(part)
        some.append(replace(listing, photos=listing.photos.only(part)))
    return some
