"""A library's photos and those of other machines in one ranking: they are of one encoder."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.collection.store import MOST
from engine.search.far_photos import FarPhoto
from engine.search.gallery import Gallery, GalleryPhoto
from engine.search.ordering import Order
from engine.search.ranking import Ranked, Ranking
from engine.search.strength import Strength
from engine.vector_index.index import VectorIndex

_BLOCK = 400
_LOWEST = -1.0


class Joined:
    """Like a `Ranking`: the best of both are ordered together, the rest of both follows by its scores."""

    def __init__(
        self,
        own: Ranking,
        far: Sequence[FarPhoto],
        *,
        among: int,
        order: Order,
        grouped: bool,
        refused: Collection[Path] = (),
    ) -> None:
        """Join them.

        Args:
            own: the library's photos; nothing is taken of it before.
            far: the others, of contents that the library does not have.
            among: how many of such contents they are the best of.
            order: in which photos come.
            grouped: count copies of a photo as one.
            refused: of the others, those that come last.
        """
        self.own, self._among = own, among
        found, more = own.best()
        best = [
            one for one in found if one.vector.any()
        ]  # zeros: its vector was damaged on the disk just now
        floor = best[-1].score if best and more else -np.inf
        scores = [float(one.record.vector @ own.query) for one in far]
        near, self._late, self._last = list[FarPhoto](), deque[Ranked](), deque[Ranked]()
        for score, one in sorted(zip(scores, far, strict=True), key=lambda pair: -pair[0]):
            if one.path in refused:
                self._last.append(Ranked((one.name,), _LOWEST))
            elif score < floor:
                self._late.append(Ranked((one.name,), score))
            else:
                near.append(one)
        photos = [
            GalleryPhoto(name, number, one.vector, one.taken)
            for number, one in enumerate(best)
            for name in one.names
        ]
        self._known = {photo.name for photo in photos}
        numbers = dict[bytes, int]()
        photos += [
            GalleryPhoto(
                one.name,
                len(best) + numbers.setdefault(one.record.digest, len(numbers)),
                one.record.vector,
                one.record.taken,
            )
            for one in near
        ]
        gallery = Gallery(VectorIndex(len(own.query), graph_from=MOST + 1))
        gallery.put(photos)
        self._first = gallery.rank(own.query, order=order, grouped=grouped)
        self._rest = deque[Ranked]()

    def take(self, count: int) -> list[Ranked]:
        """Return the next photos; fewer, or none, at the end."""
        taken = self._first.take(count)
        while len(taken) < count and (one := self._next()) is not None:
            taken.append(one)
        return taken

    def strength(self, others: NDArray[np.float32] | None = None) -> Strength | None:
        """Return how well the best of both match; as of `Ranking`."""
        return self.own.judge(self._first.best_vectors(), others, more=self._among)

    def _next(self) -> Ranked | None:
        """Return what comes next, once those that are ordered together are taken."""
        while not self._rest:
            block = self.own.take(_BLOCK)
            if not block:
                break
            self._rest.extend(one for one in block if one.names[0] not in self._known)
        late, rest = self._late, self._rest
        if late and (not rest or late[0].score > rest[0].score):
            return late.popleft()
        if rest:
            return rest.popleft()
        return self._last.popleft() if self._last else None
