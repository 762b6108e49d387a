"""A library's photos and those of other machines in one ranking: they are of one encoder."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.collection.store import MOST
from engine.search.far_photos import FarPhoto
from engine.search.ordering import Order
from engine.search.ranking import Ranked, Ranking
from engine.search.strength import Strength
from engine.vector_index.index import VectorIndex

_BLOCK = 400
_LOWEST = -1.0
_FAR = 1 << 60  # numbers of the others' contents from here on: the library has none so high


class Joined:
    """Like a `Ranking`: the best of both are ordered together, the rest of both follows by its scores."""

    def __init__(
        self,
        own: Ranking,
        far: Sequence[FarPhoto],
        *,
        among: int,
        order: Order,
        refused: Collection[Path] = (),
    ) -> None:
        """Join them.

        Args:
            own: the library's photos; nothing is taken of it before. What counts as one in it does so here.
            far: the others, of contents that the library does not have.
            among: how many of such contents they are the best of.
            order: in which photos come.
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
        self._far, numbers = dict[int, list[FarPhoto]](), dict[bytes, int]()
        for one in near:
            number = numbers.setdefault(one.record.digest, _FAR + len(numbers))
            self._far.setdefault(number, []).append(one)
        vectors = {one.content: one.vector for one in best}
        vectors |= {number: photos[0].record.vector for number, photos in self._far.items()}
        index = VectorIndex(len(own.query), graph_from=MOST + 1)
        if vectors:
            index.add([*vectors], np.stack([*vectors.values()]))
        self._first = Ranking(
            index,
            self._names,
            own.query,
            order=order,
            grouping=None if own.grouping is None else own.grouping.with_names(self._names),
            dates=self._date,
        )
        own.leave({one.content for one in best})
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

    def _names(self, content: int) -> Sequence[bytes]:
        """Return the files of a content, those of the collection by number as well."""
        far = self._far.get(content)
        return self.own.files(content) if far is None else sorted(one.name for one in far)

    def _date(self, content: int) -> int:
        """Return the date of a content."""
        far = self._far.get(content)
        return self.own.date(content) if far is None else max(one.date for one in far)

    def _next(self) -> Ranked | None:
        """Return what comes next, once those that are ordered together are taken."""
        while not self._rest:
            block = self.own.take(_BLOCK)
            if not block:
                break
            self._rest.extend(block)
        late, rest = self._late, self._rest
        if late and (not rest or late[0].score > rest[0].score):
            return late.popleft()
        if rest:
            return rest.popleft()
        return self._last.popleft() if self._last else None
