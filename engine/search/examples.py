"""The vectors of photos that a person lays beside a drawing, from the library or from anywhere."""

from __future__ import annotations

import errno
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.encoding.encoder import Encoder, reading_side
from engine.errors import ImageError, UnavailableError, cause
from engine.folders.answers import READ_S, READERS, Answers, Asked
from engine.folders.looks import Looks
from engine.pictures.photos import open_photo, unusable_photo
from engine.preprocess import render_strokes
from engine.search.query import Example, FarExample, Query
from engine.sketches.finished import Finished
from engine.state.records import Vector

_KEPT = 64
_SILENT = f"it cannot be read: {cause(TimeoutError(errno.ETIMEDOUT, '')).lower()}."


class Examples:
    """Looks vectors up in a library, and encodes what is not there; the last ones encoded are kept.

    All of one call are kept until the next.

    Used by one thread at a time.
    """

    def __init__(
        self,
        encoder: Encoder,
        known: Callable[[Sequence[Path]], Sequence[Vector | None]],
        remembered: Callable[[Path], Vector | None] = lambda _: None,
        looks: Looks | None = None,
    ) -> None:
        """Take the encoder.

        Args:
            encoder: makes the vectors.
            known: gives those of photos in the library.
            remembered: gives that of a photo that cannot be read, where it was known once.
            looks: at photos on the disk.
        """
        self._encoder, self._known, self._remembered = encoder, known, remembered
        self._looks = looks or Looks()
        self._kept: OrderedDict[int, tuple[Image.Image, Vector]] = OrderedDict()
        self._read = Answers(self._reading, name="read a photo", most=_KEPT, within_s=READ_S, at_once=READERS)

    def vectors(self, examples: Sequence[Example]) -> NDArray[np.float32]:
        """Return (n, dim) unit vectors.

        Raises:
            ImageError: a photo cannot be read, and no library knew it.
        """
        files = iter(self._of_files([one for one in examples if isinstance(one, Path)]))
        rows = [next(files) if isinstance(one, Path) else self._of_picture(one) for one in examples]
        while len(self._kept) > max(_KEPT, len(examples)):
            self._kept.popitem(last=False)
        return np.array(rows, np.float32).reshape(len(rows), self._encoder.dim)

    def _of_picture(self, example: Image.Image | FarExample) -> Vector:
        if isinstance(example, FarExample):
            return example.vector
        key = id(example)  # which stays its own while the picture is kept beside it
        if key not in self._kept:
            self._kept[key] = example, self._encode(example)
        self._kept.move_to_end(key)
        return self._kept[key][1]

    def _of_files(self, paths: Sequence[Path]) -> list[Vector]:
        """Return the vectors of files; those that must be looked at or read are so together."""
        known = self._known(paths)
        unknown = [path for path, vector in zip(paths, known, strict=True) if vector is None]
        looks = zip(unknown, self._looks.to(unknown), strict=True)
        keys = {path: (path, look.version) for path, look in looks if look.is_heard}
        read = dict(zip(keys, self._read.to(list(keys.values())), strict=True))
        return [
            self._outcome(path, read.get(path)) if vector is None else vector
            for path, vector in zip(paths, known, strict=True)
        ]

    def _reading(self, key: tuple[Path, object]) -> Asked[Vector]:
        path, side = key[0], reading_side(self._encoder)
        return Asked(lambda: self._encode(open_photo(path, side=side)))

    def _encode(self, picture: Image.Image) -> Vector:
        return np.asarray(self._encoder.embed_photos([picture])[0], np.float32)

    def _outcome(self, path: Path, read: Asked[Vector] | None) -> Vector:
        """Return what came of reading a photo, None for silence, or what is remembered of it.

        Raises:
            ImageError: it cannot be read, and nothing is remembered.
        """
        try:
            if read is None or not read.answer.done():
                raise UnavailableError(_SILENT)
            return read.answer.result()
        except ImageError as error:
            vector = self._remembered(path)
            if vector is None:
                raise unusable_photo(path, error) from error
            return vector


def drawing_vector(encoder: Encoder, query: Query, finished: Finished | None = None) -> Vector | None:
    """Return the (dim,) unit vector of a query's drawing, None where nothing is drawn.

    Args:
        encoder: makes it.
        query: holds the drawing.
        finished: what is painted already of a drawing that goes on.
    """
    if not query.has_drawing or query.drawing is None:
        return None
    picture = query.drawing
    if not isinstance(picture, Image.Image):
        picture = render_strokes(picture, finished=finished)
    return np.asarray(encoder.embed_sketches([picture])[0], np.float32)
