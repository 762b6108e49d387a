"""Finds photos of several machines by drawings and by photos, in a shared collection."""

from __future__ import annotations

import os
import posixpath
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePath, PureWindowsPath

import numpy as np
from numpy.typing import NDArray

from engine.collection.store import MOST, Store, StoreMatch, Where, path_there
from engine.content_hash import content_hash
from engine.days import bounds
from engine.elsewhere import Place, Record, address
from engine.encoding.encoder import Encoder
from engine.folders.answers import READ_S, READERS, Answers, Asked
from engine.folders.looks import Looks
from engine.search.examples import Examples, drawing_vector
from engine.search.gallery import Gallery, GalleryPhoto
from engine.search.hit import Hit
from engine.search.mixing import mix
from engine.search.ordering import ORDERED, Order
from engine.search.query import Query
from engine.state.records import Vector
from engine.vector_index.index import VectorIndex

_KEPT = 64  # digests of photos that come last
_MORE = 4  # times as many are fetched where copies leave too few photos


class SharedFinder:
    """Answers queries about a shared collection. From any thread."""

    def __init__(self, store: Store, encoder: Encoder, host: str) -> None:
        """Take the collection, the encoder that it is of, and what this machine is called in it."""
        self._store, self._encoder, self._host = store, encoder, host
        self._looks, self._lock = Looks(), threading.Lock()
        self._examples = Examples(encoder, lambda photos: [None] * len(photos), looks=self._looks)
        self._digests = Answers(_hashing, name="hash a photo", most=_KEPT, within_s=READ_S, at_once=READERS)

    def search(
        self,
        query: Query,
        k: int = 20,
        *,
        hosts: Sequence[str] = (),
        order: Order = Order.PLAIN,
        group: bool = False,
    ) -> list[Hit]:
        """Return the k photos that match best, best first; all if there are fewer, `MOST` at most.

        Each goes by its address, see `engine.elsewhere`; one of this machine too.

        Args:
            query: what to look for, and where: folders as they are called on their machines. One that is
                empty finds nothing.
            k: at least 1.
            hosts: the machines whose photos are looked at; none for all.
            order: in which they come.
            group: as of `Finder.search`; among the photos that were fetched.

        Raises:
            ValueError: k is less than 1.
            ImageError: a photo of the query cannot be read.
            StoreError: the collection does not answer, or refuses.
        """
        if k < 1:
            raise ValueError("k must be at least 1")
        if query.is_empty:
            return []
        vector, where, refused = (
            self._vector(query),
            where_of(query, hosts, self._looks),
            self._find_refused(query),
        )
        contents = max(k, ORDERED) if group or order is not Order.PLAIN else 0
        for matches, is_all in _more_and_more(self._store, vector, max(k * (1 + group), ORDERED), where):
            found = {_name(match.record): match.record for match in matches}
            last = {name for name, one in found.items() if name in refused or one.digest in refused}
            if not is_all and len({one.digest for name, one in found.items() if name not in last}) < contents:
                continue
            ranking = self._gallery(matches).rank(vector, order=order, grouped=group, refused=last)
            ranked = ranking.take(min(k, len(matches)))
            if is_all or sum(one.names[0] not in last for one in ranked) >= k:
                return [Hit.of(one, partial(_address, found)) for one in ranked]
        raise AssertionError("unreachable")

    def _find_refused(self, query: Query) -> set[bytes]:
        """Return names and digests of the photos that come last; this machine may have another name there."""
        files = [one for one in query.unlike if isinstance(one, Path)]
        places = names_there(files, self._looks)
        refused = {f"{self._host}/{place}".encode("utf-8", "surrogatepass") for place in places}
        looks = zip(files, self._looks.to(files), strict=True)
        for read in self._digests.to([(file, look.version) for file, look in looks if look.details]):
            with suppress(OSError):  # it is gone, or its drive does not answer
                refused.add(read.answer.result(0))
        return refused

    def _example_vectors(self, query: Query) -> NDArray[np.float32]:
        with self._lock:
            return self._examples.vectors(query.like + query.unlike)

    def _vector(self, query: Query) -> Vector:
        examples, count = self._example_vectors(query), len(query.like)
        return mix(drawing_vector(self._encoder, query), examples[:count], examples[count:], query.balance)

    def _gallery(self, matches: Sequence[StoreMatch]) -> Gallery:
        """Return what was fetched as a gallery, so that it is ordered and grouped as the desktop does."""
        numbers = dict[bytes, int]()
        gallery = Gallery(VectorIndex(self._store.dim, graph_from=MOST + 1))
        gallery.put(
            [
                GalleryPhoto(
                    _name(one.record),
                    numbers.setdefault(one.record.digest, len(numbers)),
                    one.record.vector,
                    one.record.taken,
                )
                for one in matches
            ]
        )
        return gallery


def best_contents(store: Store, vector: Vector, count: int, where: Where) -> list[StoreMatch]:
    """Return all records of the contents that match best, best first; of less, if `MOST` records are less.

    Args:
        store: the collection.
        vector: (dim,), of any length but zero.
        count: how many contents, at least 1: several machines may have a photo, and each several copies.
        where: which records are looked at.
    """
    matches, best = list[StoreMatch](), set[bytes]()
    for matches, is_all in _more_and_more(store, vector, count, where):
        best = set(list(dict.fromkeys(one.record.digest for one in matches))[:count])
        if is_all or len(best) == count:
            break
    return [one for one in matches if one.record.digest in best]


def _more_and_more(
    store: Store, vector: Vector, first: int, where: Where
) -> Iterator[tuple[list[StoreMatch], bool]]:
    """Yield the best matches, ever more of them, and whether those are all that there are, or can be had."""
    fetched, is_all = min(first, MOST), False
    while not is_all:
        matches = store.search(vector, fetched, where)
        is_all = len(matches) < fetched or fetched == MOST
        yield matches, is_all
        fetched = min(fetched * _MORE, MOST)


def where_of(query: Query, hosts: Sequence[str] = (), looks: Looks | None = None) -> Where:
    """Return which records a query looks at.

    Args:
        query: names folders and days.
        hosts: the machines whose photos are looked at; none for all.
        looks: at the folders.
    """
    return Where(
        tuple(hosts),
        tuple(names_there(query.within, looks or Looks())),
        *bounds(query.since, query.until),
    )


def names_there(paths: Sequence[PurePath], looks: Looks) -> list[str]:
    """Return how records may have paths: as they are written; of what is here, also where links lead.

    What begins with a drive is a path of Windows, whatever machine asks. One whose drive does not answer is
    taken as it is written, and as far as links on others lead.
    """
    there = list[str]()
    for path, look in zip(paths, looks.to([Path(path) for path in paths]), strict=True):
        if look.details is not None or not look.is_heard:
            names = dict.fromkeys([Path(os.path.abspath(path)), *look.names])
            there += [path_there(one) for one in names]
        else:
            there.append(lexical_path_there(path))
    return there


def lexical_path_there(path: PurePath) -> str:
    """Return how records have a path by what is written alone; a relative one begins where the program is."""
    windows = PureWindowsPath(str(path))
    if windows.drive:
        return path_there(windows)
    return posixpath.normpath(path_there(path)) if path.root else path_there(Path(os.path.abspath(path)))


def _hashing(key: tuple[Path, object]) -> Asked[bytes]:
    return Asked(partial(content_hash, key[0]))


def _name(record: Record) -> bytes:
    return f"{record.host}/{record.path}".encode("utf-8", "surrogatepass")


def _address(found: Mapping[bytes, Record], name: bytes) -> Path:
    record = found[name]
    return address(Place(record.host, record.path, record.digest))
