"""What can be found in one photo folder: the files, and the vector of what each contains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.copies import group
from engine.index import VectorIndex


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

    def search(
        self, query: NDArray[np.float32], k: int, *, rerank: bool = False
    ) -> list[tuple[bytes, float]]:
        """Return the k best files with their scores, best first; copies follow each other by name."""
        ranked = [
            (name, score)
            for content, score in self.index.search(query, k, rerank=rerank)
            for name in self._files(content)
        ]
        return ranked[:k]

    def search_groups(
        self, query: NDArray[np.float32], k: int, *, rerank: bool = False
    ) -> list[tuple[list[bytes], float]]:
        """Return the k best photos, each with all the files that are copies of it, see `engine.copies`.

        Within a photo the best file comes first; files of one content follow each other by name. The score
        is that of the first.
        """
        wanted = 2 * k
        while True:
            found = self.index.search(query, wanted, rerank=rerank)
            vectors = self.index.vectors_of([content for content, _ in found])
            groups = group(vectors, k)
            if len(groups) >= k or len(found) < wanted:
                break
            wanted *= 4
        files = [self._files(content) for content, _ in found]
        grouped = [([name for row in rows for name in files[row]], found[rows[0]][1]) for rows in groups]
        return [(names, score) for names, score in grouped if names]

    def _files(self, content: int) -> list[bytes]:
        return sorted(self._names.get(content, ()))
