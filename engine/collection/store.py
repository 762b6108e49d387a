"""Photos of several machines in one collection: what any store of them does, whatever keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from engine.elsewhere import Record
from engine.errors import StoreError
from engine.state.records import Vector

MOST = 16_384
"""How many matches a search may ask for."""

MOST_HOSTS = 100
"""How many machines are counted."""

_HOST = re.compile(r"[\w.-]{1,200}")


@dataclass(frozen=True)
class Held:
    """What a store holds of a file, without the vector: enough to tell whether it is up to date.

    The digest is empty where the vector is damaged, so that the file is sent again.
    """

    path: str
    digest: bytes
    taken: int


@dataclass(frozen=True)
class Where:
    """Which records are looked at.

    Attributes:
        hosts: the machines; empty for all.
        folders: they lie in one of these, or below it; paths as of `Record`, empty for anywhere.
        first: photos were taken then or later, in seconds as `Record.taken`; None for no limit.
        end: they were taken before that.
    """

    hosts: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    first: int | None = None
    end: int | None = None

    def looks_at(self, record: Record) -> bool:
        """Return whether a record is looked at."""
        return (
            (not self.hosts or record.host in self.hosts)
            and (not self.folders or record.path.startswith(self.prefixes))
            and (self.first is None or record.taken >= self.first)
            and (self.end is None or record.taken < self.end)
        )

    @property
    def prefixes(self) -> tuple[str, ...]:
        """What paths begin with."""
        return tuple(folder.rstrip("/") + "/" for folder in self.folders)


EVERYWHERE = Where()
"""All records."""


@dataclass(frozen=True, eq=False)
class StoreMatch:
    """A record found, and its cosine with the query."""

    record: Record
    score: float


class Store(Protocol):
    """The records of one model. Every method raises StoreError if the store does not answer or refuses.

    Any thread may search at any time; one at a time changes. What a call changed is seen by those that
    follow it, in this process.

    Attributes:
        model: what encoded the vectors; those of another model are never met.
        dim: their length.
    """

    model: str
    dim: int

    def upsert(self, records: Sequence[Record]) -> None:
        """Add records, or replace those of the same host and path.

        Raises:
            ValueError: a record of another model, or a vector of another length.
        """

    def delete(self, host: str, paths: Iterable[str]) -> None:
        """Take records of a machine out; unknown ones are ignored."""

    def search(self, vector: Vector, k: int, where: Where = EVERYWHERE) -> list[StoreMatch]:
        """Return the k records that match best, with their vectors, best first; all if there are fewer.

        Args:
            vector: (dim,), of any length but zero.
            k: 1 to `MOST`.
            where: which records are looked at.
        """

    def newest(self, k: int, where: Where = EVERYWHERE, after: Record | None = None) -> list[Record]:
        """Return the k newest records, with their vectors, newest first; none if there are no more.

        What has no likely date, see `engine.pictures.dates`, comes last; what is of one second, or has none,
        comes in an order of the store's own that stays. Fewer than k may come where some have just gone.

        Args:
            k: 1 to `MOST`.
            where: which records are looked at.
            after: the one that they follow, looked at too; it may be gone by now. None to begin.
        """

    def fetch(self, host: str, path: str) -> Record | None:
        """Return the record of one file, with its vector; None if there is none."""

    def count(self, where: Where = EVERYWHERE) -> int:
        """Return how many records there are."""

    def hosts(self) -> list[str]:
        """Return the machines that records are of, by name; `MOST_HOSTS` at most."""

    def iter_held(self, where: Where) -> Iterator[Held]:
        """Yield what is held, in no order; nothing must be changed meanwhile."""

    def close(self) -> None:
        """Let go of it."""


def no_collection(address: str) -> StoreError:
    """Return what is raised where there is no collection."""
    return StoreError(
        f"There is no collection at {address} yet: send photos there with `ffmln index --store`."
    )


def other_encoder(address: str, *, model: str, other: str) -> StoreError:
    """Return what is raised where there are collections, but none of this model."""
    return StoreError(
        f"The collection at {address} holds photos by another encoder ({other}), and none by {model}, which "
        "is used here."
    )


def check_records(store: Store, records: Sequence[Record]) -> None:
    """Refuse what a store must not hold.

    Raises:
        ValueError: a record of another model, or a vector of another length.
    """
    for record in records:
        if record.model != store.model or record.vector.shape != (store.dim,):
            raise ValueError(f"{record.path} is not a record of {store.model}")


def check_host(name: str) -> str:
    """Return a machine's name if it can stand in a record.

    Raises:
        StoreError: it holds anything but letters, digits, ".", "-" and "_", or is too long.
    """
    if not _HOST.fullmatch(name):
        raise StoreError(f"{name or 'Nothing'} cannot name a machine: use letters, digits, dots and hyphens.")
    return name


def path_there(path: PurePath) -> str:
    """Return an absolute path as records have it; bytes that are no text stay, see `os.fsdecode`."""
    return path.as_posix()
