"""Which photos a query looks at: those of some folders, of a span of time."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from engine.errors import FolderError
from engine.folders.names import name_in, prefix_of
from engine.search.query import Query

DAY_S = 86_400
"""Seconds of a day."""


@dataclass(frozen=True)
class Narrowing:
    """What is looked at, and nothing else.

    Attributes:
        prefixes: the names of photos begin with one of these; empty for any name.
        first: photos were taken then or later, in seconds since 1970 by the clock on the wall there; None for
            no limit.
        end: they were taken before that.
    """

    prefixes: tuple[bytes, ...] = ()
    first: int | None = None
    end: int | None = None

    @classmethod
    def of(
        cls, query: Query, folder: Path, is_known: Callable[[bytes], object] = lambda _: False
    ) -> Narrowing:
        """Return what a query looks at.

        Args:
            query: names folders and days.
            folder: of the library, links resolved.
            is_known: whether photos are known whose names begin like this; their folder need not be there.

        Raises:
            FolderError: a folder of the query is neither there nor known, or not in the library's.
        """
        prefixes = tuple(sorted(_prefix(one, folder, is_known, strict=query.strict) for one in query.within))
        first = seconds(query.since) if query.since is not None else None
        end = seconds(query.until) + DAY_S if query.until is not None else None
        return cls(prefixes, first, end)

    def looks_at(self, name: bytes, taken: int) -> bool:
        """Return whether a photo of this relative name and date is looked at."""
        return (
            (not self.prefixes or name.startswith(self.prefixes))
            and (self.first is None or taken >= self.first)
            and (self.end is None or taken < self.end)
        )


def seconds(day: date) -> int:
    """Return when a day begins, in seconds since 1970 by the clock on the wall."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _prefix(within: Path, folder: Path, is_known: Callable[[bytes], object], *, strict: bool) -> bytes:
    """Return what the names of a folder's photos begin with.

    A relative one lies in the library's folder; in the working folder if there is none of that name.
    """
    written = name_in(folder, Path(os.path.abspath(folder / within)))
    if written and (not strict or is_known(prefix_of(written))):
        return prefix_of(written)
    path = Path(os.path.realpath(folder / within))
    if os.path.exists(path) and not os.path.isdir(path):
        raise FolderError(f"{within} is not a folder.")
    if not os.path.isdir(path) and os.path.isdir(within):
        path = Path(os.path.realpath(within))
    if path == folder:
        return b""
    name = name_in(folder, path)
    if name is None and written and os.path.isdir(folder / within):  # a link that leads out
        return prefix_of(written)
    if name is None:
        raise FolderError(f"The folder {within} does not lie in {folder}.")
    prefix = prefix_of(name)
    if not os.path.isdir(path) and not is_known(prefix):
        raise FolderError(f"There is no folder {path}.")
    return prefix
