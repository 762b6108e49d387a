"""Learning from what a person found: the lessons of a library, and the map they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.encoding.encoder import Encoder
from engine.preprocess import render_strokes
from engine.sketches.drawing import Stroke
from engine.taught.lessons import Lesson, Lessons
from engine.taught.pairs import Pairs, alike
from engine.taught.personal import PersonalMap, fit
from engine.vector_index.index import VectorIndex

_GROWN = 1.1  # times as many photos, after which a photo may have others most like it
_PHOTOS = 3  # of one drawing, the last ones: what it was meant to find, rather than what was met on the way


@dataclass(frozen=True, eq=False)
class Learned:
    """What came of the lessons.

    Attributes:
        drawings: how many there are whose photo the library holds.
        map: what they taught, None where nothing is known to help.
    """

    drawings: int = 0
    map: PersonalMap | None = None


class Learning:
    """The lessons, seen with one encoder's eyes and one library's photos. One thread learns at a time.

    Attributes:
        lessons: the drawings and what they found, of all libraries.
    """

    def __init__(
        self,
        lessons: Lessons,
        encoder: Encoder,
        index: VectorIndex,
        contents: Callable[[Sequence[bytes]], Mapping[bytes, int]],
    ) -> None:
        """Take what is learned from.

        Args:
            lessons: where they are kept.
            encoder: makes the vectors.
            index: the vectors of the library's photos.
            contents: gives the numbers of contents in the index by hash; unknown ones are left out.
        """
        self.lessons, self._encoder, self._index, self._contents = lessons, encoder, index, contents
        # how many photos there were, and which of them are most like a content, itself among them
        self._like: dict[int, tuple[int, NDArray[np.int64]]] = {}

    def note(
        self,
        drawing: Image.Image | Sequence[Stroke],
        hashes: Sequence[bytes],
        *,
        states: Sequence[bytes] = (),
    ) -> int | None:
        """Keep a drawing and the photos it found; return the lesson's number, None if none is kept.

        Args:
            drawing: a picture, or strokes.
            hashes: of the contents of the photos, the last one first.
            states: of the drawing, see `Lessons.put`.

        Raises:
            LessonsError: it cannot be kept.
        """
        if not hashes or not self.lessons.are_used:
            return None
        return self.lessons.put(_picture(drawing), hashes, states=states)

    def refuse(
        self,
        drawing: Image.Image | Sequence[Stroke],
        hashes: Sequence[bytes],
        *,
        states: Sequence[bytes] = (),
    ) -> None:
        """Let no lesson say that a drawing found these photos. Arguments and errors as of `note`."""
        if hashes:
            self.lessons.refuse(_picture(drawing), hashes, states=states)

    def learn(self) -> Learned:
        """Return what the lessons teach now.

        Raises:
            LessonsError: they cannot be read.
        """
        if not self.lessons.are_used:
            return Learned()
        lessons = self._encode(self.lessons.all(*self._encoder.space))
        numbers = self._contents([one for lesson in lessons for one in lesson.hashes])
        found = [
            [numbers[one] for one in lesson.hashes if numbers.get(one) in self._index][:_PHOTOS]
            for lesson in lessons
        ]
        pairs = self._pairs(lessons, found)
        if pairs is None:
            return Learned()
        return Learned(len(pairs.drawings), fit(pairs, self._encoder.guard))

    def _encode(self, lessons: Sequence[Lesson]) -> list[Lesson]:
        """Return the lessons with their vectors; those whose drawing cannot be read are left out."""
        new: dict[int, NDArray[np.float32]] = {}
        for lesson in lessons:
            if lesson.vector is None and (drawing := self.lessons.drawing(lesson.number)) is not None:
                new[lesson.number] = self._encoder.embed_sketches([drawing])[0]
        if new:
            self.lessons.note_vectors(self._encoder.model_id, new)
        whole = [Lesson(one.number, one.hashes, new.get(one.number, one.vector)) for one in lessons]
        return [one for one in whole if one.vector is not None]

    def _pairs(self, lessons: Sequence[Lesson], found: Sequence[Sequence[int]]) -> Pairs | None:
        """Return each drawing with where it should have pointed, None where there is none."""
        known = [(one.vector, contents) for one, contents in zip(lessons, found, strict=True) if contents]
        if not known:
            return None
        return Pairs.of(
            np.array([vector for vector, _ in known], np.float32),
            [[self._most_like(content) for content in contents] for _, contents in known],
            lambda numbers: self._index.vectors_of(numbers.tolist()),
            self._index.sample,
        )

    def _most_like(self, content: int) -> NDArray[np.int64]:
        """Return the contents most like one; looked up again once one is gone, or there are many more."""
        now = len(self._index)
        photos, known = self._like.get(content, (0, np.empty(0, np.int64)))
        if now > _GROWN * photos or not all(int(one) in self._index for one in known):
            vector = self._index.vectors_of([content])[0]
            found = self._index.search(vector, alike(now))
            known = np.array([one for one, _ in found] or [content], np.int64)
            self._like[content] = now, known
        return known


def _picture(drawing: Image.Image | Sequence[Stroke]) -> Image.Image:
    return drawing if isinstance(drawing, Image.Image) else render_strokes(drawing)
