"""A gallery filled with what the catalog holds of some folders, and its vectors looked after."""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import CatalogError
from engine.folders.looks import Looks
from engine.folders.names import local_path, name_in
from engine.indexing.roots import Root
from engine.search.gallery import Gallery
from engine.state.catalog import Catalog
from engine.state.encoded import Encoded
from engine.unit_vectors import Space
from engine.vector_index.graph import GraphFile
from engine.vector_index.index import GRAPH_FROM, WHOLE_TO, VectorIndex, usable
from engine.vector_index.rows import FileRows
from engine.vector_index.short_file import ShortFile

_log = logging.getLogger(__name__)
_MET_S = 30.0
_PARTS = ("contents", "dates", "slots", "by_camera")


class Loader:
    """Fills one gallery, and parts with vectors that are damaged on the disk.

    Attributes:
        looks: at photos on the disk; what the catalog has of them by other names is met.
    """

    def __init__(self, catalog: Catalog, space: Space) -> None:
        """Take the catalog, and whose vectors are wanted; that model is in use now."""
        catalog.note_use(space.model)
        self._catalog, self._space = catalog, space
        self._checked = False
        self._met: dict[tuple[int, ...], tuple[float, list[Path]]] = {}  # when it was looked up, and what
        self.looks = Looks(self._paths_of)

    def load(self, roots: Iterable[Root], path: Path) -> Gallery:
        """Return what the catalog holds of these folders.

        Args:
            roots: those without a number hold nothing.
            path: where the graph of these folders is kept, and beside it the short vectors.
        """
        stamps, broken = self._catalog.stamps, self._catalog.seals.state_if_broken(self._space)
        short_file = ShortFile(path.with_suffix(".npz"), stamps, *self._space)
        self._checked = broken is not None or not short_file.path.exists()  # else not all are read now
        with ThreadPoolExecutor(1) as thread:  # beside the catalog: each keeps a processor busy
            short = thread.submit(short_file.load)
            rows, found = self._find(list(roots))
        index = VectorIndex(
            self._space.dim,
            rows=rows,
            graph_file=GraphFile(path, stamps, *self._space),
            short_file=short_file,
            graph_from=GRAPH_FROM,
            whole_to=WHOLE_TO,
        )
        gallery = Gallery(index)
        if found:
            names = [name for one in found for name in one.names]
            columns = [np.concatenate([getattr(one, part) for one in found]) for part in _PARTS]
            gallery.fill(
                names,
                contents=columns[0],
                dates=columns[1],
                places=columns[2],
                known=short.result(),
                by_camera=columns[3],
            )
        return gallery

    def check(self, gallery: Gallery) -> Iterator[None]:
        """Part with what is damaged, where the start did not look for it; once. Yields where one may stop.

        Where catalog and vectors may not belong together, all that the catalog names is looked at; else the
        next part of it with each start.
        """
        seals = self._catalog.seals
        broken = seals.state_if_broken(self._space)
        is_sound, found = True, iter(list[list[int]]())
        if broken is not None:
            found = seals.find_spoiled(self._space)
        elif not self._checked:
            found = seals.find_spoiled_in_turn(self._space)
        for spoiled in found:
            is_sound &= self._drop(spoiled)
            gallery.drop_contents(spoiled)
            yield
        if broken is not None and is_sound:
            with suppress(CatalogError):  # of a disk that takes nothing: another time
                seals.renew(self._space, broken)
        self._checked = True

    def vector_of(self, photo: Path) -> NDArray[np.float32] | None:
        """Return the vector of a photo of any known folder, there or not any more; None if none is kept."""
        for content in self.contents(photo):
            vector = self._catalog.vectors.vector(content, self._space.model)
            if vector is not None and usable(vector[None])[0]:
                return vector
        return None

    def contents(self, photo: Path) -> Iterator[int]:
        """Yield what a photo of any known folder contains, or contained before it went."""
        roots = self._catalog.roots()
        for place, (folder, number) in product(self.looks.names(photo), roots.items()):
            name = name_in(Path(os.fsdecode(folder)), place)
            content = None if name is None else self._catalog.content_named(number, name)
            if content is not None:
                yield content

    def _paths_of(self, details: os.stat_result) -> list[Path]:
        """Return the paths of the photos in the catalog that are this file: a walk may have met it by links.

        All photos are gone through for that, which is not done at every search. Where a disk gives every file
        the number 0, none is told from another.
        """
        if not details.st_ino:
            return []
        key = details.st_dev, details.st_ino, details.st_size, details.st_mtime_ns
        since, met = self._met.get(key, (-math.inf, []))
        if time.monotonic() - since < _MET_S:
            return met
        with suppress(CatalogError):
            alike = self._catalog.whereabouts.alike(details)
            paths = [local_path(Path(os.fsdecode(folder)), name) for folder, name in alike]
            met = [one for one in paths if _is_file(one, details)]
            self._met[key] = time.monotonic(), met
        return met

    def _find(self, roots: Sequence[Root]) -> tuple[FileRows, list[Encoded]]:
        """Return a file's rows, and what there is of each folder in it.

        Where another process packs it meanwhile, all begins anew: its slots say nothing of another file.
        """
        vectors = self._catalog.vectors
        while True:
            file, find = vectors.reading(self._space)
            rows = FileRows(file, find)  # which holds the file at once, packed or not
            found = [
                vectors.photos_encoded(root.number, self._space, checked=self._checked).under(root.prefix)
                for root in roots
                if root.number is not None
            ]
            if all(one.file is file for one in found):
                return rows, [self._sound(one) for one in found]

    def _sound(self, found: Encoded) -> Encoded:
        if not self._checked:
            return found
        sound = found.file.sound(found.slots, found.checks.tolist())
        self._drop(found.contents[~sound].tolist())
        return found.only(sound)

    def _drop(self, contents: Sequence[int]) -> bool:
        """Drop vectors that are damaged, so that they are made anew; return whether the catalog took it."""
        if contents:
            _log.warning("%d vectors are damaged on the disk and are made anew.", len(contents))
            try:
                self._catalog.drop_vectors(self._space.model, contents)
            except CatalogError:  # of a disk that takes nothing; they are passed over all the same
                return False
        return True


def _is_file(path: Path, details: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.stat(path), details)
    except OSError:
        return False
