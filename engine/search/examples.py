"""The vectors of photos that a person lays beside a drawing, from the library or from anywhere."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.encoding.encoder import Encoder, reading_side
from engine.errors import ImageError
from engine.pictures.photos import open_photo, unusable_photo
from engine.preprocess import render_strokes
from engine.search.query import Example, FarExample, Query
from engine.state.records import Vector

_KEPT = 64


class Examples:
    """Looks vectors up in a library, and encodes what is not there; the last ones encoded are kept.

    All of one call are kept until the next.

    Used by one thread at a time.
    """

    def __init__(
        self,
        encoder: Encoder,
        known: Callable[[Path], Vector | None],
        remembered: Callable[[Path], Vector | None] = lambda _: None,
    ) -> None:
        """Take the encoder.

        Args:
            encoder: makes the vectors.
            known: gives that of a photo in the library.
            remembered: gives that of a photo that cannot be read, where it was known once.
        """
        self._encoder, self._known, self._remembered = encoder, known, remembered
        self._kept: OrderedDict[Hashable, tuple[Path | Image.Image, NDArray[np.float32]]] = OrderedDict()

    def vectors(self, examples: Sequence[Example]) -> NDArray[np.float32]:
        """Return (n, dim) unit vectors.

        Raises:
            ImageError: a photo cannot be read, and no library knew it.
        """
        rows = [self._vector(example) for example in examples]
        while len(self._kept) > max(_KEPT, len(examples)):
            self._kept.popitem(last=False)
        return np.array(rows, np.float32).reshape(len(rows), self._encoder.dim)

    def _vector(self, example: Example) -> NDArray[np.float32]:
        if isinstance(example, FarExample):
            return example.vector
        if isinstance(example, Path) and (known := self._known(example)) is not None:
            return known
        key = _key(example)
        if key not in self._kept:
            self._kept[key] = example, self._encoded(example)
        self._kept.move_to_end(key)
        return self._kept[key][1]

    def _encoded(self, example: Path | Image.Image) -> Vector:
        if isinstance(example, Image.Image):
            picture = example
        else:
            try:
                picture = open_photo(example, side=reading_side(self._encoder))
            except ImageError as error:
                vector = self._remembered(example)
                if vector is None:
                    raise unusable_photo(example, error) from error
                return vector
        return np.asarray(self._encoder.embed_photos([picture])[0], np.float32)


def drawing_vector(encoder: Encoder, query: Query) -> Vector | None:
    """Return the (dim,) unit vector of a query's drawing, None where nothing is drawn."""
    if not query.has_drawing or query.drawing is None:
        return None
    picture = query.drawing
    if not isinstance(picture, Image.Image):
        picture = render_strokes(picture)
    return np.asarray(encoder.embed_sketches([picture])[0], np.float32)


def _key(example: Path | Image.Image) -> Hashable:
    """Return what tells an example from others: of a file, also its size and time."""
    if isinstance(example, Image.Image):
        return id(example)  # which stays its own while the picture is kept beside it
    try:
        details = os.stat(example)
    except OSError:
        return example
    return example, details.st_size, details.st_mtime_ns
