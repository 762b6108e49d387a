"""What can be found in one photo folder: the files, and the vector of what each contains."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.index import VectorIndex
from engine.ranking import Order, Ranking


@dataclass(frozen=True, eq=False)
class GalleryPhoto:
    """A file to be found: its relative name, the number and vector of its content, and its date.

    The vector may be None if the gallery has that content already. The date is as `engine.dates` has it.
    """

    name: bytes
    content: int
    vector: NDArray[np.float32] | None
    taken: int = 0


class Gallery:
    """Files by content: copies of a photo share one vector. Any thread may search; one at a time changes."""

    def __init__(self, index: VectorIndex) -> None:
        """Make an empty gallery around an empty index."""
        self.index = index
        self._contents: dict[bytes, int] = {}
        self._names: dict[int, tuple[bytes, ...]] = {}
        self._taken: dict[bytes, int] = {}

    def __len__(self) -> int:
        return len(self._contents)

    def names(self) -> set[bytes]:
        """Return the files that are here."""
        return set(self._contents)

    def content(self, name: bytes) -> int | None:
        """Return the number of the file's content, None if the file is not here."""
        return self._contents.get(name)

    def taken(self, name: bytes) -> int:
        """Return when the file was taken, see `engine.dates`; 0 if it is not here."""
        return self._taken.get(name, 0)

    def put(self, photos: Sequence[GalleryPhoto]) -> None:
        """Add files, or change what they contain and their dates."""
        left = [(one.name, one.content) for one in photos if self._contents.get(one.name) != one.content]
        self.drop([name for name, _ in left if name in self._contents])
        self._taken.update((one.name, one.taken) for one in photos)
        for name, content in left:
            self._contents[name] = content
            self._names[content] = (*self._names.get(content, ()), name)
        new = {one.content: one.vector for one in photos if one.content not in self.index}
        vectors = {number: vector for number, vector in new.items() if vector is not None}
        if vectors:
            self.index.add(list(vectors), np.stack(list(vectors.values())))

    def drop(self, names: Iterable[bytes]) -> None:
        """Take files out; unknown ones are ignored."""
        emptied: set[int] = set()
        for name in names:
            content = self._contents.pop(name, None)
            self._taken.pop(name, None)
            if content is None:
                continue
            self._names[content] = tuple(other for other in self._names[content] if other != name)
            if not self._names[content]:
                emptied.add(content)
        self.index.remove(emptied)
        for content in emptied:
            del self._names[content]

    def vector(self, name: bytes) -> NDArray[np.float32] | None:
        """Return the (dim,) vector of a file, None if the file is not here."""
        content = self._contents.get(name)
        return None if content is None else self.index.vectors_of([content])[0]

    def rank(
        self,
        query: NDArray[np.float32],
        *,
        order: Order = Order.PLAIN,
        grouped: bool = False,
        narrowed: Callable[[bytes], bool] | None = None,
        refused: Iterable[bytes] = (),
    ) -> Ranking:
        """Return the files that match, best first; copies follow each other by name.

        Args:
            query: (dim,).
            order: in which they come.
            grouped: count copies of a photo as one.
            narrowed: says by its name which files to look at; None for all.
            refused: files that come last, whatever matches; unknown ones are ignored.
        """
        last = {self._contents[name] for name in refused if name in self._contents}
        if narrowed is None:
            return Ranking(self.index, self._files, query, order=order, grouped=grouped, refused=last)
        within: dict[int, list[bytes]] = {}
        for name, content in sorted(self._contents.items()):
            if narrowed(name):
                within.setdefault(content, []).append(name)
        among = np.fromiter(within, np.int64)
        return Ranking(
            self.index,
            lambda content: within.get(content, ()),
            query,
            order=order,
            grouped=grouped,
            among=among,
            refused=last,
        )

    def _files(self, content: int) -> list[bytes]:
        return sorted(self._names.get(content, ()))
