"""Sketches cleaned once, for all their views: a page that was photographed takes seconds each time."""

from __future__ import annotations

import io
from collections import OrderedDict

from PIL import Image

from engine.preprocess import as_clean, clean_sketch
from training.data.augment import PAGE_SIDE, as_page, page_of
from training.data.collection import Picture

_ROOM = 256 << 20  # bytes of kept pages, in each process that loads batches


class Pages:
    """The pages of sketches that are large or were photographed, kept as PNG; of very many the last ones.

    Other sketches are read anew each time: that is as fast, and takes no memory.
    """

    def __init__(self, room: int = _ROOM) -> None:
        """Take how many bytes may be kept."""
        self._room, self._taken = room, 0
        self._kept: OrderedDict[Picture, bytes] = OrderedDict()

    def open(self, sketch: Picture) -> Image.Image:
        """Return what `sketch_view` makes views of.

        Raises:
            OSError: the sketch cannot be read or decoded.
        """
        if sketch in self._kept:
            self._kept.move_to_end(sketch)
            with Image.open(io.BytesIO(self._kept[sketch])) as kept:
                kept.load()
                return as_page(kept)
        image = sketch.open()
        clean = clean_sketch(image)
        page = page_of(as_clean(clean))
        if max(image.size) > PAGE_SIDE or clean is not image:
            self._keep(sketch, page)
        return page

    def _keep(self, sketch: Picture, page: Image.Image) -> None:
        written = io.BytesIO()
        page.save(written, "PNG")
        self._kept[sketch] = written.getvalue()
        self._taken += len(self._kept[sketch])
        while self._taken > self._room:
            self._taken -= len(self._kept.popitem(last=False)[1])
