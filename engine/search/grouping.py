"""Decides which contents stand in one place of an answer: copies of a photo, and photos of one moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.search.bursts import Bursts, Stack
from engine.search.copies import group
from engine.search.far_photos import is_far


class Place(NamedTuple):
    """Contents that stand in one place; a tuple, as many are made while a pen moves.

    Attributes:
        rows: where they stand among those that were grouped, the best first.
        photos: the contents by photo. The first that is looked at is shown, whatever is searched for: of a
            stack that which was taken first, with its copies; after it the others of the moment in order of
            time.
    """

    rows: Sequence[int]
    photos: Stack


class Grouping:
    """Puts together the contents of one answer, block by block. For one thread at a time.

    Photos of one moment are known before anything is searched for, so they stand in the place of the best of
    them, wherever the others are ranked, and never come again.
    """

    def __init__(
        self, bursts: Bursts, names: Callable[[int], Sequence[bytes]], dated: Callable[[bytes], int]
    ) -> None:
        """Take what is known beforehand.

        Args:
            bursts: the photos of one moment in the library; a content that is not in it is of none.
            names: gives the files of a content that are looked at, in order of name.
            dated: gives the date that the camera of a file tells; without one, a date after all.
        """
        self._bursts, self._names, self._dated = bursts, names, dated
        self._placed = set[int]()  # what stands somewhere

    def with_names(self, names: Callable[[int], Sequence[bytes]]) -> Grouping:
        """Return one for another answer, in which contents have these names."""
        return Grouping(self._bursts, names, self._dated)

    def is_placed(self, content: int) -> bool:
        """Return whether a content stands somewhere already, as with others of its moment."""
        return content in self._placed

    def group(
        self,
        contents: Sequence[int],
        vectors: NDArray[np.float32],
        likeness: NDArray[np.float32] | None = None,
    ) -> list[Place]:
        """Put together a block, best first.

        Args:
            contents: n of them, none of which is placed.
            vectors: (n, dim) unit rows.
            likeness: as of `engine.search.copies.group`.
        """
        stacks = self._stacks(contents)
        numbers = [stacks[one][0][0] if one in stacks else -1 for one in contents]
        places = list[Place]()
        for rows in group(vectors, likeness, numbers):
            there = [contents[row] for row in rows]
            self._placed.update(there)
            if len(rows) == 1 and numbers[rows[0]] < 0:
                places.append(Place(rows, (tuple(there),)))
                continue
            stack = next((stacks[one] for one in there if one in stacks), None)
            if stack is None:
                places.append(Place(rows, (self._in_order(there),)))
                continue
            for photo in stack:
                self._placed.update(photo)
            is_whole = all(one in stacks for one in there)
            places.append(Place(rows, stack if is_whole else _join(stack, there, vectors[rows])))
        return places

    def _stacks(self, contents: Sequence[int]) -> dict[int, Stack]:
        """Return the stacks of these, without what is placed: vectors may have come since."""
        stacks = self._bursts.stacks(contents)
        for content, stack in stacks.items():
            if not all(map(self._placed.isdisjoint, stack)):
                left = (tuple(one for one in photo if one not in self._placed) for photo in stack)
                stacks[content] = tuple(photo for photo in left if photo)
        return stacks

    def _in_order(self, contents: Sequence[int]) -> tuple[int, ...]:
        """Return copies of one photo in an order that goes by none of their scores.

        What is of this machine comes first, and of that what a camera dated, as an original is; then they
        come by date and name.
        """
        names = [next(iter(self._names(one)), b"") for one in contents]
        keys = zip(map(is_far, names), map(self._dated, names), names, contents, strict=True)
        return tuple(content for *_, content in sorted(keys))


def _join(stack: Stack, contents: Sequence[int], vectors: NDArray[np.float32]) -> Stack:
    """Return a stack with the contents that joined it, each behind the photo that it is a copy of.

    Args:
        stack: by photo.
        contents: n of them, of the stack and not.
        vectors: (n, dim) theirs.
    """
    photo_of = {content: number for number, photo in enumerate(stack) for content in photo}
    own = [row for row, content in enumerate(contents) if content in photo_of]
    photos = [list(photo) for photo in stack]
    for row, content in enumerate(contents):
        if content not in photo_of:
            nearest = own[int((vectors[own] @ vectors[row]).argmax())]
            photos[photo_of[contents[nearest]]].append(content)
    return tuple(map(tuple, photos))
