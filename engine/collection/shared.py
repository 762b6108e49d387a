"""Finds photos of several machines by drawings and by photos, in a shared collection."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePath, PureWindowsPath

from engine.collection.store import MOST, Store, StoreMatch, Where, path_there
from engine.content_hash import content_hash
from engine.days import bounds
from engine.elsewhere import Place, Record, address
from engine.encoding.encoder import Encoder
from engine.folders.looks import Looks
from engine.folders.patience import ask
from engine.search.examples import READ_S, Examples, drawing_vector
from engine.search.gallery import Gallery, GalleryPhoto
from engine.search.hit import Hit
from engine.search.mixing import mix
from engine.search.ordering import ORDERED, Order
from engine.search.query import Query
from engine.state.records import Vector
from engine.vector_index.index import VectorIndex

_MORE = 4  # times as many are fetched where copies leave too few photos


class SharedFinder:
    """Answers queries about a shared collection. From any thread."""

    def __init__(self, store: Store, encoder: Encoder, host: str) -> None:
        """Take the collection, the encoder that it is of, and what this machine is called in it."""
        self._store, self._encoder, self._host = store, encoder, host
        self._examples, self._lock = Examples(encoder, lambda _: None), threading.Lock()

    def search(
        self,
        query: Query,
        k: int = 20,
        *,
        hosts: Sequence[str] = (),
        rerank: bool = False,
        group: bool = False,
        diverse: bool = False,
    ) -> list[Hit]:
        """Return the k photos that match best, best first; all if there are fewer, `MOST` at most.

        Each goes by its address, see `engine.elsewhere`; one of this machine too.

        Args:
            query: what to look for, and where: folders as they are called on their machines. One that is
                empty finds nothing.
            k: at least 1.
            hosts: the machines whose photos are looked at; none for all.
            rerank: as of `Finder.search`.
            group: as of `Finder.search`; among the photos that were fetched.
            diverse: as of `Finder.search`.

        Raises:
            ValueError: k is less than 1.
            ImageError: a photo of the query cannot be read.
            StoreError: the collection does not answer, or refuses.
        """
        if k < 1:
            raise ValueError("k must be at least 1")
        if query.is_empty:
            return []
        vector, where, refused = self._vector(query), where_of(query, hosts), self._refused(query)
        fetched = min(max(k * (1 + group) + len(query.unlike), ORDERED), MOST)
        while True:
            matches = self._store.search(vector, fetched, where)
            found = {_name(match.record): match.record for match in matches}
            ranking = self._gallery(matches).rank(
                vector,
                order=Order.of(diverse=diverse, rerank=rerank),
                grouped=group,
                refused=[name for name, one in found.items() if name in refused or one.digest in refused],
            )
            ranked = ranking.take(min(k, len(matches)))
            if len(ranked) == k or len(matches) < fetched or fetched == MOST:
                return [Hit.of(one, partial(_address, found)) for one in ranked]
            fetched = min(fetched * _MORE, MOST)  # many copies of few photos

    def _refused(self, query: Query) -> set[bytes]:
        """Return names and digests of the photos that come last; this machine may have another name there."""
        refused = set[bytes]()
        for file in (one for one in query.unlike if isinstance(one, Path)):
            refused |= {f"{self._host}/{place}".encode("utf-8", "surrogatepass") for place in _there(file)}
            with suppress(OSError):  # it is gone, or its drive does not answer
                refused.add(ask(partial(content_hash, file), within_s=READ_S, name="read a photo"))
        return refused

    def _vector(self, query: Query) -> Vector:
        with self._lock:
            like, unlike = self._examples.vectors(query.like), self._examples.vectors(query.unlike)
        return mix(drawing_vector(self._encoder, query), like, unlike, query.balance)

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


def where_of(query: Query, hosts: Sequence[str] = ()) -> Where:
    """Return which records a query looks at.

    Args:
        query: names folders and days.
        hosts: the machines whose photos are looked at; none for all.
    """
    return Where(
        tuple(hosts),
        tuple(place for folder in query.within for place in _there(folder)),
        *bounds(query.since, query.until),
    )


def _there(path: PurePath) -> list[str]:
    """Return how records may have a path: as it is written; one that is here, also where its links lead.

    What begins with a drive is a path of Windows, whatever machine asks. One whose drive does not answer is
    taken as it is written.
    """
    here, looks = Path(path), Looks()
    look = looks.at(here)
    if look.details is not None or not look.is_heard:
        return [path_there(one) for one in looks.names(here)]
    windows = PureWindowsPath(str(path))
    return [path_there(windows if windows.drive else path)]


def _name(record: Record) -> bytes:
    return f"{record.host}/{record.path}".encode("utf-8", "surrogatepass")


def _address(found: Mapping[bytes, Record], name: bytes) -> Path:
    record = found[name]
    return address(Place(record.host, record.path, record.digest))
