"""Finds photos by drawings and by photos: the searching half of a library."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.answer import Answer
from engine.collection.joined import Joined
from engine.encoding.encoder import Encoder
from engine.folders.looks import Looks
from engine.folders.names import local_path, name_in
from engine.search.examples import Examples, drawing_vector
from engine.search.far_photos import NO_MATCHES, FarMatches, FarNewest, FarPhoto, Guests, far_path
from engine.search.gallery import Gallery, GalleryPhoto
from engine.search.hit import Hit
from engine.search.mixing import mix
from engine.search.narrowing import Narrowing
from engine.search.newest import Newest
from engine.search.ordering import Order
from engine.search.places import Known
from engine.search.query import Drawing, Example, FarExample, Query
from engine.search.ranking import Ranking
from engine.search.strength import Strength
from engine.sketches.finished import Finished
from engine.state.records import Vector
from engine.taught.personal import PersonalMap

_KEPT_PATHS = 1 << 14
"""While a pen moves, most photos found are those that were found just before."""


class Finder:
    """Answers queries about the photos below a library's folder, as the base of `Library`. From any thread.

    Attributes:
        folder: absolute, links resolved; names of photos are relative to it.
        encoder: makes the vectors.
        personal: what was learned of how the person draws; None for nothing.
    """

    def __init__(
        self,
        folder: Path,
        encoder: Encoder,
        gallery: Gallery,
        remembered: Callable[[Path], Vector | None] = lambda _: None,
        tops: Collection[bytes] = (),
        looks: Looks | None = None,
    ) -> None:
        """Take what can be found.

        Args:
            folder: absolute, links resolved.
            encoder: the one that the gallery's vectors are of.
            gallery: the photos; they may come and go.
            remembered: gives the vector of a photo beside a drawing that cannot be read any more.
            tops: what names of photos begin with in folders that are known though they may not be there.
            looks: at photos on the disk, and knows what they may be called.
        """
        self.folder, self.encoder, self._gallery = folder, encoder, gallery
        self.personal: PersonalMap | None = None
        self._tops, self._looks = tops, looks or Looks()
        self._known_folders = Known(folder, tops, self._is_known, lambda: gallery.roster().by_folder)
        self._examples = Examples(encoder, self._known_vectors, remembered, self._looks)
        self._examples_lock = threading.Lock()
        self._finished = Finished()
        self._narrowed: tuple[object, Narrowing] | None = None  # the last one, by what was asked for
        self._locate = lru_cache(_KEPT_PATHS)(self._path)

    @property
    def photo_count(self) -> int:
        """How many files can be found now; grows during a refresh."""
        return len(self._gallery)

    def photos(self) -> list[GalleryPhoto]:
        """Return the files that can be found now, with their vectors."""
        return self._gallery.photos()

    def search(
        self,
        query: Query | Drawing,
        k: int = 20,
        *,
        order: Order = Order.PLAIN,
        group: bool = False,
    ) -> list[Hit]:
        """Return the k photos that match best, best first; all if there are fewer. From any thread.

        Args:
            query: what to look for; a bare drawing stands for a query of nothing else. One that is empty
                finds nothing.
            k: at least 1.
            order: in which they come.
            group: count copies of a photo as one, see `engine.search.copies`, and so photos of one moment,
                see `engine.search.bursts`.

        Raises:
            ValueError: k is less than 1.
            ImageError: a photo of the query that is not in the library cannot be read.
            FolderError: a folder of the query is not in the library's.
        """
        if k < 1:
            raise ValueError("k must be at least 1")
        return self.rank(query, order=order, group=group).take(k)

    def rank(
        self,
        query: Query | Drawing,
        *,
        order: Order = Order.PLAIN,
        group: bool = False,
        far: FarMatches = NO_MATCHES,
    ) -> Answer:
        """Return what `search` does, as a list that goes on as far as one takes of it; raises as it.

        Args:
            query: as of `search`, as are the others.
            order: as of `search`.
            group: as of `search`.
            far: what a shared collection found, ranked among them; what is here already counts once.
        """
        asked = query if isinstance(query, Query) else Query(query)
        if asked.is_empty:
            return Answer(None, self._locate)
        narrowed = self._narrowing(asked)
        vector = self._vector(asked)  # first: it asks the disk for all photos together
        known = self._known_names([one for one in asked.unlike if isinstance(one, Path)])
        ranking = self._gallery.rank(
            vector,
            order=order,
            grouped=group,
            narrowed=narrowed,
            refused=[name for name in known if name is not None],
        )
        if not far.photos:
            return self._answer(ranking, narrowed, judged=not asked.like)
        unlike = [one.path if isinstance(one, FarExample) else one for one in asked.unlike]
        strangers = self.strangers(far.photos, narrowed)
        joined = Joined(
            ranking,
            strangers,
            among=round(far.among * len(strangers) / len(far.photos)),
            order=order,
            refused={one for one in unlike if isinstance(one, Path)},
        )
        return self._answer(joined, narrowed, judged=not asked.like)

    def strangers(self, far: Sequence[FarPhoto], narrowed: Narrowing | None = None) -> list[FarPhoto]:
        """Return those photos of a shared collection that cannot be found here anyway, as it is narrowed."""
        return list(far)

    def newest(
        self, query: Query | None = None, *, group: bool = False, far: FarNewest | None = None
    ) -> Answer:
        """Return all photos by date, newest first, those without a date last. From any thread.

        Args:
            query: says where to look; what else it holds is ignored. None for everywhere.
            group: count copies of a photo as one, see `engine.search.copies`, and so photos of one moment,
                see `engine.search.bursts`.
            far: the newest of a shared collection, that come among them; those that are here count once.

        Raises:
            FolderError: a folder of the query is not in the library's.
        """
        narrowed = self._narrowing(query) if query is not None else None
        guests = None if far is None else Guests(far, partial(self.strangers, narrowed=narrowed))
        newest = self._gallery.newest(grouped=group, narrowed=narrowed, guests=guests)
        return self._answer(newest, narrowed)

    def _answer(
        self, found: Ranking | Joined | Newest, narrowed: Narrowing | None, *, judged: bool = False
    ) -> Answer:
        gallery = self._gallery
        return Answer(
            found,
            self._locate,
            judge=partial(self._judge, found) if judged and not isinstance(found, Newest) else None,
            spread=lambda ranking: gallery.spread(ranking, narrowed),
        )

    def _judge(self, found: Ranking | Joined) -> Strength | None:
        """Return how well a drawing is met, held against the photos that came with the encoder."""
        guard = self.encoder.guard
        return found.strength(None if guard is None else guard.photos)

    def _narrowing(self, query: Query) -> Narrowing | None:
        """Return what a query looks at, None for everything; the disk is asked once for queries alike."""
        if not query.is_narrowed:
            return None
        asked, known = (query.within, query.since, query.until), self._narrowed
        if known is None or known[0] != asked:
            known = self._narrowed = asked, Narrowing.of(query, self._known_folders)
        return known[1]

    def _is_known(self, prefix: bytes) -> bool:
        """Return whether a folder is known whose photos' names begin like this."""
        return prefix in self._tops or self._gallery.count(prefix) > 0

    def _path(self, name: bytes) -> Path:
        return far_path(name) or local_path(self.folder, name)

    def check(self, query: Query) -> None:
        """Find out whether a query can be answered, without answering it; raises as `search`."""
        Narrowing.of(query, self._known_folders)
        self._example_vectors(query.like + query.unlike)

    def _example_vectors(self, photos: Sequence[Example]) -> NDArray[np.float32]:
        with self._examples_lock:
            return self._examples.vectors(photos)

    def _vector(self, query: Query) -> Vector:
        """Return the vector to search with."""
        drawing, personal = drawing_vector(self.encoder, query, self._finished), self.personal
        if drawing is not None and personal is not None:
            drawing = personal(drawing)
        examples, count = self._example_vectors(query.like + query.unlike), len(query.like)
        return mix(drawing, examples[:count], examples[count:], query.balance)

    def _known_vectors(self, photos: Sequence[Path]) -> list[Vector | None]:
        """Return the vectors of photos of this library, None of any others."""
        names = self._known_names(photos)
        return [None if name is None else self._gallery.vector(name) for name in names]

    def _known_names(self, photos: Sequence[Path]) -> list[bytes | None]:
        """Return the names of photos of this library, None of any others."""
        return self._looks.find(photos, self._name_at)

    def _name_at(self, path: Path) -> bytes | None:
        name = name_in(self.folder, path)
        return name if name is not None and self._gallery.content(name) is not None else None
