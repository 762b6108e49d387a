"""A gallery filled with what the catalog holds of some folders, and its vectors looked after."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import CatalogError
from engine.folders.names import local_path, name_in, spellings
from engine.folders.patience import ANSWERS_S, ask
from engine.indexing.roots import Root
from engine.search.gallery import Gallery
from engine.state.catalog import Catalog
from engine.state.encoded import Encoded
from engine.state.vectors import VectorFile
from engine.vector_index.graph import GraphFile
from engine.vector_index.index import GRAPH_FROM, WHOLE_TO, VectorIndex
from engine.vector_index.rows import FileRows
from engine.vector_index.short_file import ShortFile

_log = logging.getLogger(__name__)
_PARTS = ("contents", "dates", "slots")


class Loader:
    """Fills one gallery, and parts with vectors that are damaged on the disk."""

    def __init__(self, catalog: Catalog, model: str, dim: int) -> None:
        """Take the catalog, and whose vectors are wanted, of which length; that model is in use now."""
        catalog.note_use(model)
        self._catalog, self._model, self._dim = catalog, model, dim
        self._checked = False
        self._met: tuple[object, dict[tuple[Path, int, int], list[Path]]] = None, {}  # by the catalog's state

    def load(self, roots: Iterable[Root], path: Path) -> Gallery:
        """Return what the catalog holds of these folders.

        Args:
            roots: those without a number hold nothing.
            path: where the graph of these folders is kept, and beside it the short vectors.
        """
        stamps, broken = self._catalog.stamps, self._catalog.seals.broken(self._model, self._dim)
        short_file = ShortFile(path.with_suffix(".npz"), stamps, self._model, self._dim)
        self._checked = broken is not None or not short_file.path.exists()  # else not all are read now
        file, find = self._catalog.vectors.reading(self._model, self._dim)
        rows = FileRows(file, find)  # held at once: another process may pack the vectors meanwhile
        with ThreadPoolExecutor(1) as thread:  # beside the catalog: each keeps a processor busy
            short = thread.submit(short_file.load)
            found = self._found(roots, file)
        index = VectorIndex(
            self._dim,
            rows=rows,
            graph_file=GraphFile(path, stamps, self._model, self._dim),
            short_file=short_file,
            graph_from=GRAPH_FROM,
            whole_to=WHOLE_TO,
        )
        gallery = Gallery(index)
        if found:
            names = [name for one in found for name in one.names]
            columns = [np.concatenate([getattr(one, part) for one in found]) for part in _PARTS]
            gallery.fill(names, columns[0], columns[1], columns[2], short.result())
        return gallery

    def check(self, roots: Iterable[Root], gallery: Gallery) -> Iterator[None]:
        """Part with what is damaged, where the start did not look for it; once. Yields where one may stop.

        Where catalog and vectors may not belong together, all that the catalog names is looked at.
        """
        seals = self._catalog.seals
        broken = seals.broken(self._model, self._dim)
        looked_at = [] if self._checked else [root.number for root in roots if root.number is not None]
        is_sound = True
        for number in looked_at if broken is None else [None]:
            for spoiled in seals.spoiled(number, self._model, self._dim):
                is_sound &= self._drop(spoiled)
                gallery.drop_contents(spoiled)
                yield
        if broken is not None and is_sound:
            with suppress(CatalogError):  # of a disk that takes nothing: another time
                seals.renew(self._model, self._dim, broken)
        self._checked = True

    def remembered(self, photo: Path) -> NDArray[np.float32] | None:
        """Return the vector of a photo of any known folder, there or not any more; None if none is kept."""
        roots = self._catalog.roots()
        for place, (folder, number) in product(self.spellings(photo), roots.items()):
            name = name_in(Path(os.fsdecode(folder)), place)
            if name is None:
                continue
            content = self._catalog.content_named(number, name)
            vector = None if content is None else self._catalog.vectors.vector(content, self._model)
            if vector is not None and np.isfinite(vector).all():
                return vector
        return None

    def spellings(self, photo: Path) -> Iterator[Path]:
        """Yield what a photo may be called, see `names.spellings`: also by links that a walk met it by."""
        yield from spellings(photo)
        with suppress(OSError, CatalogError):  # it is not there, or its drive does not answer
            yield from ask(lambda: self._met_as(photo), within_s=ANSWERS_S, name="look for a photo")

    def _met_as(self, photo: Path) -> list[Path]:
        """Return the paths of the photos in the catalog that are this file."""
        details, state = os.stat(photo), self._catalog.state
        if self._met[0] != state:
            self._met = state, {}
        key = photo, details.st_dev, details.st_ino
        if key not in self._met[1]:
            alike = self._catalog.whereabouts.alike(details.st_size, details.st_ino)
            paths = [local_path(Path(os.fsdecode(folder)), name) for folder, name in alike]
            self._met[1][key] = [one for one in paths if _is_file(one, details)]
        return self._met[1][key]

    def _found(self, roots: Iterable[Root], file: VectorFile) -> list[Encoded]:
        """Return what there is of each folder in this file; what was packed since comes with a refresh."""
        vectors = self._catalog.vectors
        found = [
            vectors.encoded(root.number, self._model, self._dim, checked=self._checked).under(root.prefix)
            for root in roots
            if root.number is not None
        ]
        return [self._sound(one) for one in found if one.file is file]

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
                self._catalog.drop_vectors(self._model, contents)
            except CatalogError:  # of a disk that takes nothing; they are passed over all the same
                return False
        return True


def _is_file(path: Path, details: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.stat(path), details)
    except OSError:
        return False
