"""Which photos a query looks at: those of some folders, of a span of time."""

from __future__ import annotations

from dataclasses import dataclass

from engine.days import bounds
from engine.search.places import Known, all_prefixes
from engine.search.query import Query


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
    def of(cls, query: Query, known: Known) -> Narrowing:
        """Return what a query looks at.

        Args:
            query: names folders and days.
            known: the library's folders.

        Raises:
            FolderError: a folder of the query is neither there nor known, or not in the library's.
        """
        prefixes = tuple(sorted(set().union(*all_prefixes(query.within, known, strict=query.strict))))
        return cls(prefixes, *bounds(query.since, query.until))

    @property
    def place(self) -> Narrowing | None:
        """The same folders at all times; None where it has none."""
        return Narrowing(self.prefixes) if self.prefixes else None

    @property
    def time(self) -> Narrowing | None:
        """The same time in all folders; None where it has none."""
        has_time = self.first is not None or self.end is not None
        return Narrowing((), self.first, self.end) if has_time else None

    def looks_at(self, name: bytes, taken: int) -> bool:
        """Return whether a photo of this relative name and date is looked at."""
        return (
            (not self.prefixes or name.startswith(self.prefixes))
            and (self.first is None or taken >= self.first)
            and (self.end is None or taken < self.end)
        )
