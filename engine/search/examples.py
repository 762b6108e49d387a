"""The vectors of photos that a person lays beside a drawing, from the library or from anywhere."""

from __future__ import annotations

import errno
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.encoding.encoder import Encoder, reading_side
from engine.errors import ImageError, UnavailableError, cause
from engine.folders.looks import Looks
from engine.folders.patience import ask
from engine.pictures.photos import open_photo, unusable_photo
from engine.preprocess import render_strokes
from engine.search.query import Example, FarExample, Query
from engine.state.records import Vector

READ_S = 30.0
"""A photo is read in so long at most; a longer wait is for a drive that hangs."""

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
        known: Callable[[Path], Vector | None],
        remembered: Callable[[Path], Vector | None] = lambda _: None,
        looks: Looks | None = None,
    ) -> None:
        """Take the encoder.

        Args:
            encoder: makes the vectors.
            known: gives that of a photo in the library.
            remembered: gives that of a photo that cannot be read, where it was known once.
            looks: at photos on the disk.
        """
        self._encoder, self._known, self._remembered = encoder, known, remembered
        self._looks = looks or Looks()
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
        key = self._key(example)
        if key is None:
            return self._instead(example, UnavailableError(_SILENT))
        if key not in self._kept:
            self._kept[key] = example, self._encoded(example)
        self._kept.move_to_end(key)
        return self._kept[key][1]

    def _key(self, example: Path | Image.Image) -> Hashable:
        """Return what tells an example from others: of a file, also its size and time; None on silence."""
        if isinstance(example, Image.Image):
            return id(example)  # which stays its own while the picture is kept beside it
        look = self._looks.at(example)
        if not look.is_heard:
            return None
        details = look.details
        return example if details is None else (example, details.st_size, details.st_mtime_ns)

    def _encoded(self, example: Path | Image.Image) -> Vector:
        if isinstance(example, Image.Image):
            picture = example
        else:
            try:
                picture = ask(
                    lambda: open_photo(example, side=reading_side(self._encoder)),
                    within_s=READ_S,
                    name="read a photo",
                )
            except TimeoutError:
                return self._instead(example, UnavailableError(_SILENT))
            except ImageError as error:
                return self._instead(example, error)
        return np.asarray(self._encoder.embed_photos([picture])[0], np.float32)

    def _instead(self, example: Path | Image.Image, error: ImageError) -> Vector:
        """Return what is remembered of a photo that cannot be read; raise ImageError where nothing is."""
        path = cast(Path, example)  # a picture in memory can always be read
        vector = self._remembered(path)
        if vector is None:
            raise unusable_photo(path, error) from error
        return vector


def drawing_vector(encoder: Encoder, query: Query) -> Vector | None:
    """Return the (dim,) unit vector of a query's drawing, None where nothing is drawn."""
    if not query.has_drawing or query.drawing is None:
        return None
    picture = query.drawing
    if not isinstance(picture, Image.Image):
        picture = render_strokes(picture)
    return np.asarray(encoder.embed_sketches([picture])[0], np.float32)
