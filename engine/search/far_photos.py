"""Photos that a shared collection gave, among those of the library; the newest of them as they come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.elsewhere import Place, Record, address
from engine.pictures.dates import likely_date

_FAR = b"\0"  # what names begin with; those of a library's files are relative paths


@dataclass(frozen=True, eq=False)
class FarPhoto:
    """A photo that a shared collection gave.

    Attributes:
        path: its address, see `engine.elsewhere`; of a photo of this machine, its path.
        record: what the collection holds of it.
    """

    path: Path
    record: Record

    @property
    def name(self) -> bytes:
        """What it is called in a ranking."""
        return _FAR + str(self.path).encode("utf-8", "surrogatepass")

    @property
    def date(self) -> int:
        """When it was taken; `NO_DATE` where that is not likely."""
        return likely_date(self.record.taken)


@dataclass(frozen=True, eq=False)
class FarMatches:
    """What a shared collection found for a drawing.

    Attributes:
        photos: those that match best.
        among: how many it looked through for them.
    """

    photos: tuple[FarPhoto, ...] = ()
    among: int = 0


NO_MATCHES = FarMatches()
"""What a collection that is not asked finds."""


def far_photos(records: Iterable[Record], host: str) -> tuple[FarPhoto, ...]:
    """Return what a collection gave; `host` is what this machine is called there."""
    return tuple(FarPhoto(_path(one, host), one) for one in records)


def is_far(name: bytes) -> bool:
    """Return whether this is a name of `FarPhoto`, not that of a library's file."""
    return name.startswith(_FAR)


def far_path(name: bytes) -> Path | None:
    """Return the path behind a name of `FarPhoto`, None for the name of a library's file."""
    return Path(name[1:].decode("utf-8", "surrogatepass")) if is_far(name) else None


def _path(record: Record, host: str) -> Path:
    if record.host == host:
        return Path(record.path)
    return address(Place(record.host, record.path, record.digest))


class FarNewest:
    """The newest photos of a collection as far as they are known: more come while somebody looks on.

    One thread adds, another takes.

    Attributes:
        is_short: whether who takes has less than it wants ahead, and there may be more.
    """

    def __init__(self, photos: Sequence[FarPhoto] = (), *, is_whole: bool = False) -> None:
        """Take what is known, newest first, and whether that is all there will be."""
        self._photos, self._is_whole = list(photos), is_whole
        self._is_passed = self.is_short = False
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._photos)

    @property
    def photos(self) -> tuple[FarPhoto, ...]:
        """What is known, newest first."""
        return tuple(self._photos)

    def begins_as(self, first: FarNewest) -> bool:
        """Return whether this is what is known, or its beginning, with the same names and dates."""
        if len(first) > len(self._photos):
            return False
        pairs = zip(first.photos, self._photos, strict=False)
        return all((one.name, one.date) == (other.name, other.date) for one, other in pairs)

    @property
    def last(self) -> Record | None:
        """The oldest that is known, None for nothing."""
        return self._photos[-1].record if self._photos else None

    def add(self, photos: Sequence[FarPhoto], *, is_whole: bool) -> bool:
        """Take what follows, newest first; return whether it comes late: who takes went on without it."""
        with self._lock:
            self._photos += photos
            self._is_whole, self.is_short = is_whole, False
            passed, self._is_passed = self._is_passed, False
            return passed and bool(photos)

    def since(self, start: int) -> tuple[list[FarPhoto], int | None]:
        """Return what is known from a place on, and since when all is known.

        That is a date later than all where nothing is known, and None where everything is.
        """
        with self._lock:
            until = self._photos[-1].date if self._photos else _NEVER
            return self._photos[start:], None if self._is_whole else until

    def go_without(self, known: int) -> bool:
        """Go on without what is not known yet; return False where more than so many are known by now."""
        with self._lock:
            if len(self._photos) > known or self._is_whole:
                return False
            self._is_passed = True
            return True


_NEVER = 2**63 - 1
"""A date later than all."""


@dataclass(frozen=True, eq=False)
class Guests:
    """The newest photos of a collection that come among a library's.

    Attributes:
        newest: as far as they are known.
        strangers: returns those of some of them that are not here anyway.
    """

    newest: FarNewest
    strangers: Callable[[Sequence[FarPhoto]], list[FarPhoto]] = list
