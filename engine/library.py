"""A photo folder that can be searched by drawing: the public face of everything that indexes and finds."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import numpy as np

from engine.answer import Answer, Hit
from engine.catalog import Catalog
from engine.encoder import Encoder
from engine.errors import CatalogError, FolderError
from engine.finder import Finder
from engine.folder import local_path
from engine.gallery import Gallery, GalleryPhoto
from engine.graph import GraphFile, graph_path
from engine.index import GRAPH_FROM, VectorIndex, usable
from engine.paths import data_dir
from engine.progress import Phase, Progress
from engine.query import Drawing, Query
from engine.records import Vector
from engine.refresh import MANY, Refresh
from engine.report import Report, Skipped
from engine.upkeep import sweep_graphs

__all__ = ["Answer", "Drawing", "Hit", "Library", "Phase", "Progress", "Query", "Report", "Skipped"]


class Library(Finder):
    """The photos of one folder and the folders below it. The folder is only ever read.

    Attributes:
        folder: absolute, links resolved.
        encoder: makes the vectors; those of another model in the catalog are left alone.
    """

    def __init__(self, folder: Path | str, encoder: Encoder) -> None:
        """Open the library of a folder with what the catalog holds of it; `refresh` finds what is new.

        Raises:
            FolderError: there is no such folder and the catalog knows none, or it cannot be read.
            CatalogError: the catalog cannot be opened.
        """
        path = Path(os.path.realpath(folder))
        self._state = data_dir()
        self._catalog = Catalog(self._state)
        try:
            self._root, self._offline = self._find_root(path)
            super().__init__(path, encoder, self._load(path, encoder))
        except BaseException:
            self._catalog.close()
            raise

    @property
    def offline(self) -> bool:
        """Whether the known folder was not there, or empty as without its drive, when last looked at.

        What was indexed can still be found.
        """
        return self._offline

    def refresh(self, *, recheck: bool = False) -> Generator[Progress, None, Report]:
        """Find what is new, changed, moved or gone in the folder, and index it, newest photos first.

        In one thread at a time. What is encoded can be found at once. Closing the generator stops it; at
        most the batch at work is done again by the next refresh, as after a crash. A library found offline
        is left as it is.

        Args:
            recheck: read every file and compare what it contains, for changes that cannot be told from
                outside.

        Raises:
            FolderError: the folder cannot be read.
            CatalogError: the catalog cannot be written or did not keep what was indexed, or another process
                is indexing.
        """
        work = Refresh(
            self.folder,
            self._root,
            catalog=self._catalog,
            gallery=self._gallery,
            encoder=self.encoder,
            recheck=recheck,
        )
        self._offline = not (yield from work.run())
        if not self._offline:
            sweep_graphs(self._state, self._catalog)
        counts = work.added, work.moved, work.removed, work.back, work.elsewhere
        return Report(self.photo_count, *counts, tuple(self.skipped_files()), tuple(self.odd_files()))

    def skipped_files(self) -> list[Skipped]:
        """Return what is left out, by path. From any thread."""
        refusals = self._catalog.refusals(self._root)
        return [
            Skipped(local_path(self.folder, name), refusal.reason)
            for name, refusal in sorted(refusals.items())
        ]

    def odd_files(self) -> list[Skipped]:
        """Return what can be found although something is wrong with it, by path. From any thread."""
        remarks = self._catalog.remarks(self._root)
        return [Skipped(local_path(self.folder, name), remark) for name, remark in sorted(remarks.items())]

    def close(self) -> None:
        """Let go of the catalog; a refresh must have ended or been closed."""
        self._catalog.close()

    def _find_root(self, folder: Path) -> tuple[int, bool]:
        """Return the folder's number in the catalog, and whether it is offline."""
        name = os.fsencode(folder)
        known = self._catalog.root(name)
        photos = len(self._catalog.photos(known)) if known is not None else 0
        if not os.path.exists(folder):
            if known is None or not photos:
                raise FolderError(f"There is no folder {folder}.")
            return known, True
        if not folder.is_dir():
            raise FolderError(f"{folder} is not a folder.")
        try:
            with os.scandir(folder) as entries:
                empty = next(entries, None) is None
        except OSError as error:
            reason = (error.strerror or "unknown error").lower()
            raise FolderError(f"The folder {folder} cannot be read: {reason}.") from error
        return self._catalog.add_root(name), empty and photos >= MANY

    def _load(self, folder: Path, encoder: Encoder) -> Gallery:
        """Return what the catalog holds of the folder for this model."""
        model, dim = encoder.model_id, encoder.dim
        path = graph_path(self._state, os.fsencode(folder), model)
        graph_file = GraphFile(path, self._catalog.identity, model, dim)
        gallery = Gallery(VectorIndex(dim, graph_file=graph_file, graph_from=GRAPH_FROM))
        vectors = self._usable_vectors(model, dim)
        gallery.put(
            [
                GalleryPhoto(name, entry.content, vectors[entry.content], entry.date)
                for name, entry in self._catalog.photos(self._root).items()
                if entry.content in vectors
            ]
        )
        gallery.roster()  # made now, no query waits for it
        gallery.index.load_graph()
        return gallery

    def _usable_vectors(self, model: str, dim: int) -> dict[int, Vector]:
        """Return this model's vectors by content; the catalog drops what cannot be compared."""
        vectors = self._catalog.vectors(self._root, model, dim)
        good = usable(np.array([*vectors.values()], np.float32).reshape(-1, dim))
        spoiled = [content for content, fine in zip(vectors, good, strict=True) if not fine]
        if spoiled:
            with suppress(CatalogError):  # of a disk that takes nothing; they are passed over all the same
                self._catalog.drop_vectors(model, spoiled)
        for content in spoiled:
            del vectors[content]
        return vectors
