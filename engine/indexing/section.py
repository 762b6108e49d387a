"""The part of a gallery that is one photo folder's: what a refresh of that folder works on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.search.gallery import Gallery, GalleryPhoto
from engine.state.known import Known
from engine.unit_vectors import Numbers
from engine.vector_index.index import VectorIndex


class Section:
    """The files of one folder in the gallery of several, by their names in that folder."""

    def __init__(self, gallery: Gallery, prefix: bytes = b"") -> None:
        """Take the gallery, and what the names of this folder's photos begin with there."""
        self._gallery, self._prefix = gallery, prefix

    def __len__(self) -> int:
        return self._gallery.count(self._prefix)

    @property
    def index(self) -> VectorIndex:
        """The vectors of all folders."""
        return self._gallery.index

    def names(self, folders: Collection[bytes] | None = None) -> set[bytes]:
        """Return the files that are here.

        Args:
            folders: only those directly in one of these folders; None for all.
        """
        cut = len(self._prefix)
        if folders is not None:
            above = [self._prefix + folder + b"/" if folder else self._prefix for folder in folders]
            return {name[cut:] for name in self._gallery.directly_in(above)}
        names = self._gallery.names()
        return {name[cut:] for name in names if name.startswith(self._prefix)} if cut else names

    def settle(self) -> None:
        """See `Gallery.settle`."""
        self._gallery.settle()

    def names_gone(
        self, folders: Collection[bytes] | None, settled: Known, *others: Iterable[bytes]
    ) -> set[bytes]:
        """Return the files here that are none of these.

        Args:
            folders: where, as of `names`.
            settled: photos that are unchanged.
            others: names of others.
        """
        if len(settled.names) == len(self._gallery) and self._gallery.agrees(settled.contents):
            return set()  # those are all
        return self.names(folders).difference(settled.names, *others)

    def differing(
        self, names: Sequence[bytes], contents: Numbers, dates: Numbers, by_camera: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """Return (n,) which of these n files are not here, or have another content or date here."""
        if self._prefix:
            names = [self._prefix + name for name in names]
        return self._gallery.differing(names, contents, dates, by_camera)

    def content(self, name: bytes) -> int | None:
        """Return the number of the file's content, None if the file is not here."""
        return self._gallery.content(self._prefix + name)

    def date_of(self, name: bytes) -> int:
        """Return when the file was taken, see `engine.pictures.dates`; 0 if it is not here."""
        return self._gallery.date_of(self._prefix + name)

    def put(self, photos: Sequence[GalleryPhoto]) -> None:
        """Add files, or change what they contain and their dates."""
        if self._prefix:
            photos = [replace(photo, name=self._prefix + photo.name) for photo in photos]
        self._gallery.put(photos)

    def drop(self, names: Iterable[bytes]) -> None:
        """Take files out; unknown ones are ignored."""
        self._gallery.drop([self._prefix + name for name in names])
