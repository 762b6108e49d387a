"""A photo folder that can be searched by drawing: the public face of everything that indexes and finds."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.answer import Answer, Hit
from engine.catalog import Catalog
from engine.encoder import Encoder
from engine.errors import CatalogError, FolderError
from engine.examples import Examples
from engine.folder import local_path, relative_name
from engine.gallery import Gallery, GalleryPhoto
from engine.graph import GraphFile, graph_path
from engine.index import GRAPH_FROM, VectorIndex, usable
from engine.mixing import mix
from engine.narrowing import Narrowing
from engine.newest import Newest
from engine.ordering import Order
from engine.paths import data_dir
from engine.preprocess import render_strokes
from engine.progress import Phase, Progress
from engine.query import Drawing, Example, Query
from engine.ranking import Ranking
from engine.records import Vector
from engine.refresh import MANY, Refresh
from engine.report import Report, Skipped
from engine.upkeep import sweep_graphs

__all__ = ["Answer", "Drawing", "Hit", "Library", "Phase", "Progress", "Query", "Report", "Skipped"]


class Library:
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
        self.folder = Path(os.path.realpath(folder))
        self.encoder = encoder
        self._state = data_dir()
        self._examples, self._examples_lock = Examples(encoder, self._known_vector), threading.Lock()
        self._narrowed: tuple[object, Narrowing] | None = None  # the last one, by what was asked for
        self._catalog = Catalog(self._state)
        try:
            self._root, self._offline = self._find_root()
            self._gallery = self._load()
        except BaseException:
            self._catalog.close()
            raise

    @property
    def offline(self) -> bool:
        """Whether the known folder was not there, or empty as without its drive, when last looked at.

        What was indexed can still be found.
        """
        return self._offline

    @property
    def photo_count(self) -> int:
        """How many files can be found now; grows during a refresh."""
        return len(self._gallery)

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

    def search(
        self,
        query: Query | Drawing,
        k: int = 20,
        *,
        rerank: bool = False,
        group: bool = False,
        diverse: bool = False,
    ) -> list[Hit]:
        """Return the k photos that match best, best first; all if there are fewer. From any thread.

        Args:
            query: what to look for; a bare drawing stands for a query of nothing else. One that is empty
                finds nothing.
            k: at least 1.
            rerank: order the first 200 anew, so that photos which resemble the best ones and one another
                move up, see `engine.rerank`; scores then belong to the places, not to the photos.
            group: count copies of a photo as one, see `engine.copies`.
            diverse: put different guesses first, see `engine.variety`; scores stay the photos' own.

        Raises:
            ValueError: k is less than 1.
            ImageError: a photo of the query that is not in the library cannot be read.
            FolderError: a folder of the query is not in the library's.
        """
        if k < 1:
            raise ValueError("k must be at least 1")
        return self.rank(query, rerank=rerank, group=group, diverse=diverse).take(k)

    def rank(
        self,
        query: Query | Drawing,
        *,
        rerank: bool = False,
        group: bool = False,
        diverse: bool = False,
        newest: bool = False,
    ) -> Answer:
        """Return what `search` does, as a list that goes on as far as one takes of it; raises as it.

        Args:
            query: as of `search`, as are the others.
            rerank: as of `search`.
            group: as of `search`.
            diverse: as of `search`.
            newest: put the best by date, newest first, whatever else is asked for.
        """
        asked = query if isinstance(query, Query) else Query(query)
        if asked.is_empty or not self.photo_count:
            return Answer(None, self._locate)
        narrowed = self._narrowing(asked)
        order, vector = Order.of(diverse=diverse, rerank=rerank, newest=newest), self._vector(asked)
        known = [self._known_name(one) for one in asked.unlike if isinstance(one, Path)]
        ranking = self._gallery.rank(
            vector,
            order=order,
            grouped=group,
            narrowed=narrowed,
            refused=[name for name in known if name is not None],
        )
        return self._answer(ranking, narrowed, judged=not asked.like)

    def newest(self, query: Query | None = None, *, group: bool = False) -> Answer:
        """Return all photos by date, newest first, those without a date last. From any thread.

        Args:
            query: says where to look; what else it holds is ignored. None for everywhere.
            group: count copies of a photo as one, see `engine.copies`.

        Raises:
            FolderError: a folder of the query is not in the library's.
        """
        narrowed = self._narrowing(query) if query is not None else None
        return self._answer(self._gallery.newest(grouped=group, narrowed=narrowed), narrowed)

    def _answer(self, found: Ranking | Newest, narrowed: Narrowing | None, *, judged: bool = False) -> Answer:
        gallery = self._gallery
        return Answer(
            found, self._locate, judged=judged, spread=lambda ranking: gallery.spread(ranking, narrowed)
        )

    def _narrowing(self, query: Query) -> Narrowing | None:
        """Return what a query looks at, None for everything; the disk is asked once for queries alike."""
        if not query.is_narrowed:
            return None
        asked, known = (query.within, query.since, query.until), self._narrowed
        if known is None or known[0] != asked:
            known = self._narrowed = asked, Narrowing.of(query, self.folder)
        return known[1]

    def _locate(self, name: bytes) -> Path:
        return local_path(self.folder, name)

    def check(self, query: Query) -> None:
        """Find out whether a query can be answered, without answering it; raises as `search`."""
        Narrowing.of(query, self.folder)
        self._example_vectors(query.like + query.unlike)

    def _example_vectors(self, photos: Sequence[Example]) -> NDArray[np.float32]:
        with self._examples_lock:
            return self._examples.vectors(photos)

    def _vector(self, query: Query) -> Vector:
        """Return the vector to search with."""
        drawing = None
        if query.has_drawing and query.drawing is not None:
            picture = query.drawing
            if not isinstance(picture, Image.Image):
                picture = render_strokes(picture)
            drawing = self.encoder.embed_sketches([picture])[0]
        like, unlike = self._example_vectors(query.like), self._example_vectors(query.unlike)
        return mix(drawing, like, unlike, query.balance)

    def _known_vector(self, photo: Path) -> Vector | None:
        """Return the vector of a photo of this library, None of any other."""
        name = self._known_name(photo)
        return None if name is None else self._gallery.vector(name)

    def _known_name(self, photo: Path) -> bytes | None:
        """Return the name of a photo of this library, None of any other."""
        for path in (Path(os.path.realpath(photo.parent), photo.name), Path(os.path.realpath(photo))):
            if path.is_relative_to(self.folder):
                name = relative_name(str(path.relative_to(self.folder)))
                if self._gallery.content(name) is not None:
                    return name
        return None

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

    def _find_root(self) -> tuple[int, bool]:
        """Return the folder's number in the catalog, and whether it is offline."""
        name = os.fsencode(self.folder)
        known = self._catalog.root(name)
        photos = len(self._catalog.photos(known)) if known is not None else 0
        if not os.path.exists(self.folder):
            if known is None or not photos:
                raise FolderError(f"There is no folder {self.folder}.")
            return known, True
        if not self.folder.is_dir():
            raise FolderError(f"{self.folder} is not a folder.")
        try:
            with os.scandir(self.folder) as entries:
                empty = next(entries, None) is None
        except OSError as error:
            reason = (error.strerror or "unknown error").lower()
            raise FolderError(f"The folder {self.folder} cannot be read: {reason}.") from error
        return self._catalog.add_root(name), empty and photos >= MANY

    def _load(self) -> Gallery:
        """Return what the catalog holds of the folder for this model."""
        model, dim = self.encoder.model_id, self.encoder.dim
        path = graph_path(self._state, os.fsencode(self.folder), model)
        graph_file = GraphFile(path, self._catalog.identity, model, dim)
        gallery = Gallery(VectorIndex(dim, graph_file=graph_file, graph_from=GRAPH_FROM))
        vectors = self._usable_vectors()
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

    def _usable_vectors(self) -> dict[int, Vector]:
        """Return this model's vectors by content; the catalog drops what cannot be compared."""
        model, dim = self.encoder.model_id, self.encoder.dim
        vectors = self._catalog.vectors(self._root, model, dim)
        good = usable(np.array([*vectors.values()], np.float32).reshape(-1, dim))
        spoiled = [content for content, fine in zip(vectors, good, strict=True) if not fine]
        if spoiled:
            with suppress(CatalogError):  # of a disk that takes nothing; they are passed over all the same
                self._catalog.drop_vectors(model, spoiled)
        for content in spoiled:
            del vectors[content]
        return vectors
